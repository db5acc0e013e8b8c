"""The ``waybill`` command: a table of commands, each imported only when it is called.

``waybill compose|serve|plan`` must start fast and load nothing of the platform (no SQLAlchemy).
"""

from __future__ import annotations

from importlib import import_module

import click
import typer
from typer.core import TyperGroup

# name: (module whose function `command` it is, the line that `waybill --help` shows)
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("stack.commands.up", "Start the whole platform on this machine."),
    "status": ("stack.commands.status", "Show what runs where."),
    "logs": ("stack.commands.logs", "Show and follow the processes' logs."),
    "reset": ("stack.commands.reset", "Delete the platform's data on this machine."),
    "seed": ("stack.commands.seed", "Make more demo data."),
    "simulate": ("stack.commands.simulate", "Move riders and place orders."),
    "run": ("stack.commands.run", "Run one process of the platform by itself."),
    "serve": ("router.commands.serve", "Run the router before any subgraphs."),
    "compose": ("router.commands.compose", "Compose subgraphs into a supergraph."),
    "plan": ("router.commands.plan", "Print the query plan of an operation."),
}


class LazyGroup(TyperGroup):
    """A command group that imports a command's module when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, help_line = COMMANDS[cmd_name]
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(cmd_name, help=help_line)(import_module(module).command)
        return typer.main.get_command(app)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Waybill: a federation router, and a delivery platform on it.",
)


@app.callback()
def _root() -> None:
    pass


def main() -> None:
    """Run the command line."""
    app()
