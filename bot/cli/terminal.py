"""The terminal chat for a person: a prompt, messages as bubbles, buttons by number or by label."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot.cli.picture import Dialogue
from bot.cli.script import HELP, Say, Step, Tap, TapNumber, WrongLine, read_line
from bot.cli.session import Session
from bot.cli.typed import lines_of

_WELCOME = (
    "This is the whole bot, without a network: say something, /start for example. Buttons are tapped by "
    "their number or label. :help shows more, :quit ends."
)
_MORE = """\
2                  tap the button with this number
a button's label   tap it
:help  :quit       this page; the end"""


async def talk(session: Session, dialogue: Dialogue, *, kept: Path | None) -> None:
    """Let a person talk to the bot until they leave.

    Args:
        session: started.
        dialogue: prints.
        kept: the data folder, None when it is a temporary one.
    """
    session.telegram.on_event(dialogue.show)
    dialogue.explain(_WELCOME)
    place = kept or "a temporary folder that is removed at the end (--data keeps one)"
    dialogue.explain(f"The bot's data is in {place}.")
    async for line in _typed(session):
        word = line.strip()
        if word in (":quit", ":exit", ":q"):
            break
        if word in (":help", ":h", "?"):
            dialogue.explain(f"{_MORE}\n{HELP}")
            continue
        try:
            step = _meant(line, session)
            if step is not None:
                dialogue.said(line.strip())
                shown = await session.perform(step)
                if shown is not None:
                    dialogue.note(f"{shown.what}: {shown.text}")
        except WrongLine as error:
            dialogue.note(str(error))
        except TimeoutError:
            dialogue.note("the bot is still busy")


def _meant(line: str, session: Session) -> Step | None:
    """As in a script; a number or a label of the newest keyboard taps."""
    step = read_line(line)
    if not isinstance(step, Say) or step.reply or line.lstrip().startswith("\\"):
        return step
    buttons = session.keyboard()
    word = step.text.strip()
    if word.isdigit() and 1 <= int(word) <= len(buttons):
        return TapNumber(int(word))
    labels = [button.label for button in buttons if button.label.casefold() == word.casefold()]
    return Tap(labels[0]) if labels else step


async def _typed(session: Session) -> AsyncIterator[str]:
    if not sys.stdin.isatty():
        async for line in lines_of(sys.stdin.buffer):
            yield line
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    prompt: PromptSession[str] = PromptSession()
    with patch_stdout(raw=True):
        while True:
            place = f"member {session.user}" + (f" in group {-session.group}" if session.group else "")
            try:
                yield await prompt.prompt_async(f"{place} > ")
            except (EOFError, KeyboardInterrupt):
                return
