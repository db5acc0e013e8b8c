"""A supergraph whose access directives nobody would enforce is not served: what they protect were open."""

from __future__ import annotations

from ..supergraph import Supergraph, SupergraphError, find_protected

MOST_NAMED = 10


class AccessNotEnforced(SupergraphError):
    """The supergraph asks for what this router does not do."""

    code = "ACCESS_DIRECTIVES_NOT_ENFORCED"


def refuse_protected(supergraph: Supergraph) -> None:
    """Raise AccessNotEnforced if any element bears an access directive."""
    protected = find_protected(supergraph.document)
    if protected:
        named = [f"{place} ({' '.join(found)})" for place, found in list(protected.items())[:MOST_NAMED]]
        rest = len(protected) - len(named)
        more = f" and {rest} more" if rest else ""
        raise AccessNotEnforced(
            f"This router does not enforce access directives yet: all could read {', '.join(named)}{more}. "
            "If the subgraphs enforce them, say so: WAYBILL_ROUTER_ACCESS_DIRECTIVES=subgraphs."
        )
