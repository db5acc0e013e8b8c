"""``waybill plan``: print the query plan of an operation.

``--batch`` reads JSON lines ``{id, subgraphs, supergraphSdl, operation}`` and answers each with a line
``{id, ok, plan}`` (the plan in Apollo's JSON form) or ``{id, ok: false, error}``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from graphql import (
    FieldsOnCorrectTypeRule,
    FragmentsOnCompositeTypesRule,
    GraphQLError,
    GraphQLSchema,
    KnownFragmentNamesRule,
    KnownTypeNamesRule,
    NoFragmentCyclesRule,
    OverlappingFieldsCanBeMergedRule,
    PossibleFragmentSpreadsRule,
    ScalarLeafsRule,
    Source,
    parse,
    validate,
)

from ..composition.config_nodes import ConfigError
from ..operation import Operation, OperationError, read_operation
from ..planning import Planner, PlanningError, print_variants, variants_json
from ..supergraph import SupergraphError, api_schema, read_supergraph

# What a plan cannot do without. The router checks all rules; for a look at a plan, it is no matter whether
# a directive is known or a variable may be null.
RULES = (
    FieldsOnCorrectTypeRule,
    FragmentsOnCompositeTypesRule,
    KnownFragmentNamesRule,
    KnownTypeNamesRule,
    NoFragmentCyclesRule,
    OverlappingFieldsCanBeMergedRule,
    PossibleFragmentSpreadsRule,
    ScalarLeafsRule,
)
WRITE_VARIABLES = """Write --variables '{"name": "value"}'."""


def command(
    operation_file: Annotated[Path | None, typer.Argument(help="The operation (a GraphQL document).")] = None,
    supergraph: Annotated[Path | None, typer.Option(help="Supergraph SDL.")] = None,
    subgraphs: Annotated[
        Path | None, typer.Option(help="YAML or JSON: subgraphs: [{name, url, schema}].")
    ] = None,
    variables: Annotated[str, typer.Option(help="Variables as JSON; they decide @skip and @include.")] = "",
    operation_name: Annotated[str | None, typer.Option(help="Which operation of the document.")] = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write here instead.")] = None,
    defer: Annotated[
        bool, typer.Option(help="Plan for a client that takes @defer's parts one by one.")
    ] = False,
    batch: Annotated[bool, typer.Option(help="Read JSON lines, answer JSON lines.")] = False,
) -> None:
    """Print the query plan of an operation."""
    if batch:
        run_batch()
        return
    if operation_file is None or (supergraph is None) == (subgraphs is None):
        raise typer.BadParameter("give OPERATION_FILE and one of --supergraph and --subgraphs")
    if form not in ("text", "json"):
        raise typer.BadParameter("--format is text or json")
    try:
        values = _variables(variables)
        session = Session(_supergraph(supergraph, subgraphs), defer=defer)
        text = session.plan(_source(operation_file), operation_name, values, form == "json")
        if output:
            from .compose_job import write_output

            write_output(output, text)
    except (SupergraphError, OperationError, PlanningError) as error:
        _end(f"{_place_of(error, supergraph or subgraphs, operation_file)}: error {error.code}: {error}")
    except GraphQLError as error:
        at = error.locations[0] if error.locations else None
        place = f"{operation_file}:{at.line}:{at.column}" if at else str(operation_file)
        _end(f"{place}: error INVALID_OPERATION: {error.message}")
    except (ConfigError, Unreadable) as error:
        _end(str(error))
    if output is None:
        typer.echo(text, nl=False)


class Unreadable(Exception):
    """A file or an option can't be read; the text says which one, why, and what to do."""


def _end(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def _place_of(error: Exception, supergraph: Path | None, operation: Path) -> Path | None:
    return supergraph if isinstance(error, SupergraphError) else operation


def _source(file: Path) -> Source:
    return Source(_read(file, "INVALID_OPERATIONS"), str(file))


def _read(file: Path, code: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unreadable(f"{file}: error {code}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{file}: error {code}: not UTF-8") from None


def _variables(text: str) -> dict[str, Any] | None:
    """Read `--variables`; None where it isn't given."""
    if not text:
        return None
    try:
        values = json.loads(text)
    except ValueError as error:
        raise Unreadable(
            f"--variables: error INVALID_VARIABLES: no JSON: {error}. {WRITE_VARIABLES}"
        ) from None
    if not isinstance(values, dict):
        raise Unreadable(f"--variables: error INVALID_VARIABLES: no JSON object. {WRITE_VARIABLES}")
    return values


def _supergraph(supergraph: Path | None, subgraphs: Path | None) -> str:
    if supergraph is not None:
        return _read(supergraph, SupergraphError.code)
    from .compose_list import compose_list

    assert subgraphs is not None
    composition = compose_list(subgraphs)
    if composition.supergraph_sdl is None:
        raise Unreadable("\n".join(f"{subgraphs}: error {e.code}: {e.message}" for e in composition.errors))
    return composition.supergraph_sdl


class Session:
    """A planner for one supergraph, with the operations' validation before it."""

    def __init__(self, sdl: str, *, defer: bool = False) -> None:
        supergraph = read_supergraph(sdl)
        self._schema: GraphQLSchema = api_schema(supergraph, defer=True)
        self._planner = Planner(supergraph, self._schema)
        self._defer = defer

    def plan(
        self, text: Source | str, name: str | None, variables: Mapping[str, Any] | None, as_json: bool
    ) -> str:
        """Plan an operation and print it."""
        operation = self.read(text, name)
        if as_json:
            found = variants_json(self._planner, operation, variables, defer=self._defer)
            return json.dumps(found, indent=2) + "\n"
        return print_variants(self._planner, operation, variables, defer=self._defer)

    def json(self, text: str, name: str | None = None) -> dict[str, Any]:
        """Plan an operation without variables."""
        return variants_json(self._planner, self.read(text, name), None)

    def read(self, text: Source | str, name: str | None) -> Operation:
        """Parse and validate an operation."""
        document = parse(text)
        errors = validate(self._schema, document, RULES)
        if errors:
            raise errors[0]
        return read_operation(document, name, self._schema)


def run_batch() -> None:
    """Answer JSON lines from standard input until it ends."""
    known: dict[str, Session] = {}
    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(json.dumps(_answer(json.loads(line), known)) + "\n")
            sys.stdout.flush()


def _answer(item: dict[str, Any], known: dict[str, Session]) -> dict[str, Any]:
    try:
        sdl = item["supergraphSdl"]
        if sdl not in known:
            known[sdl] = Session(sdl)
        return {"id": item.get("id"), "ok": True, "plan": known[sdl].json(item["operation"])}
    except (SupergraphError, OperationError, PlanningError) as error:
        return {"id": item.get("id"), "ok": False, "error": str(error), "code": error.code}
    except GraphQLError as error:
        return {"id": item.get("id"), "ok": False, "error": error.message, "code": "GRAPHQL_INVALID"}
