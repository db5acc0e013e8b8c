"""The JavaScript clients that people use, against the router: queries, caches, every kind of subscription."""

from __future__ import annotations

import pytest

from .conftest import RunNode

pytestmark = pytest.mark.node

REVIEWS = ["review of 1"]
QUERIED = [{"data": {"product": {"name": "Shawarma", "reviews": REVIEWS}}}]


async def test_graphql_ws_queries_subscribes_and_is_refused(node: RunNode) -> None:
    said = await node("graphql_ws.mjs")
    assert said["query"] == QUERIED
    assert said["events"] == [
        {"data": {"priceChanged": {"price": price, "reviews": REVIEWS}}} for price in (100, 101, 102)
    ]
    assert said["refused"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize("mode", ["distinct", "single"])
async def test_graphql_sse_streams_side_by_side_in_both_modes(node: RunNode, mode: str) -> None:
    said = await node("graphql_sse.mjs", mode)
    assert said["query"] == QUERIED
    one, two = said["both"]
    assert [event["data"]["priceChanged"]["price"] for event in one] == [100, 101, 102]
    assert [event["data"]["priceChanged"]["name"] for event in two] == ["Falafel", "Falafel"]
    assert [event["data"]["priceChanged"]["reviews"] for event in two] == [["review of 2"]] * 2
    assert len(said["stopped"]) == 1
    assert said["refused"]


async def test_apollo_client_caches_by_entity_and_subscribes_in_both_ways(node: RunNode) -> None:
    said = await node("apollo.mjs")
    assert said["first"]["product"]["name"] == "Shawarma"
    assert said["requestsOfTwoQueries"] == 1
    assert said["renamed"]["product"]["name"] == "Renamed"
    for events in (said["overMultipart"], said["overSocket"]):
        assert [event["priceChanged"]["price"] for event in events] == [100, 101, 102]
        assert [event["priceChanged"]["reviews"] for event in events] == [REVIEWS] * 3


async def test_urql_caches_and_subscribes_by_fetch(node: RunNode) -> None:
    said = await node("urql.mjs")
    assert said["query"]["product"]["reviews"] == REVIEWS
    assert said["cached"] == "hit"
    assert said["refused"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert [event["priceChanged"]["price"] for event in said["events"]] == [100, 101, 102]


async def test_deferred_parts_are_merged_by_apollo_client_and_urql(node: RunNode) -> None:
    said = await node("deferred.mjs")
    older_type, newer_type = said["types"]
    assert "deferSpec=20220824" in older_type
    assert "incrementalSpec=v0.2" in newer_type
    for states in (said["older"], said["newer"], said["olderOnSocket"], said["newerOnSocket"]):
        assert [state for state, _ in states] == ["streaming", "complete"]
        assert "reviews" not in states[0][1]
        assert states[1][1]["reviews"] == REVIEWS
    assert [message.get("hasNext") for message in said["messages"]] == [True, False]
    assert said["messages"][1]["incremental"][0]["data"] == {"reviews": REVIEWS}
    assert said["byUrql"][-1]["reviews"] == REVIEWS
