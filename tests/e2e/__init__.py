"""The bot as a process, over HTTP."""
