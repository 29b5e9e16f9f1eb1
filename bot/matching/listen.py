"""What a question says beside its subject: on which device, and where the person lives."""

from __future__ import annotations

from dataclasses import dataclass

from bot.matching.index import Index, Question
from bot.matching.normalise import words as normalise
from bot.matching.orders import without_orders
from bot.matching.place import Device, find_device
from bot.matching.result import Candidate, Reading
from bot.matching.snapshot import Snapshot

_LEFT_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Said:
    """A question, heard by one index."""

    plain: tuple[str, ...]
    """All its words, as typed, without orders to the bot."""
    question: Question
    """Its subject: the words without a sentence of place."""
    device: Device
    moved_to: str | None
    only_orders: bool = False
    """True when nothing is said but orders to the bot."""

    def reading(self, index: Index, candidates: tuple[Candidate, ...], *, followed: bool = False) -> Reading:
        """What was understood, for an outcome with `candidates`."""
        services = self.question.found.services
        return Reading(
            candidates=candidates,
            language=index.language,
            platform=services[0] if services else None,
            surface=self.device.surface,
            followed=followed,
            moved_to=self.moved_to,
            repairs=self.question.heard.repairs,
            mobile=self.device.mobile,
        )


def listen(snapshot: Snapshot, index: Index, text: str, *, region: str | None) -> Said:
    """Hears `text` with `index`; `region` is what is known of the member.

    A sentence of place ("i live in boston now") is taken out of what is scored, when more is said than that.
    """
    typed = normalise(text, index.language)
    plain = without_orders(typed)
    question = index.hear_words(plain)
    words = question.heard.words
    moved_to = None
    if living := snapshot.places.lived_in(words):
        moved_to = snapshot.places.news(living.region, known=region)
        left = words[: living.start] + words[living.end :]
        if len(left) >= _LEFT_AT_LEAST:
            repairs = question.heard.repairs
            question = index.hear_words(left)
            question = question.with_repairs(repairs)
    return Said(plain, question, find_device(words), moved_to, only_orders=bool(typed) and not plain)
