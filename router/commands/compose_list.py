"""A list of subgraphs → its composition, for the commands that need no more of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ..composition import Composition, compose
from ..composition.config import read_config
from ..composition.introspect import introspect_all
from ..composition.limits import read_limits


def compose_list(path: Path) -> Composition:
    """Compose what the file lists, asking running subgraphs for their SDL; raise ConfigError."""
    limits = read_limits()
    return compose(asyncio.run(introspect_all(read_config(path), limits)), limits)
