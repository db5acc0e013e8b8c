"""Settings that pydantic refuses, as coded errors that name the environment variables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from .trouble import Code, Trouble, Troubles

FIX = "docs/settings.md lists every setting."


@contextmanager
def explained_settings(prefix: str = "WAYBILL_") -> Iterator[None]:
    """Raise Troubles instead of pydantic's error."""
    try:
        yield
    except ValidationError as error:
        raise Troubles(
            [
                Trouble(
                    Code.SETTING, f"{prefix}{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}", FIX
                )
                for item in error.errors()
            ]
        ) from error
