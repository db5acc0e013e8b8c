"""The table of all settings, made from their classes: `python -m stack.settings_table > docs/settings.md`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import PurePath
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

# Title, class, for whom. A class shows the settings that the classes above it in the table do not have.
SECTIONS = (
    (
        "The platform on one machine",
        "stack.settings:StackSettings",
        "`waybill up` and the commands beside it.",
    ),
    ("Demo data", "stack.settings:DemoSettings", "What the first `waybill up` makes."),
    ("The router", "router.settings:RouterSettings", "`waybill serve`."),
    (
        "Composition",
        "router.composition.limits:CompositionLimits",
        "`waybill compose`, `check`, `plan` and `serve`, where they compose.",
    ),
    (
        "Every subgraph and background process",
        "subgraphs.common.settings:CommonSettings",
        "`waybill run NAME`; under `waybill up` the addresses are filled in.",
    ),
    (
        "Upkeep",
        "subgraphs.common.upkeep.settings:UpkeepSettings",
        "The worker, which makes partitions ahead and ends what would only grow.",
    ),
    ("users", "subgraphs.users.settings:UsersSettings", "The subgraph."),
    ("catalog", "subgraphs.catalog.settings:CatalogSettings", "The subgraph and the search indexer."),
    ("orders", "subgraphs.orders.settings:OrdersSettings", "The subgraph, and the worker that dispatches."),
    ("riders", "subgraphs.riders.settings:RidersSettings", "The subgraph, and the worker that assigns."),
    (
        "The delivery provider's simulator",
        "subgraphs.orders.providers.simulator:SimulatorSettings",
        "Stands in for real providers on one machine.",
    ),
)

INTRODUCTION = """# Settings

Every setting is an environment variable. They may stand in a file instead, for any command:

```sh
echo "WAYBILL_PORT=4100  # NAME=VALUE, quoted as in a shell" > waybill.env
WAYBILL_SETTINGS=waybill.env waybill up
```

What a command line gives comes first, then the environment, then the file. One environment, or one file,
may hold the settings of all parts. A `WAYBILL_…` that no part reads ends a command with `SETTING_UNKNOWN` and
what may have been meant.

The table is made from the classes that read them (`python -m stack.settings_table > docs/settings.md`); a
test keeps it up to date.
"""


def settings_table() -> str:
    """Return the whole document."""
    parts = [INTRODUCTION]
    for title, where, about in SECTIONS:
        module, _, name = where.partition(":")
        parts.append(f"## {title}\n\n{about}\n\n{_table(getattr(import_module(module), name))}")
    return "\n".join(parts)


def _table(settings: type[BaseSettings]) -> str:
    lines = ["| variable | default | what it does |", "|---|---|---|"]
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in _own_fields(settings):
        lines.append(
            f"| `{prefix}{name.upper()}` | {_default(field)} | {_escaped(field.description or '')} |"
        )
    return "\n".join(lines) + "\n"


def _own_fields(settings: type[BaseSettings]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the class's fields; those of the subgraphs' common settings are not repeated."""
    from subgraphs.common.settings import CommonSettings

    inherited = CommonSettings.model_fields if settings is not CommonSettings else {}
    shared = inherited if issubclass(settings, CommonSettings) else {}
    return ((name, field) for name, field in settings.model_fields.items() if name not in shared)


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "(needed)"
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, tuple):
        value = ",".join(map(str, value))
    if isinstance(value, bool):
        value = json.dumps(value)
    return f"`{value.as_posix() if isinstance(value, PurePath) else value}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(settings_table(), end="")
