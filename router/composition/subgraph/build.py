"""One subgraph by itself, from SDL to a checked ``Subgraph`` and its ``Facts``: the stages in order."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import DirectiveDefinitionNode, DocumentNode, GraphQLSyntaxError, parse

from ..report import CompositionError, Location, Report
from ..settings import CompositionSettings
from . import specs
from .check_auth import check_auth
from .check_context import check_context
from .check_cost import check_cost
from .check_directives import check_directives
from .check_federation import check_federation
from .check_field_set_sizes import check_field_set_sizes
from .check_field_sets import check_field_sets
from .check_input_cycles import check_input_cycles
from .check_interfaces import check_interfaces
from .check_known_definitions import check_known_definitions
from .check_links import check_links, check_shadowed
from .check_types import check_types
from .check_values import check_defaults
from .facts import Facts, establish_facts
from .links import read_links
from .model import BUILT_IN_SCALARS, Subgraph, SubgraphSource
from .quote_strings import quote_strings
from .read import INVALID, read_definitions, read_schema_directives
from .vocabulary import Vocabulary, build_vocabulary

# What every subgraph has; once ``_entities`` and ``_service`` are gone, nothing may refer to it.
FEDERATION_TYPES = ("_Any", "_Entity", "_Service")
NOT_MERGED = frozenset({specs.FEDERATION, specs.LINK, specs.CORE, specs.CONNECT})


_LIMIT = "Parsing aborted"  # how graphql-core puts too many tokens, or too deep nesting


@dataclass(slots=True)
class Checked:
    """A subgraph that keeps every rule it can keep alone."""

    subgraph: Subgraph
    vocabulary: Vocabulary
    facts: Facts

    applied: dict[str, str]
    """Known directives in use → their name in this schema."""

    def merges(self, name: str) -> bool:
        """Whether a type of this subgraph goes into the supergraph (machinery doesn't).

        A built-in scalar may be defined, which says nothing; routers refuse a supergraph's own Boolean.
        """
        if name in BUILT_IN_SCALARS:
            return False
        source = self.subgraph.links.source(name)
        if source is None:
            return name not in self.vocabulary.types
        return source[0].url.identity not in NOT_MERGED


def read_subgraph(
    source: SubgraphSource, settings: CompositionSettings, report: Report
) -> tuple[Subgraph, Vocabulary] | None:
    """Read a subgraph and check its GraphQL; None if it broke a rule."""
    before = len(report.errors)
    document = parse_sdl(source, settings, report)
    if document is None:
        return None
    applied = read_schema_directives(document)
    links = read_links(source.name, applied, report)
    check_links(source.name, links, report)
    if len(report.errors) > before:
        return None
    vocabulary = build_vocabulary(links)
    vocabulary.adopt(d.name.value for d in document.definitions if isinstance(d, DirectiveDefinitionNode))
    found = read_definitions(source.name, document, vocabulary.known, report)
    check_known_definitions(source.name, found, vocabulary, report)
    if len(report.errors) > before:
        return None
    directives = {name: definition for name, (_, definition) in vocabulary.directives.items()}
    subgraph = Subgraph(
        source.name,
        source.url,
        vocabulary.version,
        vocabulary.types | found.types,
        directives | found.directives,
        found.roots,
        found.schema,
        links,
    )
    complete(subgraph)
    check_graphql(subgraph, vocabulary, report)
    check_field_set_sizes(subgraph, settings, report)
    return (subgraph, vocabulary) if len(report.errors) == before else None


def check_graphql(subgraph: Subgraph, vocabulary: Vocabulary, report: Report) -> None:
    """Check that the SDL is GraphQL."""
    check_shadowed(subgraph, report)
    quote_strings(subgraph, report)
    check_types(subgraph, report)
    check_directives(subgraph, vocabulary, report)
    check_defaults(subgraph, report)
    check_interfaces(subgraph, report)
    check_input_cycles(subgraph, report)


def check_subgraph(subgraph: Subgraph, vocabulary: Vocabulary, report: Report) -> Checked:
    """Check how a well-formed subgraph uses federation."""
    facts = establish_facts(subgraph, report)
    check_field_sets(subgraph, facts, report)
    check_federation(subgraph, facts, report)
    check_context(subgraph, report)
    check_cost(subgraph, report)
    check_auth(subgraph, report)
    applied = {d.known: d.name for e in subgraph.elements() for d in e.directives if d.known}
    return Checked(subgraph, vocabulary, facts, applied)


def parse_sdl(source: SubgraphSource, settings: CompositionSettings, report: Report) -> DocumentNode | None:
    """Parse within the limits; report what can't be parsed."""

    def fail(code: str, message: str, location: Location | None = None) -> None:
        report.errors.append(
            CompositionError(code, message, source.name, None, (location,) if location else ())
        )

    if len(source.sdl.encode(errors="surrogatepass")) > settings.max_sdl_bytes:
        fail("LIMIT_EXCEEDED", f"The SDL is larger than {settings.max_sdl_bytes} bytes")
        return None
    try:
        return parse(source.sdl, max_tokens=settings.max_tokens)
    except GraphQLSyntaxError as error:
        line, column = (error.locations[0].line, error.locations[0].column) if error.locations else (1, 1)
        code = "LIMIT_EXCEEDED" if _LIMIT in error.message else INVALID
        fail(code, error.message, Location(source.name, line, column))
    except RecursionError:
        fail("LIMIT_EXCEEDED", "The SDL nests too deep to be parsed")
    return None


def complete(subgraph: Subgraph) -> None:
    """Add what follows from the definitions: which objects an abstract type has, interface objects."""
    possible: dict[str, set[str]] = {
        name: set() for name, t in subgraph.types.items() if t.kind in ("INTERFACE", "UNION")
    }
    for name, type_ in subgraph.types.items():
        if type_.kind == "OBJECT":
            type_.interface_object = type_.first("interfaceObject") is not None
            for interface in type_.interfaces:
                possible.setdefault(interface, set()).add(name)
        elif type_.kind == "UNION":
            possible[name].update(type_.members)
    subgraph.possible = {name: frozenset(names) for name, names in possible.items()}
    _drop_machinery(subgraph)


def _drop_machinery(subgraph: Subgraph) -> None:
    """Forget ``_entities`` and ``_service``: every subgraph has them, the supergraph doesn't."""
    query = subgraph.types.get(subgraph.roots.get("query", ""))
    if query is not None:
        for name in ("_entities", "_service"):
            query.fields.pop(name, None)
        if not query.fields:
            subgraph.roots.pop("query")
            if not subgraph.is_fed2 or query.parts:
                subgraph.types.pop(query.name)
    for name in FEDERATION_TYPES:
        subgraph.types.pop(name, None)
