"""SDL with a few things deleted, doubled, renamed, exchanged or torn, as people, merges and bugs do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

from graphql import (
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NameNode,
    Node,
    NonNullTypeNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    TypeNode,
    ValueNode,
    parse,
    print_ast,
)

Place = tuple[Node, str, int | None]
"""A node's member, or an item of it."""


def mutate_sdl(random: Random, sdl: str) -> str:
    """Change SDL in one to three places; one time in five its text, whatever that makes of the syntax."""
    for _ in range(random.randint(1, 3)):
        sdl = _torn(random, sdl) if random.random() < 0.2 else _changed(random, sdl)
    return sdl


def _torn(random: Random, sdl: str) -> str:
    """Take out, double or overwrite a stretch of text."""
    at, length = random.randrange(len(sdl) + 1), random.choice((1, 1, 2, 5, 40))
    put = random.choice(("", sdl[at : at + length] * 2, random.choice('{}()[]:!@"$#|&= \n\0é\ud800'), '"""'))
    return sdl[:at] + put + sdl[at + length :]


def _changed(random: Random, sdl: str) -> str:
    """Change a node; text that is no document any more stays as it is."""
    try:
        document = parse(sdl, no_location=True)
    except Exception:
        return sdl
    places = list(_places(document))
    for _ in range(20):
        if random.choice(MUTATIONS)(random, places, *random.choice(places)):
            return print_ast(document)
    return sdl


def _places(node: Node) -> Iterator[Place]:
    for key in node.keys:
        value = getattr(node, key, None)
        if isinstance(value, Node):
            yield node, key, None
            yield from _places(value)
        elif isinstance(value, list | tuple):
            setattr(node, key, list(value))
            for index, item in enumerate(value):
                if isinstance(item, Node):
                    yield node, key, index
                    yield from _places(item)


def _at(parent: Node, key: str, index: int | None) -> Any:
    found = getattr(parent, key)
    return found if index is None else found[index]


def _put(parent: Node, key: str, index: int | None, value: Any) -> bool:
    if index is None:
        setattr(parent, key, value)
    else:
        getattr(parent, key)[index] = value
    return True


def delete(random: Random, places: list[Place], parent: Node, key: str, index: int | None) -> bool:
    """Take an item out of a list, or a default value or description away."""
    if index is not None:
        del getattr(parent, key)[index]
        return True
    return key in ("default_value", "description") and _put(parent, key, None, None)


def double(random: Random, places: list[Place], parent: Node, key: str, index: int | None) -> bool:
    """Repeat an item of a list."""
    if index is None:
        return False
    getattr(parent, key).insert(index, deepcopy(_at(parent, key, index)))
    return True


def rename(random: Random, places: list[Place], parent: Node, key: str, index: int | None) -> bool:
    """Give a name of elsewhere, or one that is new."""
    old = _at(parent, key, index)
    if not isinstance(old, NameNode):
        return False
    others = [n for p in places if isinstance(n := getattr(p[0], p[1], None), NameNode)]
    name = random.choice(others).value if random.random() < 0.8 else random.choice(("Zzz", "__x", "query"))
    return _put(parent, key, index, NameNode(value=name))


def exchange(random: Random, places: list[Place], parent: Node, key: str, index: int | None) -> bool:
    """Put a node of the same kind from elsewhere in its place."""
    old = _at(parent, key, index)
    alike = [n for p in places if type(n := _safely(p)) is type(old)]
    return bool(alike) and _put(parent, key, index, deepcopy(random.choice(alike)))


def _safely(place: Place) -> Any:
    try:
        return _at(*place)
    except IndexError:
        return None


def wrap(random: Random, places: list[Place], parent: Node, key: str, index: int | None) -> bool:
    """Make a type a list or required, or the opposite."""
    old = _at(parent, key, index)
    if not isinstance(old, TypeNode) or key != "type":
        return False
    if isinstance(old, ListTypeNode | NonNullTypeNode):
        return _put(parent, key, index, old.type)
    made = NonNullTypeNode(type=old) if random.random() < 0.5 else ListTypeNode(type=old)
    return not isinstance(parent, NonNullTypeNode) and _put(parent, key, index, made)


def revalue(random: Random, places: list[Place], parent: Node, key: str, index: int | None) -> bool:
    """Give another value, of whatever kind; or change a text."""
    old = _at(parent, key, index)
    if not isinstance(old, ValueNode):
        return False
    if isinstance(old, StringValueNode) and random.random() < 0.6:
        return _put(parent, key, index, StringValueNode(value=_torn(random, old.value), block=False))
    values = [n for p in places if isinstance(n := _safely(p), ValueNode)]
    odd = (NullValueNode(), IntValueNode(value="7"), ListValueNode(values=()), ObjectValueNode(fields=()))
    return _put(parent, key, index, deepcopy(random.choice((*odd, *values))))


MUTATIONS: tuple[Callable[[Random, list[Place], Node, str, int | None], bool], ...] = (
    delete,
    double,
    rename,
    exchange,
    wrap,
    revalue,
)
