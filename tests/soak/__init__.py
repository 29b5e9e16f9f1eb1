"""What takes minutes: many kills, many rows."""
