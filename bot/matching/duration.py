"""How long a thing takes: a company has a month to answer who used a right, and a switch has no deadline."""

from __future__ import annotations

from bot.knowledge.model import Entry, KnowledgeBase

OWN = ("opt-out-time",)
"""The entry in which a service says how long its switch takes; what stands there is the answer."""
NEAR = ("opt-out-effect", "retention", "past-training")
"""What else may be meant."""
RIGHTS = ("gdpr.deadline",)
"""The deadline of rights, which may be meant too."""

_TAKING = (
    ({"how", "long"}, {"take", "takes", "last", "lasts"}),
    ({"wie", "lange"}, {"dauert", "dauern", "braucht"}),
)


def of_a_switch(base: KnowledgeBase, last: Entry | None) -> bool:
    """True when what was talked about is a switch, or a service alone, and no right that must be answered.

    An opt-out that is a right's (an objection) leads to the deadline of rights: by itself, or over what it
    says about a refusal. One that only points at another service's or another form's guide does not.
    """
    if last is None:
        return True
    name = last.id.partition(".")[2]
    platform = base.platforms.get(last.platform)
    if platform is None or not platform.service or not (last.guide or name.startswith("opt-out")):
        return False
    seen = [base.entry(key) for key in last.see]
    near = [one for one in seen if one and one.platform == last.platform and one.guide is None]
    return not any(key in RIGHTS for one in (last, *near) for key in one.see)


def is_told_by(entry: Entry) -> bool:
    """True when `entry` is what people get who ask how long it takes."""
    for phrasing in entry.phrasings:
        words = set(phrasing.casefold().split())
        if any(asking <= words and words & verbs for asking, verbs in _TAKING):
            return True
    return False
