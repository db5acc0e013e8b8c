"""The list of subgraphs: both forms, and every mistake with its file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.composition.config import ConfigError, read_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.graphql").write_text("type Query { a: Int }")
    return tmp_path


def read(folder: Path, text: str) -> list[tuple[object, ...]]:
    path = folder / "supergraph.yaml"
    path.write_text(text)
    return [(c.name, c.url, c.sdl, c.introspection_url, c.headers) for c in read_config(path)]


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    assert {p.code for p in caught.value.problems} == {"INVALID_CONFIG"}
    return [str(p).removeprefix(f"{folder}/") for p in caught.value.problems]


def test_a_list_names_files_or_running_subgraphs(folder: Path) -> None:
    text = """
    subgraphs:
      - {name: a, url: "http://a", schema: a.graphql}
      - {name: b, url: "http://b", headers: {authorization: secret}}
    """
    assert read(folder, text) == [
        ("a", "http://a", "type Query { a: Int }", None, ()),
        ("b", "http://b", None, "http://b", (("authorization", "secret"),)),
    ]


def test_json_is_read_too_even_with_tabs(folder: Path) -> None:
    text = '{\n\t"subgraphs": [\n\t\t{"name": "a", "url": "http://a", "schema": "a.graphql"}\n\t]\n}'
    assert [entry[0] for entry in read(folder, text)] == ["a"]


def test_rovers_file_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "c.example")
    text = """
    federation_version: =2.9.0
    subgraphs:
      a: {routing_url: "http://a", schema: {file: ./a.graphql}}
      b: {routing_url: "http://b", schema: {sdl: "type Query { b: Int }"}}
      c:
        schema:
          subgraph_url: http://${env.HOST}/
          introspection_headers: {x-key: "${env.KEY:-none}"}
    """
    assert read(folder, text) == [
        ("a", "http://a", "type Query { a: Int }", None, ()),
        ("b", "http://b", "type Query { b: Int }", None, ()),
        ("c", "http://c.example/", None, "http://c.example/", (("x-key", "none"),)),
    ]


def test_every_mistake_of_the_file_is_told_with_its_line_and_key(folder: Path) -> None:
    text = """\
subgraphs:
  - {name: a, url: 12, schema: a.graphql}
  - {url: "http://b"}
  - {name: c}
  - {name: d, schema: nowhere.graphql}
  - {name: e, shcema: a.graphql}
  - {name: f, schema: {graphref: "g@main"}}
  - {name: g, url: "${env.NO_SUCH_VARIABLE}"}
  - text
  - {name: i, url: "localhost:9/graphql"}
  - {name: j, url: "ftp://j", schema: a.graphql}
  - {name: k, schema: {subgraph_url: "k:4001"}}
  - {name: l, url: "https:///graphql", schema: a.graphql}
"""
    assert mistakes(folder, text) == [
        "supergraph.yaml:2:20: error INVALID_CONFIG at subgraphs[0].url: is no string; put it in quotes",
        "supergraph.yaml:3:5: error INVALID_CONFIG at subgraphs[1]: has no name",
        "supergraph.yaml:4:5: error INVALID_CONFIG at subgraphs[2]: has neither url nor schema",
        f"supergraph.yaml:5:23: error INVALID_CONFIG at subgraphs[3].schema: the file "
        f"{folder}/nowhere.graphql can't be read: No such file or directory",
        "supergraph.yaml:6:23: error INVALID_CONFIG at subgraphs[4].shcema: is not known; "
        "did you mean schema?",
        "supergraph.yaml:6:5: error INVALID_CONFIG at subgraphs[4]: has neither url nor schema",
        "supergraph.yaml:7:34: error INVALID_CONFIG at subgraphs[5].schema.graphref: takes the SDL from a "
        "registry, which is not supported; name a file or a URL",
        "supergraph.yaml:8:20: error INVALID_CONFIG at subgraphs[6].url: the environment has no "
        "NO_SUCH_VARIABLE",
        "supergraph.yaml:9:5: error INVALID_CONFIG at subgraphs[7]: is no map of name, url and schema",
        "supergraph.yaml:10:20: error INVALID_CONFIG at subgraphs[8].url: 'localhost:9/graphql' is no URL of "
        "http, https or unix; write http://localhost:9/graphql",
        "supergraph.yaml:11:20: error INVALID_CONFIG at subgraphs[9].url: 'ftp://j' is no URL of http, https "
        "or unix",
        "supergraph.yaml:12:38: error INVALID_CONFIG at subgraphs[10].schema.subgraph_url: 'k:4001' is no "
        "URL of http, https or unix; write http://k:4001",
        "supergraph.yaml:13:20: error INVALID_CONFIG at subgraphs[11].url: 'https:///graphql' is no URL of "
        "http, https or unix",
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "supergraph.yaml: error INVALID_CONFIG: the file is empty"),
        ("just text", "supergraph.yaml:1:1: error INVALID_CONFIG: there is no list or map called subgraphs"),
        (
            "subgraphs: 3",
            "supergraph.yaml:1:12: error INVALID_CONFIG at subgraphs: is neither a list nor a map of "
            "subgraphs",
        ),
        (
            'subgraphs:\n  a: {url: "http://x"}\n  a: {url: "http://y"}',
            "supergraph.yaml:3:3: error INVALID_CONFIG at subgraphs.a: stands here twice",
        ),
        (
            "subgraphs: [",
            "supergraph.yaml:1:13: error INVALID_CONFIG: is neither YAML nor JSON: expected the node "
            "content, but found '<stream end>'",
        ),
    ],
)
def test_a_file_that_lists_nothing_is_refused(folder: Path, text: str, mistake: str) -> None:
    assert mistakes(folder, text) == [mistake]


def test_a_misspelt_key_is_named_with_the_right_one(folder: Path) -> None:
    assert mistakes(folder, "subgrahps: []") == [
        "supergraph.yaml:1:12: error INVALID_CONFIG at subgrahps: is not known; did you mean subgraphs?",
        "supergraph.yaml:1:1: error INVALID_CONFIG: there is no list or map called subgraphs",
    ]


def test_a_file_that_is_not_there_is_a_coded_error_too(folder: Path) -> None:
    with pytest.raises(ConfigError, match="INVALID_CONFIG: No such file or directory"):
        read_config(folder / "nowhere.yaml")
