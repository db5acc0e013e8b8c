"""A YAML or JSON file as nodes that know their line and key, so that each mistake can be pointed at.

Enters: a file. Leaves: ``Entry``s, read by kind; what is not of that kind is noted as a ``ConfigProblem``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

INVALID = "INVALID_CONFIG"


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One mistake. Lines and columns count from 1 (0: the file); ``key`` is like ``subgraphs.users.url``."""

    code: str
    message: str
    file: str
    line: int = 0
    column: int = 0
    key: str = ""

    def __str__(self) -> str:
        """Write ``FILE:LINE:COLUMN: error CODE at KEY: MESSAGE``."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: error {self.code}{' at ' + self.key if self.key else ''}: {self.message}"


class ConfigError(Exception):
    """The subgraphs' SDL can't be had; ``problems`` says every reason why."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Entry:
    """A value in the file: ``key`` names it, ``problems`` collects what is wrong anywhere in the file."""

    node: yaml.Node
    key: str
    file: str
    problems: list[ConfigProblem] = field(repr=False)

    def fail(self, message: str, code: str = INVALID) -> None:
        """Note a mistake here."""
        mark = self.node.start_mark
        self.problems.append(
            ConfigProblem(code, message, self.file, mark.line + 1, mark.column + 1, self.key)
        )

    @property
    def is_null(self) -> bool:
        """Whether nothing, or ``null``, stands here."""
        return self.node.tag == "tag:yaml.org,2002:null"

    @property
    def is_text(self) -> bool:
        """Whether a string stands here (``yes`` and ``12`` are none)."""
        return self.node.tag == "tag:yaml.org,2002:str"

    @property
    def is_map(self) -> bool:
        """Whether a map stands here."""
        return isinstance(self.node, yaml.MappingNode)

    def text(self) -> str | None:
        """Read a string; None is noted."""
        if self.is_text:
            return str(self.node.value)
        self.fail(
            "is no string; put it in quotes" if isinstance(self.node, yaml.ScalarNode) else "is no string"
        )
        return None

    def items(self) -> Iterator[Entry]:
        """Go through a list."""
        for position, node in enumerate(self.node.value):
            yield Entry(node, f"{self.key}[{position}]", self.file, self.problems)

    def members(self) -> dict[str, Entry]:
        """Read a map; a key that stands there twice is noted, for YAML would drop the first."""
        if not self.is_map:
            self.fail("is no map")
            return {}
        found: dict[str, Entry] = {}
        for key, value in self.node.value:
            name = str(key.value)
            entry = Entry(value, f"{self.key}.{name}".lstrip("."), self.file, self.problems)
            if name in found:
                Entry(key, entry.key, self.file, self.problems).fail("stands here twice")
            found[name] = entry
        return found


def read_entries(path: Path, problems: list[ConfigProblem]) -> Entry:
    """Parse the file; raise ConfigError if it is neither YAML nor JSON."""
    try:
        node = yaml.compose(_without_tabs(path.read_text(encoding="utf-8-sig")), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ConfigError([ConfigProblem(INVALID, error.strerror or str(error), str(path))]) from None
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_parse_problem(path, error)]) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        why = f"is neither YAML nor JSON: {error}"
        raise ConfigError([ConfigProblem(INVALID, why, str(path))]) from None
    if node is None:
        raise ConfigError([ConfigProblem(INVALID, "the file is empty", str(path))])
    return Entry(node, "", str(path), problems)


def _without_tabs(text: str) -> str:
    """JSON may be indented with tabs, which YAML refuses; inside JSON's strings tabs are escaped."""
    return text.replace("\t", " ") if text.lstrip()[:1] in ("{", "[") else text


def _parse_problem(path: Path, error: yaml.MarkedYAMLError) -> ConfigProblem:
    mark = error.problem_mark or error.context_mark
    why = f"is neither YAML nor JSON: {error.problem or error.context}"
    if mark is None:
        return ConfigProblem(INVALID, why, str(path))
    return ConfigProblem(INVALID, why, str(path), mark.line + 1, mark.column + 1)
