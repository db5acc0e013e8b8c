"""The files that the router is started with: where the subgraphs are, and GraphiQL's tabs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from stack.home import Home

from .addresses import Addresses


def write_subgraphs_file(home: Home, names: Iterable[str], addresses: Addresses) -> Path:
    """Write the table of subgraphs; their schemas are asked of them."""
    entries = [{"name": name, "url": f"{addresses.subgraph_url(name)}/graphql"} for name in names]
    file = home.sockets.resolve() / "subgraphs.json"
    file.write_text(json.dumps({"subgraphs": entries}, indent=1))
    return file
