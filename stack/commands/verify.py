"""``waybill verify figures``: whether what reports show is what the orders' rows add up to.

While the platform runs, or on given servers. Exit code 1: something differs, and has not been mended.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from stack.commands.read_settings import read_settings
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.servers.settings_trouble import explained_settings
from stack.servers.trouble import Troubles

if TYPE_CHECKING:
    from subgraphs.common.database import SystemShards
    from subgraphs.orders.figures.span import Span
    from subgraphs.orders.figures.verify import Difference

# Of a platform whose figures are all wrong there is no use in reading every line.
_SHOWN = 50


class What(StrEnum):
    """What can be verified."""

    figures = "figures"


def command(
    what: Annotated[What, typer.Argument(help="figures: what vendors sold, by day and product.")],
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; all without.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; all without.")
    ] = None,
    mend: Annotated[bool, typer.Option("--mend", help="Make days that differ anew from the rows.")] = False,
) -> None:
    """Add the orders' rows up again, piece by piece, and print what differs from the figures."""
    if first and last and last < first:
        sys.exit("waybill: --to must not be before --from")
    adopt_environment(Home(read_settings().home))
    try:
        found = asyncio.run(_verify(first.date() if first else None, last.date() if last else None, mend))
    except Troubles as error:
        sys.exit(f"waybill: {error}")
    except Exception as error:
        sys.exit(_explained(error))
    _tell(found)
    if found and not mend:
        sys.exit(1)


async def _verify(first: date | None, last: date | None, mend: bool) -> list[Difference]:
    from subgraphs.common.database import SystemShards
    from subgraphs.orders.figures.remake import Remaking, remake_days
    from subgraphs.orders.figures.verify import verify
    from subgraphs.orders.settings import OrdersSettings

    with explained_settings():
        settings = OrdersSettings()
    remaking, shards = Remaking.by(settings), SystemShards(settings)
    try:
        span = await _span(shards, first, last)
        if span is None:
            return []
        found = await verify(shards, span, remaking, _progress)
        if mend:
            await remake_days(shards, {each.day for each in found}, remaking)
        return found
    finally:
        await shards.close()


async def _span(shards: SystemShards, first: date | None, last: date | None) -> Span | None:
    from subgraphs.orders.figures.span import Span
    from subgraphs.orders.figures.verify import whole_span

    if first and last:
        return Span(first, last)
    whole = await whole_span(shards)
    return Span(first or whole.first, last or whole.last) if whole else None


def _explained(error: Exception) -> str:
    from subgraphs.common.describe_error import describe
    from subgraphs.common.unavailable import is_unavailable

    if not is_unavailable(error):
        raise error
    return f"waybill: a shard does not answer, or not in time ({describe(error)})"


def _progress(piece: Span) -> None:
    if sys.stderr.isatty():
        print(f"\r{piece.first} – {piece.last}", end="", file=sys.stderr, flush=True)


def _tell(found: list[Difference]) -> None:
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    for each in found[:_SHOWN]:
        print(each)
    if len(found) > _SHOWN:
        print(f"… and {len(found) - _SHOWN} more")
    days = len({each.day for each in found})
    print(f"{len(found)} figures of {days} days differ" if found else "the figures are what the rows say")
