"""The table printed when all is ready: what runs where, logins to try, next commands."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from stack.demo.logins import LOGINS
from stack.supervisor.state import ProcessState

PLAIN_WIDTH = 110

NEXT_COMMANDS = (
    ("waybill simulate", "move riders and place orders; watch them in GraphiQL"),
    ("waybill status", "memory, CPU, restarts of each process"),
    ("waybill logs [NAME] -f", "follow the logs"),
    ("waybill seed --orders N", "make more orders"),
    ("Ctrl-C", "stop everything; the data stays"),
)


def print_summary(router: str, processes: Iterable[ProcessState]) -> None:
    """Print it."""
    console = console_for_tables()
    table = Table(title=None, show_edge=False, pad_edge=False, header_style="bold")
    for column in ("what", "where", "about"):
        table.add_column(column, overflow="fold")
    table.add_row("GraphiQL", f"{router}/", "queries and subscriptions in the browser")
    table.add_row("GraphQL", f"{router}/graphql", "POST, GET, WebSocket")
    for process in processes:
        table.add_row(process.name, process.address or f"pid {process.pid}", process.about)
    table.add_section()
    for login in LOGINS.values():
        table.add_row(login.who, f"{login.phone}  {login.password}", f"{login.name}: {login.about}")
    table.add_section()
    for command, about in NEXT_COMMANDS:
        table.add_row(command, "", about)
    console.print(table)


def console_for_tables() -> Console:
    """A console that does not fold tables at 80 columns when the output goes to a file."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    return console
