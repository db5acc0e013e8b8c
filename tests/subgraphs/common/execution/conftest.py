"""graphql-core's abandoned coroutines end between the tests, not in the middle of one."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def collect_abandoned_coroutines() -> Iterator[None]:
    """graphql-core leaves coroutines of fields whose parent has become null unawaited, in reference cycles.

    Python warns of each when it collects it. Wherever the collector happens to start inside a named tuple's
    constructor, which runs without builtins, the warning itself fails ("KeyError: '__import__'") and the test
    of the moment with it: so nothing is collected meanwhile.
    """
    gc.collect()
    gc.disable()
    yield
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        gc.collect()
    gc.enable()
