"""What dashboards and alerts ask for is what the running processes tell; health checks are answered."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator

import httpx
import pytest
import yaml

from .compose import health_check
from .platform import BACKGROUND, OURS, ROUTERS, SUBGRAPHS, Deployed
from .servers import DEPLOY

FAMILY = re.compile(r"^# TYPE (\w+) ", re.M)
SAMPLE = re.compile(r"^(\w+)\{(.*?)\} ", re.M)
NAME = re.compile(r"\b((?:waybill|delivery|process)_\w+)")
GROUPED = re.compile(r"by \(([^)]*)\)")
OF_PROMETHEUS = {"instance", "job", "part"}  # added when it scrapes


def expressions() -> Iterator[str]:
    """What the panels and the alerts ask Prometheus."""
    for file in (DEPLOY / "grafana/dashboards").glob("*.json"):
        for panel in json.loads(file.read_text())["panels"]:
            yield from (target["expr"] for target in panel["targets"])
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"]
    yield from (rule["expr"] for group in groups for rule in group["rules"])


@pytest.fixture
async def measured(deployed: Deployed) -> dict[str, set[str]]:
    """Every family of metrics that a process tells now, with the labels of its samples."""
    ended = [name for name in OURS if deployed.box.running[name].poll() is not None]
    assert ended == [], deployed.box.tails()
    ports = [*(deployed.port(name, "9100") for name in (*ROUTERS, *BACKGROUND))]
    ports += [deployed.ports[f"{name}-1"] for name in SUBGRAPHS]
    async with httpx.AsyncClient(timeout=30, follow_redirects=True) as http:
        answers = await asyncio.gather(*(http.get(f"http://127.0.0.1:{port}/metrics") for port in ports))
    found: dict[str, set[str]] = {}
    for answer in answers:
        text = answer.raise_for_status().text
        for family in FAMILY.findall(text):
            found.setdefault(family, set())
        for name, labels in SAMPLE.findall(text):
            found.setdefault(name, set()).update(re.findall(r"(\w+)=", labels))
    return found


async def test_dashboards_and_alerts_ask_for_what_is_measured(measured: dict[str, set[str]]) -> None:
    asked = list(expressions())
    assert len(asked) > 15
    names = {name for expression in asked for name in NAME.findall(expression)}
    bare = {name if name in measured else re.sub(r"_(bucket|count|sum)$", "", name) for name in names}
    assert bare <= set(measured)


async def test_dashboards_group_by_labels_that_are_there(measured: dict[str, set[str]]) -> None:
    for expression in expressions():
        told = set[str]().union(*(measured.get(name, set()) for name in NAME.findall(expression)))
        for labels in GROUPED.findall(expression):
            wanted = {label.strip() for label in labels.split(",")} - OF_PROMETHEUS
            assert not told or wanted <= told, expression


async def test_what_is_always_there_has_samples(measured: dict[str, set[str]]) -> None:
    # A metric that is declared and never fed has a type and no sample.
    for name in ("waybill_outbox_waiting", "waybill_sql_statements_total"):
        assert measured[name], name


async def test_every_process_answers_composes_health_check(deployed: Deployed) -> None:
    await asyncio.gather(
        *(asyncio.to_thread(ask_health, deployed, name) for name in OURS if name != "provider")
    )


def ask_health(deployed: Deployed, name: str) -> None:
    program, *arguments = health_check(name)
    port = re.compile(r"127\.0\.0\.1:(\d+)")
    argv = [port.sub(lambda found: f"127.0.0.1:{deployed.port(name, found[1])}", word) for word in arguments]
    deployed.box.run([deployed.image.program(program), *argv])
