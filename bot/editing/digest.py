"""Once a week each editor is told what waits: one message at most, on Monday morning by their own clock.

The row of a delivery is made at the beginning of the week and is unique for editor and week, so neither a
restart nor a second process makes another; what waits is read when it is sent.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.deliveries import store as deliveries
from bot.deliveries.model import Kind, New
from bot.editing.editors import Editors, Person
from bot.members import store as members_store
from bot.members.identity import Unreadable
from bot.members.profile import Profile

HOUR = time(9)
"""When it is due, on Monday."""
_USUAL_ZONE = "Europe/Berlin"
_WORTH = timedelta(hours=12)
"""After this the week's digest is not begun any more."""
_EXPIRES = timedelta(days=2)


class Digest:
    """Makes the deliveries of a week.

    Args:
        people: who is an editor.
    """

    def __init__(self, people: Editors) -> None:
        self._people = people
        self._done: str | None = None

    async def feed(self) -> int:
        """Add the week's deliveries, once a week in each process; returns how many editors that were.

        Raises:
            StorageDown: the database does not answer.
        """
        now = self._people.clock.now()
        week = week_of(now)
        if week == self._done:
            return 0
        async with self._people.database.write() as connection:
            people = [one for one in await self._people.people(connection) if one.wants_digest]
            news = []
            for person in people:
                found = await members_store.find(connection, person.member_id)
                if found is None or person.number is None:
                    continue  # never wrote to the bot, so it may not write to them
                due = due_at(now, self._zone(person, found.sealed_profile))
                if now < due + _WORTH:
                    news.append(
                        New(
                            kind=Kind.DIGEST,
                            key=f"digest:{week}:{person.number}",
                            member_id=person.member_id,
                            subject=week,
                            due=due,
                            expires=due + _EXPIRES,
                        )
                    )
            await deliveries.add(connection, news, now)
        self._done = week
        return len(news)

    async def reader(self, member_id: bytes) -> Person | None:
        """The editor to whom a digest goes; None when they are none any more, or stopped it."""
        async with self._people.database.read() as connection:
            everybody = await self._people.people(connection)
        return next((one for one in everybody if one.member_id == member_id and one.wants_digest), None)

    async def stop(self, telegram_id: int, *, wanted: bool = False) -> bool:
        """Turn the digest off or on; False for whoever is no editor."""
        member_id = self._people.identity.member_id(telegram_id)
        async with self._people.database.write() as connection:
            if await self._people.find(connection, member_id, lock=True) is None:
                return False
            await self._people.set_digest(connection, member_id, wanted)
        return True

    def _zone(self, person: Person, sealed_profile: bytes) -> str:
        try:
            profile = Profile.from_bytes(self._people.identity.unseal(person.member_id, sealed_profile))
        except (Unreadable, ValueError):
            return _USUAL_ZONE
        return profile.zone or _USUAL_ZONE


def week_of(now: datetime) -> str:
    """The week by ISO 8601, in UTC, such as `2026-w48`."""
    year, week, _ = now.astimezone(UTC).isocalendar()
    return f"{year}-w{week:02}"


def due_at(now: datetime, zone: str) -> datetime:
    """Monday morning of the week of `now`, by the clock of `zone`."""
    today = now.astimezone(UTC).date()
    monday = today - timedelta(days=today.weekday())
    return datetime.combine(monday, HOUR, tzinfo=ZoneInfo(zone)).astimezone(UTC)
