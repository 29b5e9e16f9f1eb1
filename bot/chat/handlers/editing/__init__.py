"""What editors do in the chat; for everybody else it looks like an unknown command or an old button."""
