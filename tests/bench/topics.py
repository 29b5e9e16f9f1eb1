"""`python -m tests.bench.topics FOLDER`: questions on 150 made-up topics, as many phrasings as asked for.

Measuring at 100,000 phrasings needs more than people write. A topic is something done with something ("cancel
a parcel"); each side has everyday synonyms, and a phrasing wraps the two in an opening, a detail or a story.
The test wraps them in openings, details and stories that no phrasing has, one question in five with a slip of
the finger. What must be refused is near (things and actions that are topics, in pairs that are none) or far
(everyday talk). The same seed gives the same files.

The files go through `advisor evaluate --train … --test … --refusals …` as they are.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TOPICS = 150
SEED = 20261125

ACTIONS = {
    "cancel": ("cancel", "call off", "get out of", "stop"),
    "move": ("move", "reschedule", "postpone", "shift to another day"),
    "pay": ("pay for", "settle", "transfer the money for", "clear the bill for"),
    "refund": ("get my money back for", "be refunded for", "claim a refund on", "get reimbursed for"),
    "track": ("track", "follow", "see where it is with", "check the progress of"),
    "renew": ("renew", "extend", "prolong", "carry on with"),
    "report": (
        "report damage to",
        "report a fault with",
        "complain about a broken",
        "tell you of a defect in",
    ),
    "share": ("share", "give a friend access to", "pass on", "hand over"),
    "lost": ("replace a lost", "get a new one after losing", "recover a missing", "find a lost"),
    "price": ("find the price of", "know what it costs to have", "get a quote for", "see the fees for"),
    "insure": ("insure", "get cover for", "protect against theft", "take out a policy for"),
    "rename": ("change the name on", "correct the spelling on", "rename", "put another name on"),
}
THINGS = {
    "parcel": ("parcel", "package", "shipment"),
    "flight": ("flight", "plane ticket", "airline booking"),
    "gym": ("gym membership", "fitness contract", "gym plan"),
    "doctor": ("doctor's appointment", "surgery visit"),
    "rent": ("flat", "apartment", "rental flat"),
    "bike": ("bike", "bicycle", "e-bike"),
    "card": ("credit card", "bank card", "debit card"),
    "phone": ("phone contract", "mobile plan", "sim plan"),
    "library": ("library book", "borrowed book"),
    "hotel": ("hotel room", "hotel booking", "room reservation"),
    "car": ("rental car", "hire car", "hired vehicle"),
    "course": ("language course", "evening class"),
    "power": ("electricity contract", "power supply", "energy tariff"),
    "ticket": ("concert ticket", "gig ticket"),
    "passport": ("passport", "travel document"),
    "internet": ("broadband", "internet line", "wifi contract"),
    "meal": ("food delivery", "takeaway order", "lunch order"),
    "locker": ("locker", "storage box"),
    "parking": ("parking space", "parking permit"),
    "pet": ("dog licence", "pet registration"),
}
OPENINGS = (
    "how do i {}",
    "how can i {}",
    "i want to {}",
    "i need to {}",
    "can i {}",
    "is it possible to {}",
    "{}",
    "where do i {}",
    "what do i have to do to {}",
    "help me {}",
    "please {}",
    "i would like to {}",
    "how to {}",
    "can you help me to {}",
    "what is the way to {}",
    "is there a way to {}",
    "show me how to {}",
    "am i allowed to {}",
    "who do i call to {}",
    "what are the steps to {}",
    "may i {}",
    "time to {}",
)
DETAILS = (
    "",
    "",
    "",
    "online",
    "today",
    "by phone",
    "in the app",
    "before friday",
    "without an account",
    "abroad",
    "for my mother",
    "as a student",
    "at the counter",
    "on my laptop",
    "for two people",
    "this month",
    "quickly",
    "after the deadline",
    "in another city",
    "with a voucher",
    "on a sunday",
    "from my old address",
    "for free",
)
STORIES = (
    "",
    "",
    "",
    "",
    "i just moved.",
    "it is urgent.",
    "the website does not say.",
    "i called twice already.",
    "my plans changed.",
    "i was told to ask here.",
    "nobody answers my mail.",
    "sorry if this was asked before.",
)
UNSEEN_OPENINGS = (
    "hi, any idea how one would {}",
    "what happens if i try to {}",
    "my wife says we can {}, how",
    "they told me at the desk that i could {}, is that so",
    "looking for a form to {}",
    "trying to {} but stuck",
    "so apparently you have to ring someone to {}",
    "is it too late to {}",
    "{} - what now",
    "need to {} asap",
    "which button lets me {}",
    "do i have to come in person to {}",
    "could somebody walk me through how to {}",
)
UNSEEN_DETAILS = (
    "",
    "",
    "",
    "while i am in hospital",
    "over the holidays",
    "with my new surname",
    "using the old receipt",
    "on behalf of our club",
    "without printing anything",
    "from my brother's computer",
    "by the end of may",
)
UNSEEN_STORIES = (
    "",
    "",
    "",
    "long story short, i broke my leg.",
    "the man at the station was no help.",
    "we split up in june.",
    "your chat froze on me yesterday.",
    "i am new in this country and my english is not great.",
)
_FAR = (
    "what is the weather like in {}",
    "who won the match in {}",
    "tell me a joke about {}",
    "how tall is the tower in {}",
    "recipe for soup from {}",
    "what time is it in {}",
    "which language do they speak in {}",
    "play some music from {}",
    "is {} a nice place for children",
    "how many people live in {}",
    "translate good morning into the language of {}",
    "when was {} founded",
)
_PLACES = (
    "oslo",
    "lima",
    "porto",
    "dublin",
    "kyoto",
    "quito",
    "turin",
    "perth",
    "lagos",
    "bergen",
    "cairo",
    "tampa",
    "delhi",
    "basel",
    "ghent",
    "leeds",
    "minsk",
    "sofia",
    "hanoi",
    "accra",
)
_SLIP = 0.2


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence with its topic; None: it must be refused."""

    text: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Set:
    """What an index is made of and what it is asked."""

    train: tuple[Asked, ...]
    refusals: tuple[Asked, ...]
    test: tuple[Asked, ...]


