"""What libyaml says about a file that is no YAML, in plain words."""

from __future__ import annotations

PLAIN_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "A colon with a space stands where none can be, or the line is indented too far.",
        'Put the text in double quotes when it contains ": ", and line up keys of the same entry.',
    ),
    (
        "found character that cannot start any token",
        "This character cannot begin a text.",
        "Put the text in double quotes.",
    ),
    ("found unexpected end of stream", "A quotation mark is opened here and never closed.", "Close it."),
    (
        "found unknown escape character",
        "A backslash inside double quotes means something else here.",
        "Write two backslashes, or use single quotes.",
    ),
    ("did not find expected ',' or ']'", "A list with [ does not end with ].", "Close it, or set commas."),
    ("did not find expected ',' or '}'", "A map with { does not end with }.", "Close it, or set commas."),
    (
        "did not find expected key",
        "This does not fit what stands above it.",
        "Line it up with its neighbours; put a text with quotation marks into quotes as a whole.",
    ),
    (
        "did not find expected '-'",
        "This line stands where a list item with - is awaited.",
        "Begin it with - or indent it as part of the item above.",
    ),
    (
        "could not find expected ':'",
        "A key without its colon.",
        "Write `key: text`, or indent the line so that it continues the text above.",
    ),
    (
        "block sequence entries are not allowed",
        "A list item with - cannot stand here.",
        "Begin the list on the next line.",
    ),
    ("nesting depth", "Lists and maps stand too deep inside each other.", "Write it with fewer levels."),
    (
        "undefined alias",
        "Aliases (*) are not allowed.",
        "Write the text out, in double quotes if it has a *.",
    ),
    (
        "did not find expected alphabetic",
        "A text that begins with * or & means something else here.",
        "Put the text in double quotes.",
    ),
    (
        "did not find expected node content",
        "Something is missing or closed too often here.",
        "Compare brackets and commas; put a text with brackets in double quotes.",
    ),
)

SEEN_TOO_LATE = frozenset(
    {
        "found unexpected end of stream",
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
        "could not find expected ':'",
    }
)
"""What libyaml notices far behind the place to mend; the place where it began is named instead."""
