"""What was measured in; the tables of docs/performance.md out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..tables import markdown_table
from .measure import Measured
from .meters import Spent
from .scenarios import ACCEPTED

LOAD_HEAD = (
    "request", "load", "requests/s", "p50 ms", "p95 ms", "p99 ms", "errors",
    "CPU ms/request", "SQL statements", "transactions",
)  # fmt: skip
# What an order brings with it, besides being placed: how often people sign in, search, look at their orders.
PER_ORDER = {ACCEPTED: 1.0, "placeOrder": 0.0, "login + placeOrder": 0.0, "search": 5.0, "readme": 10.0}
LOGINS_PER_ORDER = 0.2
BUSY = 0.5  # of the cores, in the busiest hour
BUSIEST_HOUR = 0.1  # of a day's orders


def load_table(measured: Sequence[Measured]) -> str:
    """Rates, latencies, CPU and SQL of each scenario under each load."""
    return markdown_table(LOAD_HEAD, map(_load_row, measured))


def _load_row(each: Measured) -> tuple[object, ...]:
    latencies = [each.tally.percentile_ms(percent) for percent in (50, 95, 99)]
    steps = each.tally.steps
    costs = (sum(each.cpu_ms.values()), each.spent.statements / steps, each.spent.transactions / steps)
    return (each.scenario, each.load, each.rate, *latencies, len(each.tally.errors), *costs)


def process_table(measured: Sequence[Measured], idle: Spent) -> str:
    """CPU milliseconds for a request by process; the last row is a second without requests."""
    names = sorted(idle.cpu_ms, key=lambda name: -sum(each.cpu_ms.get(name, 0.0) for each in measured))
    rows = [(each.scenario, each.load, *(each.cpu_ms.get(name, 0.0) for name in names)) for each in measured]
    rows.append(("nothing", "for a second", *(idle.cpu_ms[name] for name in names)))
    return markdown_table(("request", "load", *names), rows)


def orders_table(measured: Sequence[Measured], cores: int) -> str:
    """Orders placed and dispatched a second, and the orders a day that follow."""
    rows: list[tuple[object, ...]] = []
    if placing := _first(measured, "placeOrder"):
        rows.append(("placed a second, up to the last answer", placing.rate))
    if accepted := _first(measured, ACCEPTED):
        what = "placed, accepted, dispatched and followed by all, a second, sustained"
        rows.append((what, accepted.settled_rate))
    cost = _cost_of_an_order({each.scenario: sum(each.cpu_ms.values()) for each in reversed(measured)})
    if cost is not None:
        rows.append(("CPU ms of an order with what comes with it", cost))
        hourly = cores * BUSY * 3_600_000 / cost
        rows.append(("orders in the busiest hour", round(hourly)))
        rows.append(("orders a day", round(hourly / BUSIEST_HOUR)))
    return markdown_table(("one machine", "figure"), rows)


def _first(measured: Sequence[Measured], scenario: str) -> Measured | None:
    return next((each for each in measured if each.scenario == scenario), None)


def _cost_of_an_order(cpu_ms: Mapping[str, float]) -> float | None:
    if not set(PER_ORDER) <= set(cpu_ms):
        return None
    login = cpu_ms["login + placeOrder"] - cpu_ms["placeOrder"]
    return sum(cpu_ms[name] * count for name, count in PER_ORDER.items()) + LOGINS_PER_ORDER * login


def assumptions() -> str:
    """What the orders a day rest upon."""
    return (
        f"An order is taken to come with {PER_ORDER['readme']:g} looks at one's orders (the README's query), "
        f"{PER_ORDER['search']:g} searches and {LOGINS_PER_ORDER:g} logins; the busiest hour to have "
        f"{BUSIEST_HOUR:.0%} of a day's orders and to keep {BUSY:.0%} of the cores busy."
    )
