"""A new engine knows what the old one, a file or the last process knew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from router.settings import RouterSettings
from router.supply.warm_up import WarmUp
from router.traffic.engine import Engine
from router.traffic.known_operations import read_operations
from router.traffic.messages import GraphQLRequest
from tests.router.work.shop import Shop

QUERY = "query Ask($x: Boolean!) { people { id name @include(if: $x) } }"


def ask(shop: Shop, query: str, variables: dict[str, Any] | None = None) -> None:
    answer = shop.engine.start(GraphQLRequest(query, variables=variables))
    assert answer is not None
    shop.answers.answer()
    assert not answer.result().rejected


def planned(engine: Engine) -> list[str]:
    """The operations that an engine is ready for, each with its number of plans."""
    return [f"{each.operation_name}: {len(each.variants)}" for each in engine.operations.known()]


async def test_a_new_supergraph_takes_over_what_the_old_engine_knew() -> None:
    shop = Shop()
    old, new = shop.engine, Shop().engine
    for x in (True, False):
        ask(shop, QUERY, {"x": x})
    await WarmUp(RouterSettings()).prepare(new, old)
    assert planned(new) == ["None: 2"]


async def test_what_a_process_knew_is_there_in_the_next(tmp_path: Path) -> None:
    settings = RouterSettings(warm="LAST", warm_file=tmp_path / "kept" / "operations.json")
    shop = Shop()
    old, new = shop.engine, Shop().engine
    await WarmUp(settings).prepare(old, None)
    ask(shop, QUERY, {"x": True})
    ask(shop, "{ goods { code } }")
    await WarmUp(settings).keep(old)
    await WarmUp(settings).prepare(new, None)
    assert new.operations.known() == old.operations.known()
    assert [len(each.variants) for each in new.operations.known()] == [1, 1]


async def test_a_graphql_file_names_operations(tmp_path: Path) -> None:
    file = tmp_path / "operations.graphql"
    file.write_text("query A { ...G } query B { goods { title } } fragment G on Query { goods { code } }")
    engine = Shop().engine
    await WarmUp(RouterSettings(warm=str(file))).prepare(engine, None)
    assert planned(engine) == ["A: 1", "B: 1"]


async def test_what_does_not_fit_the_schema_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "operations.json"
    file.write_text('[{"query": "{ gone }"}, {"query": "{ goods { code } }"}, {"query": "{"}]')
    engine = Shop().engine
    await WarmUp(RouterSettings(warm=str(file))).prepare(engine, None)
    assert planned(engine) == ["None: 1"]


@pytest.mark.parametrize("content", ['[{"query": 1}]', "[", "query {", "\N{SNOWMAN}"])
async def test_a_broken_file_costs_the_warmth_only(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "operations"
    file.write_text(content)
    engine = Shop().engine
    await WarmUp(RouterSettings(warm=str(file))).prepare(engine, None)
    assert planned(engine) == []
    assert "cannot be read" in caplog.text
    with pytest.raises(ValueError):
        read_operations(content.encode())
