"""What helps to understand questions in one language, from nodes to values.

Synonyms, refusals, words of distress, golden questions and frequent words.
"""

from __future__ import annotations

from bot.knowledge import limits
from bot.knowledge.fields import Fields
from bot.knowledge.model import AlarmWords, GoldenQuestion
from bot.knowledge.nodes import Node, Sequence
from bot.knowledge.problems import Report
from bot.knowledge.shared import top_fields


def read_synonyms(root: Node, report: Report) -> tuple[tuple[str, ...], ...]:
    """Groups of words that mean the same to somebody who asks."""
    top = top_fields(root, report, what="the file of synonyms", begin="synonyms")
    if top is None:
        return ()
    groups: list[tuple[str, ...]] = []
    for item in top.items("synonyms"):
        if not isinstance(item, Sequence):
            top.fail(item, "Synonyms stand in groups.", "Write `- [opt out, turn off, stop]`.")
            continue
        words = [top.text_of(word, "synonyms", longest=limits.NAME) for word in item.items]
        if len(words) < 2:
            report.add(item, "A group of synonyms has only one member.", "Add what means the same.")
        groups.append(tuple(word for word in words if word))
    top.close()
    return tuple(groups)


def read_refusals(root: Node, report: Report, *, language: str) -> tuple[str, ...]:
    """Sentences that must not be answered, those close to our subject first."""
    top = top_fields(root, report, what="the file of refusals", begin="near")
    if top is None:
        return ()
    found: list[str] = []
    for key in ("near", "far"):
        for text, node in top.placed_texts(key, longest=limits.PHRASING):
            report.mark((language, "refusals", len(found)), node)
            found.append(text)
    top.close()
    return tuple(found)


def read_golden(root: Node, report: Report, *, language: str) -> tuple[GoldenQuestion, ...]:
    """Questions with the entry that must answer them."""
    top = top_fields(root, report, what="the file of golden questions", begin="questions")
    if top is None:
        return ()
    found: list[GoldenQuestion] = []
    for node in top.maps("questions", what="a golden question"):
        fields = Fields(node, report, what="a golden question")
        text = fields.text("ask", longest=limits.QUESTION)
        if node.get("entry") is None:
            fields.fail(node, "“entry” is missing.", "Add `entry: an.id`, or `entry: null` for a refusal.")
        question = GoldenQuestion(
            text=text,
            entry=fields.ref("entry", "entry", required=False),
            context=_read_context(fields),
        )
        fields.close()
        if not fields.failed:
            report.mark((language, "golden", len(found)), node)
            found.append(question)
    top.close()
    return tuple(found)


def _read_context(fields: Fields) -> str | None:
    """`ENTRY` or `ENTRY,surface`, what the question before was about."""
    value = fields.raw("context")
    text = fields.optional_text("context")
    if text and value is not None:
        fields.report.refer("entry", text.partition(",")[0], value)
    return text


def read_alarm(root: Node, report: Report) -> AlarmWords:
    """Words of distress and danger."""
    top = top_fields(root, report, what="the file of alarm words", begin="wish_to_die")
    if top is None:
        return AlarmWords()
    words = AlarmWords(
        wish_to_die=top.texts("wish_to_die", longest=limits.PHRASING),
        despair=top.texts("despair", longest=limits.PHRASING),
        children=top.texts("children", longest=limits.PHRASING),
        images=top.texts("images", longest=limits.PHRASING),
        idioms=top.texts("idioms", longest=limits.PHRASING),
    )
    top.close()
    return words


def read_labels(root: Node, report: Report) -> dict[str, str]:
    """Names that stand above languages, from English into the language of the file."""
    top = top_fields(root, report, what="the file of labels", begin="labels")
    if top is None:
        return {}
    node = top.map("labels", what="labels")
    found = {
        name.text: top.text_of(value, "labels", longest=2 * limits.TITLE)
        for name, value in (node.pairs if node else ())
    }
    top.close()
    return {name: text for name, text in sorted(found.items()) if text}


def read_common_words(text: str) -> frozenset[str]:
    """A word a line; what follows `#` is a comment."""
    lines = (line.partition("#")[0].strip().casefold() for line in text.splitlines())
    return frozenset(line for line in lines if line)
