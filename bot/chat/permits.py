"""Whether this process may still say something: the last look before a message leaves.

A process that stood still for a while, or lost the database, may no longer be the one that answers: another
has begun, and marks what it says as a possible repeat. What we say after that is the repeat, and not
marked. So whoever works under a term (a lease, a claim) puts it here, and the outbox looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from bot.chat.errors import NotNow


class Permit(Protocol):
    """What allows to speak; `bot.storage.leases.Term` is one."""

    @property
    def held(self) -> bool:
        """Whether nobody else can be speaking in our place."""
        ...

    @property
    def unsure(self) -> bool:
        """Whether it cannot be asked; then only what says that it may be a repeat may leave."""
        ...


class NotOurs(NotNow):
    """Another process may have taken over what is being answered; nothing was sent."""


perhaps_repeat: ContextVar[bool] = ContextVar("perhaps_repeat", default=False)
"""True while an update is handled that may have been answered before."""

_permit: ContextVar[Permit | None] = ContextVar("permit", default=None)


@contextmanager
def under(permit: Permit) -> Iterator[None]:
    """What is said inside is said under `permit`."""
    token = _permit.set(permit)
    try:
        yield
    finally:
        _permit.reset(token)


def check() -> None:
    """Look once more, right before something leaves.

    Raises:
        NotOurs: it must not.
    """
    permit = _permit.get()
    if permit is None or permit.held or (permit.unsure and perhaps_repeat.get()):
        return
    raise NotOurs("another process may have taken over")
