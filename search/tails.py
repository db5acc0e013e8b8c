"""From where a name can be completed."""

from __future__ import annotations

from search.folding import words_of


def tails(name: str) -> list[str]:
    """The folded name from its first word on, from its second, …: "chicken shawarma", "shawarma"."""
    words = words_of(name)
    return list(dict.fromkeys(" ".join(words[at:]) for at in range(len(words))))
