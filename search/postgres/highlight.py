"""Marks in a text the words that a query was found by, typos and accents or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from search.folding import fold
from search.terms import Term

# Combining marks belong to the word they stand on.
_WORD = re.compile(r"[^\W_][\w\u0300-\u036f\u064b-\u0652\u0670]*")
# As much of a long description as a result list shows.
FRAGMENT = 160
# English endings that the index cuts off too.
_ENDINGS = ("", "s", "es", "ed", "ing")


def highlight(text: str, terms: Sequence[Term]) -> str | None:
    """Return the text around its first match, HTML-escaped but for <mark>…</mark>; None without a match."""
    spans = [match.span() for match in _WORD.finditer(text) if _matches(fold(match[0]), terms)]
    if not spans:
        return None
    start, end = _window(text, spans[0][0])
    return _mark(text, start, end, [span for span in spans if start <= span[0] and span[1] <= end])


def _matches(word: str, terms: Sequence[Term]) -> bool:
    for term in terms:
        forms = [part for phrase in (term.phrase, *term.synonyms) for part in phrase.split()]
        if any(word == form or _same_stem(word, form) for form in forms):
            return True
        if term.unfinished and word.startswith(term.phrase):
            return True
    return False


def _same_stem(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= 3 and long.startswith(short) and long[len(short) :] in _ENDINGS


def _window(text: str, first: int) -> tuple[int, int]:
    if len(text) <= FRAGMENT:
        return 0, len(text)
    start = max(0, min(first - FRAGMENT // 4, len(text) - FRAGMENT))
    # Begin at a word.
    while start > 0 and not text[start - 1].isspace() and start < first:
        start += 1
    return start, min(len(text), start + FRAGMENT)


def _mark(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], start
    for begin, stop in spans:
        parts += [escape(text[at:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
        at = stop
    return "".join([*parts, escape(text[at:end])])
