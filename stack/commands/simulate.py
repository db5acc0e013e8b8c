"""``waybill simulate``: riders that move, orders that come in and progress, through the router alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import Annotated

import typer

from stack.commands.read_settings import read_settings
from stack.demo.plan import read_plan
from stack.home import Home
from stack.simulation.session import Refused
from stack.simulation.simulate import Wishes, simulate
from stack.supervisor.state import load_state


def command(
    riders: Annotated[int, typer.Option(min=1, help="Riders on duty.")] = 20,
    orders_per_minute: Annotated[float, typer.Option(min=0.1, help="Orders placed a minute.")] = 12.0,
    duration: Annotated[float, typer.Option(min=0, help="Seconds; 0: until Ctrl-C.")] = 0.0,
    router: Annotated[
        str | None, typer.Option(help="The router's address; none: of `waybill up` on this machine.")
    ] = None,
    speed: Annotated[float, typer.Option(min=0.1, help="How much faster than in life.")] = 10.0,
) -> None:
    """Simulate the city of the demo logins."""
    home = Home(read_settings().home)
    state, plan = load_state(home), read_plan(home.demo_plan)
    address = router or (state.router if state else "")
    if not address:
        sys.exit("waybill: nothing runs here; start it with `waybill up`, or give --router")
    if plan is None or not plan.done:
        sys.exit("waybill: the simulation needs the demo data's people; `waybill up` makes them")
    wishes = Wishes(riders, orders_per_minute, duration, speed)
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(simulate(address, plan, wishes, lambda line: print(line, flush=True)))
        except* Refused as group:
            sys.exit(f"waybill: {group.exceptions[0]}")
        except* BrokenPipeError:  # nobody reads any more, as after `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
