"""A query's text → the terms that a document must all have, each with the phrases that will do for it."""

from __future__ import annotations

from dataclasses import dataclass

from search.folding import words_of
from search.synonyms import EQUALS, LONGEST_PHRASE

# Beyond these a text is prose; each further word would only narrow to nothing.
MOST_TERMS = 12


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was asked for: `phrase` as it was written (folded), or any of its `synonyms`."""

    phrase: str
    synonyms: tuple[str, ...] = ()
    # Someone may still be typing the last word.
    unfinished: bool = False


def terms_of(text: str) -> tuple[Term, ...]:
    """Split a text; a phrase that has synonyms stays together ("cold soft drink" → cold, soft drink)."""
    words = words_of(text)[:MOST_TERMS]
    terms: list[Term] = []
    at = 0
    while at < len(words):
        taken = _phrase_length(words, at)
        phrase = tuple(words[at : at + taken])
        at += taken
        terms.append(Term(" ".join(phrase), EQUALS.get(phrase, ()), unfinished=at == len(words)))
    return tuple(terms)


def _phrase_length(words: list[str], at: int) -> int:
    for length in range(LONGEST_PHRASE, 1, -1):
        if tuple(words[at : at + length]) in EQUALS:
            return length
    return 1
