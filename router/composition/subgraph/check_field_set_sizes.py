"""No field set is larger or deeper than the settings allow, so that every rule after this may read it."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind

from ..report import Report
from ..settings import CompositionSettings
from .applied import Applied
from .check_directives import directed_elements
from .model import Subgraph
from .values import as_string

_ARGUMENTS = {"key": "fields", "requires": "fields", "provides": "fields", "fromContext": "field"}


def check_field_set_sizes(subgraph: Subgraph, settings: CompositionSettings, report: Report) -> None:
    """Report field sets that exceed a limit."""
    for applied, coordinate in _field_sets(subgraph):
        text = as_string(applied.args.get(_ARGUMENTS[applied.known]))
        exceeded = _exceeded(text, settings) if text else None
        if exceeded:
            report.error(
                "LIMIT_EXCEEDED",
                f'On "{coordinate}", the field set of @{applied.name} {exceeded}',
                coordinate=coordinate,
                where=[(subgraph.name, applied)],
            )


def _field_sets(subgraph: Subgraph) -> Iterator[tuple[Applied, str]]:
    for element, coordinate, _ in directed_elements(subgraph):
        for applied in element.directives:
            if applied.known in _ARGUMENTS:
                yield applied, coordinate


def _exceeded(text: str, settings: CompositionSettings) -> str | None:
    # Each token takes a character, and each level a brace: nearly all texts are told at a glance.
    if len(text) <= settings.max_field_set_tokens and text.count("{") <= settings.max_field_set_depth:
        return None
    depth = 0
    for count, kind in enumerate(_tokens(text), 1):
        depth += (kind is TokenKind.BRACE_L) - (kind is TokenKind.BRACE_R)
        if count > settings.max_field_set_tokens:
            return f"has more than {settings.max_field_set_tokens} tokens"
        if depth > settings.max_field_set_depth:
            return f"nests deeper than {settings.max_field_set_depth}"
    return None


def _tokens(text: str) -> Iterator[TokenKind]:
    """Give the kinds of the tokens up to the first that can't be read, which the parser will report."""
    lexer = Lexer(Source(text))
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            yield token.kind
    except GraphQLSyntaxError:
        return
