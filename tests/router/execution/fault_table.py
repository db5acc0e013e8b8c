"""docs/faults.md, made by making each failure happen: ``python -m tests.router.execution.fault_table``.

Enters: nothing. Leaves: for each place where a subgraph is asked and each way in which it can fail, what the
client sees.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from starlette.responses import Response

from router.execution.respond import ErrorSettings
from router.execution.transport import PoolSettings
from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import Gateway, gateway
from tests.router.execution.live_subgraph import LiveSubgraph, Message, event, serve_live
from tests.router.execution.subgraph_server import TestSubgraph

Json: TypeAlias = dict[str, Any]
Alter: TypeAlias = Callable[[Json], Response]

INTRODUCTION = """\
# What a client sees when a subgraph fails

Written by `python -m tests.router.execution.fault_table > docs/faults.md`, which makes each failure happen
over real connections; a test keeps it true, for interpreted and for compiled execution. Errors are shown as
`code at path`; `extensions.service` names the subgraph where the settings say so. A failure costs the fields
that the subgraph was asked for, and what null propagation takes with them; everything else is answered.
"""
SHOP = """
  type Query { top: Product shelf: [Product] }
  type Mutation { rename(name: String!): Product }
  type Product @key(fields: "id") { id: ID! name: String maker: Maker }
  type Maker @key(fields: "id") { id: ID! }
"""
STOCK = """
  type Query { hello: String! }
  type Mutation { count: Int }
  enum Grade { A B SECRET @inaccessible }
  type Product @key(fields: "id") { id: ID! stock: Int! grade: Grade weight: Int }
"""
SHIPPING = """
  type Query { rates: Int }
  type Product @key(fields: "id") { id: ID! weight: Int @external cost: Int @requires(fields: "weight") }
"""
MAKERS = """
  type Query { makers: Int }
  type Maker @key(fields: "id") { id: ID! country: String! city: String }
"""
LIVE = """
  type Query { live: Int }
  type Subscription { sold: Product }
  type Product @key(fields: "id") { id: ID! price: Int }
"""
PEN = {"id": "1", "name": "pen", "maker": {"id": "7"}}
CUP = {"id": "2", "name": "cup", "maker": {"id": "7"}}
STOCKED = {"stock": 5, "grade": "A", "weight": 2}


@dataclass(frozen=True)
class Place:
    """Where a failure happens: the operation, and the subgraph that fails."""

    title: str
    operation: str
    subgraph: str


PLACES = (
    Place("A root fetch", "{ top { label: name } hello }", "shop"),
    Place("An entity fetch", "{ top { name grade } hello }", "stock"),
    Place("An entity fetch of a non-null field", "{ top { name stock } hello }", "stock"),
    Place(
        "A nested entity that is used twice", "{ shelf { by: maker { from: country city } } hello }", "makers"
    ),
    Place("A field that another subgraph requires", "{ top { name price: cost } hello }", "stock"),
    Place("A mutation, another one after it", 'mutation { rename(name: "x") { name } count }', "shop"),
)


def _json(payload: Any, status: int = 200, kind: str = "application/json") -> Response:
    return Response(json.dumps(payload), status, media_type=kind)


def _cut(answer: Json) -> Response:
    text = json.dumps(answer)
    return Response(text[: len(text) // 2])


def _with_leaf(value: Any, **more: Any) -> Alter:
    """Put a value where the answer's last leaf is."""

    def alter(answer: Json) -> Response:
        path = _last_leaf(answer["data"])
        target = answer["data"]
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value
        errors = [{**error, "path": path} for error in more.get("errors", ())]
        return _json({**answer, "errors": errors} if errors else answer)

    return alter


def _last_leaf(value: Any) -> list[str | int]:
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
    step, below = pairs[-1]
    return [step, *_last_leaf(below)] if isinstance(below, dict | list) else [step]


def _entities(change: Callable[[list[Any]], Any]) -> Alter:
    def alter(answer: Json) -> Response:
        return _json({"data": {key: change(items) for key, items in answer["data"].items()}})

    return alter


