"""``python -m bench gateway``: our router and its peers, the same load on each, side by side.

The measuring itself is the rig's (``../shared/benchmark``): four published subgraphs behind a memoizing stub,
a closed loop of 50 connections, the gateway on one core and all else on the other, every answer compared.
Enters: its JSON. Leaves: CPU per request, ratios paired by round, memory, and what is not right.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer

from .machine import describe_machine
from .tables import markdown_table

RIG = Path(__file__).parents[2] / "shared" / "benchmark"
HEAD = ("scenario", "gateway", "right", "CPU ms/request", "ratio", "requests/s", "subgraph calls", "peak MB")


@dataclass(frozen=True, slots=True)
class Line:
    """One gateway in one scenario: medians over the rounds; ``ratio`` is paired by round."""

    scenario: str
    gateway: str
    right: bool
    cpu_ms: float
    ratio: float | None
    rps: float
    calls: float
    peak_mb: float


def command(
    peers: Annotated[str, typer.Option(help="The rig's peers, by comma; the first is the measure.")] = "",
    scenarios: Annotated[str, typer.Option(help="Which scenarios, by comma.")] = "heavy,twohop,small,cold",
    rounds: Annotated[int, typer.Option(help="Fresh starts of each gateway.")] = 2,
    seconds: Annotated[float, typer.Option(help="Measured, for each scenario and round.")] = 8,
    workers: Annotated[int, typer.Option(help="Our processes on the port.")] = 1,
    share: Annotated[bool, typer.Option(help="Let identical requests in flight be shared, on all.")] = False,
    rig: Annotated[Path, typer.Option(help="The rig's folder; its `setup` must have run.")] = RIG,
) -> None:
    """Compare CPU per request with other gateways, in one run, every answer checked."""
    if not (rig / "bench").exists():
        print(f"There is no rig in {rig}: give its folder with --rig.", file=sys.stderr)
        raise typer.Exit(1)
    names = [name for name in peers.split(",") if name]
    options = ["--scenarios", scenarios, "--rounds", str(rounds), "--seconds", str(seconds)]
    rows = run_rig(rig, options, names, our_command(workers, share=share), share=share)
    lines = summarise(rows, names[0] if names else "waybill")
    print(markdown_table(HEAD, [as_cells(line) for line in lines]))
    print(f"\n`python -m bench {' '.join(sys.argv[1:])}`; {describe_machine()}.")
    if not all(line.right for line in lines if line.gateway == "waybill"):
        raise typer.Exit(1)


def our_command(workers: int, *, share: bool) -> str:
    """How the rig starts our router: it composes the subgraphs' SDL itself."""
    dedupe = "operation" if share else "off"
    waybill = Path(sys.executable).with_name("waybill")
    return f"{waybill} serve --subgraphs {{subgraphs}} --port {{port}} --dedupe {dedupe} --workers {workers}"


def run_rig(
    rig: Path, options: list[str], peers: list[str], ours: str, *, share: bool
) -> list[dict[str, Any]]:
    """Run the rig to its end; gives one row for each gateway, scenario and round."""
    setting = "FED_DEDUPE=1 " if share else ""
    gateways = [f"waybill={ours}", *(f"{peer}={setting}{rig / 'peers' / peer}" for peer in peers)]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "rows.json"
        command = [str(rig / "bench"), *options, "--subject", "waybill", "--json", str(output), *gateways]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        if not output.exists():
            print("The rig measured nothing: see above, and run its `setup`.", file=sys.stderr)
            raise typer.Exit(1)
        rows: list[dict[str, Any]] = json.loads(output.read_text())["rows"]
    return rows


def summarise(rows: list[dict[str, Any]], measure: str) -> list[Line]:
    """Medians over the rounds, the cheapest gateway of each scenario first."""
    pairs = dict.fromkeys((row["scenario"], row["gateway"]) for row in rows)
    lines = [summarise_one(rows, scenario, gateway, measure) for scenario, gateway in pairs]
    scenarios = list(dict.fromkeys(line.scenario for line in lines))
    return sorted(lines, key=lambda line: (scenarios.index(line.scenario), line.cpu_ms))


def summarise_one(rows: list[dict[str, Any]], scenario: str, gateway: str, measure: str) -> Line:
    """One gateway in one scenario."""
    mine = [row for row in rows if row["scenario"] == scenario and row["gateway"] == gateway]
    others = {
        row["round"]: row["cpu_ms"]
        for row in rows
        if row["scenario"] == scenario and row["gateway"] == measure
    }
    ratios = [row["cpu_ms"] / others[row["round"]] for row in mine if others.get(row["round"])]

    def middle(key: str) -> float:
        return float(median(row[key] or 0.0 for row in mine))

    return Line(
        scenario,
        gateway,
        all(row["ok"] for row in mine),
        middle("cpu_ms"),
        median(ratios) if ratios else None,
        middle("rps"),
        middle("calls"),
        middle("rss_peak"),
    )


def as_cells(line: Line) -> tuple[object, ...]:
    """The cells of a table's row."""
    right = "yes" if line.right else "NO"
    cells = (line.scenario, line.gateway, right, line.cpu_ms, line.ratio, line.rps, line.calls)
    return (*cells, round(line.peak_mb))
