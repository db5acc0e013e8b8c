"""The example of the package's README runs as it is written."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from subgraphs.common.execution import compiled

README = Path(compiled.__file__).with_name("README.md")


async def test_the_example_answers_and_shows_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    [example] = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)
    module: Any = ModuleType("readme_example")
    monkeypatch.setitem(sys.modules, module.__name__, module)  # where Strawberry looks for types' names
    exec(example, module.__dict__)
    schema, text = module.schema, "{ products(first: 2) { name } }"
    assert f'schema.execute("{text}")' in README.read_text()
    result = await schema.execute(text)
    assert result.data == {"products": [{"name": "Product 0"}, {"name": "Product 1"}]}
    assert ".name" in schema.operations.source(text)


def test_the_package_stands_by_itself() -> None:
    imported = {
        name
        for file in README.parent.glob("*.py")
        for name in re.findall(r"^(?:from|import) ([\w.]+)", file.read_text(), re.MULTILINE)
    }
    assert not [name for name in imported if name.startswith("..") or name.split(".")[0] == "subgraphs"]
