"""The fault plan: which call fails, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal[
    "status", "delay", "drop_before", "drop_after", "half", "garbage", "bad_gateway", "retry_after"
]
"""How a call fails.

status: it is not carried out and answered with `status` and `body`.
delay: it is carried out after `seconds`.
drop_before: the connection closes before the body is read; not carried out.
drop_after: carried out, then the connection closes without an answer.
half: carried out, then half of the answer is sent and the connection closes.
garbage: carried out, and answered with 200 and a body that is no JSON.
bad_gateway: not carried out, 502 with a page of HTML.
retry_after: not carried out, 429 that asks to wait `seconds`.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of the plan.

    Attributes:
        kind: how the calls fail.
        method: which method, in any case; empty for all but getUpdates.
        chat_id: only calls for this chat.
        first: the first matching call that fails, counted from one since the plan was made.
        times: how many matching calls fail from there on; 0 for all.
        status: for `status`.
        body: for `status`; without it, an answer in the Bot API's form.
        seconds: for `delay` and `retry_after`.
    """

    kind: Kind
    method: str = ""
    chat_id: int | None = None
    first: int = 1
    times: int = 1
    status: int = 500
    body: str | None = None
    seconds: float = 1

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether this entry is about the call."""
        named = method != "getupdates" if not self.method else method == self.method.lower()
        return named and self.chat_id in (None, chat_id)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Fault:
        """An entry from the control API.

        Raises:
            ValueError: there is no such kind.
            TypeError: a value has an unknown name.
        """
        if values.get("kind") not in get_args(Kind):
            raise ValueError(f"there is no fault {values.get('kind')!r}")
        return cls(**values)


@dataclass(slots=True)
class FaultPlan:
    """The entries, and how many calls each has seen."""

    _entries: list[tuple[Fault, list[int]]] = field(default_factory=list)

    def add(self, *faults: Fault) -> None:
        """Plan `faults`; they count calls from now on."""
        self._entries.extend((fault, [0]) for fault in faults)

    def clear(self) -> None:
        """Let everything succeed."""
        self._entries.clear()

    def replace(self, faults: Iterable[Fault]) -> None:
        """Plan only `faults`."""
        self.clear()
        self.add(*faults)

    def drops_unread(self, method: str) -> bool:
        """True when the body of a call need not be read to know that its connection is dropped."""
        about = [fault for fault, _ in self._entries if fault.method.lower() in ("", method)]
        return bool(about) and all(fault.kind == "drop_before" and fault.chat_id is None for fault in about)

    def pick(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault of this call, the first planned one when there are several; every entry counts it."""
        picked = None
        for fault, seen in self._entries:
            if not fault.matches(method, chat_id):
                continue
            seen[0] += 1
            hit = seen[0] >= fault.first and (not fault.times or seen[0] < fault.first + fault.times)
            picked = fault if hit and picked is None else picked
        return picked
