"""How much work a warm request is, in what no noise can move: calls of functions, requests, garbage.

A number that grows fails here. Where it grows for a good reason, raise the limit with the change that needs
it; where it shrinks, lower it. Counted on CPython 3.11; later versions inline some calls and count fewer.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

import pytest

from tests.router.work.shop import Shop, body_of, request_of

GOOD = "code title price weight left postage"
DEEP = f"""{{
  people {{ id name notes {{ id text good {{
    {GOOD} notes {{ id by {{ id name notes {{ id good {{ {GOOD} }} }} }} }} }} }} }}
  goods {{ {GOOD} notes {{ id text by {{ id name }} }} }}
}}"""


@dataclass(frozen=True)
class Case:
    """``calls``: at most so many calls of Python and C functions; ``requests``: just so many to subgraphs."""

    query: str
    calls: int
    requests: int
    variables: dict[str, Any] | None = None

    @property
    def request(self) -> bytes:
        return request_of(self.query, self.variables)


CASES = {
    "small": Case("query($id: ID!) { person(id: $id) { id name } }", 109, 1, {"id": "1"}),
    "two hops": Case("{ goods { code title notes { id text } } }", 170, 2),
    "deep": Case(DEEP, 663, 4),
}


COLD_CALLS = 22_200
"""For the deep query in a new spelling: parsed, checked, planned, interpreted."""


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture(params=CASES)
def case(shop: Shop, request: pytest.FixtureRequest) -> Case:
    """A case that the shop has answered: planned, compiled, every cache filled."""
    chosen = CASES[request.param]
    for _ in range(4):
        assert "errors" not in body_of(shop.post(chosen.request))
    return chosen


def test_a_request_calls_no_more_functions_than_it_did(shop: Shop, case: Case) -> None:
    assert calls_of(shop, case.request) <= case.calls


def test_an_operation_never_seen_before_calls_no_more_functions_than_it_did(shop: Shop) -> None:
    for number in range(3):  # what is made once, for all operations
        shop.post(request_of(DEEP + "," * number, None))
    request = request_of(DEEP + " # new", None)
    assert calls_of(shop, request) <= COLD_CALLS
    assert "errors" not in body_of(shop.post(request))


def is_of_loop(file: str) -> bool:
    """Whether a file is the event loop's."""
    return "asyncio" in file or "selectors" in file or "weakref" in file


def calls_of(shop: Shop, request: bytes) -> int:
    """How many functions of Python and C a request calls, the event loop's own left out."""
    calls = 0

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call") and not is_of_loop(frame.f_code.co_filename)

    sys.setprofile(count)
    try:
        shop.post(request)
    finally:
        sys.setprofile(None)
    return calls


def test_a_request_asks_subgraphs_no_oftener_than_it_did(shop: Shop, case: Case) -> None:
    request = case.request
    shop.answers.calls.clear()
    shop.post(request)
    assert len(shop.answers.calls) == case.requests


def test_a_request_leaves_nothing_to_the_garbage_collector(shop: Shop, case: Case) -> None:
    request = case.request
    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            shop.post(request)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_warm_request_keeps_no_memory(shop: Shop, case: Case) -> None:
    assert blocks_kept_by(shop, case.request) < 100  # one in four requests would be too much


@pytest.mark.parametrize(
    "mistake", ["{ people { id }", "{ people { unknown } }", "query A { __typename } query B { id }"]
)
def test_an_operation_refused_again_keeps_no_memory(shop: Shop, mistake: str) -> None:
    assert blocks_kept_by(shop, request_of(mistake, None)) < 100


def blocks_kept_by(shop: Shop, request: bytes) -> int:
    """How many blocks of memory 400 equal requests leave allocated."""
    root = logging.getLogger()
    # pytest keeps every record that is logged, as soon as another test has let the router's lines through.
    handlers, root.handlers = root.handlers, [logging.NullHandler()]
    try:
        for _ in range(1000):  # Python's own free lists fill up at first
            shop.post(request)
        before = sys.getallocatedblocks()
        for _ in range(400):
            shop.post(request)
        return sys.getallocatedblocks() - before
    finally:
        root.handlers = handlers
