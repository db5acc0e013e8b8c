"""The ``waybill`` command: a table of commands, each imported only when it is called.

``waybill compose|serve|plan`` must start fast and load nothing of the platform (no SQLAlchemy).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from pathlib import Path
from typing import Annotated

import typer

from .known_settings import refuse_unknown_settings
from .servers.trouble import Troubles
from .settings_file import SETTINGS_FILE, adopt_settings

# name: (module whose function `command` it is, the line that `waybill --help` shows)
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("stack.commands.up", "Start the whole platform on this machine."),
    "status": ("stack.commands.status", "Show what runs where."),
    "logs": ("stack.commands.logs", "Show and follow the processes' logs."),
    "reset": ("stack.commands.reset", "Delete the platform's data on this machine."),
    "seed": ("stack.commands.seed", "Make more demo data."),
    "simulate": ("stack.commands.simulate", "Move riders and place orders."),
    "dead-letters": ("stack.commands.dead_letters", "Show what could not be handled, and put it back."),
    "admin": ("stack.commands.admin", "Make the first marketplace and its admin."),
    "verify": ("stack.commands.verify", "Prove sales reports by the orders' rows."),
    "migrate": ("stack.commands.migrate", "Bring every shard to the newest tables."),
    "run": ("stack.commands.run", "Run one process of the platform by itself."),
    "serve": ("router.commands.serve", "Run the router before any subgraphs."),
    "compose": ("router.commands.compose", "Compose subgraphs into a supergraph."),
    "check": ("router.commands.check", "Tell what a new schema breaks."),
    "explain": ("stack.commands.explain", "Explain a code: what it means, how to mend it."),
    "plan": ("router.commands.plan", "Print the query plan of an operation."),
}

HELP_OPTIONS = ["-h", "--help"]
# They tell about the program; a wrong setting is no reason not to.
WITHOUT_SETTINGS = frozenset({"explain", "--version", "-V"})
EPILOG = (
    "Settings: WAYBILL_… in the environment, or lines NAME=VALUE of a file that "
    f"{SETTINGS_FILE} names; docs/settings.md lists them all."
)


def build(argv: Sequence[str]) -> typer.Typer:
    """Make the command line for these arguments: of all commands only the called one is imported.

    Typer's lazy groups are classes of the click it carries inside, which is not its interface; knowing
    the arguments beforehand needs none of it.
    """
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": HELP_OPTIONS},
        help="Waybill: a federation router, and a delivery platform on it.",
        epilog=EPILOG,
    )
    app.callback()(_root)
    called = argv[0] if argv else None
    for name, (module, help_line) in COMMANDS.items():
        if name == called:
            app.command(name, short_help=help_line, epilog=EPILOG)(_load(name, module))
        else:
            app.command(name, help=help_line)(_not_loaded)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"waybill {metadata.version('waybill')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


def _not_loaded() -> None:
    raise AssertionError("only the called command runs")


def _load(name: str, module: str) -> Callable[..., object]:
    try:
        command: Callable[..., object] = import_module(module).command
    except ModuleNotFoundError as error:
        if error.name is None or not (module + ".").startswith(error.name + "."):
            raise
        sys.exit(f"waybill: the command {name!r} is not part of this installation (no module {error.name})")
    return command


def read_environment() -> None:
    """Take the settings of a file, and refuse what nobody reads; ends the program if something is wrong."""
    if file := os.environ.get(SETTINGS_FILE):
        adopt_settings(Path(file))
    try:
        refuse_unknown_settings()
    except Troubles as troubles:
        sys.exit(f"waybill: {troubles}")


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] and sys.argv[1] not in WITHOUT_SETTINGS and not {*HELP_OPTIONS} & {*sys.argv}:
        read_environment()
    build(sys.argv[1:])()
