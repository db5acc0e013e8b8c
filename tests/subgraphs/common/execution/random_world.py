"""Schemas, data and operations at random: what the differential test runs both executors on.

A type's fields are plain attributes or resolvers (sync, async, async after a pause, returning an awaitable or
a generator, behind permissions or field extensions); their values are mostly right, sometimes null, of a
wrong type, or exceptions, raised or returned. The data is made beforehand, so that both executors meet the
same.
"""

from __future__ import annotations

import asyncio
import datetime
import decimal
import enum
import uuid
from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig


@strawberry.enum
class Colour(enum.Enum):
    RED = "red"
    GREEN = 2


class Cents:
    """A custom scalar's Python type."""

    def __init__(self, amount: int) -> None:
        self.amount = amount


def _show_cents(value: Any) -> str:
    return f"{value.amount / 100:.2f}"


CONFIG = StrawberryConfig(
    scalar_map={
        Cents: strawberry.scalar(name="Cents", serialize=_show_cents, parse_value=lambda v: Cents(int(v)))
    }
)


@strawberry.input(one_of=True)
class Pick:
    number: strawberry.Maybe[int]
    word: strawberry.Maybe[str]


@strawberry.input
class Filter:
    text: str | None = None
    pick: Pick | None = None
    colours: list[Colour] | None = None
    most: int = 3


class Denied(BasePermission):
    message = "not for you"

    def has_permission(self, source: Any, info: strawberry.Info, **given: Any) -> bool:
        return False


class Allowed(BasePermission):
    async def has_permission(self, source: Any, info: strawberry.Info, **given: Any) -> bool:
        return True


class Shout(FieldExtension):
    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **given: Any) -> Any:
        value = next_(source, info, **given)
        return value.upper() if isinstance(value, str) else value

    async def resolve_async(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **given: Any
    ) -> Any:
        value = await next_(source, info, **given)
        return value.upper() if isinstance(value, str) else value


@strawberry.interface
class Named:
    name: str


T = TypeVar("T")


@strawberry.type
class Page(Generic[T]):
    total: int | None
    items: list[T | None]