NO = {"message": "no", "extensions": {"code": "NO_LUCK", "stacktrace": ["secret"]}}
ANYWHERE: dict[str, Alter] = {
    "answers with status 500": lambda _: Response("secret", 500),
    "answers with status 500 and a GraphQL body of plain JSON": lambda answer: _json(answer, 500),
    "refuses the request as GraphQL over HTTP has it": lambda _: _json(
        {"errors": [NO]}, 400, "application/graphql-response+json"
    ),
    "answers with an empty body": lambda _: Response(b""),
    "answers with half a body": _cut,
    "answers with HTML": lambda _: Response("<html>", media_type="text/html"),
    "answers with a list": lambda _: _json([]),
    "answers with neither data nor errors": lambda _: _json({}),
    "answers with data that is no object": lambda _: _json({"data": "x"}),
    "answers with errors alone": lambda _: _json({"errors": [NO]}),
    "answers with an error without a code": lambda _: _json({"data": None, "errors": [{"message": "no"}]}),
    "answers with errors that are no list": lambda _: _json({"data": None, "errors": 7}),
    "answers with null data": lambda _: _json({"data": None}),
    "reports an error at a field": _with_leaf(None, errors=[NO]),
    "gives null for a field": _with_leaf(None),
    "gives a value of the wrong kind": _with_leaf({"odd": 1}),
}
ENTITIES: dict[str, Alter] = {
    "does not know the entity": _entities(lambda items: [None for _ in items]),
    "gives too few entities": _entities(lambda _: []),
    "gives too many entities": _entities(lambda items: [*items, items[0]]),
    "gives no list of entities": _entities(lambda items: {"items": items}),
}
ENUMS: dict[str, Alter] = {
    "gives an unknown enum value": _with_leaf("Z"),
    "gives an inaccessible enum value": _with_leaf("SECRET"),
}
UNREACHABLE, LATE, LARGE = "cannot be reached", "does not answer in time", "answers with too large a body"


def failures_at(place: Place) -> dict[str, Alter]:
    """List what can go wrong with an answer at a place."""
    failures = dict(ANYWHERE)
    if place.subgraph != "shop":
        failures |= ENTITIES
    if "grade" in place.operation:
        failures |= ENUMS
    return failures


def subgraphs() -> dict[str, TestSubgraph]:
    """The subgraphs in good health."""
    products = {"1": PEN, "2": CUP}
    return {
        "shop": TestSubgraph(
            SHOP,
            {
                "Query.top": lambda *_: PEN,
                "Query.shelf": lambda *_: [PEN, CUP],
                "Mutation.rename": lambda *_, name: {**PEN, "name": name},
            },
            {"Product": lambda sent: products[sent["id"]]},
        ),
        "stock": TestSubgraph(
            STOCK,
            {"Query.hello": lambda *_: "hello", "Mutation.count": lambda *_: 3},
            {"Product": lambda _: STOCKED},
        ),
        "shipping": TestSubgraph(SHIPPING, {}, {"Product": lambda sent: {"cost": sent["weight"]}}),
        "makers": TestSubgraph(MAKERS, {}, {"Maker": lambda _: {"country": "EG", "city": "Cairo"}}),
        "live": TestSubgraph(LIVE, {}, {"Product": dict}),
    }


def settings(mode: ExecutionMode) -> EngineSettings:
    """Short time-outs; a small cap on answers, which only the large one meets."""
    pool = PoolSettings(max_response_bytes=100_000)
    errors = ErrorSettings(with_service=True)
    return EngineSettings(execution=mode, errors=errors, pool=pool, combine_entities=False)


async def rows_at(place: Place, mode: ExecutionMode) -> AsyncIterator[tuple[str, Json]]:
    """Make each failure of a place happen; gives the responses."""
    healthy = subgraphs()
    failing = healthy[place.subgraph]
    async with gateway(healthy, settings(mode)) as router:
        yield "(is well)", await router.ask(place.operation)
        for name, alter in failures_at(place).items():
            failing.alter = _only_for(place, alter)
            yield name, await router.ask(place.operation)
        failing.alter = _only_for(place, lambda _: Response(b" " * 200_000))
        yield LARGE, await router.ask(place.operation)
    async with unanswering(place, mode) as router:
        yield LATE, await router.ask(place.operation)


def _only_for(place: Place, alter: Alter) -> Alter:
    """Leave the subgraph's other answers alone: ``hello`` and ``count`` show that the rest goes on."""

    def altered(answer: Json) -> Response:
        bystander = place.subgraph == "stock" and set(answer.get("data") or {}) <= {"hello", "count"}
        return _json(answer) if bystander else alter(answer)

    return altered


