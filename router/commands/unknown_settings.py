"""An environment → names of settings that nobody reads, each with what may have been meant.

A misspelt name would be ignored in silence, and its default hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

# What Kubernetes puts into every container for a Service whose name begins as our settings do.
OF_A_SERVICE = re.compile(r"_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$")
MOST_SUGGESTED = 2
LEAST_LIKENESS = 0.8


def ours(environment: Mapping[str, str], prefix: str) -> list[str]:
    """Name the variables that begin as our settings do, whatever their case."""
    names = (name for name in sorted(environment) if name.upper().startswith(prefix))
    return [name for name in names if not OF_A_SERVICE.search(name.upper())]


def names_of(fields: Iterable[str], prefix: str) -> Iterator[str]:
    """Name the variables of a class of settings."""
    return (f"{prefix}{field}".upper() for field in fields)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Tell what may have been meant, and where all are listed."""
    near = get_close_matches(name.upper(), sorted(known), MOST_SUGGESTED, LEAST_LIKENESS)
    return (f"Did you mean {' or '.join(near)}? " if near else "") + "docs/settings.md lists every setting."
