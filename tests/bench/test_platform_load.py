"""The load that `python -m bench platform` makes, on scenarios of the test, and the tables that it prints."""

from __future__ import annotations

import asyncio

from bench.platform.http_client import Refused
from bench.platform.load import Tally, closed_load, open_load
from bench.platform.measure import Measured
from bench.platform.meters import Spent
from bench.platform.report import load_table, orders_table, process_table
from bench.platform.scenarios import Scenario


async def test_closed_load_keeps_so_many_steps_in_flight_and_no_more() -> None:
    flying, most = 0, 0

    async def step(number: int) -> None:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0)
        flying -= 1

    tally = await closed_load(Scenario("test", step), clients=3, seconds=0.02)
    assert most == 3
    assert tally.steps == len(tally.latencies) > 3


async def test_open_load_makes_every_step_whether_or_not_others_are_answered() -> None:
    started, all_started = [], asyncio.Event()

    async def step(number: int) -> None:
        started.append(number)
        if len(started) == 10:
            all_started.set()
        await all_started.wait()

    tally = await open_load(Scenario("test", step), rate=1000, seconds=0.01)
    assert started == list(range(10))
    # The first waited for the last, which was due nine thousandths later.
    assert max(tally.latencies) >= 0.009


async def test_refused_steps_are_errors_and_have_no_latency() -> None:
    async def step(number: int) -> None:
        if number % 2:
            raise Refused("no")

    tally = await open_load(Scenario("test", step), rate=10_000, seconds=0.001)
    assert (len(tally.latencies), tally.errors) == (5, ["Refused: no"] * 5)


def test_percentiles_are_in_milliseconds() -> None:
    tally = Tally(latencies=[n / 1000 for n in range(100)])
    assert [tally.percentile_ms(percent) for percent in (50, 95, 99)] == [50.0, 95.0, 99.0]
    assert Tally().percentile_ms(50) is None


def _measured(scenario: str, cpu_ms: float) -> Measured:
    tally = Tally(latencies=[0.01] * 100, seconds=2.0)
    spent = Spent({"router": cpu_ms * 40, "postgres": cpu_ms * 60}, statements=500, transactions=600)
    return Measured(scenario, "closed, 16", tally, spent, settled_seconds=4.0)


def test_the_tables_tell_what_a_request_costs_and_how_many_orders_follow() -> None:
    measured = [
        _measured("readme", 5),
        _measured("search", 4),
        _measured("placeOrder", 30),
        _measured("placeOrder + acceptOrder", 40),
        _measured("login + placeOrder", 80),
    ]
    assert "| readme | closed, 16 | 50 | 10 | 10 | 10 | 0 | 5 | 5 | 6 |" in load_table(measured)
    idle = Spent({"router": 1.0, "postgres": 2.0}, 0, 0)
    assert "| placeOrder | closed, 16 | 18 | 12 |" in process_table(measured, idle)
    orders = orders_table(measured, cores=2)
    assert "| placed, accepted, dispatched and followed by all, a second, sustained | 25 |" in orders
    # 40 + 5 searches of 4 + 10 looks of 5 + 0.2 logins of 50; two cores, half busy, a tenth of a day an hour.
    assert "| CPU ms of an order with what comes with it | 120 |" in orders
    assert "| orders a day | 300000 |" in orders
