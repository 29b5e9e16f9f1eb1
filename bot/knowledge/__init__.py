"""What we know: the model of the knowledge base, and the way from YAML files to it.

Pure: nothing here knows Telegram, a database or the settings.
"""
