"""The files that the router is started with: where the subgraphs are, and GraphiQL's tabs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from stack.home import Home

from .addresses import Addresses
from .parts import PARTS


class BadSubgraph(ValueError):
    """What was given as a subgraph is no `name=url`, or its name is taken."""


def read_further_subgraphs(given: str) -> dict[str, str]:
    """Read `name=url,name=url`; the names of the platform's own subgraphs are taken.

    Raises BadSubgraph.
    """
    found: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in given.split(","))):
        name, _, url = (part.strip() for part in entry.partition("="))
        if not name or not url.startswith(("http://", "https://")):
            raise BadSubgraph(f"a subgraph is given as name=http://address/path, not as {entry!r}")
        if name in found or name in PARTS:
            raise BadSubgraph(f"there is a subgraph {name!r} already")
        found[name] = url
    return found


def write_subgraphs_file(
    home: Home, names: Iterable[str], addresses: Addresses, further: Mapping[str, str]
) -> Path:
    """Write the table of subgraphs; their schemas are asked of them."""
    urls = {name: f"{addresses.subgraph_url(name)}/graphql" for name in names}
    entries = [{"name": name, "url": url} for name, url in {**urls, **further}.items()]
    file = home.sockets.resolve() / "subgraphs.json"
    file.write_text(json.dumps({"subgraphs": entries}, indent=1))
    return file
