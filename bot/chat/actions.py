"""What a tap asks for, as values; `bot.chat.buttons` writes them into buttons and reads them back.

Everything is text: parts name entries, surfaces, steps and letters by id, never by position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.chat.editing_actions import OfEditors


@dataclass(frozen=True, slots=True)
class Home:
    """The first screen."""


@dataclass(frozen=True, slots=True)
class ShowEntry:
    """The answer of an entry."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowMore:
    """The answer of an entry with what was folded."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowEnglish:
    """The English text of an entry, when the translation is older."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowSources:
    """What an entry rests on."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowCoverage:
    """What a guide stops and what it does not."""

    entry: str


@dataclass(frozen=True, slots=True)
class ChooseSurface:
    """Into a guide: where it was left, or at its first step; asks for the surface when none is known."""

    entry: str


@dataclass(frozen=True, slots=True)
class WalkAgain:
    """Into a guide as with `ChooseSurface`, but from its first step when it was finished."""

    entry: str


@dataclass(frozen=True, slots=True)
class AskSurface:
    """Where the member uses the platform, asked whatever was said before."""

    entry: str


@dataclass(frozen=True, slots=True)
class ShowSteps:
    """A surface was chosen: the steps of a guide there."""

    entry: str
    surface: str
    guide_hash: str


@dataclass(frozen=True, slots=True)
class WalkTap:
    """A button under a step of a guide.

    Attributes:
        entry: whose guide.
        surface: the first letter of the surface's name; its whole name has no room beside long ids.
        step: the id of the step.
        guide_hash: its first four digits.
    """

    entry: str
    surface: str
    step: str
    guide_hash: str


@dataclass(frozen=True, slots=True)
class WalkDone(WalkTap):
    """The step is done."""


@dataclass(frozen=True, slots=True)
class WalkBack(WalkTap):
    """To the step before."""


@dataclass(frozen=True, slots=True)
class WalkLater(WalkTap):
    """Not now; the step is kept."""


@dataclass(frozen=True, slots=True)
class WalkDiffers(WalkTap):
    """The step looks different."""


@dataclass(frozen=True, slots=True)
class OfferReminder:
    """To be reminded of looking at a setting again."""

    entry: str


@dataclass(frozen=True, slots=True)
class MakeReminder:
    """A reminder to be made; its whole state travels in the button.

    Attributes:
        points_at: the platform or entry to check.
        rule: from `rule_part`.
        wall: the first time, `YYYYMMDDHHMM`, by the clock of the member's zone.
    """

    points_at: str
    rule: str
    wall: str


@dataclass(frozen=True, slots=True)
class InZone:
    """A city was chosen, and with it the zone; the reminder that waited for it travels along.

    Attributes:
        city: a key of `bot.chat.screens.reminders.CITIES`.
        points_at, rule, wall: as in `MakeReminder`; empty when nothing waits.
    """

    city: str
    points_at: str = ""
    rule: str = ""
    wall: str = ""


@dataclass(frozen=True, slots=True)
class ShowReminders:
    """The list of reminders."""


@dataclass(frozen=True, slots=True)
class ShowReminder:
    """One reminder."""

    number: str


@dataclass(frozen=True, slots=True)
class ReminderTap:
    """Something to be done with a reminder: `change`, `pause`, `resume`, `skip`, `delete`, `ics`.

    The number 0 is all of them, for `ics`.
    """

    number: str
    what: str


@dataclass(frozen=True, slots=True)
class Retime:
    """A reminder gets another time; `rule` and `wall` as in `MakeReminder`."""

    number: str
    rule: str
    wall: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a reminder's message: `off`, `on` or `stop`."""

    number: str
    answer: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """A reminder's message comes again in so many days."""

    number: str
    days: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a message that a guide has changed: the setting is `off` or `on`."""

    entry: str
    answer: str


@dataclass(frozen=True, slots=True)
class TellChanges:
    """Messages that a guide has changed: `on` or `off`."""

    answer: str


@dataclass(frozen=True, slots=True)
class SetCorrections:
    """Messages that an answer was wrong: `on` or `off`."""

    answer: str


@dataclass(frozen=True, slots=True)
class ShowCheckup:
    """The member's list of switches."""


@dataclass(frozen=True, slots=True)
class ChoosePlatforms:
    """Which platforms the member uses."""


@dataclass(frozen=True, slots=True)
class UsePlatform:
    """A platform goes on the list (`yes`) or off it (`no`)."""

    platform: str
    answer: str


@dataclass(frozen=True, slots=True)
class TakePack:
    """A whole pack of platforms goes on the list."""

    pack: str


@dataclass(frozen=True, slots=True)
class SetPlain:
    """Plain mode `on` or `off`."""

    answer: str


@dataclass(frozen=True, slots=True)
class ShowLetter:
    """One letter of an entry."""

    entry: str
    letter: str


@dataclass(frozen=True, slots=True)
class FindAuthority:
    """Which data protection authority is one's own; nothing of the way there is kept.

    Attributes:
        place: a country or a German state; empty: the countries are offered.
        about: in Germany, whom the complaint is about: a word of `bot.chat.screens.authority.About`.
        page: of the countries.
    """

    place: str = ""
    about: str = ""
    page: str = "0"


@dataclass(frozen=True, slots=True)
class ShowTopics:
    """The topics of one platform, page by page; without a platform, the platforms."""

    platform: str = ""
    page: str = "0"


@dataclass(frozen=True, slots=True)
class AskRegion:
    """The question for the country; `entry` is shown afterwards."""

    entry: str = ""


@dataclass(frozen=True, slots=True)
class SetRegion:
    """A country or group was chosen; `entry` is shown afterwards."""

    region: str
    entry: str = ""


@dataclass(frozen=True, slots=True)
class AskLanguage:
    """The choice of languages."""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """A language was chosen."""

    language: str


@dataclass(frozen=True, slots=True)
class ShowPage:
    """One of the fixed pages: help, privacy, sources, mydata, ask, corrections, stay."""

    name: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The answer to "erase everything?": `ask`, `yes` or `no`."""

    answer: str


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What was talked about is over."""


@dataclass(frozen=True, slots=True)
class SendQuestion:
    """The question under which the button stands goes to the editors.

    Attributes:
        step: `ask` shows what would be sent, `yes` sends it, `no` does not.
        mark: some digits of what was shown, so that nothing else is sent.
    """

    step: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class NotMeant:
    """The answer or the suggestions were not what the member meant; only counted."""

    entry: str = ""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Data that this version cannot read."""


Action: TypeAlias = (
    Home
    | ShowEntry
    | ShowMore
    | ShowEnglish
    | ShowSources
    | ShowCoverage
    | ChooseSurface
    | AskSurface
    | ShowSteps
    | WalkDone
    | WalkBack
    | WalkLater
    | WalkDiffers
    | OfferReminder
    | ShowCheckup
    | ChoosePlatforms
    | UsePlatform
    | TakePack
    | SetPlain
    | ShowLetter
    | FindAuthority
    | ShowTopics
    | AskRegion
    | SetRegion
    | AskLanguage
    | SetLanguage
    | ShowPage
    | Forget
    | NewQuestion
    | MakeReminder
    | InZone
    | ShowReminders
    | ShowReminder
    | ReminderTap
    | Retime
    | Answered
    | Snooze
    | WalkAgain
    | Found
    | TellChanges
    | SetCorrections
    | SendQuestion
    | NotMeant
    | OfEditors
)
