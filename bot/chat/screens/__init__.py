"""What is said: pure functions from what is known and who reads it to a `Screen`.

The answer comes first, in about six lines before the buttons; the date of the last check is in every
answer; sources are one tap away. Nothing here knows Telegram, storage or the settings.
"""
