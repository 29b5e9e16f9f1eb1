"""Knowledge files as hypothesis makes them: real ones changed, and small ones in every way of writing."""

from __future__ import annotations

from hypothesis import strategies as st

_IDS = st.sampled_from([f"p.{letter}" for letter in "abcdefgh"])
_TEXTS = st.sampled_from(
    [
        "plain",
        '"quoted: text"',
        "'it''s'",
        "two words # and a comment",
        "|-\n      lines\n\n      more",
        "",
        "ü-ß",
    ]
)
_ABOVE = st.sampled_from(["", "\n", "  # about it\n", "\n\n# at the margin\n"])


@st.composite
def entries(draw: st.DrawFn) -> str:
    """One entry with its id, some fields in some way of writing, and comments above it."""
    name = draw(_IDS)
    shape = draw(st.integers(0, 2))
    above = draw(_ABOVE)
    if shape == 0:
        return f"{above}  - {{id: {name}, title: {draw(st.sampled_from(['a', 'b', 'c']))}}}\n"
    dash = "  -\n    " if shape == 1 else "  - "
    lines = [f"id: {name}\n", f"    title: {draw(_TEXTS)}\n"]
    if draw(st.booleans()):
        lines.append(f"    ask: [one, {draw(st.integers(0, 9))}]\n")
    if draw(st.booleans()):
        lines.append("    claims:\n      - text: x\n        # inside\n        checked: 2026-01-01\n")
    return above + dash + "".join(lines)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file with entries, perhaps with a list of words and an end; each id at most once."""
    parts = draw(st.lists(entries(), max_size=6, unique_by=_id_of))
    head = draw(st.sampled_from(["", "# what this is\n", "\ufeff"])) + "platform: p\n"
    if parts:
        head += "entries:\n"
    tail = draw(st.sampled_from(["", "\nwords:\n  - one\n  - two: 2\n", "# the end\n", "\n\n"]))
    text = head + "".join(parts) + tail
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return (text.rstrip("\r\n") if draw(st.booleans()) else text).encode()


def _id_of(entry: str) -> str:
    return entry[entry.index("p.") : entry.index("p.") + 3]


FOLDERS = st.dictionaries(st.sampled_from(["en/a.yaml", "en/b.yaml", "sources/c.yaml"]), files(), max_size=3)
"""Whole folders."""
