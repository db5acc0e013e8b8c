"""compose.yaml, read as Compose reads it: what each service runs, with which environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"\$\{(\w+)(?::?[?-]([^}]*))?\}")


def service(name: str) -> dict[str, Any]:
    """Return a service."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    found: dict[str, Any] = loaded["services"][name]
    return found


def environment(name: str, variables: dict[str, str]) -> dict[str, str]:
    """Return a service's environment with the variables of `.env` put in."""
    told = service(name).get("environment", {})
    return {key: expand(str(value), variables) for key, value in told.items()}


def expand(text: str, variables: dict[str, str]) -> str:
    """Put the variables of `.env` into a text of the file."""
    return VARIABLE.sub(lambda found: variables.get(found[1], found[2] or ""), text)


def health_check(name: str) -> list[str]:
    """Return the command by which Compose asks a service how it is."""
    kind, *argv = service(name)["healthcheck"]["test"]
    assert kind == "CMD"
    return list(argv)
