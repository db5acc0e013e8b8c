"""Passwords that are guessed first: refused when an account is made (NIST SP 800-63B, section 5.1.1.2).

`refused_passwords.txt` lists words, names and runs of keys that people take; with capitals, digits put for
letters, or a year and a mark at its end each of them is the same word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("refused_passwords.txt")
# What people write for letters.
_PLAIN = str.maketrans("@431!0$57", "aaeiiosst")
# Characters at its ends that make a word no better.
_MOST_ADDED = 6
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def is_easily_guessed(password: str, personal: Iterable[str] = ()) -> bool:
    """Whether it is a common password, one repeated or running character, or something of the person's own.

    `personal`: the phone, the name, the email address.
    """
    text = password.casefold()
    return _is_common(text) or _is_pattern(text) or any(_is_of(text, each.casefold()) for each in personal)


def _is_common(text: str) -> bool:
    words = _words()
    return any(form in words for each in (text, text.translate(_PLAIN)) for form in (each, _stripped(each)))


def _stripped(text: str) -> str:
    """Without digits and marks at its ends, if these are few."""
    word = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    return word if len(text) - len(word) <= _MOST_ADDED else text


def _is_pattern(text: str) -> bool:
    """`aaaaaaaa`, `abcabcabc`, `12345678`, `poiuytrewq`."""
    if text in (text + text)[1:-1]:  # it is some part of it, repeated
        return True
    return any(text in row or text[::-1] in row for row in _ROWS)


def _is_of(text: str, own: str) -> bool:
    """Whether it is nothing but what others know: a number in any notation, a name with a year behind it."""
    number = re.sub(r"\D", "", own)
    if (
        len(number) >= 6
        and re.sub(r"\D", "", text).endswith(number[-8:])
        and not re.search(r"[^\W\d_]", text)
    ):
        return True
    plain = re.sub(r"[\W_]", "", own)
    return len(plain) >= 3 and _stripped(re.sub(r"[\W_]", "", text)) in (plain, own.partition("@")[0])


@cache
def _words() -> frozenset[str]:
    return frozenset(_FILE.read_text(encoding="utf-8").split())
