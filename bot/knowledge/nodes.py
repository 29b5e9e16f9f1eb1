"""What a YAML file is made of here: texts, lists and maps that know where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge.problems import Position


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text."""

    text: str
    position: Position
    plain: bool = True
    """False when it stands in quotes or in a block, so that a quoted "null" is not taken for nothing."""

    @property
    def empty(self) -> bool:
        """True for a key with nothing behind it."""
        return self.plain and self.text in {"", "~", "null"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map; keys are texts, in the order of the file."""

    pairs: tuple[tuple[Scalar, Node], ...]
    position: Position

    def get(self, key: str) -> Node | None:
        """The value of `key`, or None."""
        return next((value for name, value in self.pairs if name.text == key), None)


@dataclass(frozen=True, slots=True)
class Broken:
    """A place whose problem is already in the report; it is passed over in silence."""

    position: Position


Node = Scalar | Sequence | Mapping | Broken
