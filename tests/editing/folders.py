"""A small knowledge folder in memory, and changes of it."""

from __future__ import annotations

from bot.editing.revisions import Files
from bot.knowledge.load import load_files
from bot.knowledge.splice import set_text
from tests.knowledge.folders import TODAY, WHOLE

PATH = "en/linkedin.yaml"
ENTRY = ("entries", "linkedin.opt-out")

SMALL: Files = {path: text.encode() for path, text in WHOLE.items()}
"""Whole and without errors."""


def titled(title: str, files: Files = SMALL) -> Files:
    """With another title of the one entry."""
    return {**files, PATH: set_text(files[PATH], (*ENTRY, "title"), title)}


def with_source(name: str, files: Files = SMALL) -> Files:
    """With another title of a source."""
    path = "sources/linkedin.yaml"
    return {**files, path: set_text(files[path], ("sources", "paper", "title"), name)}


def hash_of(files: Files) -> str:
    """The hash of a folder that has no errors."""
    base = load_files(files, today=TODAY).base
    assert base is not None
    return base.revision
