"""`advisor doctor`: what is wrong with this installation, and what to do about each."""

from __future__ import annotations

import asyncio
import os

import typer

from bot.cli.checks import examine


def doctor() -> None:
    """Look at everything and say a line about each; exit 1 when something is wrong."""
    findings = asyncio.run(examine(os.environ))
    for finding in findings:
        typer.echo(f"{'ok   ' if finding.well else 'WRONG'} {finding.check}: {finding.says}")
        if not finding.well and finding.mend:
            typer.echo(f"      {finding.mend}")
    wrong = sum(not finding.well for finding in findings)
    if wrong:
        typer.echo(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.", err=True)
        raise typer.Exit(1)
