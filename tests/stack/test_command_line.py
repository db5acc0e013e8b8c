"""The `waybill` command itself: its help, its version, and names of settings that nobody reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from stack.cli import COMMANDS
from stack.known_settings import CLASSES, refuse_unknown_settings, variables_of
from stack.servers.trouble import Code, Troubles
from stack.settings_table import SECTIONS

ROOT = Path(__file__).parents[2]


def waybill(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "stack", *arguments]
    return subprocess.run(argv, env={**os.environ, **variables}, capture_output=True, text=True)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_it_tells_its_version(option: str) -> None:
    assert waybill(option).stdout == f"waybill {metadata.version('waybill')}\n"


def test_both_options_of_help_list_every_command_and_where_settings_come_from() -> None:
    short, long = waybill("-h").stdout, waybill("--help").stdout
    assert short == long
    assert set(re.findall(r"^  ([\w-]+) ", long, re.M)) >= COMMANDS.keys()
    assert "WAYBILL_SETTINGS" in long


def test_a_commands_help_names_its_settings_page() -> None:
    said = " ".join(waybill("serve", "-h").stdout.split())
    assert "WAYBILL_ROUTER_…" in said
    assert "WAYBILL_SETTINGS" in said
    assert "docs/settings.md" in said


def test_a_misspelt_setting_ends_the_start_with_what_was_meant() -> None:
    refused = waybill(
        "serve", "--supergraph", "none.graphql", WAYBILL_ROUTER_CORS_ORIGIN="x", WAYBILL_SHARD="y"
    )
    assert refused.returncode == 1
    cors, shard = refused.stderr.splitlines()
    assert cors.startswith("waybill: SETTING_UNKNOWN: no part of Waybill reads WAYBILL_ROUTER_CORS_ORIGIN. ")
    assert "Did you mean WAYBILL_ROUTER_CORS_ORIGINS" in cors
    assert "Did you mean WAYBILL_SHARDS" in shard


def test_a_misspelt_setting_of_a_file_is_refused_too(tmp_path: Path) -> None:
    file = tmp_path / "waybill.env"
    file.write_text("WAYBILL_PROT=4100\n")
    refused = waybill("status", WAYBILL_SETTINGS=str(file))
    assert (
        "SETTING_UNKNOWN: no part of Waybill reads WAYBILL_PROT. Did you mean WAYBILL_PORT" in refused.stderr
    )


def test_what_tells_about_the_program_minds_no_setting() -> None:
    for arguments in (["explain", "SETTING_UNKNOWN"], ["--version"], ["up", "--help"]):
        assert waybill(*arguments, WAYBILL_NOTHING="1").returncode == 0


def test_one_environment_may_hold_the_names_of_all_parts() -> None:
    refuse_unknown_settings({name: "" for where in CLASSES for name in variables_of(where)})
    refuse_unknown_settings({"WAYBILL_SETTINGS": "", "waybill_port": "4100", "PATH": ""})


def test_what_kubernetes_adds_for_a_service_of_our_name_is_none_of_ours() -> None:
    added = ("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT_4000_TCP", "PORT_4000_TCP_ADDR")
    refuse_unknown_settings({f"WAYBILL_CATALOG_{name}": "" for name in added})


def test_every_class_of_settings_in_the_table_is_known_and_every_class_is_in_the_table() -> None:
    assert {where for _, where, _ in SECTIONS} == set(CLASSES)
    prefixes = {
        found
        for folder in ("router", "subgraphs", "search", "stack")
        for file in (ROOT / folder).rglob("*.py")
        for found in re.findall(r'env_prefix="(\w+)"', file.read_text())
    }
    known = [name for where in CLASSES for name in variables_of(where)]
    assert [prefix for prefix in prefixes if not any(name.startswith(prefix) for name in known)] == []


def test_all_unknown_names_are_told_at_once() -> None:
    with pytest.raises(Troubles) as raised:
        refuse_unknown_settings({"WAYBILL_A": "", "WAYBILL_B": ""})
    assert [trouble.code for trouble in raised.value.troubles] == [Code.UNKNOWN] * 2
