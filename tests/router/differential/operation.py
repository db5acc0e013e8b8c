"""A random operation on any schema: aliases, arguments, variables, fragments, conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OverlappingFieldsCanBeMergedRule,
    get_named_type,
    is_composite_type,
    parse,
    validate,
)

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass
class RandomOperation:
    text: str
    variables: dict[str, Any] = field(default_factory=dict)


# A made-up operation can be invalid in this way alone.
RULES = [OverlappingFieldsCanBeMergedRule]


@dataclass(frozen=True)
class Options:
    """``typenames``: ask for the type of everything that has an abstract one."""

    typenames: bool = False
    deferred: bool = False
    subscription: bool = False


PLAIN = Options()


def random_operation(random: Random, schema: GraphQLSchema, options: Options = PLAIN) -> RandomOperation:
    """Make a valid operation."""
    while True:
        maker = _Maker(random, schema, options)
        root, kind = schema.query_type, "query"
        if options.subscription:
            root, kind = schema.subscription_type, "subscription"
        elif schema.mutation_type is not None and random.random() < 0.2:
            root, kind = schema.mutation_type, "mutation"
        assert root is not None
        body = maker.selections(root, random.randint(2, 4), fields=1 if options.subscription else 0)
        declared = ", ".join(maker.declared)
        text = f"{kind}{f'({declared})' if declared else ''} {body} {' '.join(maker.fragments)}"
        if not validate(schema, parse(text, no_location=True), RULES):
            return RandomOperation(text, maker.variables)


class _Maker:
    def __init__(self, random: Random, schema: GraphQLSchema, options: Options) -> None:
        self._random = random
        self._schema = schema
        self._typenames = options.typenames
        self._deferred = options.deferred
        self.variables: dict[str, Any] = {}
        self.declared: list[str] = []
        self.fragments: list[str] = []
        self._is_root = True
        self._named: dict[str, str] = {}
        self._keys = random.choice((3, 200))

    def selections(self, type_: Composite, depth: int, fields: int = 0) -> str:
        """Make a selection set; of just so many ``fields`` without conditions, if that is given."""
        random = self._random
        is_root, self._is_root = self._is_root, False
        if fields:
            return "{ " + self._field(type_, depth, conditional=False) + " }"
        parts = [self._field(type_, depth) for _ in range(random.randint(1, 4))]
        if random.random() < 0.2:
            parts.insert(random.choice((0, len(parts))), f"{random.choice(('', 'kind: '))}__typename")
        if is_root and type_ is self._schema.query_type and random.random() < 0.3:
            parts.insert(random.randrange(len(parts) + 1), self._introspection())
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            parts += [
                self._fragment(possible, depth)
                for possible in self._schema.get_possible_types(type_)
                if random.random() < 0.7
            ]
            parts += ["__typename"] if self._typenames else []
        elif random.random() < (0.4 if self._deferred else 0.15):
            parts.append(self._fragment(type_, depth))
        if random.random() < 0.12:
            parts.append(self._wider_fragment(type_, depth))
        if random.random() < 0.1:
            random.shuffle(parts)
        kept = [part for part in parts if part]
        return "{ " + " ".join(kept or ["__typename"]) + " }"

    def _wider_fragment(self, type_: Composite, depth: int) -> str:
        """Narrow to an abstract type that shares objects with this one, or to none at all."""
        if isinstance(type_, GraphQLUnionType) or self._random.random() < 0.3:
            return f"...{self._condition()} {self.selections(type_, depth)}"
        possible = self._possible(type_)
        wider = [
            each
            for each in self._schema.type_map.values()
            if isinstance(each, GraphQLInterfaceType | GraphQLUnionType) and self._possible(each) & possible
        ]
        return self._fragment(self._random.choice(wider), depth) if wider else ""

    def _possible(self, type_: Composite) -> set[str]:
        if isinstance(type_, GraphQLObjectType):
            return {type_.name}
        return {each.name for each in self._schema.get_possible_types(type_)}

    def _introspection(self) -> str:
        """Ask what the router answers by itself; no order of types or fields, which is its own affair."""
        named = self._random.choice(("E0", "Thing", "Mood", "Nothing", "Json", "Filter"))
        about = (
            "kind name enumValues { name } inputFields { name defaultValue type { name ofType { name } } }"
        )
        choice = self._random.random()
        if choice < 0.3:
            return "__schema { queryType { name kind: __typename } mutationType { name } __typename }"
        if choice < 0.6:
            return f"__type(name: {self._variable('String!', named)}) {{ {about} }}"
        return f'about: __type(name: "{named}"){self._condition()} {{ {about} }}'

    def _fragment(self, type_: Composite, depth: int) -> str:
        random = self._random
        known = [name for name, on in self._named.items() if on == type_.name]
        if known and not self._deferred and random.random() < 0.5:
            return f"...{random.choice(known)}{self._condition()}"
        body = self.selections(type_, depth)
        if random.random() < 0.3:
            name = f"F{len(self.fragments)}"
            self._named[name] = type_.name
            self.fragments.append(f"fragment {name} on {type_.name} {body}")
            return f"...{name}{self._condition()}{self._defer(type_)}"
        return f"... on {type_.name}{self._condition()}{self._defer(type_)} {body}"

    def _defer(self, type_: Composite) -> str:
        random = self._random
        # Validation refuses it on these, wherever they stand.
        effects = (self._schema.mutation_type, self._schema.subscription_type)
        if not self._deferred or type_ in effects or random.random() < 0.4:
            return ""
        label = f'label: "l{random.getrandbits(40)}"' if random.random() < 0.3 else ""
        condition = (
            f"if: {self._variable('Boolean!', random.random() < 0.7)}" if random.random() < 0.2 else ""
        )
        arguments = f"({label} {condition})" if label or condition else ""
        return f" @defer{arguments}"

    def _field(self, type_: Composite, depth: int, *, conditional: bool = True) -> str:
        if isinstance(type_, GraphQLUnionType):
            return ""
        random = self._random
        fields = [
            (name, declared)
            for name, declared in type_.fields.items()
            if depth > 0 or not is_composite_type(get_named_type(declared.type))
        ]
        if not fields:
            return ""
        name, declared = random.choice(fields)
        arguments = self._arguments(list(declared.args)) if declared.args and random.random() < 0.8 else ""
        alias = f"{random.choice('abc')}{random.randrange(self._keys)}: " if random.random() < 0.3 else ""
        named: GraphQLNamedType = get_named_type(declared.type)
        below = ""
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            below = " " + self.selections(named, depth - 1)
        return f"{alias}{name}{arguments}{self._condition() if conditional else ''}{below}"

    def _arguments(self, names: list[str]) -> str:
        random = self._random
        if "pick" in names:
            value = random.choice(({"n": random.randrange(3)}, {"mood": "SAD"}))
            written = random.choice(("{mood: CALM}", "null", ""))
            return f"(pick: {written or self._variable('Pick', value)})"
        if "filter" in names:
            return self._filter()
        if random.random() < 0.5:
            return f"(n: {random.randrange(3)})"
        if random.random() < 0.5:
            return f"(n: {self._variable('Int = 7', random.randrange(3))}, mood: SAD)"
        return f"(mood: {self._variable('Mood', random.choice(('GLAD', None)))})"

    def _filter(self) -> str:
        random = self._random
        if random.random() < 0.4:
            value = random.choice(({"a": 4, "deep": {"moods": "SAD"}}, {}, None))
            return f"(filter: {self._variable('Filter', value)})"
        if random.random() < 0.5:
            return f"(filter: {{deep: {{a: {self._variable('Int!', 5)}}}}}, moods: GLAD)"
        return f"(moods: {self._variable('[Mood!]', random.choice(('CALM', ['SAD', 'GLAD'])))})"

    def _condition(self) -> str:
        random = self._random
        if random.random() > 0.08:
            return ""
        directive = random.choice(("@skip", "@include"))
        value = random.choice(("true", "false", ""))
        value = value or self._variable("Boolean!", random.random() < 0.5)
        return f" {directive}(if: {value})"

    def _variable(self, type_: str, value: Any) -> str:
        name = f"v{len(self.declared)}"
        if type_.endswith("!") or self._random.random() < 0.8:
            self.variables[name] = value
        self.declared.append(f"${name}: {type_}")
        return f"${name}"