@asynccontextmanager
async def unanswering(place: Place, mode: ExecutionMode) -> AsyncIterator[Gateway]:
    """A router whose failing subgraph stays silent until the test ends."""
    released = asyncio.Event()

    async def silent(payload: Json) -> None:
        if place.subgraph != "stock" or "_entities" in payload["query"]:
            await released.wait()

    late = subgraphs()
    late[place.subgraph].fault = silent
    impatient = replace(settings(mode), subgraph_timeouts={place.subgraph: 0.2})
    async with gateway(late, impatient) as router:
        try:
            yield router
        finally:
            released.set()


SUBSCRIPTION = "subscription { sold { name price } }"
SOLD = {"sold": {"__typename": "Product", "id": "1", "price": 9}}
EVENTS: dict[str, list[Message]] = {
    "(is well)": [event(SOLD)],
    "sends an event with an error at a field": [
        event({"sold": {**SOLD["sold"], "price": None}}, errors=[{**NO, "path": ["sold", "price"]}])
    ],
    "sends an event with errors alone": [{"type": "next", "payload": {"errors": [NO]}}],
    "sends an event that is no response": [{"type": "next", "payload": 7}],
    "sends a value of the wrong kind": [event({"sold": {**SOLD["sold"], "price": "x"}})],
    "refuses the subscription": [{"type": "error", "payload": [NO]}],
    "sends what is not JSON": ["{"],
    "breaks the connection": [None],
}


async def event_rows(mode: ExecutionMode) -> AsyncIterator[tuple[str, Json]]:
    """Make each failure of a subscription happen; gives the last response of each."""
    for name, messages in EVENTS.items():
        yield name, await _last_event(LiveSubgraph(messages), subgraphs(), mode)
    broken = subgraphs()
    broken["shop"].alter = ANYWHERE["answers with status 500"]
    name = "sends a good event, but `shop` answers with status 500"
    yield name, await _last_event(LiveSubgraph([event(SOLD)]), broken, mode)
    refusing = LiveSubgraph([], acknowledges=False)
    yield "refuses the connection", await _last_event(refusing, subgraphs(), mode)


async def _last_event(live: LiveSubgraph, others: dict[str, TestSubgraph], mode: ExecutionMode) -> Json:
    async with serve_live(live) as url, gateway(others, settings(mode), {"live": url}) as router:
        return [response async for response in router.events(SUBSCRIPTION)][-1]


async def unreachable_row(place: Place, mode: ExecutionMode) -> Json:
    """Ask while nobody listens at the failing subgraph's address."""
    healthy = subgraphs()
    if place.subgraph == "stock":  # it also answers the bystanders
        place = Place(
            place.title, place.operation.replace(" hello", "").replace(" count", ""), place.subgraph
        )
    nowhere = {place.subgraph: "http://127.0.0.1:1/graphql"}
    async with gateway(healthy, settings(mode), nowhere) as router:
        return await router.ask(place.operation)


async def fault_table(mode: ExecutionMode) -> str:
    """Write the whole document."""
    parts = [INTRODUCTION]
    for place in PLACES:
        rows = [row async for row in rows_at(place, mode)]
        rows.append((UNREACHABLE, await unreachable_row(place, mode)))
        parts.append(_section(place.title, place.operation, place.subgraph, rows))
    rows = [row async for row in event_rows(mode)]
    parts.append(_section("An event of a subscription", SUBSCRIPTION, "live", rows))
    return "\n".join(parts)


def _section(title: str, operation: str, subgraph: str, rows: list[tuple[str, Json]]) -> str:
    lines = [
        f"## {title}",
        "",
        f"`{operation}`",
        "",
        f"| subgraph `{subgraph}` … | `data` | `errors` |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {_data(response)} | {_errors(response)} |" for name, response in rows]
    return "\n".join([*lines, ""])


def _data(response: Json) -> str:
    return f"`{json.dumps(response['data'])}`" if "data" in response else "none"


def _errors(response: Json) -> str:
    return "<br>".join(map(_error, response.get("errors", ()))) or "none"


def _error(error: Json) -> str:
    extensions = error["extensions"]
    assert set(extensions) <= {"code", "service"}
    place = ".".join(map(str, error["path"])) if "path" in error else "no path"
    return f"{extensions['code']} at `{place}`" if "path" in error else f"{extensions['code']}, {place}"


if __name__ == "__main__":
    print(asyncio.run(fault_table("compiled")), end="")
