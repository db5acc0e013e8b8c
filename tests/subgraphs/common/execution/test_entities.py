"""`_entities`, on Strawberry's own schema and on ours."""

from __future__ import annotations

from typing import Any

import strawberry
from aiodataloader import DataLoader

from subgraphs.common.execution import CompiledExecutor, FederatedSchema, Operation, StrawberryExecutor

from .compare import Run


class Loader(DataLoader[str, "Product | None"]):
    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []

    async def batch_load_fn(self, keys: list[str]) -> list[Any]:
        self.batches.append(keys)
        return [None if key == "none" else Product(id=strawberry.ID(key), name=f"name {key}") for key in keys]


@strawberry.federation.type(keys=["id"])
class Product:
    id: strawberry.ID
    name: str
    weight: int | None = None

    @classmethod
    async def resolve_reference(
        cls, info: strawberry.Info, id: strawberry.ID, weight: int | None = None
    ) -> Any:
        if id == "bad":
            raise ValueError("bad id")
        product = await info.context.load(id)
        if product is not None:
            product.weight = weight
        return product


@strawberry.federation.type(keys=["id"])
class Vendor:
    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Vendor:
        if id == "bad":
            raise ValueError("bad vendor")
        return cls(id=id)


@strawberry.federation.type(keys=["code"])
class Area:
    code: str

    @classmethod
    async def resolve_references(
        cls, info: strawberry.Info, representations: list[dict[str, Any]]
    ) -> list[Any]:
        info.context.batches.append([each["code"] for each in representations])
        return [
            ValueError("no area") if each["code"] == "bad" else cls(code=each["code"])
            for each in representations
        ]


@strawberry.federation.type(keys=["id"])
class Bare:
    id: strawberry.ID


@strawberry.type
class Query:
    ok: bool = True


TYPES = [Product, Vendor, Area, Bare]
TEXT = """query ($r: [_Any!]!) { _entities(representations: $r) {
    __typename ... on Product { id name weight } ... on Vendor { id } ... on Area { code }
    ... on Bare { id } } }"""


def _of(name: str, **key: Any) -> dict[str, Any]:
    return {"__typename": name, **key}


async def test_entities_are_the_same_as_strawberrys() -> None:
    def variables() -> dict[str, Any]:  # Strawberry pops `__typename` from them
        return {
            "r": [
                _of("Product", id="1", weight=5), _of("Vendor", id="v"), _of("Product", id="none"),
                _of("Product", id="bad"), _of("Vendor", id="bad"), _of("Vendor", wrong=1),
                _of("Bare", id="b"), _of("Product", id="2"), _of("Bare", nothing=1),
            ]
        }  # fmt: skip

    run = Run(strawberry.federation.Schema(Query, types=[Product, Vendor, Bare]), lambda: (Loader(), None))
    text = TEXT.replace("... on Area { code }", "")
    expected, actual = await run.stock(text, variables()), await run.compiled(text, variables())
    assert actual.data == expected.data
    assert [(e.message, e.path) for e in actual.errors or ()] == [
        (e.message, e.path) for e in expected.errors or ()
    ]


async def test_an_unknown_type_fails_strawberrys_field() -> None:
    run = Run(strawberry.federation.Schema(Query, types=TYPES), lambda: (Loader(), None))
    assert (await run.compiled(TEXT, {"r": [_of("Nothing", id="1")]})).data is None


async def test_all_entities_of_a_type_are_loaded_at_once_and_variables_stay_whole() -> None:
    loader = Loader()
    executor = CompiledExecutor(FederatedSchema(query=Query, types=TYPES))
    variables = {"r": [_of("Product", id=str(n)) for n in range(3)]}
    text = TEXT.replace("{ _entities", "{ again: _entities(representations: $r) { __typename } _entities")
    answer = await executor.execute(Operation(text, variables), loader)  # type: ignore[arg-type]
    assert answer.data is not None
    assert [each["name"] for each in answer.data["_entities"]] == ["name 0", "name 1", "name 2"]
    assert len(answer.data["again"]) == 3
    assert loader.batches == [["0", "1", "2"]]
    assert variables["r"][0]["__typename"] == "Product"


async def test_a_type_may_resolve_all_its_representations_in_one_call() -> None:
    representations = [
        _of("Area", code="a"),
        _of("Vendor", id="v"),
        _of("Area", code="bad"),
        _of("Area", code="b"),
    ]
    answers = []
    for kind in (StrawberryExecutor, CompiledExecutor):
        loader = Loader()
        executor = kind(FederatedSchema(query=Query, types=TYPES))
        answers.append(await executor.execute(Operation(TEXT, {"r": representations}), loader))  # type: ignore[arg-type]
        assert loader.batches == [["a", "bad", "b"]]
    for answer in answers:
        assert answer.data is not None
        assert [each and each.get("code", each.get("id")) for each in answer.data["_entities"]] == [
            "a", "v", None, "b",
        ]  # fmt: skip
        assert [error.path for error in answer.errors] == [["_entities", 2]]


async def test_bad_representations_are_coded_errors_of_their_own() -> None:
    representations = [_of("Nothing"), {"id": "1"}, _of("Vendor", wrong=1), _of("Product", id="1")]
    executor = CompiledExecutor(FederatedSchema(query=Query, types=TYPES))
    answer = await executor.execute(Operation(TEXT, {"r": representations}), Loader())  # type: ignore[arg-type]
    assert [(error.path, (error.extensions or {})["code"]) for error in answer.errors] == [
        (["_entities", place], "BAD_USER_INPUT") for place in range(3)
    ]
    assert answer.data is not None
    assert answer.data["_entities"][3]["name"] == "name 1"


async def test_a_type_alone_in_a_request_is_one_call_and_fails_as_one() -> None:
    @strawberry.federation.type(keys=["id"])
    class Failing:
        id: strawberry.ID

        @classmethod
        async def resolve_references(cls, info: strawberry.Info, representations: Any) -> Any:
            if representations[0]["id"] == "bad":
                raise ValueError("all bad")
            return [cls(id=each["id"]) for each in representations]

    run = Run(strawberry.federation.Schema(Query, types=[Failing]), lambda: (Loader(), None))
    text = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Failing { id } } }"
    good = await run.compiled(text, {"r": [_of("Failing", id="1"), _of("Failing", id="2")]})
    assert good.data == {"_entities": [{"id": "1"}, {"id": "2"}]}
    bad = await run.compiled(text, {"r": [_of("Failing", id="bad"), _of("Failing", id="2")]})
    assert bad.data == {"_entities": [None, None]}
    assert [(error.message, error.path) for error in bad.errors or ()] == [
        ("all bad", ["_entities", place]) for place in range(2)
    ]
