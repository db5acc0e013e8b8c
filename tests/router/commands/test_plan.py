"""``waybill plan``: text and JSON, to the terminal or a file; JSON lines; mistakes as codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from router.commands.plan import command
from tests.router.planning.planned import lines, supergraph_sdl

SUPERGRAPH = supergraph_sdl(
    {
        "a": 'type Query { me: U } type U @key(fields: "id") { id: ID! }',
        "b": 'type U @key(fields: "id") { id: ID! name: String }',
    }
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "supergraph.graphql").write_text(SUPERGRAPH)
    return tmp_path


def run(folder: Path, operation: str, *arguments: str) -> Result:
    (folder / "operation.graphql").write_text(operation)
    app = Typer()
    app.command()(command)
    return CliRunner().invoke(app, ["operation.graphql", "--supergraph", "supergraph.graphql", *arguments])


def test_a_plan_is_printed_as_text(folder: Path) -> None:
    result = run(folder, "{ me { id } }")
    assert result.exit_code == 0
    assert result.stdout == lines("""
        QueryPlan {
          Fetch(service: "a") {
            {
              me {
                id
              }
            }
          },
        }
    """)


def test_a_plan_is_written_to_a_file_as_json(folder: Path) -> None:
    result = run(folder, "{ me { name } }", "--format", "json", "-o", "plan.json")
    assert (result.exit_code, result.stdout) == (0, "")
    node = json.loads((folder / "plan.json").read_text())["node"]
    assert [each["kind"] for each in node["nodes"]] == ["Fetch", "Flatten"]


def test_without_variables_a_plan_shows_its_conditions(folder: Path) -> None:
    operation = "query ($n: Boolean!) { me { id name @include(if: $n) } }"
    assert "Condition(if: $n)" in run(folder, operation).stdout
    assert "Condition" not in run(folder, operation, "--variables", '{"n": true}').stdout


def test_a_deferred_part_is_shown(folder: Path) -> None:
    operation = "{ me { id ... @defer { name } } }"
    assert 'Deferred(depends: [0], path: "me")' in run(folder, operation, "--defer").stdout
    assert "Defer" not in run(folder, operation).stdout


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (
            "{ me { nothing } }",
            "operation.graphql:1:8: error INVALID_OPERATION: Cannot query field 'nothing'",
        ),
        ("{ me {", "operation.graphql:1:7: error INVALID_OPERATION: Syntax Error"),
        (
            "query A { me { id } } query B { me { id } }",
            "operation.graphql: error OPERATION_RESOLUTION_FAILURE: ",
        ),
    ],
)
def test_a_mistake_of_the_operation_is_told_with_its_file_and_place(
    folder: Path, operation: str, said: str
) -> None:
    result = run(folder, operation)
    assert result.exit_code == 1
    assert result.stderr.startswith(said)
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["nope.graphql", "--supergraph", "supergraph.graphql"],
            "nope.graphql: error INVALID_OPERATIONS: No such file or directory\n",
        ),
        (
            ["supergraph.graphql", "--supergraph", "nope.graphql"],
            "nope.graphql: error INVALID_SUPERGRAPH: No such file or directory\n",
        ),
        (
            ["operation.graphql", "--supergraph", "operation.graphql"],
            "operation.graphql: error INVALID_SUPERGRAPH: ",
        ),
        (["operation.graphql", "--subgraphs", "nope.yaml"], "nope.yaml: error INVALID_CONFIG: "),
        (
            ["operation.graphql", "--supergraph", "supergraph.graphql", "--variables", "x=1"],
            "--variables: error INVALID_VARIABLES: no JSON: ",
        ),
        (
            ["operation.graphql", "--supergraph", "supergraph.graphql", "--variables", "[1]"],
            "--variables: error INVALID_VARIABLES: no JSON object. Write --variables '{",
        ),
        (
            ["operation.graphql", "--supergraph", "supergraph.graphql", "-o", "no/such/plan"],
            "no/such/plan: error OUTPUT_UNWRITABLE: ",
        ),
    ],
)
def test_a_mistake_of_the_command_line_names_the_file_or_option(
    folder: Path, arguments: list[str], said: str
) -> None:
    (folder / "operation.graphql").write_text("{ me { id } }")
    app = Typer()
    app.command()(command)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(said)


def test_json_lines_are_answered_one_by_one() -> None:
    app = Typer()
    app.command()(command)
    items = [
        {"id": 1, "supergraphSdl": SUPERGRAPH, "operation": "{ me { name } }"},
        {"id": 2, "supergraphSdl": SUPERGRAPH, "operation": "{ nothing }"},
        {"id": 3, "supergraphSdl": "type Query { a: Int }", "operation": "{ a }"},
    ]
    result = CliRunner().invoke(app, ["--batch"], input="".join(json.dumps(item) + "\n" for item in items))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(answer["id"], answer["ok"]) for answer in answers] == [(1, True), (2, False), (3, False)]
    assert answers[0]["plan"]["kind"] == "QueryPlan"
    assert [answer.get("code") for answer in answers[1:]] == ["GRAPHQL_INVALID", "INVALID_SUPERGRAPH"]
