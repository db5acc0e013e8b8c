"""Compositions through the real pipeline, and what tests ask of them."""

from __future__ import annotations

from graphql import GraphQLSchema, build_schema

from router.composition import Composition, CompositionError, SubgraphSource, compose

HEAD = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key" "@external" "@requires" "@provides" "@shareable" "@override" "@inaccessible"
    "@interfaceObject" "@tag"
  "@extends" "@composeDirective" "@context" "@fromContext" "@cost" "@listSize" "@authenticated"
  "@requiresScopes" "@policy"
])
"""


def compose_fed1(**subgraphs: str) -> Composition:
    """Compose SDLs as they are; without a link they are of Federation 1."""
    return compose([SubgraphSource(name, f"http://{name}", sdl) for name, sdl in subgraphs.items()])


def compose_fed2(**subgraphs: str) -> Composition:
    """Compose SDLs under a link that imports all of federation."""
    return compose_fed1(**{name: HEAD + sdl for name, sdl in subgraphs.items()})


def supergraph(**subgraphs: str) -> str:
    """Give the supergraph of subgraphs that compose."""
    return sdl_of(compose_fed2(**subgraphs))


def sdl_of(composition: Composition) -> str:
    """Give the supergraph SDL, or show the errors."""
    assert composition.supergraph_sdl is not None, composition.errors
    return composition.supergraph_sdl


def api(**subgraphs: str) -> GraphQLSchema:
    """Give the API schema of subgraphs that compose."""
    return api_of(compose_fed2(**subgraphs))


def api_of(composition: Composition) -> GraphQLSchema:
    """Give the API schema, or show the errors."""
    assert composition.api_sdl is not None, composition.errors
    return build_schema(composition.api_sdl)


def codes(**subgraphs: str) -> list[str]:
    """Give the codes of all errors, sorted."""
    return sorted(error.code for error in compose_fed2(**subgraphs).errors)


def only_error(**subgraphs: str) -> CompositionError:
    """Give the one error that there must be."""
    errors = compose_fed2(**subgraphs).errors
    assert len(errors) == 1, errors
    return errors[0]


def hints(**subgraphs: str) -> list[str]:
    """Give the codes of all hints of subgraphs that compose."""
    composition = compose_fed2(**subgraphs)
    assert composition.ok, composition.errors
    return sorted(hint.code for hint in composition.hints)


def block(sdl: str, start: str) -> str:
    """Cut the definition that starts so out of an SDL."""
    lines = sdl.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(start))
    if lines[first].endswith("{") or (first + 1 < len(lines) and not lines[first].strip().endswith("}")):
        last = next((n for n in range(first, len(lines)) if lines[n] == "}"), first)
        return "\n".join(lines[first : last + 1])
    return lines[first]