class Raise:
    """A value that is raised when it is read."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def given_value(value: Any) -> Any:
    """A prepared value, as a resolver gives it."""
    if isinstance(value, Raise):
        raise value.error
    return value


LEAVES: dict[Any, Callable[[Random], Any]] = {
    str: lambda r: r.choice(["", "a", "long text"]),
    int: lambda r: r.choice([0, 7, -3, 2**31 - 1]),
    float: lambda r: r.choice([0.5, -2.25, 3]),
    bool: lambda r: r.choice([True, False]),
    strawberry.ID: lambda r: r.choice(["1", "x", 5]),
    uuid.UUID: lambda r: uuid.UUID(int=r.getrandbits(64)),
    datetime.datetime: lambda r: datetime.datetime(2026, 1, r.randint(1, 28), tzinfo=datetime.UTC),
    datetime.date: lambda r: datetime.date(2026, 2, r.randint(1, 28)),
    decimal.Decimal: lambda r: decimal.Decimal(r.randint(0, 99)) / 4,
    Colour: lambda r: r.choice([Colour.RED, Colour.GREEN]),
    Cents: lambda r: Cents(r.randint(0, 999)),
}
WRONG: list[Callable[[], Any]] = [
    lambda: object(),
    lambda: "text",
    lambda: 2**40,
    lambda: float("nan"),
    list,
    lambda: {"a": 1},
    lambda: ValueError("returned"),
    lambda: Raise(ValueError("raised")),
    lambda: Raise(strawberry.exceptions.StrawberryGraphQLError("graphql", extensions={"code": "X"})),
]
SYNC = ("attribute", "attribute", "attribute", "method", "arguments", "denied", "shout", "generator")
ASYNC = (
    *SYNC,
    "async",
    "async",
    "paused",
    "awaitable",
    "allowed",
    "async shout",
    "async arguments",
    "coroutine item",
)


class World:
    """A random schema with data: `schema`, `types` by name, and `root`, the value of the query's fields."""

    def __init__(self, random: Random, *, modes: tuple[str, ...], trouble: float) -> None:
        self.random, self.modes, self.trouble = random, modes, trouble
        # Per type: its class, and for each field its annotation's shape and mode.
        self.made: list[tuple[type, dict[str, tuple[Any, str]]]] = []
        for number in range(random.randint(1, 4)):
            self._make_type(f"T{number}")
        self.query = self._make_type("Query")
        self.schema = strawberry.Schema(self.query, types=[kind for kind, _ in self.made[:-1]], config=CONFIG)
        self.root = self._object(len(self.made) - 1)

    # Types

    def _make_type(self, name: str) -> type:
        implements = name != "Query" and self.random.random() < 0.4
        fields = {
            f"f{i}": (self._shape(2), self.random.choice(self.modes))
            for i in range(self.random.randint(2, 5))
        }
        space: dict[str, Any] = {"__annotations__": {}}
        for field, (shape, mode) in fields.items():
            # What is denied must be nullable, or little would be left of most responses.
            nullable = shape[2] or self.random.random() < 0.05
            self._add(
                space, field, self._annotation(shape), mode if nullable or mode != "denied" else "method"
            )
        if name == "Query":
            self._add(space, "probe", str | None, "arguments")
        if implements:
            fields = {"name": (("leaf", str, False), "attribute"), **fields}
        kind = strawberry.type(type(name, (Named,) if implements else (), space))
        self.made.append((kind, fields))
        return kind

    def _add(self, space: dict[str, Any], field: str, annotation: Any, mode: str) -> None:
        if mode in ("attribute", "coroutine item"):
            space["__annotations__"][field] = annotation
            return
        function = _resolver(field, mode)
        function.__annotations__["return"] = annotation
        function.__name__ = field
        extensions: list[FieldExtension] = [Shout()] if "shout" in mode else []
        guards: dict[str, list[type[BasePermission]]] = {"denied": [Denied], "allowed": [Allowed]}
        permissions = guards.get(mode, [])
        space[field] = strawberry.field(
            resolver=function, extensions=extensions, permission_classes=permissions
        )

    def _shape(self, depth: int, root: bool = False) -> Any:
        nullable = self.random.random() < (0.9 if root else 0.5)
        choice = self.random.random()
        if choice < 0.25 and depth:
            return ("list", self._shape(depth - 1), nullable)
        if choice < 0.65 and self.made:
            return ("object", self.random.randrange(len(self.made)), nullable)
        if choice < 0.68 and self.made:
            return ("page", self.random.randrange(len(self.made)), nullable)
        if choice < 0.77 and len(self._unionable()) > 1:
            return ("union", tuple(self.random.sample(self._unionable(), 2)), nullable)
        if choice < 0.85 and self.named():
            return ("named", tuple(self.named()), nullable)
        return ("leaf", self.random.choice(list(LEAVES)), nullable)

    def _unionable(self) -> list[type]:
        return [kind for kind, _ in self.made]

    def named(self) -> list[int]:
        return [i for i, (kind, _) in enumerate(self.made) if issubclass(kind, Named)]

    def _annotation(self, shape: Any) -> Any:
        kind, inner, nullable = shape
        made: Any
        if kind == "list":
            made = list[self._annotation(inner)]  # type: ignore[misc]
        elif kind == "object":
            made = self.made[inner][0]
        elif kind == "page":
            made = Page[self.made[inner][0]]  # type: ignore[misc]
        elif kind == "union":
            first, second = inner
            made = Annotated[first | second, strawberry.union(f"U{first.__name__}{second.__name__}")]
        else:
            made = Named if kind == "named" else inner
        return made | None if nullable else made

    # Data

    def _object(self, number: int) -> Any:
        kind, fields = self.made[number]
        values = {field: self._value(shape, mode) for field, (shape, mode) in fields.items()}
        duck = not issubclass(kind, Named) and self.random.random() < 0.1
        made: Any = SimpleNamespace() if duck else object.__new__(kind)
        made._probe = "probed"
        for field, value in values.items():
            plain = fields[field][1] in ("attribute", "coroutine item")
            if plain and isinstance(value, Raise):
                continue  # an attribute that is not there
            setattr(made, field if plain else f"_{field}", value)
        return made

    def _value(self, shape: Any, mode: str) -> Any:
        kind, inner, nullable = shape
        if self.random.random() < self.trouble:
            return self.random.choice(WRONG)()
        if self.random.random() < (0.15 if nullable else self.trouble / 2):
            return None
        if kind == "list":
            items = [self._value(inner, "attribute") for _ in range(self.random.randint(0, 4))]
            items = [item for item in items if not isinstance(item, Raise)]
            if mode == "coroutine item":
                return [Later(item) for item in items]
            return tuple(items) if self.random.random() < 0.2 else items
        if kind == "leaf":
            return LEAVES[inner](self.random)
        if kind == "object":
            return self._object(inner)
        if kind == "page":
            return self._page(inner)
        members = list(inner) if kind == "named" else [self._unionable().index(each) for each in inner]
        return self._object(self.random.choice(members))

    def _page(self, number: int) -> Page[Any]:
        shape = ("object", number, True)
        items = [self._value(shape, "attribute") for _ in range(self.random.randint(0, 3))]
        total = self._value(("leaf", int, True), "attribute")
        return Page(total=total, items=[item for item in items if not isinstance(item, Raise)])


