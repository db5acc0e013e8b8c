"""What a load of demo data is made from; kept in the home, so that an interrupted load goes on with the same.

The moment belongs to it: orders are placed before it, and the present ones just then.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from stack.settings import DemoSettings

from .world import Sizes, World, make_world


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """A seed, a moment (ISO 8601) and sizes; the same plan makes the same data.

    `examples` are ids to try, by the names that variables have in example operations.
    """

    seed: int
    now: str
    sizes: Sizes
    orders: int
    done: bool = False
    examples: dict[str, str] = field(default_factory=dict)

    def world(self) -> World:
        """Make the world of this plan."""
        return make_world(self.seed, self.sizes, datetime.fromisoformat(self.now))

    def save(self, file: Path) -> None:
        """Write it, in one step."""
        unfinished = file.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(self), indent=1))
        unfinished.replace(file)


def new_plan(settings: DemoSettings) -> DemoPlan:
    """Make the plan of a first start."""
    sizes = Sizes(settings.vendors, settings.products, settings.users, settings.riders)
    now = datetime.now(UTC).replace(microsecond=0)
    return DemoPlan(settings.seed, now.isoformat(), sizes, settings.orders)


def read_plan(file: Path) -> DemoPlan | None:
    """Return the plan in the file, if there is one."""
    if not file.exists():
        return None
    raw = json.loads(file.read_text())
    return DemoPlan(**{**raw, "sizes": Sizes(**raw["sizes"])})
