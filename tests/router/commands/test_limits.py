"""What composition may cost is set in the environment, alike for every command and the router."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from router.commands.compose import command
from router.settings import RouterSettings
from router.supply.compose_source import ComposedSubgraphs
from router.supply.sources import SourceError


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "one.graphql").write_text("type Query { a: Int b: Int c: Int d: Int }")
    file = tmp_path / "list.yaml"
    file.write_text('subgraphs: [{name: one, url: "http://one", schema: one.graphql}]')
    return file


def compose(*arguments: str, lines: str | None = None) -> Result:
    app = Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments, input=lines)


def test_a_smaller_limit_of_tokens_refuses_what_composed_before(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compose(str(config)).exit_code == 0
    monkeypatch.setenv("WAYBILL_COMPOSE_MAX_TOKENS", "5")
    result = compose(str(config))
    assert result.exit_code == 1
    assert "LIMIT_EXCEEDED" in result.stderr


def test_a_batch_keeps_the_limits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_COMPOSE_MAX_SDL_BYTES", "10")
    line = '{"id": 1, "subgraphs": [{"name": "one", "url": "", "sdl": "type Query { a: Int }"}]}'
    assert "LIMIT_EXCEEDED" in compose("--batch", lines=line).stdout


def test_a_line_whose_sdl_is_no_text_is_no_request() -> None:
    lines = '{"id": 1, "subgraphs": [{"name": "one", "sdl": 7}]}'
    assert '"id":1,"ok":false,"errors":[{"code":"INVALID_REQUEST"' in compose("--batch", lines=lines).stdout


def test_a_variable_that_is_no_number_is_named(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_COMPOSE_MAX_SUBGRAPHS", "many")
    result = compose(str(config))
    assert result.exit_code == 2
    assert "error INVALID_CONFIG at WAYBILL_COMPOSE_MAX_SUBGRAPHS" in result.stderr
    with pytest.raises(SourceError, match="WAYBILL_COMPOSE_MAX_SUBGRAPHS"):
        ComposedSubgraphs(config, RouterSettings())


async def test_the_router_composes_within_them(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_COMPOSE_MAX_TOKENS", "5")
    with pytest.raises(SourceError, match="LIMIT_EXCEEDED"):
        await ComposedSubgraphs(config, RouterSettings()).read()
