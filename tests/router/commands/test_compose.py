"""``waybill compose`` as people and pipelines run it: inputs, outputs, formats, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer import Typer
from typer.testing import CliRunner

from router.commands.compose import command
from router.commands.compose_job import Job, compose_once
from router.commands.compose_output import Format
from router.composition.codes import CODES
from router.supergraph import read_supergraph
from tests.router.server.running import running_app

LIST = """subgraphs:
  - {name: one, url: "http://one", schema: one.graphql}
  - {name: two, url: "http://two", schema: two.graphql}
"""
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.yaml").write_text(LIST)
    (tmp_path / "one.graphql").write_text(LINK + "type Query {\n  a: Int\n}\n")
    (tmp_path / "two.graphql").write_text(LINK + 'type Query {\n  b: Int @tag(name: "internal")\n}\n')
    return tmp_path


@pytest.fixture
def broken(folder: Path) -> Path:
    (folder / "two.graphql").write_text(LINK + "type Query {\n  a: String\n}\n")
    return folder


def run(*arguments: str) -> tuple[int, str, str]:
    app = Typer()
    app.command()(command)
    result = CliRunner().invoke(app, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_supergraph_goes_to_standard_output(folder: Path) -> None:
    code, out, err = run("list.yaml")
    assert (code, err) == (0, "")
    assert list(read_supergraph(out).subgraphs) == ["one", "two"]


def test_supergraph_and_api_schema_go_to_files(folder: Path) -> None:
    assert run("list.yaml", "--output", "super.graphql", "--api", "api.graphql") == (0, "", "")
    assert (folder / "super.graphql").read_text().startswith("schema")
    assert (folder / "api.graphql").read_text() == "type Query {\n  a: Int\n  b: Int\n}\n"
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == []


def test_a_contract_hides_what_is_outside_its_tags(folder: Path) -> None:
    assert run("list.yaml", "-o", "s", "--api", "public.graphql", "--exclude-tag", "internal")[0] == 0
    assert (folder / "public.graphql").read_text() == "type Query {\n  a: Int\n}\n"
    assert run("list.yaml", "-o", "s", "--api", "internal.graphql", "--include-tag", "internal")[0] == 0
    assert (folder / "internal.graphql").read_text() == "type Query {\n  b: Int\n}\n"
    code, _, err = run("list.yaml", "--include-tag", "no", "--include-tag", "none")
    assert code == 1
    assert "error CONTRACT_EMPTY" in err


def test_text_names_file_line_and_column_and_the_exit_code_is_one(broken: Path) -> None:
    code, out, err = run("list.yaml", "--output", "super.graphql")
    assert (code, out) == (1, "")
    assert "error FIELD_TYPE_MISMATCH" in err
    assert "    at one.graphql:3:3\n    at two.graphql:3:3\n" in err
    assert not (broken / "super.graphql").exists()


def test_github_gets_an_annotation_at_each_place(broken: Path) -> None:
    code, _, err = run("list.yaml", "--format", "github")
    assert code == 1
    lines = [line.split("::")[1] for line in err.splitlines() if "FIELD_TYPE_MISMATCH" in line]
    assert lines == [
        "error file=one.graphql,line=3,col=3,title=FIELD_TYPE_MISMATCH",
        "error file=two.graphql,line=3,col=3,title=FIELD_TYPE_MISMATCH",
    ]


def test_json_holds_errors_with_their_places(broken: Path) -> None:
    code, out, err = run("list.yaml", "--format", "json")
    document = json.loads(out)
    assert (code, err, document["ok"], document["supergraphSdl"]) == (1, "", False, None)
    errors = {e["code"]: e for e in document["errors"]}
    assert errors["FIELD_TYPE_MISMATCH"]["coordinate"] == "Query.a"
    assert {"subgraph": "two", "line": 3, "column": 3} in errors["FIELD_TYPE_MISMATCH"]["locations"]
    assert errors.keys() <= CODES.keys()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("text", "list.yaml:1:12: error INVALID_CONFIG at subgraphs: is neither a list nor a map"),
        ("github", "::error file=list.yaml,line=1,col=12,title=INVALID_CONFIG::subgraphs: is neither"),
        ("json", '"key": "subgraphs"'),
    ],
)
def test_a_list_that_is_none_ends_with_exit_code_two(folder: Path, form: str, says: str) -> None:
    (folder / "list.yaml").write_text("subgraphs: 3")
    code, out, err = run("list.yaml", "--format", form)
    assert code == 2
    assert says in out + err


def test_output_that_cannot_be_written_is_a_coded_error(folder: Path) -> None:
    code, _, err = run("list.yaml", "--output", "no/such/folder.graphql")
    assert (code, err) == (
        2,
        "no/such/folder.graphql: error OUTPUT_UNWRITABLE: can't be written: No such file or directory\n",
    )


def test_output_goes_through_a_fifo_and_along_a_link_and_leaves_them_there(folder: Path) -> None:
    os.mkfifo(folder / "device")
    (folder / "link.graphql").symlink_to("target.graphql")
    with subprocess.Popen(["cat", folder / "device"], stdout=subprocess.PIPE, text=True) as reader:
        assert run("list.yaml", "--output", "device", "--api", "link.graphql") == (0, "", "")
        assert reader.stdout is not None
        assert "@join__graph" in reader.stdout.read()
    assert (folder / "device").is_fifo()
    assert (folder / "link.graphql").is_symlink()
    assert "type Query" in (folder / "target.graphql").read_text()


async def answer(request: Request) -> Response:
    payload = await request.json()
    assert payload == {"query": "{ _service { sdl } }"}
    if request.headers.get("authorization") != "secret":
        return JSONResponse({"errors": [{"message": "no"}]}, 401)
    return JSONResponse({"data": {"_service": {"sdl": "type Query { running: Int }"}}})


@pytest.fixture
async def running_subgraph() -> AsyncIterator[str]:
    async with running_app(Starlette(routes=[Route("/", answer, methods=["POST"])])) as port:
        yield f"http://127.0.0.1:{port}/"


async def test_running_subgraphs_are_asked_with_the_headers_of_the_list(
    folder: Path, running_subgraph: str
) -> None:
    entry = '{name: %s, url: "%s", headers: {authorization: %s}}'
    (folder / "list.yaml").write_text("subgraphs: [" + entry % ("one", running_subgraph, "secret") + "]")
    assert await compose_once(Job(Path("list.yaml"), Path("super"), Path("api"))) == 0
    assert (folder / "api").read_text() == "type Query {\n  running: Int\n}\n"


async def test_all_subgraphs_that_give_no_sdl_are_named(
    folder: Path, running_subgraph: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "list.yaml").write_text(
        f'subgraphs: [{{name: one, url: "{running_subgraph}"}}, {{name: two, url: "http://127.0.0.1:1/"}}]'
    )
    assert await compose_once(Job(Path("list.yaml"), form=Format.github)) == 2
    err = capsys.readouterr().err
    assert f'title=SDL_UNAVAILABLE::Subgraph "one" at {running_subgraph} gave no SDL' in err
    assert 'Subgraph "two" at http://127.0.0.1:1/ can\'t be asked for its SDL' in err
