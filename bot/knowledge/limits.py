"""How long things may be, in characters where nothing else is said."""

from __future__ import annotations

from bot.knowledge.model import MAX_ENTRY_ID

ENTRY_ID = MAX_ENTRY_ID
BUTTON_PARTS = 50
"""An entry id and a step or letter id together: with a verb, a surface and a hash they share one button
of 64 bytes (`telegram.constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA`)."""
NAME = 60
"""The id of a source, caveat, step."""
SHORT_TITLE = 30
TITLE = 120
PHRASING = 200
QUESTION = 4096
"""A golden question: as long as a message can be (`telegram.constants.MessageLimit.MAX_TEXT_LENGTH`)."""
SENTENCES = 600
"""A claim, a caveat, a step: two or three sentences."""
TEXT = 1000
LETTER = 8000
LINK = 500
COPY = 256
"""What a button can put on the clipboard (Bot API, `CopyTextButton.text`)."""
ITEMS = 5000
"""Members of one list."""
GUESSED_AMONG = 5000
"""Known ids, above which no nearest one is looked for."""
PHRASINGS = 12
"""The least number of phrasings of an English entry."""
PHRASINGS_TRANSLATED = 6
"""Below this many phrasings a translated entry is hard to find; a warning."""
SHOWN_WORDS = 75
"""Words shown at once for one region, above which it is too much to read; a warning."""
SHOWN_WORDS_LIMIT = 150
"""The same, above which it is refused."""
