"""Everything that faces Telegram: receiving, handlers, screens, rendering, sending."""
