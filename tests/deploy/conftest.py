"""The platform of compose.yaml, started once for all tests of this directory."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.search.elasticsearch_node import Node

from .box import Box
from .platform import Deployed, deploy
from .programs import postgres_programs, program


@pytest.fixture(scope="session")
def box() -> Iterator[Box]:
    """A directory and its processes."""
    for name in ("nginx", "pgbouncer", "redis-server"):
        program(name)
    postgres_programs()
    root = Path(tempfile.mkdtemp(prefix="waybill-deploy-"))
    root.chmod(0o711)
    box = Box(root)
    try:
        yield box
    finally:
        box.stop_all()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def deployed(box: Box, elasticsearch_node: Node) -> Deployed:
    """Everything, ready."""
    return deploy(box, elasticsearch_node.url)
