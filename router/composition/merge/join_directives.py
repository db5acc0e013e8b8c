"""Directives that the supergraph carries along without knowing them, as ``@join__directive``.

These are connectors' directives, links to the connect specification, and ``@cacheTag``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..subgraph import specs
from ..subgraph.applied import Applied
from ..subgraph.build import Checked
from ..subgraph.links import parse_url
from ..subgraph.model import Element
from ..subgraph.values import as_string, value_text
from .context import Merging

_CARRIED = frozenset(("connect", "source", "cacheTag"))


def join_directives(merging: Merging, sources: Sequence[tuple[Checked, Element]]) -> list[str]:
    """Give an element's ``@join__directive``s; equal ones of several subgraphs share one."""
    graphs: dict[tuple[str, str], list[str]] = {}
    for checked, source in sources:
        for applied in source.directives:
            name = _carried_name(checked, applied)
            if name is not None:
                arguments = ", ".join(f"{k}: {value_text(v)}" for k, v in applied.args.items())
                graphs.setdefault((name, arguments), []).append(merging.graph(checked))
    return list(_print(graphs))


def _print(graphs: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    for (name, arguments), having in graphs.items():
        parts = [f"graphs: [{', '.join(having)}]", f'name: "{name}"']
        parts += [f"args: {{{arguments}}}"] if arguments else []
        yield f"@join__directive({', '.join(parts)})"


def _carried_name(checked: Checked, applied: Applied) -> str | None:
    """Connectors keep the names that the subgraph, whose link is carried too, gives them."""
    if applied.known == "cacheTag":
        return "federation__cacheTag"
    if applied.known in _CARRIED:
        return applied.name
    if applied.known == "link":
        url = parse_url(as_string(applied.args.get("url")) or "")
        if url and url.identity == specs.CONNECT:
            return "link"
    return None
