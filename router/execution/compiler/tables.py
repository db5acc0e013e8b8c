"""Which objects of a plan's merged data are listed while answers come in, so that nobody walks to them again.

Each entity fetch needs the objects at its path. They stand in one other fetch's answer, most often: that
answer is walked once, when it comes, and the objects are put into the run's tables (emit_collect.py). A later
gather, and the projection, loop over a table.

Where an answer gives of an object nothing but a key, equal objects are one: the table is a map by that key,
and every place gets the same object. All that is fetched for it then stands there once.

    reviews ── {"id": 1, "product": {"upc": "7"}}     table of reviews.@.product: {"7": the object}
            └─ {"id": 2, "product": {"upc": "7"}}     both reviews hold that object
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...planning.plan import Fetch, Path, PathItems, PathKey, QueryPlan
from .layout import Position, position_at

MAX_LOOPS = 15
"""Python allows 20 statically nested loops."""


@dataclass(frozen=True, slots=True)
class Table:
    """One list (``keys`` is None) or map of the run; ``keys`` are the leaves that tell objects apart."""

    index: int
    keys: tuple[str, ...] | None

    @property
    def objects(self) -> str:
        """The Python expression for its objects."""
        return f"tables[{self.index}]" if self.keys is None else f"tables[{self.index}].values()"


@dataclass(slots=True)
class Walk:
    """How to walk an answer: at these objects, what to put into which table, and where to go on."""

    position: Position
    table: Table | None = None
    steps: dict[PathKey, Walk] = field(default_factory=dict)


@dataclass(slots=True)
class Tables:
    """The tables of a plan: by path, and by the fetch whose answer fills them."""

    by_path: dict[Path, Table] = field(default_factory=dict)
    walks: dict[int, Walk] = field(default_factory=dict)

    def kinds(self) -> tuple[type[list[object]] | type[dict[object, object]], ...]:
        """What to make for each run."""
        return tuple(list if table.keys is None else dict for table in self.by_path.values())


def lay_tables(plan: QueryPlan, root: Position) -> Tables:
    """Find the tables that a plan's entity fetches can use."""
    tables = Tables()
    for fetch in plan.fetches:
        if fetch.requires and not fetch.context_variables and fetch.path not in tables.by_path:
            _add_table(tables, plan, root, fetch)
    return tables


def _add_table(tables: Tables, plan: QueryPlan, root: Position, fetch: Fetch) -> None:
    position = position_at(root, fetch.path)
    creators = [plan.fetches[creator] for creator in position.creators]
    if len(creators) != 1 or not _stands_in(fetch.path, creators[0], root):
        return
    if sum(isinstance(step, PathItems) for step in fetch.path) > MAX_LOOPS:
        return
    creator = creators[0]
    table = Table(len(tables.by_path), _identity(position, creator, _sent_keys(plan, fetch.path)))
    tables.by_path[fetch.path] = table
    walk = tables.walks.setdefault(creator.id, Walk(position_at(root, creator.path)))
    for step in _keys(fetch.path[len(creator.path) :]):
        walk = walk.steps.setdefault(step, Walk(walk.position.children[step.name]))
    walk.table = table


def _keys(path: Path) -> list[PathKey]:
    """A path without its lists: declared types say where they are."""
    return [step for step in path if not isinstance(step, PathItems)]


def _stands_in(path: Path, creator: Fetch, root: Position) -> bool:
    """Whether the objects at a path are those of one fetch's answer, as it came."""
    if path[: len(creator.path)] != creator.path:
        return False
    position = position_at(root, creator.path)
    for depth, step in enumerate(_keys(path[len(creator.path) :])):
        is_alone = position.given.get(step.name) == [creator.id]
        if not is_alone or position.type_of(step.name) is None:
            return False
        if step.types is not None and not _tells_type(position, creator, is_top=depth == 0):
            return False
        position = position.children[step.name]
    return True


def _tells_type(position: Position, creator: Fetch, *, is_top: bool) -> bool:
    """Whether the answer's own objects have their ``__typename`` (an entity's may stand in its target)."""
    return creator.id in position.given.get("__typename", ()) and not (is_top and creator.path)


def _identity(position: Position, creator: Fetch, sent: set[str]) -> tuple[str, ...] | None:
    """The leaves that tell an object apart; None if its creator gave more than the keys that are sent."""
    own = tuple(key for key, fetches in position.given.items() if creator.id in fetches)
    if position.is_abstract or not sent.issuperset(own):
        return None
    return None if any(key in position.children and _gives(position, key, creator) for key in own) else own


def _sent_keys(plan: QueryPlan, path: Path) -> set[str]:
    """What entity fetches at a path send of its objects."""
    choices = [choice for fetch in plan.fetches if fetch.path == path for choice in fetch.requires]
    return {field.source for choice in choices for field in choice.fields}


def _gives(position: Position, key: str, creator: Fetch) -> bool:
    return creator.id in position.children[key].creators
