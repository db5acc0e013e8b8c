"""A shop in four subgraphs, answered without sockets: what is left is the router's own work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

import uvicorn
from graphql import GraphQLSchema, build_schema, graphql_sync
from uvicorn.server import ServerState

from router.composition import SubgraphSource, compose
from router.execution.transport import Eventual, HttpResponse, SubgraphCall
from router.server.app import create_app
from router.server.exchange.context import ServerContext
from router.server.process.run import public_config
from router.settings import RouterSettings
from router.supply.engine_settings import engine_settings
from router.supply.engines import Engines
from router.traffic.build_engine import build_engine

T = TypeVar("T")

HEADER = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", '
    'import: ["@key", "@external", "@requires"])\n'
)
SDL = {
    "people": """
      type Query { people: [Person] person(id: ID!): Person }
      type Person @key(fields: "id") { id: ID! name: String }
    """,
    "goods": """
      type Query { goods: [Good] }
      type Good @key(fields: "code") { code: ID! title: String price: Int weight: Int }
    """,
    "stock": """
      type Good @key(fields: "code") {
        code: ID! price: Int @external weight: Int @external
        left: Boolean postage: Int @requires(fields: "price weight")
      }
    """,
    "notes": """
      type Person @key(fields: "id") { id: ID! notes: [Note] }
      type Good @key(fields: "code") { code: ID! notes: [Note] }
      type Note { id: ID! text: String good: Good by: Person }
    """,
}
DIRECTIVES = """
  directive @key(fields: String!) on OBJECT
  directive @external on FIELD_DEFINITION
  directive @requires(fields: String!) on FIELD_DEFINITION
  scalar _Any
"""
ENTITIES = {"people": "Person", "goods": "Good", "stock": "Good", "notes": "Person | Good"}

PEOPLE: list[dict[str, Any]] = [{"id": str(number), "name": f"Person {number}"} for number in range(6)]
GOODS: list[dict[str, Any]] = [
    {"code": str(n), "title": f"Good {n}", "price": n, "weight": 2 * n} for n in range(5)
]
NOTES: list[dict[str, Any]] = [
    {"id": str(n), "text": "A note of some length.", "good": {"code": str(n % 5)}, "by": {"id": str(n % 6)}}
    for n in range(12)
]


def schema_of(name: str) -> GraphQLSchema:
    """One subgraph over the lists above."""
    sdl = SDL[name] if "type Query" in SDL[name] else f"type Query {{ none: Int }} {SDL[name]}"
    entities = "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }"
    schema = build_schema(f"{DIRECTIVES} {sdl} union _Entity = {ENTITIES[name]} {entities}")
    resolvers: dict[str, Callable[..., Any]] = {
        "people": lambda *_: PEOPLE,
        "person": lambda *_, id: PEOPLE[int(id)],
        "goods": lambda *_: GOODS,
        "_entities": lambda *_, representations: representations,
    }
    query = schema.query_type
    assert query is not None
    for field, resolve in resolvers.items():
        if field in query.fields:
            query.fields[field].resolve = resolve
    for type_name in ENTITIES[name].split(" | "):
        fields: Any = schema.type_map[type_name]
        for field in fields.fields:
            fields.fields[field].resolve = _resolver(field)
    union_type: Any = schema.type_map["_Entity"]
    union_type.resolve_type = lambda value, *_: value["__typename"]
    return schema


def _resolver(field: str) -> Callable[..., Any]:
    def resolve(value: dict[str, Any], _: Any) -> Any:
        if field in value:
            return value[field]
        if field == "postage":
            return value["price"] + value["weight"]
        if field == "left":
            return True
        place, key = ("by", "id") if "id" in value else ("good", "code")
        if field == "notes":
            return [note for note in NOTES if note[place][key] == value[key]]
        known = PEOPLE if key == "id" else GOODS
        return known[int(value[key])][field]

    return resolve


class Answers:
    """A transport that answers when it is told to; each distinct question is executed once."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._schemas = {name: schema_of(name) for name in SDL}
        self._known: dict[tuple[str, bytes], bytes] = {}
        self._asked: list[tuple[SubgraphCall, Eventual[HttpResponse]]] = []

    def start(self, call: SubgraphCall) -> Eventual[HttpResponse]:
        """Take a subgraph's request."""
        self.calls.append(call.url)
        answer: Eventual[HttpResponse] = Eventual()
        self._asked.append((call, answer))
        return answer

    def answer(self) -> bool:
        """Answer until nothing is asked any more; gives whether anything was."""
        asked = bool(self._asked)
        while self._asked:
            call, answer = self._asked.pop(0)
            answer.set_result(HttpResponse(200, [(b"content-type", b"application/json")], self._body(call)))
        return asked

    def _body(self, call: SubgraphCall) -> bytes:
        key = (call.url, call.body)
        if key not in self._known:
            asked = json.loads(call.body)
            schema = self._schemas[call.url.rpartition("/")[2]]
            result = graphql_sync(schema, asked["query"], variable_values=asked.get("variables"))
            assert not result.errors, result.errors
            self._known[key] = json.dumps(result.formatted).encode()
        return self._known[key]

    async def aclose(self) -> None:
        """Nothing is open."""


