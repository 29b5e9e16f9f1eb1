"""Short words for what is not a question: files, too much at once, faults, the unexpected."""

from __future__ import annotations

from bot.chat import actions
from bot.chat.blocks import Screen, line
from bot.chat.screens.rows import home_row, press
from bot.chat.screens.viewer import Viewer


def media_screen(viewer: Viewer) -> Screen:
    """A photo, voice message, sticker or file came; it was not fetched."""
    text = viewer.words.text("I read text only. I did not open what you sent. Please ask in words.")
    return Screen(blocks=(line(text),))


def empty_screen(viewer: Viewer) -> Screen:
    """A message without any word came."""
    text = viewer.words.text(
        "There is no word in that which I could read. Ask me about AI training on your data."
    )
    return Screen(
        blocks=(line(text),), rows=((press(viewer.words.text("All topics"), actions.ShowTopics()),),)
    )


def new_question_screen(viewer: Viewer) -> Screen:
    """What was talked about is over."""
    return Screen(
        blocks=(line(viewer.words.text("All right, a new question. What would you like to know?")),)
    )


def too_many_screen(viewer: Viewer) -> Screen:
    """More messages came than are answered at once."""
    text = viewer.words.text(
        "One at a time, please. I answer your first messages; send the rest again afterwards."
    )
    return Screen(blocks=(line(text),))


def missed_screen(viewer: Viewer) -> Screen:
    """A restart may have lost the answer to a message."""
    text = viewer.words.text("I was restarted and may have missed your last message. Please send it again.")
    return Screen(blocks=(line(text),))


def bug_screen(viewer: Viewer, *, mark: str) -> Screen:
    """Something went wrong on our side.

    Args:
        viewer: who reads it.
        mark: the mark under which the log has it.
    """
    text = viewer.words.text(
        "Something went wrong on my side, not on yours. It is noted under {mark}, without your words. "
        "Please try again, or begin with /start."
    )
    return Screen(blocks=(line(text.format(mark=mark)),))


def outdated_screen(viewer: Viewer) -> Screen:
    """A button of an older version, or a forged one."""
    text = viewer.words.text("That button is from an older version and did nothing. Here you can go on.")
    return Screen(
        blocks=(line(text),),
        rows=((press(viewer.words.text("All topics"), actions.ShowTopics()), *home_row(viewer)),),
    )


def private_only_screen(viewer: Viewer) -> Screen:
    """A personal command came in a group."""
    text = viewer.words.text("That is personal. Please ask me in a private chat: @{name}")
    return Screen(blocks=(line(text.format(name=viewer.bot_name)),))


def stop_screen(viewer: Viewer) -> Screen:
    """What stopping means."""
    _ = viewer.words.text
    return Screen(
        blocks=(
            line(_("All right. I only write when you write; nothing comes from me on its own.")),
            line(
                _("To erase what is kept about you, tap below. To be rid of me, block this chat in Telegram.")
            ),
        ),
        rows=((press(_("Erase my data"), actions.Forget("ask")),), home_row(viewer)),
    )


def repeat_mark(viewer: Viewer) -> str:
    """The words that mark an answer which may have been given before."""
    return viewer.words.text("(This may be a repeat: I was interrupted.)")
