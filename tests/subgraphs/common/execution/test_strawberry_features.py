"""What Strawberry offers to those who write schemas: every answer is graphql-core's."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from typing import Annotated, Any, Generic, Optional, TypeVar

import pytest
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types.info import Info
from strawberry.types.nodes import SelectedField

from .compare import Run
from .lazy_types import Friend

T = TypeVar("T")


class IsOwner(BasePermission):
    message = "owners only"

    async def has_permission(self, source: Any, info: Info, **given: Any) -> bool:
        return bool(source.owned)


class IsNamed(BasePermission):
    message = "named only"
    error_extensions = {"code": "FORBIDDEN"}

    def has_permission(self, source: Any, info: Info, **given: Any) -> bool:
        return bool(given.get("name"))


class Doubled(FieldExtension):
    def apply(self, field: Any) -> None:
        field.description = "doubled"

    def resolve(self, next_: Callable[..., Any], source: Any, info: Info, **given: Any) -> Any:
        return next_(source, info, **given) * 2


@strawberry.enum
class Size(enum.Enum):
    SMALL = strawberry.enum_value("s", deprecation_reason="none is small")
    LARGE = "l"


@strawberry.type
class Page(Generic[T]):
    items: list[T]
    total: int


@strawberry.interface
class Animal:
    name: str

    @strawberry.field
    def greeting(self) -> str:
        return f"I am {self.name}"


@strawberry.type
class Dog(Animal):
    barks: bool = True


@strawberry.type
class Puppy(Dog):
    weeks: int = 3
    secret: strawberry.Private[str] = "sh"

    @strawberry.field
    def hint(self) -> str:
        return self.secret[0]

    @strawberry.field
    def greeting(self) -> str:
        return "wuff"


@dataclasses.dataclass
class Row:
    """What a database gives for a shape."""

    kind: str
    side: float


@strawberry.type
class Square:
    side: float

    @classmethod
    def is_type_of(cls, value: Any, info: Info) -> bool:
        return isinstance(value, Row) and value.kind == "square"


@strawberry.type
class Circle:
    side: float

    @classmethod
    def is_type_of(cls, value: Any, info: Info) -> bool:
        return isinstance(value, Row) and value.kind == "circle"


@strawberry.interface
class Vehicle:
    wheels: int

    @classmethod
    def resolve_type(cls, value: Any, *_: Any) -> str:
        return "Car" if value["wheels"] == 4 else "Bike"


@strawberry.type
class Car(Vehicle):
    @strawberry.field
    def seats(self) -> int:
        return 5


@strawberry.type
class Bike(Vehicle):
    @strawberry.field
    def bell(self) -> str:
        return "ring"


@strawberry.input
class Point:
    lat: float
    lon: float = 1.5


@strawberry.input(one_of=True)
class By:
    id: strawberry.ID | None = strawberry.UNSET
    point: Point | None = strawberry.UNSET


@strawberry.type
class Account:
    owned: bool
    balance_cents: int = strawberry.field(name="balance", default=3)

    @strawberry.field(permission_classes=[IsOwner])
    def note(self) -> str | None:
        return "mine"

    @strawberry.field(extensions=[PermissionExtension([IsOwner()], fail_silently=True)])
    async def notes(self) -> list[str]:
        return ["a", "b"]


def _shown(info: Info) -> str:
    field = info.selected_fields[0]
    assert isinstance(field, SelectedField)
    below = [f"{type(each).__name__} {getattr(each, 'name', '')}" for each in field.selections]
    about = f"{info.field_name} {info.python_name} {info.path.as_list()} {info.return_type}"
    return f"{about} {below} {field.arguments}"


@strawberry.type
class Told:
    of: str


@strawberry.type
class Query:
    @strawberry.field
    def dogs(self) -> Page[Dog]:
        return Page(items=[Dog(name="a"), Puppy(name="b")], total=2)

    @strawberry.field
    def puppies(self) -> Page[Puppy]:
        return Page(items=[Puppy(name="b")], total=1)

    @strawberry.field
    def animals(self) -> list[Animal]:
        return [Dog(name="a"), Puppy(name="b", weeks=4)]

    @strawberry.field
    def shapes(self) -> list[Annotated[Square | Circle, strawberry.union("Shape")]]:
        return [Row("circle", 1.5), Row("square", 2), Row("blob", 3)]  # type: ignore[list-item]

    @strawberry.field
    def vehicle(self, wheels: int) -> Vehicle | None:
        return {"wheels": wheels}  # type: ignore[return-value]

    @strawberry.field(extensions=[Doubled()])
    def number(self, by: int = 2) -> int:
        return by

    @strawberry.field(permission_classes=[IsNamed])
    def guarded(self, name: str = "") -> str | None:
        return name

    @strawberry.field
    def account(self, owned: bool) -> Account:
        return Account(owned=owned)

    @strawberry.field
    def sizes(self, given: list[Size] | None = None) -> list[Size]:
        return given or list(Size)

    @strawberry.field
    def at(self, by: Annotated[Optional[By], strawberry.argument(name="where")] = None) -> str:  # noqa: UP045
        return str(by)

    @strawberry.field
    def info_in_keyword(self, *, info: Info, n: int | None = strawberry.UNSET) -> Told:
        return Told(of=f"{_shown(info)} {n is strawberry.UNSET}")

    @strawberry.field
    def info_by_type(self, told: Info[Any, Any]) -> Told:
        return Told(of=f"{_shown(told)} {sorted(told.variable_values)} {told.operation.operation.value}")

    @strawberry.field
    def friend(self) -> Friend:
        return Friend(name="f")

    static: str = strawberry.field(resolver=lambda: "static")


QUERIES = {
    "generics, inherited data classes and private fields": """
        { dogs { total items { name barks greeting __typename } }
          puppies { items { name weeks hint greeting __typename } } }""",
    "interfaces": "{ animals { __typename name greeting ... on Dog { barks } ... on Puppy { weeks hint } } }",
    "is_type_of": "{ shapes { __typename ... on Square { side } ... on Circle { side } } }",
    "resolve_type": """{ car: vehicle(wheels: 4) { __typename wheels ... on Car { seats } }
        bike: vehicle(wheels: 2) { wheels ... on Bike { bell } } }""",
    "field extensions and permissions": """
        { number five: number(by: 5) guarded named: guarded(name: "n")
          mine: account(owned: true) { note notes balance } account(owned: false) { note notes } }""",
    "enums": "query ($s: [Size!]) { sizes given: sizes(given: [LARGE]) by: sizes(given: $s) }",
    "one-of inputs with defaults": """query ($w: By, $p: Point! = {lat: 2}) { at a: at(where: $w)
        b: at(where: {id: 1}) c: at(where: {point: {lat: 1}}) d: at(where: {point: $p}) }""",
    "info in every form": """query Name ($n: Int) { infoInKeyword(n: $n) { of }
        x: infoByType { of ...F } } fragment F on Told { t: of }""",
    "lazy types": "{ friend { name best { name query { static } } } static }",
    "introspection": '{ __schema { queryType { name } } __type(name: "Size") { enumValues { name } } }',
}
VARIABLES: dict[str, dict[str, Any]] = {
    "enums": {"s": ["SMALL", "LARGE"]},
    "one-of inputs with defaults": {"w": {"point": {"lat": 0.5, "lon": 2}}},
}
schema = strawberry.Schema(Query, types=[Dog, Puppy, Car, Bike, Square, Circle])


@pytest.mark.parametrize("about", QUERIES)
async def test_compiled_code_answers_as_graphql_core_does(about: str) -> None:
    run = Run(schema, lambda: (None, Query()))
    await run.same(QUERIES[about], VARIABLES.get(about))


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("query ($s: [Size!]) { sizes(given: $s) }", {"s": ["HUGE"]}),
        ("query ($w: By) { at(where: $w) }", {"w": {"id": "1", "point": {"lat": 1}}}),
        ("query ($w: By) { at(where: $w) }", {"w": {"nothing": 1}}),
        ("query ($n: Int!) { infoInKeyword(n: $n) { of } }", {}),
        ("query ($n: Int!) { infoInKeyword(n: $n) { of } }", {"n": "1"}),
        ("query A { static } query B { static }", {}),
        ("{ nothing }", {}),
        ("{ at(where: {id: 1, point: {lat: 1}}) }", {}),
    ],
)
async def test_mistakes_are_told_in_graphql_cores_words(text: str, variables: dict[str, Any]) -> None:
    run = Run(schema, lambda: (None, Query()))
    assert (await run.same(text, variables)).errors


async def test_a_named_operation_is_chosen_and_an_unknown_name_refused() -> None:
    run = Run(schema, lambda: (None, Query()))
    text = "query A { static } query B { number }"
    assert (await run.same(text, name="B")).data == {"number": 4}
    assert (await run.same(text, name="C")).errors


async def test_only_what_is_unusual_falls_back_and_says_why() -> None:
    run = Run(schema, lambda: (None, Query()))
    await run.same("{ animals { name } number }")
    assert run.fallbacks.seen == []
    await run.same("{ __schema { queryType { name } } number }")
    assert run.fallbacks.seen == [("subtree", "introspection")]


async def test_an_object_of_the_wrong_class_fails_in_graphql_cores_words() -> None:
    @strawberry.type
    class Wrong:
        @strawberry.field
        def dog(self) -> Dog | None:
            return Row("dog", 1)  # type: ignore[return-value]

        @strawberry.field
        async def animal(self) -> Animal | None:
            return Row("dog", 1)  # type: ignore[return-value]

    run = Run(strawberry.Schema(Wrong, types=[Dog]), lambda: (None, Wrong()))
    assert len((await run.same("{ dog { name } animal { name } }")).errors or ()) == 2


@strawberry.type
class Item:
    name: str


@strawberry.type
class Holder:
    item: Item


async def test_a_dictionary_root_and_a_default_resolver_of_ones_own_are_read() -> None:
    def read(source: Any, name: str) -> Any:
        return source[name]

    config = StrawberryConfig(default_resolver=read)
    run = Run(strawberry.Schema(Holder, config=config), lambda: (None, {"item": {"name": "n"}}))
    await run.same("{ item { name __typename } }")


class Loud(Info):
    """An info class of one's own."""

    @property
    def shout(self) -> str:
        return self.field_name.upper()


async def test_an_info_class_of_ones_own_is_given_to_resolvers() -> None:
    @strawberry.type
    class Root:
        @strawberry.field
        def loud(self, info: Loud) -> str:
            return info.shout

    run = Run(strawberry.Schema(Root, config=StrawberryConfig(info_class=Loud)))
    assert (await run.same("{ loud }")).data == {"loud": "LOUD"}
