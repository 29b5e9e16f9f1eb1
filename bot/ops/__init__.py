"""What every part may use to be watched and timed: logs, metrics, health, the clock."""
