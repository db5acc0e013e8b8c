"""``waybill explain`` on the platform: the router's codes, the subgraphs' and those of a start."""

from __future__ import annotations

import pytest
import typer

from stack.commands.explain import all_codes, command
from stack.servers.trouble import Code
from subgraphs.common.errors import ErrorCode


def test_the_platforms_codes_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    names = {code.name for code in all_codes()}
    assert {code.value for code in Code} | {code.value for code in ErrorCode} <= names
    command("SERVER_UNREACHABLE")
    assert "WAYBILL_SERVERS_SECONDS" in capsys.readouterr().out
    command("BAD_CREDENTIALS")
    assert "What to do: Check both." in capsys.readouterr().out


def test_every_code_of_a_start_says_what_to_do() -> None:
    assert [code for code in Code if not code.fix.endswith(".")] == []


def test_a_misspelt_one_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        command("SERVER_UNREACHABEL")
    assert "Did you mean SERVER_UNREACHABLE" in capsys.readouterr().err
