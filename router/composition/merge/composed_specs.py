"""The specifications whose directives composition carries over without being asked."""

from __future__ import annotations

from dataclasses import dataclass

from ..subgraph import specs


@dataclass(frozen=True, slots=True)
class ComposedSpec:
    """A specification as the supergraph links it."""

    identity: str
    version: specs.Version
    purpose: str | None = None

    @property
    def url(self) -> str:
        """The URL to link."""
        return f"{self.identity}/v{self.version[0]}.{self.version[1]}"

    @property
    def name(self) -> str:
        """The specification's own name."""
        return self.identity.rpartition("/")[2]


_COST = ComposedSpec(specs.SPECS + "cost", (0, 1))
COMPOSED: dict[str, ComposedSpec] = {
    "tag": ComposedSpec(specs.SPECS + "tag", (0, 3)),
    "inaccessible": ComposedSpec(specs.SPECS + "inaccessible", (0, 2), "SECURITY"),
    "authenticated": ComposedSpec(specs.SPECS + "authenticated", (0, 1), "SECURITY"),
    "requiresScopes": ComposedSpec(specs.SPECS + "requiresScopes", (0, 1), "SECURITY"),
    "policy": ComposedSpec(specs.SPECS + "policy", (0, 1), "SECURITY"),
    "cost": _COST,
    "listSize": _COST,
}
"""Directive → its specification."""

CONTEXT = ComposedSpec(specs.SPECS + "context", (0, 1), "SECURITY")
CACHE_TAG = ComposedSpec(specs.SPECS + "cacheTag", (0, 1), "EXECUTION")
