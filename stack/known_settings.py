"""The environment's `WAYBILL_…` names → a coded error for each that no part of the platform reads.

One environment holds the names of all parts (`up` passes its own on to every process), so those of all parts
are known here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import import_module

from router.commands.unknown_settings import names_of, ours, suggestion
from stack.platform.parts import READY_FILE
from stack.servers.trouble import Code, Trouble, Troubles
from stack.settings_file import SETTINGS_FILE

PREFIX = "WAYBILL_"
# module:class of every part's settings; the last one loads a web framework, and is looked at when needed.
CLASSES = (
    "stack.settings:StackSettings",
    "stack.settings:DemoSettings",
    "router.settings:RouterSettings",
    "router.composition.limits:CompositionLimits",
    "subgraphs.common.settings:CommonSettings",
    "subgraphs.common.upkeep.settings:UpkeepSettings",
    "subgraphs.users.settings:UsersSettings",
    "subgraphs.catalog.settings:CatalogSettings",
    "subgraphs.orders.settings:OrdersSettings",
    "subgraphs.riders.settings:RidersSettings",
    "subgraphs.orders.providers.simulator:SimulatorSettings",
)
# Read without a class: by the command itself, by what `up` starts, by compose.yaml.
OTHERS = frozenset({SETTINGS_FILE, READY_FILE, "WAYBILL_IMAGE"})


def refuse_unknown_settings(environment: Mapping[str, str] = os.environ) -> None:
    """Raise Troubles that name those which nobody reads, and what may have been meant."""
    known = set(OTHERS)
    unknown = _beside(ours(environment, PREFIX), known)
    for where in CLASSES:
        if not unknown:
            return
        known |= set(variables_of(where))
        unknown = _beside(unknown, known)
    if unknown:
        troubles = [(f"no part of Waybill reads {name}", suggestion(name, known)) for name in unknown]
        raise Troubles([Trouble(Code.UNKNOWN, problem, fix) for problem, fix in troubles])


def variables_of(where: str) -> Iterator[str]:
    """Name the variables that a class of settings reads (`module:class`)."""
    module, _, name = where.partition(":")
    settings = getattr(import_module(module), name)
    return names_of(settings.model_fields, settings.model_config.get("env_prefix", ""))


def _beside(names: list[str], known: set[str]) -> list[str]:
    return [name for name in names if name.upper() not in known]
