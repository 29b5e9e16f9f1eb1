"""The dialogue as a person sees it: on the terminal, and as a picture for the README."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Final

from rich.box import Box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from bot.offline.formatted import Entity
from bot.offline.model import (
    Button,
    CallbackAnswered,
    Deleted,
    Edited,
    Event,
    InlineAnswered,
    Message,
    Sent,
)

_STYLES: Final = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "code": "cyan",
    "pre": "cyan",
    "text_link": "underline blue",
    "blockquote": "dim",
    "expandable_blockquote": "dim",
    "spoiler": "dim",
}
_WIDTH: Final = 78
_PANEL: Final = 76
_BAR: Final = Box("    \n┃   \n┃   \n┃   \n┃   \n┃   \n┃   \n    \n")
"""A bar at the left: boxes fall apart in pictures where another font is put in."""

_FONT_FACES: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


class Dialogue:
    """Prints what is said and shown, and remembers it for a picture.

    Args:
        console: where it is printed; a silent one when only the picture is wanted.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._record = Console(record=True, width=_WIDTH, file=StringIO(), force_terminal=True)

    @classmethod
    def on_terminal(cls) -> Dialogue:
        """One that prints on standard output."""
        return cls(_Terminal())

    @classmethod
    def silent(cls) -> Dialogue:
        """One that prints nothing."""
        return cls(Console(file=StringIO()))

    def said(self, line: str) -> None:
        """A line of the member, for the picture; on the terminal they have just typed it."""
        self._record.print(Text(f"> {line}", style="bold green"))

    def explain(self, text: str) -> None:
        """Something about the terminal chat itself; it is not in the picture."""
        self._console.print(Text(text, style="dim"))

    def note(self, text: str) -> None:
        """Something that neither said, such as a link that opens."""
        self._print(Text(f"({text})", style="dim"))

    def show(self, event: Event) -> None:
        """What the bot did."""
        match event:
            case Sent(message):
                self._print(_bubble(message, ""))
            case Edited(message):
                self._print(_bubble(message, "edited"))
            case CallbackAnswered(text=str(text)):
                self._print(Text(f"({text})", style="yellow"))
            case InlineAnswered(cards=cards):
                for number, card in enumerate(cards, 1):
                    self._print(Text.assemble(f"  {number}. ", (card.title, "bold"), f"  {card.description}"))
                if not cards:
                    self.note("no inline results")
            case Deleted():
                self.note("a message was deleted")
            case CallbackAnswered():
                pass

    def save(self, path: Path, *, title: str) -> None:
        """Write the picture as SVG, without fonts from elsewhere.

        Raises:
            OSError: the file cannot be written.
        """
        picture = self._record.export_svg(title=title, unique_id="advisor")
        path.write_text(_FONT_FACES.sub("", picture), encoding="utf-8")

    def _print(self, what: RenderableType) -> None:
        self._console.print(what)
        self._record.print(what)


class _Terminal(Console):
    """Standard output; when nobody reads it any more it falls silent, and the bot hears nothing of it."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


def _bubble(message: Message, note: str) -> RenderableType:
    parts: list[RenderableType] = [styled(message.text, message.entities)] if message.text else []
    if message.attachment is not None:
        file = message.attachment.file
        parts.append(Text(f"[file] {file.name}, {len(file.content)} bytes", style="magenta"))
    panel = Panel(
        Group(*parts), box=_BAR, title=note or None, title_align="left", border_style="blue", width=_PANEL
    )
    return Group(panel, Padding(_keyboard(message.rows), (0, 1))) if message.rows else panel


def _keyboard(rows: tuple[tuple[Button, ...], ...]) -> Text:
    lines, number = [], 0
    for row in rows:
        line = Text()
        for button in row:
            number += 1
            mark = {"url": " ↗", "copy": " ⧉", "inline": " …"}.get(button.kind, "")
            line.append(f"{number} ", style="dim").append(f"[{button.label}{mark}]", style="bold")
            line.append("  ")
        lines.append(line)
    return Text("\n").join(lines)


def styled(text: str, entities: tuple[Entity, ...]) -> Text:
    """`text` with its entities as terminal styles; links show where they lead."""
    units = text.encode("utf-16-le", "surrogatepass")
    result = Text(text)
    for entity in entities:
        begin = len(units[: entity.offset * 2].decode("utf-16-le", "replace"))
        end = len(units[: (entity.offset + entity.length) * 2].decode("utf-16-le", "replace"))
        style = _STYLES.get(entity.kind)
        if style is not None:
            result.stylize(f"{style} link {entity.url}" if entity.url else style, begin, end)
    return result
