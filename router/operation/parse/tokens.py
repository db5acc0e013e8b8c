"""The text of a document → its tokens, in one pass of a regular expression.

A token is its own text. Its first character tells what it is: ``"`` a string, a digit or ``-`` a number, a
letter or ``_`` a name, else punctuation.
"""

from __future__ import annotations

import re
from sys import intern

END = ""
"""The last token; anywhere else it stands for what is not read here (block strings, escapes, mistakes)."""

_TOKEN = re.compile(
    r"""
    (?: [ \t\n\r,\ufeff]+ | \#[^\n\r\ud800-\udfff]* )*+
    (?:
        (
            [_A-Za-z][_0-9A-Za-z]*
          | [!$&()=:@\[\]{|}]
          | \.\.\.
          | -?(?:0|[1-9][0-9]*) (?:\.[0-9]+)? (?:[eE][+-]?[0-9]+)? (?![_0-9A-Za-z.])
          | "[^"\\\x00-\x08\x0a-\x1f\ud800-\udfff]*" (?!")
        )
      | .
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def read_tokens(text: str) -> list[str]:
    """List the tokens of a text; equal ones are one object."""
    return list(map(intern, _TOKEN.findall(text + "\n\0")))