class Socket(asyncio.Transport):
    """The client's end of a connection, without one."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep what the router answers."""
        self.sent.append(bytes(data))

    def writelines(self, parts: Any) -> None:
        """Keep what the router answers."""
        self.sent += parts

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Nothing is known of the client."""
        return default

    def is_closing(self) -> bool:
        """Never."""
        return False


class Shop:
    """The router's side of one connection, before the shop's subgraphs."""

    def __init__(self, settings: RouterSettings | None = None) -> None:
        settings = settings or RouterSettings(dedupe="off")
        sources = [SubgraphSource(name, f"http://shop/{name}", HEADER + sdl) for name, sdl in SDL.items()]
        composition = compose(sources)
        assert composition.supergraph_sdl is not None, composition.errors
        self.answers = Answers()
        self.engine = build_engine(
            composition.supergraph_sdl, engine_settings(settings), transport=self.answers
        )
        config = public_config(create_app(ServerContext(settings, Engines(self.engine))), settings)
        self._loop = asyncio.new_event_loop()
        self._socket = Socket()
        self._connection = connection_of(config, self._loop)
        self._connection.connection_made(self._socket)

    def post(self, request: bytes) -> bytes:
        """Send the bytes of one request; gives those of the response. Not within a running event loop."""
        self._socket.sent.clear()
        self._in_a_round(lambda: self._connection.data_received(request))
        while self._in_a_round(self.answers.answer):
            pass  # in the next round, what waited for its end is asked
        return b"".join(self._socket.sent)

    def _in_a_round(self, call: Callable[[], T]) -> T:
        async def called() -> T:
            return call()

        return self._loop.run_until_complete(called())

    def close(self) -> None:
        """Close the event loop."""
        self._loop.close()


def connection_of(config: uvicorn.Config, loop: asyncio.AbstractEventLoop) -> asyncio.Protocol:
    """A connection as the server makes it."""
    config.load()
    make: Any = config.http_protocol_class
    connection: asyncio.Protocol = make(config=config, server_state=ServerState(), app_state={}, _loop=loop)
    return connection


def request_of(query: str, variables: dict[str, Any] | None) -> bytes:
    """A POST as the benchmark's clients send it."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    json_type = "application/json"
    lines = (
        "host: router",
        f"content-type: {json_type}",
        f"accept: {json_type}",
        f"content-length: {len(body)}",
    )
    return "\r\n".join(("POST /graphql HTTP/1.1", *lines, "", "")).encode() + body


def body_of(response: bytes) -> Any:
    """What a response holds."""
    head, _, body = response.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), response
    return json.loads(body)
