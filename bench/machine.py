"""What a figure was measured on, and when: a line under every table."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path


def describe_machine() -> str:
    """Date, processor, cores, memory, kernel and Python in one line."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{time.strftime('%Y-%m-%d')}, {processor()}, {cores} cores, {memory:.0f} GiB, "
        f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"
    )


def processor() -> str:
    """The processor's name as the kernel knows it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
