"""docs/marketplace.md: what it shows can be sent to the graph as it is."""

from __future__ import annotations

import re
from pathlib import Path

from graphql import build_schema, parse, validate

from router.composition import compose
from stack.platform.addresses import SUBGRAPHS
from tests.walls.platform import sources

PAGE = Path(__file__).parents[2] / "docs" / "marketplace.md"
BLOCK = re.compile(r"^```graphql\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_all_operations_of_the_page_are_valid() -> None:
    composition = compose(sources({name: f"http://{name}.example/graphql" for name in SUBGRAPHS}))
    assert composition.api_sdl is not None, composition.errors
    blocks = BLOCK.findall(PAGE.read_text())
    assert len(blocks) > 5
    schema = build_schema(composition.api_sdl)
    assert [validate(schema, parse(block)) for block in blocks] == [[]] * len(blocks)
