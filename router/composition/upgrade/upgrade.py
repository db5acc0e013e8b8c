"""Federation 1 subgraphs → what Federation 2 would say: the steps in order.

Federation 1 took many directives that mean nothing, and let subgraphs share fields without saying so. Each
step drops or adds what makes the subgraph mean in Federation 2 what it did in 1. Subgraphs are changed in
place.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..report import Report
from ..subgraph.facts import Facts, establish_facts
from ..subgraph.model import Subgraph
from .clean_directives import (
    drop_external_on_interfaces,
    drop_external_on_types,
    drop_federation_on_interfaces,
    drop_provides_of_leaves,
    drop_tags_on_external,
)
from .extensions import check_extensions_have_base, drop_external_on_extensions, forget_extensions
from .fix_field_sets import drop_inactive_selections, stringify_field_sets
from .share import share_fields
from .unused_externals import drop_unused_externals

# What an upgraded subgraph counts as; nothing after 2.0 is expected of it.
UPGRADED_VERSION = (2, 4)


def upgrade_subgraphs(subgraphs: Sequence[Subgraph], report: Report) -> None:
    """Upgrade the Federation 1 subgraphs among ``subgraphs``; report extensions of nothing."""
    old = [s for s in subgraphs if not s.is_fed2]
    facts = {s.name: establish_facts(s, Report()) for s in subgraphs} if old else {}
    before = len(report.errors)
    for subgraph in old:
        check_extensions_have_base(subgraph, subgraphs, report)
    if len(report.errors) == before:
        for subgraph in old:
            _upgrade(subgraph, subgraphs, facts, report)
        for subgraph in old:
            subgraph.version = UPGRADED_VERSION


def _upgrade(
    subgraph: Subgraph, subgraphs: Sequence[Subgraph], facts: dict[str, Facts], report: Report
) -> None:
    others = [other for other in subgraphs if other is not subgraph]
    stringify_field_sets(subgraph)
    drop_external_on_interfaces(subgraph)
    drop_external_on_types(subgraph)
    drop_external_on_extensions(subgraph, others)
    drop_inactive_selections(subgraph)
    forget_extensions(subgraph)
    drop_federation_on_interfaces(subgraph)
    drop_provides_of_leaves(subgraph)
    drop_unused_externals(subgraph, report)
    share_fields(subgraph, others, facts)
    drop_tags_on_external(subgraph, others)
