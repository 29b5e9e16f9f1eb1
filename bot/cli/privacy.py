"""`advisor privacy`: the privacy notice of this installation, to be published where members find it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.setting import settings_or_exit


def privacy(
    markdown: Annotated[bool, typer.Option("--markdown", help="With headings and a table.")] = False,
) -> None:
    """Print what is stored, why, until when, and who answers for it, from the settings in force."""
    from bot.upkeep.privacy import InForce, privacy_markdown, privacy_text

    settings = settings_or_exit()
    in_force = InForce(
        operator=settings.operator_name or "",
        contact=settings.operator_contact or "",
        postgres=settings.database_file is None,
    )
    typer.echo((privacy_markdown if markdown else privacy_text)(in_force), nl=False)
