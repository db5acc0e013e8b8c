"""Values of inputs → what the tables keep of them; BAD_USER_INPUT, with the field, for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from subgraphs.common.errors import bad

# Whatever costs something: in minor units, within what GraphQL's Int can show.
DEAREST = 1_000_000_000


def checked_text(text: str, field: str, longest: int, *, needed: bool = False) -> str:
    """The text without spaces around it."""
    text = text.strip()
    if needed and not text:
        raise bad("This must not be empty.", field)
    if len(text) > longest:
        raise bad(f"Longer than {longest} characters.", field)
    return text


def checked_number(number: int, field: str, least: int, most: int) -> int:
    """The number, if it is within bounds."""
    if not least <= number <= most:
        raise bad(f"This must be between {least} and {most}.", field)
    return number


def checked_words(words: Sequence[str], field: str, most: int, longest: int) -> list[str]:
    """Short texts, each once, in their order."""
    found = list(dict.fromkeys(checked_text(word, field, longest, needed=True) for word in words))
    if len(found) > most:
        raise bad(f"At most {most} of them.", field)
    return found


def checked_key(key: str | None) -> str | None:
    """An idempotency key, if one is given."""
    if key is not None and not 1 <= len(key) <= 200:
        raise bad("The key has 1 to 200 characters.", "idempotencyKey")
    return key
