"""What editors see, and what members see of them; pure, as all screens."""
