"""The query of the README: one request, four subgraphs, one statement a shard, type and level."""

from __future__ import annotations

from .platform import Platform

FIRST_QUERY = """
query { me { name orders(first: 5) { edges { node { id status total { amount currency }
  vendor { name rating } items { quantity product { name price { amount } } }
  rider { user { name } location { lat lon at } } eta } } } } }
"""


async def test_one_request_brings_data_of_all_four_subgraphs(platform: Platform) -> None:
    data = await platform.data(FIRST_QUERY, token=await platform.token("customer"))

    assert data["me"]["name"]
    orders = [edge["node"] for edge in data["me"]["orders"]["edges"]]
    assert len(orders) == 5
    for order in orders:
        assert order["total"]["amount"] > 0
        assert order["vendor"]["name"]
        assert all(item["quantity"] >= 1 and item["product"]["name"] for item in order["items"])
    under_way = [order for order in orders if order["rider"] and order["rider"]["location"]]
    assert under_way, "the demo's customer has an order with a rider on the road"
    assert under_way[0]["rider"]["user"]["name"]
    assert under_way[0]["eta"]


async def test_each_level_costs_at_most_one_statement_a_shard_and_type(platform: Platform) -> None:
    token = await platform.token("customer")
    before = await platform.statements()

    await platform.data(FIRST_QUERY, token=token)

    after = await platform.statements()
    ran = {key: count - before.get(key, 0) for key, count in after.items() if count > before.get(key, 0)}
    assert {statement for _, _, statement in ran} >= {"UserById", "VendorById", "ProductById", "RiderById"}
    # Users are met on two levels: the customer, and the riders' own users.
    levels = {"UserById": 2}
    assert {key: n for key, n in ran.items() if n > levels.get(key[2], 1)} == {}


async def test_anonymous_reads_the_catalog_but_nobodys_orders(platform: Platform) -> None:
    answer = await platform.ask("{ vendors(first: 2) { edges { node { id name } } } me { id } }")

    assert len(answer["data"]["vendors"]["edges"]) == 2
    assert answer["data"]["me"] is None
    assert {error["extensions"]["code"] for error in answer.get("errors", [])} <= {"UNAUTHENTICATED"}


async def test_a_forged_token_is_refused_with_a_code(platform: Platform) -> None:
    token = await platform.token("customer")

    answer = await platform.ask("{ me { id } }", token=token[:-6] + "AAAAAA")

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
