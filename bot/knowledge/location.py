"""Where the knowledge lies that comes with the program."""

from __future__ import annotations

from pathlib import Path


def default_folder() -> Path:
    """The copy inside the installed package, else the `knowledge` folder of the checkout."""
    packaged = Path(__file__).parent / "content"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "knowledge"
