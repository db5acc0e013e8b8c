"""docs/marketplace.md: what it shows can be sent to the graph as it is."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from graphql import build_schema, parse, validate

from router.composition import SubgraphSource, compose

PAGE = Path(__file__).parents[2] / "docs" / "marketplace.md"
BLOCK = re.compile(r"^```graphql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SUBGRAPHS = ("users", "orders", "riders", "catalog")


def _source(name: str) -> SubgraphSource:
    sdl = import_module(f"subgraphs.{name}.schema").schema.as_str()
    return SubgraphSource(name, f"http://{name}.example/graphql", sdl)


def test_all_operations_of_the_page_are_valid() -> None:
    composition = compose([_source(name) for name in SUBGRAPHS])
    assert composition.api_sdl is not None, composition.errors
    blocks = BLOCK.findall(PAGE.read_text())
    assert len(blocks) > 5
    schema = build_schema(composition.api_sdl)
    assert [validate(schema, parse(block)) for block in blocks] == [[]] * len(blocks)
