"""A member's own question on its way to the editors: shown exactly as it would be sent, then sent or not."""

from __future__ import annotations

from datetime import datetime

from bot.chat import actions
from bot.chat.blocks import Button, Preformatted, Screen, line
from bot.chat.screens.naming import named_label
from bot.chat.screens.rows import Row, home_row, press
from bot.chat.screens.viewer import Viewer
from bot.editing.masking import Masks
from bot.editing.work import Sending
from bot.knowledge.model import Entry


def masks_for(viewer: Viewer) -> Masks:
    """The words that stand for what was taken out."""
    _ = viewer.words.text
    return Masks(
        mail=_("[mail]"), link=_("[link]"), name=_("[name]"), number=_("[number]"), address=_("[address]")
    )


def send_button(viewer: Viewer) -> Button:
    """The way to the editors."""
    return press(viewer.words.text("Send to the editors"), actions.SendQuestion("ask"))


def not_meant_row(viewer: Viewer, entry: str = "") -> Row:
    """Says that an answer did not fit."""
    return (press(viewer.words.text("Not what I meant"), actions.NotMeant(entry)),)


def not_meant_screen(viewer: Viewer) -> Screen:
    """After an answer or suggestions that did not fit."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(_("Sorry. Please try other words, perhaps with the name of the platform.")),
            line(
                _(
                    "If nothing fits, you can send your question to the editors. "
                    "I show you first what they get."
                )
            ),
        ),
        rows=(
            (send_button(viewer),),
            (press(_("All topics"), actions.ShowTopics()), *home_row(viewer)),
        ),
    )


def preview_screen(masked: str, mark: str, viewer: Viewer) -> Screen:
    """What the editors would get, letter by letter.

    Args:
        masked: the text.
        mark: some digits of it, for the button.
        viewer: who wrote it.
    """
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(_("This is all that the editors would get:")),
            Preformatted(masked),
            line(
                _(
                    "Names, numbers and addresses that I recognise are taken out. It is kept sealed until it "
                    "is answered, at most 90 days; editors do not see who asked. "
                    "I tell you when there is an answer."
                )
            ),
        ),
        rows=(
            (
                press(_("Send"), actions.SendQuestion("yes", mark)),
                press(_("Not now"), actions.SendQuestion("no")),
            ),
        ),
    )


def again_screen(viewer: Viewer) -> Screen:
    """The question is not at hand any more, since nothing of it was kept."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(_("I keep no questions, so I do not have yours any more.")),
            line(
                _(
                    "Please write it once more, in your next message. "
                    "I show you what would be sent before it is."
                )
            ),
        ),
        rows=((press(_("Not now"), actions.SendQuestion("no")),),),
    )


def nothing_left_screen(viewer: Viewer) -> Screen:
    """Nothing is left of the text that could be answered."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(
                _(
                    "There is no question left in that after names and numbers are taken out. "
                    "Nothing was sent."
                )
            ),
        ),
        rows=(home_row(viewer),),
    )


def sent_screen(outcome: Sending, viewer: Viewer) -> Screen:
    """What became of it."""
    _ = viewer.words.text
    texts = {
        Sending.SENT: _(
            "Sent. I tell you here when the editors have answered. /mydata shows it, /forget erases it."
        ),
        Sending.TOO_MANY: _(
            "Not sent: three a day is the most, so that each can be read. Please come back tomorrow."
        ),
        Sending.FULL: _(
            "Not sent: the editors have more questions waiting than they can read. "
            "Please try again in some days."
        ),
    }
    return Screen(
        blocks=(line(texts[outcome]),),
        rows=((press(_("All topics"), actions.ShowTopics()), *home_row(viewer)),),
    )


def not_sent_screen(viewer: Viewer) -> Screen:
    """The member chose not to send it."""
    _ = viewer.words.text
    return Screen(
        blocks=(line(_("All right, nothing was sent and nothing is kept.")),),
        rows=((press(_("All topics"), actions.ShowTopics()), *home_row(viewer)),),
    )


def answer_notice_screen(entry: Entry | None, asked_at: datetime, viewer: Viewer, *, repeat: bool) -> Screen:
    """Tells a member that the editors have answered.

    Args:
        entry: what answers the question; None when it is not there any more.
        asked_at: when it was sent.
        viewer: the member.
        repeat: whether an earlier message may have arrived.
    """
    _ = viewer.words.text
    text = _("The editors have answered the question that you sent on {day}.")
    blocks = [line(text.format(day=viewer.words.day(asked_at.date())))]
    if repeat:
        blocks.append(line(_("(This may be a repeat: I was interrupted.)")))
    blocks.append(line(_("Its text is erased now.")))
    rows: list[Row] = []
    if entry is not None:
        rows.append((press(named_label(entry, viewer), actions.ShowEntry(entry.id)),))
    return Screen(blocks=tuple(blocks), rows=(*rows, home_row(viewer)))
