"""The catalogues of the interface against the code: `python -m tests.catalogues` says what is out of step.

Messages are read from the syntax tree, so that one inside an f-string is found too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.chat.wording import SOURCE_LANGUAGE, available_languages

BOT = Path(__file__).parent.parent / "bot"
_CODE = BOT / "chat"
_REGISTRY = BOT / "members" / "registry.py"
"""What is kept about a member, in words: said by /privacy and /mydata."""
_OF_REGISTRY = frozenset({"what", "purpose", "ends"})
_BUTTONS = frozenset({"press", "Press", "Open", "Copy"})


@dataclass(frozen=True, slots=True)
class Message:
    """A text of the interface as it stands in the code.

    Attributes:
        text: in English.
        plural: its plural, for one that counts.
        button: whether it is the label of a button.
    """

    text: str
    plural: str | None = None
    button: bool = False


def messages(folder: Path = _CODE) -> dict[str, Message]:
    """All texts of the interface, by their English words."""
    found: dict[str, Message] = {}
    for file in sorted(folder.rglob("*.py")):
        for message in _of_file(ast.parse(file.read_text())):
            known = found.get(message.text, message)
            plural = message.plural or known.plural
            found[message.text] = Message(message.text, plural, message.button or known.button)
    return found | {text: Message(text) for text in _kept()}


def catalogue(language: str) -> Catalog:
    """What is translated into `language`."""
    with (BOT / "locale" / language / "LC_MESSAGES" / "bot.po").open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def translations(language: str) -> dict[str, tuple[str, ...]]:
    """Every translation with its plural forms, by the English words; those marked fuzzy are not used."""
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue(language):
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else message.string or ()
        found[key] = tuple(form or "" for form in forms)
    return found


def missing(language: str) -> list[str]:
    """Texts of the code that are not, or not wholly, translated."""
    known = translations(language)
    return [text for text in messages() if not all(known.get(text, ("",)))]


def obsolete(language: str) -> list[str]:
    """Texts of the catalogue that the code has no more."""
    wanted = messages()
    kept = [str(key) for key in catalogue(language).obsolete]
    return [text for text in translations(language) if text not in wanted] + kept


def _kept() -> Iterator[str]:
    for node in ast.walk(ast.parse(_REGISTRY.read_text())):
        if isinstance(node, ast.Call) and _name(node.func) == "Personal":
            for given in node.keywords:
                if given.arg in _OF_REGISTRY and isinstance(given.value, ast.Constant):
                    yield str(given.value.value)


def _of_file(tree: ast.AST) -> Iterator[Message]:
    labels = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and _name(node.func) in _BUTTONS
        for part in ast.walk(node.args[0])
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        texts = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        match node.func:
            case ast.Name("_" | "N_") | ast.Attribute(attr="text") if texts:
                yield Message(texts[0], button=id(node) in labels)
            case ast.Attribute(attr="count") if len(texts) == 2:
                yield Message(texts[0], texts[1], button=id(node) in labels)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def main() -> int:
    """Print what is missing and what is obsolete in each language; 1 when anything is."""
    wrong = 0
    for language in available_languages():
        if language == SOURCE_LANGUAGE:
            continue
        for what, texts in (("missing", missing(language)), ("obsolete", obsolete(language))):
            for text in texts:
                wrong += 1
                sys.stdout.write(f"{language}: {what}: {text!r}\n")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
