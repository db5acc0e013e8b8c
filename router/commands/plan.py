"""``waybill plan``: print the query plan of an operation.

``--batch`` reads JSON lines ``{id, subgraphs, supergraphSdl, operation}`` and answers each with a line
``{id, ok, plan}`` (the plan in Apollo's JSON form) or ``{id, ok: false, error}``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

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
    parse,
    validate,
)

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
        sdl = supergraph.read_text() if supergraph else _composed(subgraphs)
        session = Session(sdl, defer=defer)
        values = json.loads(variables) if variables else None
        text = session.plan(operation_file.read_text(), operation_name, values, form == "json")
    except (SupergraphError, OperationError, PlanningError) as error:
        typer.echo(f"{error.code}: {error}", err=True)
        raise typer.Exit(1) from None
    except (GraphQLError, OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if output:
        from ..composition.config_nodes import ConfigError
        from .compose_job import write_output

        try:
            write_output(output, text)
        except ConfigError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
    else:
        typer.echo(text, nl=False)


def _composed(subgraphs: Path | None) -> str:
    from .compose_list import compose_list

    assert subgraphs is not None
    try:
        composition = compose_list(subgraphs)
    except ConfigError as error:
        raise ValueError(str(error)) from None
    if composition.supergraph_sdl is None:
        raise ValueError("\n".join(f"{e.code}: {e.message}" for e in composition.errors))
    return composition.supergraph_sdl


class Session:
    """A planner for one supergraph, with the operations' validation before it."""

    def __init__(self, sdl: str, *, defer: bool = False) -> None:
        supergraph = read_supergraph(sdl)
        self._schema: GraphQLSchema = api_schema(supergraph, defer=True)
        self._planner = Planner(supergraph, self._schema)
        self._defer = defer

    def plan(self, text: str, name: str | None, variables: Mapping[str, Any] | None, as_json: bool) -> str:
        """Plan an operation and print it."""
        operation = self.read(text, name)
        if as_json:
            found = variants_json(self._planner, operation, variables, defer=self._defer)
            return json.dumps(found, indent=2) + "\n"
        return print_variants(self._planner, operation, variables, defer=self._defer)

    def json(self, text: str, name: str | None = None) -> dict[str, Any]:
        """Plan an operation without variables."""
        return variants_json(self._planner, self.read(text, name), None)

    def read(self, text: str, name: str | None) -> Operation:
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