class Later:
    """An awaitable that can be awaited again by the other executor."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Any:
        yield from asyncio.sleep(0).__await__()
        return given_value(self.value)


def _items(values: Any) -> Iterator[Any]:
    yield from values
    if len(values) == 3:
        raise ValueError("broken off")


def _resolver(field: str, mode: str) -> Callable[..., Any]:
    async def async_(self: Any) -> Any:
        return given_value(getattr(self, f"_{field}"))

    async def paused(self: Any, info: strawberry.Info) -> Any:
        for _ in range(len(str(info.path.as_list())) % 3):
            await asyncio.sleep(0)
        return given_value(getattr(self, f"_{field}"))

    def awaitable(self: Any) -> Any:
        return Later(getattr(self, f"_{field}"))

    def generator(self: Any) -> Any:
        value = given_value(getattr(self, f"_{field}"))
        return _items(value) if isinstance(value, list | tuple) else value

    def method(self: Any) -> Any:
        return given_value(getattr(self, f"_{field}"))

    def arguments(
        self: Any,
        info: strawberry.Info,
        n: int = 3,
        text: str | None = None,
        colour: Colour | None = None,
        filter: Filter | None = None,
    ) -> Any:
        value = given_value(getattr(self, f"_{field}"))
        return f"{value} {n} {text} {colour} {filter} {info.path}" if isinstance(value, str) else value

    async def async_arguments(
        self: Any, parent: strawberry.Parent[Any], text: str, n: int | None = None
    ) -> Any:
        value = given_value(getattr(parent, f"_{field}"))
        return f"{value} {n} {text}" if isinstance(value, str) else value

    made: dict[str, Callable[..., Any]] = {
        "async": async_,
        "async shout": async_,
        "allowed": async_,
        "paused": paused,
        "awaitable": awaitable,
        "generator": generator,
        "arguments": arguments,
        "async arguments": async_arguments,
    }
    return made.get(mode, method)


class RandomOperation:
    """A random query on a world, with variables."""

    VARIABLES = '$c0: Boolean!, $c1: Boolean = true, $n: Int, $text: String! = "t", $filter: Filter'
    ARGUMENTS = ("", "(n: 4)", "(n: $n)", '(text: "x", colour: RED)', "(filter: $filter)",
                 '(filter: {text: "in", colours: [GREEN, RED]})', '(filter: {pick: {word: "w"}})',
                 "(filter: {pick: {number: $n}})", "(text: $text, n: $n)")  # fmt: skip
    # Whatever is chosen, each variable is used.
    USED = (
        "unused: __typename @include(if: $c0) @skip(if: $c1) probe(n: $n, text: $text, filter: $filter)"
        " n: __typename @skip(if: true)"
    )
    ASYNC_ARGUMENTS = ("(text: $text)", '(text: "y", n: null)', "(text: $text, n: $n)")

    def __init__(self, world: World, random: Random) -> None:
        self.world, self.random = world, random
        self._fragments: list[str] = []
        self._count = 0
        self._budget = 60
        self.text = self._text() + "\n" + "\n".join(self._fragments)

    def _text(self) -> str:
        body = self._selection(len(self.world.made) - 1, "")
        return f"query Q({self.VARIABLES}) {{ {body} {self.USED} }}"

    def variables(self) -> dict[str, Any]:
        """Variables at random; some are wrong."""
        random = self.random
        made: dict[str, Any] = {"c0": random.random() < 0.5}
        choices: dict[str, list[Any]] = {
            "c1": [True, False], "n": [1, None], "text": ["v"],
            "filter": [None, {"text": "f"}, {"colours": ["RED"], "most": 1}, {"pick": {"number": 1}}] * 4
            + [{"colours": [None]}, {"pick": {}}, {"pick": {"number": 1, "word": "w"}}]
            + [{"pick": {"word": None}}],
        }  # fmt: skip
        for name, values in choices.items():
            if random.random() < 0.7:
                made[name] = random.choice(values)
        return made

    def _selection(self, number: int, prefix: str) -> str:
        fields = list(self.world.made[number][1])
        chosen = [self.random.choice(fields) for _ in range(self.random.randint(2, 6))]
        parts = [self._wrapped(number, self._field(number, field, prefix)) for field in chosen]
        return " ".join(["__typename", *parts] if self.random.random() < 0.3 else parts)

    def _wrapped(self, number: int, part: str) -> str:
        name, chance = self.world.made[number][0].__name__, self.random.random()
        if chance < 0.1:
            return f"... {self._condition()} {{ {part} }}"
        if chance < 0.2:
            return f"... on {name} {{ {part} }}"
        if chance < 0.3:
            self._count += 1
            self._fragments.append(f"fragment F{self._count} on {name} {{ {part} }}")
            return f"...F{self._count} {self._condition() if self.random.random() < 0.3 else ''}"
        return part

    def _condition(self) -> str:
        return self.random.choice(
            ["@include(if: $c0)", "@skip(if: $c0)", "@include(if: $c1)", "@skip(if: false)"]
        )

    def _field(self, number: int, field: str, prefix: str) -> str:
        self._budget -= 1
        shape, mode = self.world.made[number][1][field]
        alias, arguments = prefix and f"{prefix}{field}: ", ""
        if "arguments" in mode:
            self._count += 1
            alias = f"a{self._count}: "
            arguments = self.random.choice(self.ASYNC_ARGUMENTS if "async" in mode else self.ARGUMENTS)
        condition = self._condition() if self.random.random() < 0.1 else ""
        return f"{alias}{field}{arguments} {condition} {self._below(shape)}"

    def _below(self, shape: Any) -> str:
        kind, inner, _ = shape
        if kind == "list":
            return self._below(inner)
        if kind == "leaf":
            return ""
        if self._budget < 0:
            return "{ __typename }"
        if kind == "object":
            return f"{{ {self._selection(inner, '')} }}"
        if kind == "page":
            return f"{{ total items {{ {self._selection(inner, '')} }} __typename }}"
        kinds = [each for each, _ in self.world.made]
        members = list(inner) if kind == "named" else [kinds.index(each) for each in inner]
        parts = [
            f"... on {kinds[member].__name__} {{ {self._selection(member, kinds[member].__name__)} }}"
            for member in members
            if self.random.random() < 0.8
        ]
        return "{ " + " ".join(["__typename", *(["name"] if kind == "named" else []), *parts]) + " }"
