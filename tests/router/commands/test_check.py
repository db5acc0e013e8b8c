"""``waybill check`` as people and pipelines run it: inputs, formats, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from router.commands.check import command
from router.commands.github import annotation
from tests.router.planning.planned import supergraph_sdl

OLD = "type Query {\n  a: Int\n  b(x: E): Int\n}\nenum E { A B }\n"
NEW = "type Query {\n  b(x: E): Int\n  c: Int\n}\nenum E { A }\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.graphql").write_text(OLD)
    (tmp_path / "new.graphql").write_text(NEW)
    (tmp_path / "apps" / "web").mkdir(parents=True)
    (tmp_path / "apps" / "a.graphql").write_text("query Lost {\n  a\n}")
    (tmp_path / "apps" / "web" / "b.gql").write_text(
        "query Kept {\n  b(x: A)\n}\nquery Maybe($e: E) { b(x: $e) }"
    )
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    app = Typer()
    app.command()(command)
    result = CliRunner().invoke(app, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_text_lists_changes_and_fails(folder: Path) -> None:
    assert run("old.graphql", "new.graphql") == (
        1,
        "breaking   ENUM_VALUE_REMOVED  E.B: E lost the value B\n"
        "breaking   FIELD_REMOVED  Query.a: Query.a is gone\n"
        "2 breaking, 0 dangerous, 1 safe changes: not compatible.\n",
    )
    assert (
        "safe       FIELD_ADDED  Query.c: Query.c is new\n" in run("old.graphql", "new.graphql", "--all")[1]
    )


def test_operations_of_a_folder_are_judged_with_file_and_place(folder: Path) -> None:
    code, said = run("old.graphql", "new.graphql", "--operations", "apps")
    assert code == 1
    assert said.splitlines()[2:] == [
        "breaks  Lost: Query.a is gone",
        "    at apps/a.graphql:2:3",
        "may break  Maybe: E lost the value B",
        "    at apps/web/b.gql:4:13",
        "2 breaking, 0 dangerous, 1 safe changes; 1 operation broken: not compatible.",
    ]


def test_without_broken_operations_the_exit_code_is_zero(folder: Path) -> None:
    code, said = run("old.graphql", "new.graphql", "--operations", "apps/web/b.gql")
    assert code == 0
    assert said.endswith("2 breaking, 0 dangerous, 1 safe changes; 0 operations broken.\n")


def test_json_holds_everything(folder: Path) -> None:
    code, said = run("old.graphql", "new.graphql", "--operations", "apps", "--format", "json")
    document = json.loads(said)
    assert (code, document["ok"]) == (1, False)
    assert document["changes"][1] == {
        "kind": "FIELD_REMOVED",
        "severity": "breaking",
        "coordinate": "Query.a",
        "message": "Query.a is gone",
        "line": 1,
        "column": 6,
    }
    assert [(o["operation"], o["verdict"], o["locations"]) for o in document["operations"]] == [
        ("Lost", "breaks", [{"line": 2, "column": 3}]),
        ("Maybe", "may break", [{"line": 4, "column": 13}]),
    ]


def test_github_annotates_the_schema_and_the_operations(folder: Path) -> None:
    said = run("old.graphql", "new.graphql", "--operations", "apps", "--format", "github")[1]
    assert "::error file=new.graphql,line=1,col=6,title=FIELD_REMOVED::Query.a is gone\n" in said
    assert (
        "::error file=apps/a.graphql,line=2,col=3,title=FIELD_REMOVED::Lost breaks: Query.a is gone\n" in said
    )


def test_annotations_are_escaped() -> None:
    assert annotation("error", "A:B", "50%\nmore: x", "a,b.graphql", 1) == (
        "::error file=a%2Cb.graphql,line=1,title=A%3AB::50%25%0Amore: x\n"
    )


def test_supergraphs_and_lists_of_subgraphs_are_compared_too(folder: Path) -> None:
    (folder / "super.graphql").write_text(supergraph_sdl({"one": OLD}))
    (folder / "list.yaml").write_text("subgraphs: [{name: one, url: 'http://one', schema: new.graphql}]")
    code, said = run("super.graphql", "list.yaml")
    assert code == 1
    assert "FIELD_REMOVED  Query.a" in said
    assert run("super.graphql", "super.graphql") == (0, "0 breaking, 0 dangerous, 0 safe changes.\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.graphql", "new.graphql"), "nowhere.graphql: error INVALID_SCHEMA: No such file"),
        (("old.graphql", "bad.graphql"), "bad.graphql: error INVALID_SCHEMA: Syntax Error"),
        (("old.graphql", "bad.yaml"), "bad.yaml:1:1: error INVALID_CONFIG: there is no list or map"),
        (("old.graphql", "broken.yaml"), "broken.yaml: error NO_QUERIES: "),
        (("old.graphql", "new.graphql", "--operations", "empty"), "empty: error INVALID_OPERATIONS: "),
    ],
)
def test_unreadable_input_is_a_coded_error_and_exit_code_two(
    folder: Path, arguments: tuple[str, ...], says: str
) -> None:
    (folder / "empty").mkdir()
    (folder / "bad.graphql").write_text("type {")
    (folder / "bad.yaml").write_text("{}")
    (folder / "broken.yaml").write_text(
        "subgraphs: {one: {routing_url: 'http://u', schema: {sdl: 'type A { a: Int }'}}}"
    )
    code, said = run(*arguments)
    assert code == 2
    assert says in said
