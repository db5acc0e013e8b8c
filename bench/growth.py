"""``python -m bench growth``: how the router's cost grows, one table and one plot for each question.

Every graph is composed and served by a fresh ``waybill serve``; subgraphs and load are in this process, so
that the router's CPU is counted alone. Every answer is compared with the first.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
import uvloop

from .canned_subgraphs import canned_subgraphs
from .closed_loop import Measured, Tally, connect, measure
from .growth_graphs import Graph, chain_graph, entity_graph, list_graph, wide_graph
from .machine import describe_machine
from .router_process import RouterProcess, Subgraph, router
from .svg import Points, plot
from .tables import markdown_table

OFF = ("--dedupe", "off")


@dataclass(frozen=True, slots=True)
class Result:
    """A table, and what of it is drawn: CPU ms per request over the first column."""

    title: str
    unit: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]
    plotted: Mapping[str, Points] = field(default_factory=dict)


Series: TypeAlias = Callable[[float], Coroutine[None, None, Result]]


@asynccontextmanager
async def served(graph: Graph, options: Sequence[str] = OFF) -> AsyncIterator[RouterProcess]:
    """A router over a graph's canned subgraphs."""
    async with canned_subgraphs(graph.answers) as base:
        subgraphs = {name: Subgraph(sdl, f"{base}/{name}") for name, sdl in graph.sdl.items()}
        async with router(subgraphs, options) as running:
            yield running


async def measured(graph: Graph, seconds: float, connections: int = 20) -> Measured:
    """One graph under load."""
    async with served(graph) as running:
        return await measure(running, graph.query, connections=connections, seconds=seconds)


async def sizes(seconds: float) -> Result:
    """Response size: handed on as it is, and built anew."""
    rows: list[tuple[object, ...]] = []
    drawn: dict[str, list[tuple[float, float]]] = {"passed through": [], "built": []}
    for kilobytes in (1, 10, 100, 1000):
        passed = await measured(list_graph(kilobytes, renamed=False), seconds)
        built = await measured(list_graph(kilobytes, renamed=True), seconds)
        rows.append((kilobytes, passed.cpu_ms, built.cpu_ms, built.megabytes))
        drawn["passed through"].append((kilobytes, passed.cpu_ms))
        drawn["built"].append((kilobytes, built.cpu_ms))
    head = ("kB", "CPU ms, passed through", "CPU ms, built", "MB resident")
    return Result("Response size", "kB", head, rows, drawn)


async def entities(seconds: float) -> Result:
    """Entities of one fetch."""
    return await over("Entities", "entities", entity_graph, (1, 10, 100, 1_000, 10_000), seconds)


async def subgraphs(seconds: float) -> Result:
    """Subgraphs asked side by side."""
    return await over("Subgraphs side by side", "subgraphs", wide_graph, (1, 3, 10, 30), seconds)


async def plan(seconds: float) -> Result:
    """Fetches that follow one another."""
    return await over("Fetches in a row", "fetches", chain_graph, (1, 2, 4, 8, 16), seconds)


async def over(
    title: str, unit: str, make: Callable[[int], Graph], numbers: Sequence[int], seconds: float
) -> Result:
    """Measure a graph of each size."""
    results = [(number, await measured(make(number), seconds)) for number in numbers]
    rows = [(number, each.cpu_ms, each.rps, each.megabytes) for number, each in results]
    drawn = {"CPU": [(float(number), each.cpu_ms) for number, each in results]}
    return Result(title, unit, (unit, "CPU ms/request", "requests/s", "MB resident"), rows, drawn)


async def connections(seconds: float) -> Result:
    """Connections that all ask as fast as they can."""
    graph = list_graph(1, renamed=False)
    results = []
    for number in (1, 10, 100, 1_000, 5_000):
        async with served(graph) as running:
            results.append((number, await measure(running, graph.query, connections=number, seconds=seconds)))
    rows = [(number, each.cpu_ms, each.rps, each.p50_ms, each.megabytes) for number, each in results]
    head = ("connections", "CPU ms/request", "requests/s", "p50 ms", "MB resident")
    drawn = {"CPU": [(float(number), each.cpu_ms) for number, each in results]}
    return Result("Connections", "connections", head, rows, drawn)


async def processes(seconds: float) -> Result:
    """One process and two: CPU a request, and how 200 connections spread."""
    graph = list_graph(1, renamed=False)
    rows: list[tuple[object, ...]] = []
    for workers in (1, 2):
        async with served(graph, (*OFF, "--workers", str(workers))) as running:
            each = await measure(running, graph.query, connections=50, seconds=seconds)
            clients = await connect(running.port, b"", b"", Tally(), 200)
            await asyncio.sleep(0.5)
            spread = [count for count in map(established(running.port), running.family()) if count]
            for client in clients:
                client.transport.abort()
        rows.append((workers, each.cpu_ms, each.rps, " : ".join(map(str, spread)), each.megabytes))
    head = ("processes", "CPU ms/request", "requests/s", "connections", "MB each")
    return Result("Processes", "processes", head, rows)


def established(port: int) -> Callable[..., int]:
    """Count a process's open connections on a port."""

    def count(process: object) -> int:
        found = process.net_connections("tcp")  # type: ignore[attr-defined]
        return sum(each.status == "ESTABLISHED" and each.laddr.port == port for each in found)

    return count


async def idle(seconds: float) -> Result:
    """Memory of a connection that asks nothing."""
    graph = list_graph(1, renamed=False)
    async with served(graph) as running:
        before = running.megabytes()
        clients = await connect(running.port, b"", b"", Tally(), 4_000)
        await asyncio.sleep(seconds)
        grown = (running.megabytes() - before) * 1024 / len(clients)
        for client in clients:
            client.transport.abort()
    return Result("Idle connections", "", ("connections", "kB each"), [(len(clients), grown)])


async def startup(seconds: float) -> Result:
    """From the command to the first answer, composition included."""
    rows: list[tuple[object, ...]] = []
    for number in (1, 10, 30):
        started = []
        for _ in range(3):
            async with served(wide_graph(number)) as running:
                started.append((running.ready_seconds, running.ready_cpu, running.megabytes()))
        rows.append((number, *(statistics.median(each) for each in zip(*started, strict=True))))
    return Result("Start-up", "", ("subgraphs", "seconds", "CPU seconds", "MB resident"), rows)


SERIES: dict[str, Series] = {
    "sizes": sizes,
    "entities": entities,
    "subgraphs": subgraphs,
    "plan": plan,
    "connections": connections,
    "processes": processes,
    "idle": idle,
    "startup": startup,
}


def command(
    series: Annotated[list[str] | None, typer.Argument(help=f"Any of: {', '.join(SERIES)}.")] = None,
    seconds: Annotated[float, typer.Option(help="Measured, for each point.")] = 2.0,
    plots: Annotated[Path | None, typer.Option(help="Folder to draw plots into.")] = None,
) -> None:
    """Measure how CPU and memory grow with response, entities, subgraphs, plan, connections, processes."""
    for name in series or SERIES:
        result = uvloop.run(SERIES[name](seconds))
        print(f"### {result.title}\n\n{markdown_table(result.head, result.rows)}\n")
        print(f"`python -m bench growth {name} --seconds {seconds:g}`; {describe_machine()}.\n", flush=True)
        if plots is not None and result.plotted:
            plots.mkdir(parents=True, exist_ok=True)
            drawing = plot(result.title, result.unit, "CPU ms per request", result.plotted)
            (plots / f"{name}.svg").write_text(drawing)
