"""A name that the router makes up → one that nothing of the client's has.

A client may name its variables as it likes (GraphQL §2.10, §5.8): the router's own give way.
"""

from __future__ import annotations

from collections.abc import Container


def free_name(wanted: str, taken: Container[str]) -> str:
    """Give the name itself, or with as many ``_`` behind it as make it free."""
    while wanted in taken:
        wanted += "_"
    return wanted
