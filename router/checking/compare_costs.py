"""Costs: whether an operation may count for more than before, where a router limits what operations cost."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLObjectType, get_named_type, is_composite_type

from .changes import Change, Place, change
from .costs import Cost
from .elements import element_at
from .places import place_of
from .read_api import Api

NONE = Cost()


def compare_costs(old: Api, new: Api) -> Iterator[Change]:
    """Compare the costs of all elements that both schemas have."""
    for coordinate in sorted(old.costs.keys() | new.costs.keys()):
        if element_at(coordinate, old) is None or element_at(coordinate, new) is None:
            continue
        place = place_of(element_at(coordinate, new))
        before, after = _weight(coordinate, old), _weight(coordinate, new)
        if before != after:
            kind = "COST_RAISED" if after > before else "COST_LOWERED"
            said = f"{coordinate} cost {before}, and costs {after} now"
            yield change(kind, coordinate, said, place=place)
        yield from _compare_sizes(coordinate, old, new, place)


def _compare_sizes(coordinate: str, old: Api, new: Api, place: Place | None) -> Iterator[Change]:
    before, after = old.costs.get(coordinate, NONE), new.costs.get(coordinate, NONE)
    if before.assumed_size != after.assumed_size or before.sizing != after.sizing:
        said = f"The size of {coordinate} is estimated from {_said(after)} now, not from {_said(before)}"
        yield change("LIST_SIZE_CHANGED", coordinate, said, place=place)
    if after.one_of and after.one_of != before.one_of:
        names = ", ".join(sorted(after.one_of))
        said = f"Exactly one of the arguments {names} of {coordinate} must be given now"
        yield change("SLICING_ARGUMENT_REQUIRED", coordinate, said, place=place)


def _weight(coordinate: str, api: Api) -> int:
    """Objects count for 1 where nothing is said, all else for nothing."""
    weight = api.costs.get(coordinate, NONE).weight
    if weight is not None:
        return weight
    element = element_at(coordinate, api)
    if "(" in coordinate:
        return 0
    if "." in coordinate:
        return int(is_composite_type(get_named_type(element.type)))
    return int(isinstance(element, GraphQLObjectType))


def _said(cost: Cost) -> str:
    parts = [str(cost.assumed_size)] if cost.assumed_size is not None else []
    return " and ".join([*parts, *sorted(cost.sizing)]) or "nothing"
