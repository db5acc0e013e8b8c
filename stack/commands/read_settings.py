"""The settings of a command; what is wrong with them ends it with one line for each mistake."""

from __future__ import annotations

import sys

from stack.servers.settings_trouble import explained_settings
from stack.servers.trouble import Troubles
from stack.settings import StackSettings


def read_settings() -> StackSettings:
    """Read WAYBILL_* from the environment."""
    try:
        with explained_settings():
            return StackSettings()
    except Troubles as troubles:
        sys.exit(f"waybill: {troubles}")