def make(phrasings: int, *, topics: int = TOPICS, questions: int = 1000, seed: int = SEED) -> Set:
    """A set with about `phrasings` phrasings spread evenly over `topics`; of the test a quarter is refused.

    Raises `ValueError` for more topics than there are pairs, or no phrasing for each.
    """
    pairs = [*itertools.product(ACTIONS, THINGS)]
    if not 0 < topics < len(pairs) or phrasings < topics:
        raise ValueError(f"1 to {len(pairs) - 1} topics, and a phrasing for each")
    chance = random.Random(seed)
    chance.shuffle(pairs)
    chosen, others = pairs[:topics], pairs[topics:]
    train: list[Asked] = []
    each, more = divmod(phrasings, topics)
    for number, pair in enumerate(chosen):
        label = ".".join(pair)
        train += (Asked(text, label) for text in _several(pair, each + (number < more), chance))
    known_far, unseen_far = _FAR[::2], _FAR[1::2]
    half = len(others) // 2
    refused = [_wrapped(chance.choice(others[:half]), chance) for _ in range(max(20, phrasings // 20))]
    refused += [
        chance.choice(known_far).format(chance.choice(_PLACES)) for _ in range(max(20, phrasings // 50))
    ]
    test = [
        _unseen(pair, ".".join(pair), chance) for pair in (chance.choice(chosen) for _ in range(questions))
    ]
    test = test[: questions * 3 // 4]
    while len(test) < questions:
        near = chance.random() < 0.5
        far = chance.choice(unseen_far).format(chance.choice(_PLACES))
        test.append(_unseen(chance.choice(others[half:]), None, chance) if near else Asked(far, None))
    return Set(tuple(train), tuple(Asked(text, None) for text in dict.fromkeys(refused)), tuple(test))


def _several(pair: tuple[str, str], many: int, chance: random.Random) -> list[str]:
    """`many` different phrasings of one topic, or as many as can be found."""
    found: dict[str, None] = {}
    for _ in range(20 * many):
        if len(found) == many:
            break
        found[_wrapped(pair, chance)] = None
    return list(found)


def _wrapped(pair: tuple[str, str], chance: random.Random) -> str:
    return _sentence(pair, (OPENINGS, DETAILS, STORIES), chance)


def _unseen(pair: tuple[str, str], label: str | None, chance: random.Random) -> Asked:
    text = _sentence(pair, (UNSEEN_OPENINGS, UNSEEN_DETAILS, UNSEEN_STORIES), chance)
    if chance.random() < _SLIP:
        at = chance.randrange(1, len(text) - 1)
        text = text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
    return Asked(text, label)


def _sentence(pair: tuple[str, str], frame: Sequence[Sequence[str]], chance: random.Random) -> str:
    openings, details, stories = (chance.choice(part) for part in frame)
    action, thing = chance.choice(ACTIONS[pair[0]]), chance.choice(THINGS[pair[1]])
    said = openings.format(f"{action} {chance.choice(('my', 'the', 'a', 'our'))} {thing} {details}".strip())
    return f"{stories} {said}".strip() if chance.random() < 0.5 else f"{said} {stories}".strip()


def write(path: Path, rows: Sequence[Asked]) -> None:
    """Write `rows` as JSON lines. Raises `OSError`."""
    lines = (json.dumps({"text": row.text, "label": row.label}) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write three files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--phrasings", type=int, default=3000)
    parser.add_argument("--topics", type=int, default=TOPICS)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    made = make(chosen.phrasings, topics=chosen.topics, questions=chosen.questions, seed=chosen.seed)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("train", made.train), ("refusals", made.refusals), ("test", made.test)):
        write(chosen.folder / f"{name}.jsonl", rows)


if __name__ == "__main__":
    main()
