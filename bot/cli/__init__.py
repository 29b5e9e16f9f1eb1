"""The command `advisor`: one module a command group; no logic lives here.

Exit codes: 0 well, 1 the work found problems, 2 wrong use. An error is one clear line on standard error;
`--debug` before the command adds the traceback. Commands are imported when they are called, so that
`advisor --help` stays quick.
"""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from bot import __version__

_COMMANDS = {
    # name: (module, attribute, one line for the help)
    "start": ("bot.cli.run", "start", "Run the bot when a token is set, else open the terminal chat."),
    "run": ("bot.cli.run", "run", "Run the bot."),
    "shell": ("bot.cli.shell", "shell", "The whole bot in the terminal, without a network."),
    "ask": ("bot.cli.ask", "ask", "Answer one question, or a file of them."),
    "evaluate": ("bot.cli.evaluate", "evaluate", "Measure the matcher on questions of your own."),
    "knowledge": ("bot.cli.knowledge", "app", "Check, show, compare and export the knowledge base."),
    "doctor": ("bot.cli.doctor", "doctor", "Find what is wrong with this installation."),
    "healthcheck": ("bot.cli.healthcheck", "healthcheck", "Ask the running bot how it is; for containers."),
    "db": ("bot.cli.db", "app", "Upgrade, back up, restore, prove and copy the database."),
    "audit": ("bot.cli.audit", "app", "Verify and export what editors did."),
    "members": ("bot.cli.members", "app", "Count members, or move them to a new key."),
    "settings": ("bot.cli.told_settings", "settings", "Name all settings, or print an env.example."),
    "privacy": ("bot.cli.privacy", "privacy", "The privacy notice of this installation."),
    "diagnostics": ("bot.cli.diagnostics", "diagnostics", "A file for helpers, without personal data."),
}


class _Lazy(TyperGroup):
    """Knows the names of all commands and imports one when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, about = _COMMANDS[cmd_name]
        if ctx.resilient_parsing or ctx.info_name is None:
            return None
        found = getattr(import_module(module), attribute)
        command = typer.main.get_command(
            found if isinstance(found, typer.Typer) else _wrapped(found, cmd_name)
        )
        command.name = cmd_name
        command.help = command.help or about
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, _, about) in _COMMANDS.items()])


def _wrapped(function: Any, name: str) -> typer.Typer:
    single = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    single.command(name)(function)
    return single


app = typer.Typer(
    cls=_Lazy,
    name="advisor",
    help="Privacy Advisor: answers about AI training on personal data, in Telegram and in the terminal.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"advisor {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version."
    ),
    debug: bool = typer.Option(False, "--debug", help="Show tracebacks."),
) -> None:
    """Options that stand before the command."""


def main() -> None:
    """The console script."""
    if not sys.argv[1:]:
        sys.argv.append("--help")
    debug = "--debug" in sys.argv[1:]
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except TyperException as error:  # wrong use
        print(f"advisor: {error.format_message()} (see: advisor --help)", file=sys.stderr)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except Exception as error:
        if debug:
            traceback.print_exc()
        print(f"advisor: {str(error) or type(error).__name__} (--debug shows where)", file=sys.stderr)
        sys.exit(1)
