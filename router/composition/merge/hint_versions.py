"""Subgraphs that use a specification which their version of federation doesn't have yet."""

from __future__ import annotations

from collections.abc import Sequence

from ..report import Report
from ..subgraph import specs
from ..subgraph.build import Checked
from ..subgraph.links import Feature

# The version of federation that a specification came with. Each version of connect came with one.
_CAME_WITH: dict[str, specs.Version] = {
    specs.SPECS + "authenticated": (2, 5),
    specs.SPECS + "cost": (2, 9),
}
_FIRST_CONNECT = 9


def hint_versions(subgraphs: Sequence[Checked], report: Report) -> None:
    """Hint at subgraphs that are treated as if they linked a later version."""
    for checked in subgraphs:
        subgraph = checked.subgraph
        linked = subgraph.links.feature(specs.FEDERATION)
        version = linked.url.version if linked else (1, 0)
        feature = max(subgraph.links.features, key=_needed, default=None)
        if feature is not None and _needed(feature) > max(version, (2, 0)):
            says = f"links federation v{_text(version)}" if linked else "links no federation"
            uses = f"{feature.url.text}, which came in v{_text(_needed(feature))}"
            report.hint(
                "IMPLICITLY_UPGRADED_FEDERATION_VERSION",
                f'"{subgraph.name}" {says}, yet uses {uses}',
                coordinate="schema",
                where=[(subgraph.name, (linked or feature).applied)],
            )


def _needed(feature: Feature) -> specs.Version:
    identity, version = feature.url.identity, feature.url.version
    if identity == specs.CONNECT and specs.spec(identity, version):
        return (2, _FIRST_CONNECT + version[1])
    return _CAME_WITH.get(identity, (2, 0))


def _text(version: specs.Version) -> str:
    return ".".join(map(str, version))
