"""A new engine knows what the old one, a file or the last process knew."""

from __future__ import annotations

import os
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


async def test_a_kept_file_that_is_none_is_told_and_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    warm_up = WarmUp(RouterSettings(warm="LAST", warm_file=fifo))
    engine = Shop().engine
    await warm_up.prepare(engine, None)
    await warm_up.keep(engine)
    assert [record.message for record in caplog.records] == [
        "The file to warm up with cannot be read",
        "Operations cannot be kept",
    ]
    assert {record.__dict__["problem"] for record in caplog.records} == {
        f"[Errno 22] it is no regular file: '{fifo}'"
    }
    assert fifo.is_fifo()


async def test_a_link_to_the_kept_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "kept.json")
    shop = Shop()
    ask(shop, "{ goods { code } }")
    await WarmUp(RouterSettings(warm="LAST", warm_file=tmp_path / "link.json")).keep(shop.engine)
    assert (tmp_path / "link.json").is_symlink()
    assert len(read_operations((tmp_path / "kept.json").read_bytes())) == 1
