"""Subgraphs beside the platform's own, as they are given on the command line."""

from __future__ import annotations

import pytest

from stack.platform.router_files import BadSubgraph, read_further_subgraphs


def test_several_are_given_with_commas_between_them() -> None:
    given = "reviews=http://127.0.0.1:8001/graphql, tips=https://tips.example/graphql?x=1"
    assert read_further_subgraphs(given) == {
        "reviews": "http://127.0.0.1:8001/graphql",
        "tips": "https://tips.example/graphql?x=1",
    }
    assert read_further_subgraphs("") == {}


@pytest.mark.parametrize("given", ["reviews", "=http://x", "reviews=127.0.0.1:8001", "reviews=ftp://x"])
def test_what_is_no_name_and_address_is_refused(given: str) -> None:
    with pytest.raises(BadSubgraph, match="name=http://address/path"):
        read_further_subgraphs(given)


@pytest.mark.parametrize("given", ["users=http://x/graphql", "a=http://x,a=http://y"])
def test_a_name_that_is_taken_is_refused(given: str) -> None:
    with pytest.raises(BadSubgraph, match="already"):
        read_further_subgraphs(given)
