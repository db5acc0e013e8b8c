"""Settings from a file: lines `NAME=VALUE`, quoted as in a shell; what the environment has comes first.

``WAYBILL_SETTINGS=FILE waybill …`` reads one for any command.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

SETTINGS_FILE = "WAYBILL_SETTINGS"


def adopt_settings(file: Path) -> None:
    """Put the file's settings into the environment where none are set; ends the program if it cannot."""
    try:
        lines = shlex.split(file.read_text(), comments=True)
    except (OSError, ValueError) as error:
        sys.exit(f"waybill: SETTING_INVALID: the file of settings {file} cannot be read: {error}")
    for line in lines:
        name, equals, value = line.partition("=")
        if not equals or not name.isidentifier():
            sys.exit(f"waybill: SETTING_INVALID: {file} has {line!r}; each line is NAME=VALUE")
        os.environ.setdefault(name, value)
