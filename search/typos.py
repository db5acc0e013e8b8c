"""How many slips of the finger are forgiven, the same in both backends (Elasticsearch's fuzziness AUTO)."""

from __future__ import annotations


def edits_allowed(word: str) -> int:
    """None in words of up to 2 letters, one up to 5, two in longer ones."""
    if len(word) <= 2:
        return 0
    return 1 if len(word) <= 5 else 2


def distance(a: str, b: str) -> int:
    """Count insertions, deletions, replacements and swaps of neighbours (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def is_typo_of(word: str, right: str) -> bool:
    """Say whether `word` may be meant as `right`; the first letter must be right."""
    allowed = edits_allowed(word)
    if word[:1] != right[:1] or abs(len(word) - len(right)) > allowed:
        return False
    return 0 < distance(word, right) <= allowed
