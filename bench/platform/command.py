"""The command: measures every scenario on a running platform, and prints the tables."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import httpx
import typer

from subgraphs.common.database import SystemShards

from ..machine import describe_machine
from .http_client import Client
from .measure import Measured, measure_both, measure_idle
from .meters import Meters, Spent, open_valkey
from .people import customers, let_provider_deliver
from .report import assumptions, load_table, orders_table, process_table
from .running import Platform, platform
from .scenarios import scenarios

PEOPLE = 64


def command(
    home: Annotated[
        Path | None, typer.Option(help="Home of a platform that runs; none: one is started.")
    ] = None,
    only: Annotated[str, typer.Option(help="Scenarios by comma; none: all.")] = "",
    clients: Annotated[int, typer.Option(help="Clients of the closed load.")] = 16,
    seconds: Annotated[float, typer.Option(help="Length of each load.")] = 10.0,
    share: Annotated[
        float, typer.Option(help="The open load's part of the rate that the closed one reached.")
    ] = 0.5,
) -> None:
    """Measure the whole platform: CPU by process, latencies, SQL, under closed and open load."""
    measured, idle = asyncio.run(_measure(home, only, clients, seconds, share))
    print(load_table(measured), end="\n\n")
    print(process_table(measured, idle), end="\n\n")
    if any(each.scenario == "placeOrder" for each in measured):
        print(orders_table(measured, len(os.sched_getaffinity(0))), end="\n\n")
        print(assumptions(), end="\n\n")
    print(f"`python -m bench {' '.join(sys.argv[1:])}`; {describe_machine()}.")
    for error, number in Counter(error for each in measured for error in each.tally.errors).most_common(5):
        print(f"{number} × {error}", file=sys.stderr)


async def _measure(
    home: Path | None, only: str, clients: int, seconds: float, share: float
) -> tuple[list[Measured], Spent]:
    async with platform(home) as running, httpx.AsyncClient() as http:
        shards, valkey, client = SystemShards(running.settings), open_valkey(running), Client(running.port)
        try:
            meters = Meters(running, shards, valkey, http)
            return await _measure_all(running, meters, client, only, clients, seconds, share)
        finally:
            client.close()
            await valkey.aclose()
            await shards.close()


async def _measure_all(
    running: Platform, meters: Meters, client: Client, only: str, clients: int, seconds: float, share: float
) -> tuple[list[Measured], Spent]:
    people = await customers(client, running.world, PEOPLE)
    known = scenarios(client, people, await let_provider_deliver(client, people))
    chosen = [known[name.strip()] for name in only.split(",")] if only else list(known.values())
    measured: list[Measured] = []
    for scenario in chosen:
        measured += await measure_both(scenario, meters, clients=clients, seconds=seconds, share=share)
    await meters.settled()
    return measured, await measure_idle(meters)
