"""How a subgraph writes what Federation leaves free: names of its directives and of its root types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal, TypeAlias

# @inaccessible is not among them: it needs one name everywhere.
DIRECTIVES = (
    "key",
    "shareable",
    "external",
    "requires",
    "provides",
    "override",
    "interfaceObject",
    "context",
    "fromContext",
)
Imports: TypeAlias = Literal["plain", "renamed", "namespaced"]


@dataclass(frozen=True)
class Spelling:
    """``roots``: the names of root types that have one of their own here."""

    imports: Imports = "plain"
    roots: Mapping[str, str] = field(default_factory=dict)

    def header(self) -> str:
        """Link to Federation."""
        return (
            f'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8"{self._import_argument()})\n'
        )

    def _import_argument(self) -> str:
        names = {"plain": DIRECTIVES, "renamed": DIRECTIVES, "namespaced": ()}[self.imports]
        imports = [
            f'"@{name}"' if self.imports == "plain" else f'{{name: "@{name}", as: "@{self._local(name)}"}}'
            for name in names
        ]
        return f""", import: [{", ".join((*imports, '"@inaccessible"'))}]"""

    def _local(self, name: str) -> str:
        return {"plain": name, "renamed": f"my_{name}", "namespaced": f"federation__{name}"}[self.imports]

    def write(self, sdl: str) -> str:
        """Respell an SDL."""
        sdl = re.sub("@([a-zA-Z]+)", lambda m: f"@{self._local(m[1])}" if m[1] in DIRECTIVES else m[0], sdl)
        for name, other in self.roots.items():
            sdl = re.sub(rf"\b{name}\b", other, sdl)
        return sdl

    def with_root(self, name: str, other: str) -> Spelling:
        """Rename a root type."""
        return replace(self, roots={**self.roots, name: other})

    def own(self, type_name: str) -> str:
        """Tell what the subgraph calls a type."""
        return self.roots.get(type_name, type_name)

    def canonical(self, type_name: str) -> str:
        """Undo the renaming of a root type."""
        return next((name for name, other in self.roots.items() if other == type_name), type_name)


def random_spelling(random: Random) -> Spelling:
    """Make one; most are plain."""
    imports: Imports = random.choice(("plain", "plain", "renamed", "namespaced"))
    roots = {"Query": "Root", "Mutation": "Changes", "Subscription": "News"}
    return Spelling(imports, {name: other for name, other in roots.items() if random.random() < 0.2})
