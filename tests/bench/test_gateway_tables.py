"""What is made of the rig's measurements."""

from __future__ import annotations

from typing import Any

import pytest

from bench.gateway import HEAD, as_cells, summarise
from bench.tables import markdown_table


def row(gateway: str, round_: int, cpu_ms: float, *, ok: bool = True) -> dict[str, Any]:
    return {
        "scenario": "heavy",
        "gateway": gateway,
        "round": round_,
        "cpu_ms": cpu_ms,
        "ok": ok,
        "rps": 100.0,
        "calls": 7.0,
        "rss_peak": 90.4,
    }


def test_ratios_are_paired_by_round() -> None:
    rows = [row("waybill", 0, 1.0), row("peer", 0, 2.0), row("waybill", 1, 3.0), row("peer", 1, 4.0)]
    ours, peer = summarise(rows, "peer")
    assert (ours.gateway, ours.cpu_ms) == ("waybill", 2.0)
    assert ours.ratio == pytest.approx(0.625)
    assert (peer.gateway, peer.ratio) == ("peer", 1.0)


def test_one_wrong_round_makes_the_row_wrong() -> None:
    (line,) = summarise([row("waybill", 0, 1.0), row("waybill", 1, 1.0, ok=False)], "waybill")
    table = markdown_table(HEAD, [as_cells(line)])
    assert table.endswith("| heavy | waybill | NO | 1 | 1 | 100 | 7 | 90 |")
