"""Batched requests: off by default, capped, answered in order."""

from __future__ import annotations

import pytest

from tests.router.server.conftest import MakeClient

ONE = {"query": "{ hello }"}


async def test_batches_are_off_by_default(make_client: MakeClient) -> None:
    response = await make_client().post("/graphql", json=[ONE])
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BATCHING_DISABLED"


async def test_a_batch_is_answered_in_order_with_its_errors(make_client: MakeClient) -> None:
    queries = ['{ hello(name: "a") }', "{ unknown }", "mutation { save }"]
    response = await make_client(batch_limit=3).post("/graphql", json=[{"query": query} for query in queries])
    assert response.status_code == 200
    first, second, third = response.json()
    assert first == {"data": {"hello": "hello a"}}
    assert second["errors"]
    assert third == {"data": {"save": "saved"}}


@pytest.mark.parametrize(
    ("batch", "code"),
    [
        ([ONE] * 3, "BATCH_TOO_LARGE"),
        ([], "INVALID_REQUEST"),
        ([ONE, 1], "INVALID_REQUEST"),
        ([ONE, {"query": 1}], "INVALID_REQUEST"),
        ([[ONE]], "INVALID_REQUEST"),
    ],
)
async def test_a_batch_that_is_none_is_400(make_client: MakeClient, batch: list[object], code: str) -> None:
    response = await make_client(batch_limit=2).post("/graphql", json=batch)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == code


async def test_a_batch_runs_no_subscriptions_and_is_no_stream(make_client: MakeClient) -> None:
    client = make_client(batch_limit=2)
    accept = {"accept": "application/json, text/event-stream"}
    batch = [{"query": "subscription { forever }"}]
    mixed = await client.post("/graphql", json=batch, headers=accept)
    assert "data" not in mixed.json()[0]
    only_stream = await client.post("/graphql", json=[ONE], headers={"accept": "text/event-stream"})
    assert only_stream.status_code == 406
