"""Guides and letters, from nodes to values."""

from __future__ import annotations

from bot.knowledge import limits
from bot.knowledge.fields import Fields, did_you_mean
from bot.knowledge.model import Coverage, CoverageRow, Guide, Letter, Step, Surface, Walk
from bot.knowledge.nodes import Mapping
from bot.knowledge.problems import Report


def read_guide(entry: Fields, report: Report, *, entry_id: str, language: str) -> Guide | None:
    """The guide of an entry; None when it has none or it cannot be used."""
    node = entry.map("guide", what="a guide")
    if node is None:
        return None
    fields = Fields(node, report, what="a guide", language=language)
    report.mark((language, entry_id, "guide"), node)
    guide = Guide(
        result=fields.text("result", longest=limits.SENTENCES, is_prose=True),
        official=fields.link("official", required=True) or "",
        walks=_read_walks(fields, report, entry_id=entry_id, language=language),
        coverage=_read_coverage(fields, report, language=language),
    )
    fields.close()
    return None if fields.failed else guide


def _read_walks(guide: Fields, report: Report, *, entry_id: str, language: str) -> tuple[Walk, ...]:
    guide.required("surfaces", "")
    node = guide.map("surfaces", what="surfaces")
    if node is None:
        return ()
    words = [surface.value for surface in Surface]
    walks: list[Walk] = []
    for name, value in node.pairs:
        if name.text not in words:
            mend = did_you_mean(name.text, words, otherwise=f"Surfaces are: {', '.join(words)}.")
            guide.fail(name, f"“{name.text}” is no surface that we know.", mend)
        elif not isinstance(value, Mapping):
            guide.fail(value, f"“{name.text}” has no steps.", "Write `steps:`, `sources:` and `checked:`.")
        else:
            surface = Surface(name.text)
            report.mark((language, entry_id, "guide", surface.value), name)
            if walk := _read_walk(value, report, surface=surface, entry_id=entry_id, language=language):
                walks.append(walk)
    if not node.pairs:
        guide.fail(node, "The guide has no surface with steps.", "Write at least one: web, ios or android.")
    return tuple(walks)


def _read_walk(
    node: Mapping, report: Report, *, surface: Surface, entry_id: str, language: str
) -> Walk | None:
    fields = Fields(node, report, what=f"the steps for {surface.value}", language=language)
    fields.required("steps", "")
    steps: list[Step] = []
    seen: set[str] = set()
    for item in fields.maps("steps", what="a step"):
        step = _read_step(item, report, entry_id=entry_id, language=language)
        if step is None:
            continue
        if step.id in seen:
            report.add(item, f"The step “{step.id}” stands twice here.", "Give one of them another id.")
        seen.add(step.id)
        steps.append(step)
    walk = Walk(surface, tuple(steps), fields.sources(), fields.day("checked"))
    if not fields.failed and not fields.items("steps"):
        fields.fail(node, f"There are no steps for {surface.value}.", "Write at least one, or delete this.")
    fields.close()
    return walk if steps and not fields.failed else None


def _read_step(node: Mapping, report: Report, *, entry_id: str, language: str) -> Step | None:
    fields = Fields(node, report, what="a step", language=language)
    step_id = fields.name("id", longest=max(8, limits.BUTTON_PARTS - len(entry_id)))
    step = Step(
        id=step_id,
        text=fields.text("text", longest=limits.SENTENCES, is_prose=True),
        path=fields.optional_text("path", longest=limits.SENTENCES),
        link=fields.link("link"),
        copy=fields.optional_text("copy", longest=limits.COPY, lines=True),
        see=fields.optional_text("see", longest=limits.SENTENCES, is_prose=True),
    )
    fields.close()
    return None if fields.failed else step


def _read_coverage(guide: Fields, report: Report, *, language: str) -> tuple[CoverageRow, ...]:
    rows: list[CoverageRow] = []
    for node in guide.maps("coverage", what="a line of the coverage map"):
        fields = Fields(node, report, what="a line of the coverage map", language=language)
        regions, excluded = fields.regions()
        row = CoverageRow(
            what=fields.text("what", longest=limits.TITLE, is_prose=True),
            how=fields.choice("how", Coverage),
            sources=fields.sources(),
            checked=fields.day("checked"),
            detail=fields.optional_text("detail", longest=limits.SENTENCES, is_prose=True),
            entry=fields.ref("entry", "entry", required=False),
            regions=regions,
            excluded=excluded,
        )
        fields.close()
        if not fields.failed:
            rows.append(row)
    return tuple(rows)


def read_letters(entry: Fields, report: Report, *, entry_id: str, language: str) -> tuple[Letter, ...]:
    """The letters of an entry."""
    letters: list[Letter] = []
    for node in entry.maps("letters", what="a letter"):
        fields = Fields(node, report, what="a letter", language=language)
        letter = Letter(
            id=fields.name("id", longest=max(8, limits.BUTTON_PARTS - len(entry_id))),
            title=fields.text("title", longest=limits.TITLE, is_prose=True),
            text=fields.text("text", longest=limits.LETTER, is_prose=True, lines=True),
            sources=fields.sources(),
            checked=fields.day("checked"),
        )
        fields.close()
        if fields.failed:
            continue
        if any(one.id == letter.id for one in letters):
            report.add(node, f"The letter “{letter.id}” stands twice here.", "Give one of them another id.")
        letters.append(letter)
    return tuple(letters)
