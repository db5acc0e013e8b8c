"""Text → the form in which words are compared: no case, no accents, one spelling for each Arabic letter."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

_WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 40

# Letters that Unicode does not decompose: "smørrebrød" → "smorrebrod".
_LATIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
# As in Lucene's Arabic normalisation: taa marbuta → haa, alef maksura → yaa, no tatweel. Hamza, madda
# and the short vowels are combining marks once decomposed.
_ARABIC = {"ة": "ه", "ى": "ي", "ـ": "", "ٱ": "ا"}
_LETTERS = str.maketrans(_LATIN | _ARABIC)


def fold(text: str) -> str:
    """Fold a text: "Crème Brûlée" → "creme brulee", "أُمّ علي" → "ام علي"."""
    decomposed = normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not combining(char)).translate(_LETTERS)


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded, in order."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]
