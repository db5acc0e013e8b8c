"""The list of subgraphs: ours (``subgraphs: [{name, url, schema}]``) or Rover's supergraph.yaml.

Enters: a YAML or JSON file. Leaves: ``SubgraphConfig``s, SDL files read. ``sdl`` is None where the SDL has to
be asked of the running subgraph: ``introspect.py`` does that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_ENVIRONMENT = re.compile(r"\$\{env\.([A-Za-z_]\w*)(?::-?([^}]*))?\}")


class ConfigError(Exception):
    """The file can't be read as a list of subgraphs; the message says what is wrong where."""


@dataclass(frozen=True, slots=True)
class SubgraphConfig:
    """One subgraph: ``url`` is where the router reaches it, ``introspection_url`` where its SDL is asked."""

    name: str
    url: str
    sdl: str | None = None
    introspection_url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    file: Path | None = None


def read_config(path: Path) -> list[SubgraphConfig]:
    """Read the file and the SDL files it names; raise ConfigError."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is neither YAML nor JSON: {error}") from None
    entries = document.get("subgraphs") if isinstance(document, dict) else None
    try:
        return [_read_entry(name, entry, path.parent) for name, entry in _entries(entries)]
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def _entries(entries: object) -> Iterator[tuple[object, object]]:
    """Go through a list of named entries, or Rover's map by name."""
    if isinstance(entries, Mapping):
        yield from entries.items()
    elif isinstance(entries, list):
        for entry in entries:
            yield (entry.get("name") if isinstance(entry, Mapping) else None), entry
    else:
        raise ConfigError("there is no list or map called subgraphs")


def _read_entry(name: object, entry: object, folder: Path) -> SubgraphConfig:
    if not isinstance(name, str) or not name:
        raise ConfigError(f"a subgraph has no name: {entry!r}")
    if not isinstance(entry, Mapping):
        raise ConfigError(f'subgraph "{name}" is no map')
    url = _text(entry, "url", name) or _text(entry, "routing_url", name)
    schema = entry.get("schema")
    if isinstance(schema, str):
        return _from_file(name, url or "", schema, folder)
    if schema is None:
        if not url:
            raise ConfigError(f'subgraph "{name}" has neither url nor schema')
        return SubgraphConfig(name, url, introspection_url=url, headers=_headers(entry, name))
    if not isinstance(schema, Mapping):
        raise ConfigError(f'schema of subgraph "{name}" is neither a path nor a map')
    return _from_rover(name, url, schema, folder)


def _from_rover(name: str, url: str | None, schema: Mapping[object, object], folder: Path) -> SubgraphConfig:
    """Read Rover's ``schema: {file | sdl | subgraph_url}``."""
    file, sdl, asked = (_text(schema, key, name) for key in ("file", "sdl", "subgraph_url"))
    if file:
        return _from_file(name, url or "", file, folder)
    if sdl:
        return SubgraphConfig(name, url or "", sdl)
    if asked:
        headers = _headers(schema, name, "introspection_headers")
        return SubgraphConfig(name, url or asked, introspection_url=asked, headers=headers)
    if "graphref" in schema:
        raise ConfigError(f'subgraph "{name}" is taken from a registry by graphref, which is not supported')
    raise ConfigError(f'schema of subgraph "{name}" has neither file, sdl nor subgraph_url')


def _from_file(name: str, url: str, path: str, folder: Path) -> SubgraphConfig:
    file = folder / path
    try:
        return SubgraphConfig(name, url, file.read_text(encoding="utf-8"), file=file)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f'schema of subgraph "{name}" can\'t be read: {error}') from None


def _text(entry: Mapping[Any, object], key: str, name: str) -> str | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f'{key} of subgraph "{name}" is no string')
    return _expand(value) if value else None


def _headers(entry: Mapping[Any, object], name: str, key: str = "headers") -> tuple[tuple[str, str], ...]:
    headers = entry.get(key) or {}
    if not isinstance(headers, Mapping):
        raise ConfigError(f'{key} of subgraph "{name}" is no map')
    return tuple((str(header), _expand(str(value))) for header, value in headers.items())


def _expand(text: str) -> str:
    """Fill in ``${env.NAME}`` and ``${env.NAME:-default}``, as Rover does."""
    return _ENVIRONMENT.sub(lambda match: os.environ.get(match[1], match[2] or ""), text)
