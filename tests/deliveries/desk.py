"""A dispatcher with a Telegram that does as it is told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Row, select

from bot.deliveries import store
from bot.deliveries.dispatcher import Dispatcher
from bot.deliveries.model import Delivery, Fate, Kind, New, Outcome
from bot.storage.tables import deliveries
from tests.support.databases import NOW
from tests.support.members import House

ANNA, BEN = 1001, 1002
SENT = Outcome(Fate.SENT, message_id=7)

Step = Outcome | Exception | Callable[[], Awaitable[Outcome]]


@dataclass
class Telegram:
    """Answers with what was planned, then with `SENT`; keeps what it got."""

    plan: deque[Step] = field(default_factory=deque)
    got: list[Delivery] = field(default_factory=list)

    async def send(self, delivery: Delivery) -> Outcome:
        """The port."""
        self.got.append(delivery)
        step = self.plan.popleft() if self.plan else SENT
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, Outcome) else await step()


@dataclass
class Desk:
    """A house, its Telegram and a dispatcher between them."""

    house: House
    telegram: Telegram
    dispatcher: Dispatcher

    @classmethod
    async def open(cls, house: House, **options: object) -> Desk:
        """With Anna and Ben as members."""
        await house.choose(ANNA, 1)
        await house.choose(BEN, 2)
        telegram = Telegram()
        dispatcher = Dispatcher(house.database, telegram.send, clock=house.clock, **options)  # type: ignore[arg-type]
        return cls(house, telegram, dispatcher)

    def another(self, **options: object) -> Dispatcher:
        """As another process would have."""
        return Dispatcher(
            self.house.database,
            self.telegram.send,
            clock=self.house.clock,
            **options,  # type: ignore[arg-type]
        )

    async def add(self, key: str = "a", *, member: int = ANNA, expires: timedelta | None = None) -> None:
        """A delivery that is due now."""
        now = self.house.clock.now()
        new = New(
            kind=Kind.REMINDER,
            key=key,
            member_id=self.house.identity.member_id(member),
            subject=key,
            due=now,
            expires=now + expires if expires else None,
        )
        async with self.house.database.write() as connection:
            await store.add(connection, [new], now)

    async def rows(self) -> list[Row[tuple[object, ...]]]:
        """Every delivery."""
        async with self.house.database.read() as connection:
            return list((await connection.execute(select(deliveries).order_by(deliveries.c.id))).all())

    async def state(self) -> tuple[str, str | None]:
        """State and error of the only delivery."""
        (row,) = await self.rows()
        return row.state, row.error

    async def calls(self, count: int) -> None:
        """Wait until Telegram was called so often."""
        async with asyncio.timeout(60):
            while len(self.telegram.got) < count:  # noqa: ASYNC110 - it is a list
                await asyncio.sleep(0.01)

    async def pass_time(self, span: timedelta = timedelta(minutes=10)) -> None:
        """Let time go by, and carry what is due then."""
        self.house.clock.instant += span
        await self.dispatcher.run_due()


def stuck(event: asyncio.Event) -> Callable[[], Awaitable[Outcome]]:
    """A call that only ends when `event` comes."""

    async def call() -> Outcome:
        await event.wait()
        return SENT

    return call


__all__ = ["ANNA", "BEN", "NOW", "SENT", "Desk", "Telegram", "stuck"]
