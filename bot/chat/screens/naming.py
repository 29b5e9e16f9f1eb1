"""Labels of topics that say which service they are about, where the reader cannot know it.

"Is a switch needed?" is short under an answer about Zoom, and a riddle among suggestions.
"""

from __future__ import annotations

from bot.chat.screens.viewer import Viewer
from bot.chat.wording import SOURCE_LANGUAGE
from bot.knowledge.model import Entry, Platform
from bot.matching.normalise import every_word

LONGEST = 40
"""Characters of a label with a service in front; a phone shows hardly more in one row."""


def named_label(entry: Entry, viewer: Viewer, *, about: str | None = None) -> str:
    """The label of `entry`, with its service in front unless that is known or in it already.

    Args:
        entry: what the button leads to.
        viewer: who reads it.
        about: the platform that the reader knows it is about; None when there is none.
    """
    label = viewer.label(entry)
    platform = viewer.base.platforms.get(entry.platform)
    if platform is None or not platform.service or platform.id == about or _names(label, platform):
        return label
    name = _short_name(platform)
    return _fitting(viewer.words.text("{name}: {topic}").format(name=name, topic=_inner(label, viewer)))


def _short_name(platform: Platform) -> str:
    """The name without what stands in brackets: `X` for `X (Twitter)`."""
    return platform.name.partition(" (")[0]


def _names(label: str, platform: Platform) -> bool:
    """Whether a name of `platform`, or of one of its products, stands in `label`."""
    words = every_word(label, "en")
    products = (platform.products or "").split(", ")
    for name in (platform.name, _short_name(platform), *products, *platform.aliases):
        sought = every_word(name, "en")
        if sought and any(words[at : at + len(sought)] == sought for at in range(len(words))):
            return True
    return False


def _inner(label: str, viewer: Viewer) -> str:
    """`label` as it goes on after a colon: in English with a small letter, unless a name begins it."""
    first = label.split(" ", maxsplit=1)[0].strip(",:?.'’").removesuffix("'s").removesuffix("’s")
    plain = first[:1].isupper() and (first[1:].islower() or first == "A")
    if viewer.words.code != SOURCE_LANGUAGE or not plain:
        return label
    platforms, regions = viewer.base.platforms.values(), viewer.base.regions.values()
    names = {name.casefold() for one in platforms for name in (one.name, *one.aliases)}
    names |= {region.name.casefold() for region in regions}
    return label if first.casefold() in names else label[:1].lower() + label[1:]


def _fitting(label: str) -> str:
    """`label`, cut between words when it is too long."""
    if len(label) <= LONGEST:
        return label
    return f"{label[:LONGEST].rpartition(' ')[0].rstrip(',:;.–')}…"
