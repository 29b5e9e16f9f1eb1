"""A Telegram in memory: its state, its people, and a `BaseRequest` on it.

It knows no part of the bot. It enforces the limits of the Bot API with Telegram's own error texts, so that
what passes here passes there; `advisor shell` and the tests run the whole application on it.
"""
