"""``waybill explain``: every code there is says what it means and what to do; typing mistakes find it too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

import router
from router.commands.explain import command
from router.commands.router_codes import ACTIONS, router_codes
from router.errors import CODES as REQUEST_CODES
from router.execution.errors import ErrorCode

SOURCES = Path(router.__file__).parent
RAISED = re.compile(r'(?:RequestError|OperationError|PlanningError)\(\s*"([A-Z_]+)"|\bcode = "([A-Z_]+)"')


def explain(*arguments: str) -> Result:
    app = Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments)


def test_a_code_of_a_response_says_what_it_means_and_what_to_do() -> None:
    said = explain("SUBREQUEST_TIMEOUT")
    assert said.exit_code == 0
    assert "A subgraph did not answer in time." in said.stdout
    assert "What to do: " in said.stdout
    assert "WAYBILL_ROUTER_SUBGRAPH_TIMEOUT" in said.stdout


def test_a_code_with_two_meanings_says_both() -> None:
    said = explain("METHOD_NOT_ALLOWED").stdout
    assert "answer 405 to a request" in said
    assert "error of a response" in said


def test_case_and_separators_do_not_matter() -> None:
    assert explain("key-invalid-fields").stdout.startswith("KEY_INVALID_FIELDS (error)")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("satisfiability_eror", "SATISFIABILITY_ERROR"),
        ("SUBREQUEST_TIMOUT", "SUBREQUEST_TIMEOUT"),
        ("CSRF_PREVENT", "CSRF_PREVENTED"),
        ("key_invalid", "KEY_INVALID_FIELDS"),
    ],
)
def test_a_misspelt_code_is_suggested(typed: str, meant: str) -> None:
    said = explain(typed)
    assert said.exit_code == 1
    assert said.stderr.startswith(f"There is no code {typed}. Did you mean ")
    assert meant in said.stderr


def test_what_resembles_nothing_is_told_where_all_are() -> None:
    assert explain("xyzzy").stderr == "There is no code xyzzy. `waybill explain` lists all.\n"


def test_without_a_code_all_are_listed() -> None:
    listed = {line.split()[0] for line in explain().stdout.splitlines()}
    assert listed == {code.name for code in router_codes()}
    assert {code.value for code in ErrorCode} | REQUEST_CODES.keys() <= listed


def test_every_code_that_the_router_raises_is_explained() -> None:
    raised = {
        name
        for file in SOURCES.rglob("*.py")
        for found in RAISED.findall(file.read_text(encoding="utf-8"))
        for name in found
        if name
    }
    assert raised - {code.name for code in router_codes()} == set()


def test_every_code_of_a_response_says_what_to_do() -> None:
    assert set(ErrorCode) - ACTIONS.keys() == set()
    settings = {name for action in ACTIONS.values() for name in re.findall(r"WAYBILL_\w+(?=[.,)])", action)}
    page = (SOURCES.parent / "docs" / "settings.md").read_text()
    assert [name for name in settings if name not in page] == []
