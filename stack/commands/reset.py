"""``waybill reset``: delete the platform's data on this machine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from stack.commands.read_settings import read_settings
from stack.home import Home
from stack.supervisor.state import AlreadyRunning, hold


def command(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete databases, keys and logs; refused while the platform runs."""
    home = Home(read_settings().home)
    if not home.root.exists():
        sys.exit(f"waybill: there is nothing at {home.root}")
    if not home.lock.exists():
        sys.exit(f"waybill: {home.root} is no directory of ours (it has no file `lock`); nothing was deleted")
    try:
        with hold(home):
            if not yes and not typer.confirm(f"Delete all data in {home.root.resolve()}?"):
                sys.exit("waybill: nothing was deleted")
            home.delete()
    except AlreadyRunning:
        sys.exit("waybill: the platform runs; stop it first (Ctrl-C where it was started)")
    print(f"deleted {home.root}")
