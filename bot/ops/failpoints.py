"""Ends the process, as kill -9 would, at a named step: so that a test can crash it everywhere.

`ADVISOR_FAILPOINT=name:n` ends it at the n-th time that the step `name` is reached. Without the variable a
step costs one comparison. For tests alone; the steps are where a crash could lose or double something.
"""

from __future__ import annotations

import os

VARIABLE = "ADVISOR_FAILPOINT"
EXIT_CODE = 137
"""What a shell says of a process that was ended by signal 9."""

STEPS = (
    "storage.begun",
    "storage.before-commit",
    "storage.committed",
    "storage.before-upgrade",
    "storage.upgraded",
    "storage.log-emptied",
    "reminders.materialised",
    "reminders.advanced",
    "deliveries.recovered",
    "deliveries.claimed",
    "deliveries.sending",
    "deliveries.before-send",
    "deliveries.answered",
    "deliveries.outcome-written",
    "deliveries.done",
)
"""Every step, in the order in which work passes them; a test holds the code to it."""


OF_NEWS = (
    "changes.added",
    "changes.announced",
    "recalls.written",
    "recalls.added",
    "recalls.filled",
)
"""Steps of telling members that a guide has changed or an answer was wrong; tested in the same way."""

OF_EDITING = (
    "editing.contents-stored",
    "editing.revision-written",
    "editing.told",
)
"""Steps of publishing a revision, inside the transaction that also writes the audit."""

OF_PROPOSALS = (
    "proposals.draft-written",
    "proposals.state-written",
    "proposals.scheduled",
    "proposals.laid-on-newest",
    "proposals.publication-written",
    "proposals.told",
    "proposals.noted",
    "proposals.published",
)
"""Steps of a proposal on its way; all but the last stand inside the transaction that makes it so."""

OF_UPKEEP = (
    "backup.copied",
    "backup.published",
    "transfer.batch",
    "transfer.carried",
    "rekey.begun",
    "rekey.batch",
    "rekey.moved",
    "rekey.finished",
    "restore.prepared",
    "restore.kept",
    "restore.done",
)
"""Steps of what an operator does while the bot stands still; a test holds the code to them too."""


class _Armed:
    """The one step at which this process ends, and how often it is still passed before."""

    def __init__(self, text: str) -> None:
        self.name, _, count = text.partition(":")
        steps = STEPS + OF_NEWS + OF_EDITING + OF_PROPOSALS + OF_UPKEEP
        if self.name not in steps or not (count.isdecimal() and int(count) > 0):
            raise ValueError(f"{VARIABLE} must be STEP:N with a step of {', '.join(steps)} and N from 1")
        self.left = int(count)

    def hit(self, name: str) -> None:
        if name == self.name:
            self.left -= 1
            if self.left == 0:
                os._exit(EXIT_CODE)


_armed: _Armed | None = None


def arm(text: str | None) -> None:
    """Set the step, as in the variable; None or nothing takes it back.

    Raises:
        ValueError: there is no such step.
    """
    global _armed  # noqa: PLW0603 - one process ends once
    _armed = _Armed(text) if text else None


arm(os.environ.get(VARIABLE))


def hit(name: str) -> None:
    """Pass the step `name`, or end here without any clean-up when this is the time."""
    if _armed is not None:
        _armed.hit(name)
