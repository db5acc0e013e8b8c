"""Small changes that make a subgraph set subtly wrong, or leave it right after all."""

from __future__ import annotations

from random import Random

from .written import Field, Type

Written = dict[str, dict[str, Type]]


def _types(random: Random, written: Written, *kinds: str) -> list[tuple[str, Type]]:
    types = written[random.choice(sorted(written))]
    return [(name, t) for name, t in types.items() if t.kind in (kinds or ("type",))]


def _field(random: Random, written: Written) -> Field | None:
    fields = [f for _, t in _types(random, written, "type", "interface") for f in t.fields.values()]
    return random.choice(fields) if fields else None


def drop_field_directive(random: Random, written: Written) -> None:
    """Drop @shareable, @external, @requires or @override."""
    found = [
        f for types in written.values() for t in types.values() for f in t.fields.values() if f.directives
    ]
    if found:
        chosen = random.choice(found)
        chosen.directives.pop(random.randrange(len(chosen.directives)))


def drop_type_directive(random: Random, written: Written) -> None:
    """Drop a key, or @shareable."""
    found = [t for types in written.values() for t in types.values() if t.directives]
    if found:
        chosen = random.choice(found)
        chosen.directives.pop(random.randrange(len(chosen.directives)))


def add_field_directive(random: Random, written: Written) -> None:
    """Add a directive where it may not belong."""
    field = _field(random, written)
    if field is not None:
        field.directives.append(
            random.choice(
                (
                    "@shareable", "@external", "@inaccessible", '@tag(name: "x")', "@authenticated",
                    '@override(from: "a")', '@requires(fields: "id")', '@provides(fields: "id")',
                    '@provides(fields: "a0")', '@requiresScopes(scopes: [["s"]])', "@cost(weight: 2)",
                    "@listSize(assumedSize: 3)", '@deprecated(reason: "old")',
                )
            )
        )  # fmt: skip


def change_type(random: Random, written: Written) -> None:
    """Give a field another type."""
    field = _field(random, written)
    if field is not None:
        field.type = random.choice(
            (
                field.type + "!" if not field.type.endswith("!") else field.type[:-1],
                f"[{field.type}]",
                "Int",
                "Ant",
            )
        )


def remove_field(random: Random, written: Written) -> None:
    """Remove a field."""
    types = [t for _, t in _types(random, written) if t.fields]
    if types:
        chosen = random.choice(types)
        chosen.fields.pop(random.choice(sorted(chosen.fields)))


def copy_field(random: Random, written: Written) -> None:
    """Let another subgraph have a field too."""
    names = sorted(written)
    source, target = written[random.choice(names)], written[random.choice(names)]
    shared = [n for n, t in source.items() if t.fields and n in target and target[n].kind == t.kind]
    if shared:
        name = random.choice(shared)
        field_name = random.choice(sorted(source[name].fields))
        original = source[name].fields[field_name]
        target[name].fields.setdefault(
            field_name, Field(original.type, list(original.directives), original.arguments)
        )


def change_arguments(random: Random, written: Written) -> None:
    """Give a field other arguments."""
    field = _field(random, written)
    if field is not None:
        field.arguments = random.choice(("", "(n: Int!)", "(n: Int = 4)", "(n: String)", "(k: Kind = ONE)"))


def change_key(random: Random, written: Written) -> None:
    """Give a type another key."""
    types = [t for _, t in _types(random, written) if any("@key" in d for d in t.directives)]
    if types:
        key = random.choice(
            ('"code"', '"id code"', '"nope"', '"id", resolvable: false', '"id { x }"', '"__typename"')
        )
        chosen = random.choice(types)
        position = next(n for n, d in enumerate(chosen.directives) if "@key" in d)
        chosen.directives[position] = f"@key(fields: {key})"


def change_enum(random: Random, written: Written) -> None:
    """Give an enum more or fewer values, or a union fewer members."""
    types = [t for _, t in _types(random, written, "enum", "union")]
    if types:
        chosen = random.choice(types)
        if chosen.kind == "enum" and random.random() < 0.5:
            chosen.members.append("THREE")
        elif len(chosen.members) > 1:
            chosen.members.pop()


def make_interface_object(random: Random, written: Written) -> None:
    """Take an interface for an object, or give it a key."""
    for types in written.values():
        named = types.get("Named")
        if named is not None and random.random() < 0.7:
            named.directives = ['@key(fields: "id")']
    names = [n for n, types in written.items() if "Ant" not in types and "Bee" not in types]
    if names:
        added = {"id": Field("ID!"), "extra": Field("Int")}
        types = written[random.choice(names)]
        types["Named"] = Type("type", added, ['@interfaceObject @key(fields: "id")'])


def hide_type(random: Random, written: Written) -> None:
    """Hide or tag a whole type."""
    types = _types(random, written, "type", "interface", "union", "enum", "scalar")
    if types:
        random.choice(types)[1].directives.append(
            random.choice(("@inaccessible", '@tag(name: "t")', "@authenticated"))
        )


MISCHIEF = (
    drop_field_directive,
    drop_type_directive,
    add_field_directive,
    change_type,
    remove_field,
    copy_field,
    change_arguments,
    change_key,
    change_enum,
    make_interface_object,
    hide_type,
)
