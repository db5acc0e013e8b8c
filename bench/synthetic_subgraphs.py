"""Synthetic subgraphs of any number, in the proportions of a large company's graph.

Each subgraph has 40 types of its own (28 entities, 4 value types, 3 inputs, 2 enums, 2 interfaces, 1 union),
400 fields, a share of Query and Mutation, and adds fields to entities of others: some by themselves, some
with @requires, some @shareable. The same number gives the same subgraphs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from router.composition import SubgraphSource

ENTITIES, VALUES, INPUTS, ENUMS = 28, 4, 3, 2
EXTENDED = 12
SCALARS = ("String", "Int", "Float", "Boolean", "ID", "[String!]!", "String!", "Int!")
HEADER = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@external", "@requires", "@provides", "@shareable", "@tag"])\n'
)


def synthetic_subgraphs(count: int, seed: int = 1) -> list[SubgraphSource]:
    """Make ``count`` subgraphs that compose."""
    return [
        SubgraphSource(f"s{n}", f"http://s{n}/", "\n".join(_Subgraph(n, count, seed).lines()))
        for n in range(count)
    ]


class _Subgraph:
    def __init__(self, number: int, count: int, seed: int) -> None:
        self.number, self.count = number, count
        self.random = random.Random(seed * 1_000_003 + number)
        self.extended = self._choose_extended()

    def _choose_extended(self) -> list[str]:
        others = [n for n in range(self.count) if n != self.number]
        chosen = {f"E{self.random.choice(others)}x{self.random.randrange(ENTITIES)}" for _ in range(EXTENDED)}
        return sorted(chosen)

    def lines(self) -> Iterator[str]:
        yield HEADER
        yield from self._roots()
        for index in range(ENTITIES):
            yield from self._entity(f"E{self.number}x{index}", index)
        for name in self.extended:
            yield from self._extension(name)
        yield from self._rest()

    def _own(self) -> str:
        return f"E{self.number}x{self.random.randrange(ENTITIES)}"

    def _output(self, position: int) -> str:
        if position % 4 == 3:
            return self.random.choice(
                [self._own(), f"[{self._own()}!]!", self.random.choice(self.extended), f"V{self.number}x0"]
            )
        return self.random.choice(SCALARS)

    def _roots(self) -> Iterator[str]:
        yield "type Query {"
        for index in range(0, ENTITIES, 4):
            name = f"E{self.number}x{index}"
            yield f"  e{self.number}x{index}(id: ID!, page: Int = 10): {name}"
            yield f"  all{self.number}x{index}(filter: I{self.number}x0): [{name}!]!"
        yield f"  node{self.number}(id: ID!): Node{self.number}\n  any{self.number}: [U{self.number}!]!\n}}"
        yield f"type Mutation {{\n  save{self.number}(input: I{self.number}x1!): {self._own()}\n}}"

    def _entity(self, name: str, index: int) -> Iterator[str]:
        implements = f" implements Node{self.number}" if index < 6 else ""
        key = ' @key(fields: "id") @key(fields: "code")' if index % 5 == 0 else ' @key(fields: "id")'
        yield f'"""The entity {name}."""\ntype {name}{implements}{key} {{\n  id: ID!\n  code: String!'
        for position in range(9):
            argument = "(first: Int = 20, after: String)" if position == 7 else ""
            tag = ' @tag(name: "public")' if position == 5 else ""
            yield f'  "Field {position}"\n  f{position}{argument}: {self._output(position)}{tag}'
        yield "}"

    def _extension(self, name: str) -> Iterator[str]:
        suffix = f"{self.number}"
        yield f'type {name} @key(fields: "id") {{\n  id: ID!\n  code: String! @external'
        yield f"  by{suffix}a: Int\n  by{suffix}b: {self._own()}"
        yield f'  by{suffix}c: Int @requires(fields: "code")\n}}'

    def _rest(self) -> Iterator[str]:
        number = self.number
        for index in range(VALUES):
            yield f"type V{number}x{index} {{"
            yield from (f"  v{p}: {self.random.choice(SCALARS)}" for p in range(9))
            yield f"  next: V{number}x{(index + 1) % VALUES}\n}}"
        yield "type Money @shareable { amount: Int! currency: String! }"
        yield f"interface Node{number} {{ id: ID! code: String! }}"
        yield f"interface Priced{number} {{ price: Money }}"
        yield f"type Price{number} implements Priced{number} {{ price: Money }}"
        yield f"union U{number} = E{number}x0 | E{number}x1 | Price{number}"
        for index in range(ENUMS):
            yield f"enum K{number}x{index} {{ " + " ".join(f"K{p}" for p in range(10)) + " }"
        for index in range(INPUTS):
            yield f"input I{number}x{index} {{"
            yield from (f"  i{p}: {self.random.choice(('String', 'Int', 'ID'))}" for p in range(9))
            yield f"  kind: K{number}x0 = K1\n}}"
