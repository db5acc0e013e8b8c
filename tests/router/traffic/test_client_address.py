"""Who stands at the far end of a request, and that subgraphs hear of it with mutations alone."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from router.settings import RouterSettings
from router.traffic.client_address import ClientAddress
from router.traffic.messages import GraphQLRequest
from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

PROXIES = ("10.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "6.6.6.6", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("", "203.0.113.7", "203.0.113.7"),
        ("", None, None),
    ],
)
def test_entries_are_read_from_the_right_as_long_as_trusted_proxies_wrote_them(
    peer: str, forwarded: str | None, address: str | None
) -> None:
    assert ClientAddress(PROXIES)(peer, forwarded) == address


def test_without_trusted_proxies_a_client_cannot_choose_its_address() -> None:
    assert ClientAddress(())("10.0.0.1", "6.6.6.6") == "10.0.0.1"


async def _forwarded(text: str, settings: EngineSettings, **given: Any) -> list[str | None]:
    subgraph = TestSubgraph(
        "type Query { me: Int } type Mutation { save: Int }",
        {"Query.me": lambda *_: 1, "Mutation.save": lambda *_: 1},
    )
    async with gateway({"a": subgraph}, settings) as router:
        await router.engine.execute(GraphQLRequest(text, **given))
    return [headers.get("x-forwarded-for") for headers in subgraph.headers]


async def test_a_mutation_carries_the_clients_address_and_not_what_it_says_itself() -> None:
    client = {"peer": "203.0.113.7", "headers": {"x-forwarded-for": "6.6.6.6", "authorization": "x"}}
    assert await _forwarded("mutation { save }", EngineSettings(), **client) == ["203.0.113.7"]
    listed = EngineSettings(forward_headers=("x-forwarded-for",))
    assert await _forwarded("mutation { save }", listed, **client) == ["203.0.113.7"]
    behind = EngineSettings(trusted_proxies=("203.0.113.0/24",))
    assert await _forwarded("mutation { save }", behind, **client) == ["6.6.6.6"]


async def test_a_query_does_not_for_clients_share_its_answer() -> None:
    assert await _forwarded("{ me }", EngineSettings(), peer="203.0.113.7") == [None]


async def test_it_can_be_kept_from_subgraphs() -> None:
    settings = EngineSettings(forward_client=False)
    assert await _forwarded("mutation { save }", settings, peer="203.0.113.7") == [None]


def test_what_is_no_network_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        RouterSettings(trusted_proxies=("10.0.0.0/99",))
