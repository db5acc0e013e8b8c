"""Representations in, entities (or awaitables, or errors) out: `_entities`, with nothing looked up twice.

A class says how it is found, as in Strawberry, by `resolve_reference(cls, info, **key)`; or, for one call a
type and request, by `resolve_references(cls, info, representations)`, which gives (an awaitable of) a list in
their order.

Other than Strawberry's own resolver, this one leaves the caller's variables as they are, so that two
`_entities` fields may share one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import isawaitable
from typing import Any

from strawberry.types.arguments import convert_argument
from strawberry.utils.inspect import get_func_args

Reference = Callable[[Any, dict[str, Any]], Any]


class EntityReferences:
    """How each entity type of a schema is found; `unknown` and `failed` may be overridden to word errors."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._single: dict[str, Reference] = {}
        self._many: dict[str, Any] = {}

    def resolve(
        self, info: Any, representations: Sequence[Mapping[str, Any]]
    ) -> list[Any] | Awaitable[list[Any]]:
        """One entity, awaitable or error for each representation, in order; or an awaitable of these."""
        batches: dict[str, list[int]] = {}
        found: list[Any] = []
        single = self._single
        for representation in representations:
            name: Any = None
            try:
                name = representation.get("__typename")
                reference = single.get(name) or self._reference(name)
                key = dict(representation)
                key.pop("__typename")
                found.append(reference(info, key))
                if name in self._many:
                    batches.setdefault(name, []).append(len(found) - 1)
            except UnknownEntity:
                found.append(self.unknown(name))
            except Exception as error:
                # `_Any` lets anything through; what is no object has no type either.
                is_object = isinstance(representation, Mapping)
                found.append(self.failed(error) if is_object else self.unknown(None))
        if len(batches) == 1 and len(next(iter(batches.values()))) == len(found):
            return self._whole(name, info, found)
        for name, places in batches.items():
            self._batch(name, info, places, found)
        return found

    def unknown(self, name: Any) -> Exception:
        """The error of a type that is no entity here. Strawberry fails the whole field, and so does this."""
        raise KeyError("__typename" if name is None else name)

    def failed(self, error: Exception) -> Exception:
        """The error of an entity whose reference could not be resolved."""
        return error

    def _reference(self, name: Any) -> Reference:
        type_ = self._schema.schema_converter.type_map.get(name) if isinstance(name, str) else None
        origin = getattr(getattr(type_, "definition", None), "origin", None)
        if type_ is None or origin is None:
            raise UnknownEntity
        reference = self._single[name] = self._make(name, origin)
        return reference

    def _make(self, name: str, origin: Any) -> Reference:
        if hasattr(origin, "resolve_references"):
            self._many[name] = origin.resolve_references
            return _key
        if hasattr(origin, "resolve_reference"):
            return _by_reference(origin.resolve_reference)
        return self._by_fields(name, origin)

    def _by_fields(self, name: str, origin: Any) -> Reference:
        """Without a resolver the representation is the entity."""
        registry, config = self._schema.schema_converter.scalar_registry, self._schema.config

        def reference(info: Any, key: dict[str, Any]) -> Any:
            try:
                return convert_argument(key, type_=origin, scalar_registry=registry, config=config)
            except Exception:
                raise TypeError(f"Unable to resolve reference for {name}") from None

        return reference

    def _whole(self, name: str, info: Any, keys: list[Any]) -> list[Any] | Awaitable[list[Any]]:
        """All representations are of one type: its answer is the answer."""
        try:
            entities = self._many[name](info, keys)
        except Exception as error:
            return [self.failed(error)] * len(keys)
        return self._awaited(entities, len(keys)) if isawaitable(entities) else list(entities)

    async def _awaited(self, entities: Awaitable[Sequence[Any]], count: int) -> list[Any]:
        try:
            return list(await entities)
        except Exception as error:
            return [self.failed(error)] * count

    def _batch(self, name: str, info: Any, places: list[int], found: list[Any]) -> None:
        """One call for all representations of a type."""
        try:
            entities = self._many[name](info, [found[place] for place in places])
        except Exception as error:
            for place in places:
                found[place] = self.failed(error)
            return
        if isawaitable(entities):
            shared = asyncio.ensure_future(entities)
            for index, place in enumerate(places):
                found[place] = _one_of(shared, index)
        else:
            for place, entity in zip(places, entities, strict=True):
                found[place] = entity


class UnknownEntity(Exception):
    """A representation's type is not in the schema, or is no object type."""


def _by_reference(resolve: Any) -> Reference:
    if "info" in get_func_args(resolve):
        return lambda info, key: resolve(info=info, **key)
    return lambda info, key: resolve(**key)


def _key(info: Any, key: dict[str, Any]) -> dict[str, Any]:
    return key


async def _one_of(shared: asyncio.Future[Sequence[Any]], index: int) -> Any:
    return (await shared)[index]
