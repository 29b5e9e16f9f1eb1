"""A small knowledge folder that is whole, for tests to break or to vary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from bot.knowledge.load import LoadResult, load
from bot.knowledge.model import KnowledgeBase

TODAY = date(2026, 11, 23)

PLATFORMS = """\
platforms:
  - {id: linkedin, name: LinkedIn, aliases: [linked in]}
  - {id: gdpr, name: Your rights, service: false}
known:
  - {name: Bluesky, aliases: [bsky]}
"""
REGIONS = """\
regions:
  - {id: eu, name: EU / EEA, aliases: [european union]}
  - {id: de, name: Germany, groups: [eu], aliases: [deutschland]}
  - {id: fr, name: France, groups: [eu]}
  - {id: gb, name: United Kingdom, aliases: [uk]}
  - {id: us, name: United States, aliases: [usa]}
  - {id: us-ca, name: California, groups: [us]}
  - {id: jp, name: Japan}
"""
SOURCES = """\
sources:
  - id: notice
    publisher: LinkedIn
    title: Privacy notice
    url: https://www.linkedin.com/legal/privacy/eu
    date: 2026-08-22
    strength: official
  - id: paper
    publisher: The Paper
    title: An article
    url: https://news.example.org/article
    date: 2025-09-24
    strength: press
"""
CAVEATS = """\
caveats:
  - id: future-only
    text: What was used before stays used.
    sources: [notice]
    checked: 2026-11-20
"""
PHRASINGS = "".join(f"      - how do i stop linkedin training, wording {word}\n" for word in "abcdefghijkl")
OPT_OUT = f"""\
platform: linkedin
entries:
  - id: linkedin.opt-out
    title: Turning AI training off
    short: Turn it off
    ask:
{PHRASINGS}\
    claims:
      - text: You can turn it off in the settings.
        sources: [notice]
        checked: 2026-11-20
      - text: In the EU since 3 November 2025.
        regions: [eu]
        sources: [notice, paper]
        checked: 2026-11-20
        lasting: true
    disputed:
      - says: One article gives 26 June 2024.
        heard: [26 june 2024]
        sources: [paper]
        verdict: refuted
        because: That was another company.
        evidence: [notice]
        checked: 2026-11-20
    caveats: [future-only]
    guide:
      result: The switch is off.
      official: https://www.linkedin.com/mypreferences
      surfaces:
        web:
          sources: [notice]
          checked: 2026-11-20
          steps:
            - id: open-setting
              text: Open the page.
              link: https://www.linkedin.com/mypreferences
            - id: turn-off
              text: Turn the switch off.
              see: It is grey.
      coverage:
        - what: AI that writes
          how: this
          sources: [notice]
          checked: 2026-11-20
    letters:
      - id: objection
        title: An objection
        text: |
          Dear LinkedIn,
          I object. [your name]
        sources: [notice]
        checked: 2026-11-20
    review: {{every: 90 days, limit: 540 days}}
"""
GOLDEN = """\
questions:
  - {ask: please end the training, entry: linkedin.opt-out}
  - {ask: how do i bake bread, entry: null}
"""
REFUSALS = """\
near: [how do i delete a linkedin connection]
far: [what is the weather]
"""
SYNONYMS = "synonyms:\n  - [opt out, turn off]\n"
ALARM = "wish_to_die: [i want to die]\nidioms: [this is killing me]\n"
HELPLINES = """\
emergency: {eu: "112", us: "911"}
distress:
  - {region: de, name: TelefonSeelsorge, phone: "0800 1110111", sources: [notice], checked: 2026-11-20}
"""
ARTICLE = """\
claims:
  - {number: 1, says: It starts in June., verdict: refuted, entry: linkedin.opt-out, sources: [paper]}
"""

WHOLE = {
    "platforms.yaml": PLATFORMS,
    "regions.yaml": REGIONS,
    "sources/linkedin.yaml": SOURCES,
    "helplines.yaml": HELPLINES,
    "article.yaml": ARTICLE,
    "en/caveats.yaml": CAVEATS,
    "en/linkedin.yaml": OPT_OUT,
    "en/golden.yaml": GOLDEN,
    "en/refusals.yaml": REFUSALS,
    "en/synonyms.yaml": SYNONYMS,
    "en/alarm.yaml": ALARM,
    "en/common_words.txt": "the\nand  # a comment\n",
}


def write(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """Write the whole folder, with `files` in place of or beside its own."""
    for name, content in {**WHOLE, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def load_with(folder: Path, files: Mapping[str, str | bytes] | None = None) -> LoadResult:
    """Write and load."""
    return load(write(folder, files), today=TODAY)


def base_with(folder: Path, files: Mapping[str, str | bytes] | None = None) -> KnowledgeBase:
    """Write and load what must be without errors."""
    result = load_with(folder, files)
    assert result.base is not None, [str(problem) for problem in result.problems]
    return result.base


def entry_text(claims: str, *, rest: str = "", entry_id: str = "linkedin.other", word: str = "other") -> str:
    """A file with one more entry: `claims` are list items indented by six, `rest` fields by four."""
    asked = "".join(f"      - {word} question {letter}\n" for letter in "abcdefghijkl")
    return (
        f"platform: {entry_id.partition('.')[0]}\nentries:\n  - id: {entry_id}\n    title: Another\n"
        f"    ask:\n{asked}    claims:\n{claims}{rest}"
    )


def claim(text: str = "It is so.", **fields: str) -> str:
    """One list item for `entry_text`."""
    values = {"sources": "[notice]", "checked": "2026-11-20", **fields}
    lines = "".join(f"        {name}: {value}\n" for name, value in values.items() if value)
    return f"      - text: {text}\n{lines}"
