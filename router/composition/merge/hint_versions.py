"""Subgraphs that use a specification which their version of federation doesn't have yet."""

from __future__ import annotations

from collections.abc import Sequence

from ..report import Report
from ..subgraph import specs
from ..subgraph.build import Checked

# The version of federation that a specification came with. Each version of connect came with one.
_CAME_WITH: dict[str, specs.Version] = {
    specs.SPECS + "authenticated": (2, 5),
    specs.SPECS + "requiresScopes": (2, 5),
    specs.SPECS + "policy": (2, 6),
    specs.SPECS + "context": (2, 8),
    specs.SPECS + "cost": (2, 9),
    specs.SPECS + "cacheTag": (2, 12),
}
_FIRST_CONNECT = 9


def hint_versions(subgraphs: Sequence[Checked], report: Report) -> None:
    """Hint at subgraphs that are treated as if they linked a later version."""
    for checked in subgraphs:
        subgraph = checked.subgraph
        federation = subgraph.links.feature(specs.FEDERATION)
        if federation is None:
            continue
        needed = max(
            (_needed(f.url.identity, f.url.version) for f in subgraph.links.features), default=(2, 0)
        )
        if needed > federation.url.version:
            report.hint(
                "IMPLICITLY_UPGRADED_FEDERATION_VERSION",
                f'"{subgraph.name}" links federation v{_text(federation.url.version)}, yet uses what came in '
                f"v{_text(needed)}",
                coordinate="schema",
                where=[(subgraph.name, federation.applied)],
            )


def _needed(identity: str, version: specs.Version) -> specs.Version:
    if identity == specs.CONNECT and specs.spec(identity, version):
        return (2, _FIRST_CONNECT + version[1])
    return _CAME_WITH.get(identity, (2, 0))


def _text(version: specs.Version) -> str:
    return ".".join(map(str, version))
