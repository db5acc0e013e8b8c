"""The table printed when all is ready: what runs where, logins to try, next commands."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from stack.demo.logins import LOGINS
from stack.supervisor.state import ProcessState

PLAIN_WIDTH = 110

WITHOUT_DEMO = (
    (
        "waybill admin create",
        "nobody is here yet: make a marketplace and its admin (--phone, --name)",
    ),
)
WITH_DEMO = (
    ("waybill simulate", "move riders and place orders; watch them in GraphiQL"),
    ("waybill seed --orders N", "make more orders"),
)
ALWAYS = (
    ("waybill status", "memory, CPU, restarts of each process"),
    ("waybill logs [NAME] -f", "follow the logs"),
    ("Ctrl-C", "stop everything; the data stays"),
)


def print_summary(router: str, processes: Iterable[ProcessState], *, has_demo: bool) -> None:
    """Print it; without the demo's people there are no logins to try, and nothing to simulate."""
    console = console_for_tables()
    table = Table(title=None, show_edge=False, pad_edge=False, header_style="bold")
    for column in ("what", "where", "about"):
        table.add_column(column, overflow="fold")
    table.add_row("GraphiQL", f"{router}/", "queries and subscriptions in the browser")
    table.add_row("GraphQL", f"{router}/graphql", "POST, GET, WebSocket")
    for process in processes:
        table.add_row(process.name, process.address or f"pid {process.pid}", process.about)
    table.add_section()
    for login in LOGINS.values() if has_demo else ():
        table.add_row(login.who, f"{login.phone}  {login.password}", f"{login.name}: {login.about}")
    table.add_section()
    for command, about in (*(WITH_DEMO if has_demo else WITHOUT_DEMO), *ALWAYS):
        table.add_row(command, "", about)
    console.print(table)


def console_for_tables() -> Console:
    """A console that does not fold tables at 80 columns when the output goes to a file."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    return console
