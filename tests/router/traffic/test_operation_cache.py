"""How many operations are kept: by their number, and by what they take."""

from __future__ import annotations

import gc
import weakref

from router.settings import RouterSettings
from router.traffic.messages import GraphQLRequest
from tests.router.work.shop import Shop

DEEP = "{ people { id name notes { id text good { code title price weight left postage } } } }"


def ask(shop: Shop, query: str) -> None:
    answer = shop.engine.start(GraphQLRequest(query))
    assert answer is not None
    shop.answers.answer()
    assert not answer.result().rejected


def kept(shop: Shop) -> list[str]:
    """The operations that are known, the most recently used last."""
    return [each.query for each in shop.engine.operations.known()]


async def test_the_least_recently_used_makes_room() -> None:
    shop = Shop(RouterSettings(operation_cache_size=2))
    for query in ("{ goods { code } }", "{ people { id } }", "{ goods { code } }", "{ people { name } }"):
        ask(shop, query)
    assert kept(shop) == ["{ goods { code } }", "{ people { name } }"]


async def test_operations_that_take_much_make_others_go() -> None:
    shop = Shop(RouterSettings(operation_cache_bytes=100_000))
    for number in range(30):
        ask(shop, DEEP + " " * number)
    many = len(kept(shop))
    for number in range(30):  # compiled they take more
        ask(shop, DEEP + "," * number)
        ask(shop, DEEP + "," * number)
    assert 1 <= len(kept(shop)) < many < 30


async def test_an_operation_that_takes_too_much_is_not_kept_and_pushes_out_no_others() -> None:
    shop = Shop(RouterSettings(operation_cache_bytes=20_000))
    for query in ("{ goods { code } }", DEEP):
        ask(shop, query)
    assert kept(shop) == ["{ goods { code } }"]


async def test_compiled_programs_that_are_forgotten_do_not_gather() -> None:
    shop = Shop(RouterSettings(operation_cache_bytes=300_000))
    programs = []
    gc.disable()
    try:
        for number in range(40):
            query = DEEP + " " * number
            ask(shop, query)
            ask(shop, query)
            (variant,) = shop.engine.operations.prepared(query, None).variants.values()
            assert variant.program is not None
            assert variant.program.compiled is not None
            programs.append(weakref.ref(variant.program.compiled.project))
        assert sum(program() is not None for program in programs) < 20
    finally:
        gc.enable()
