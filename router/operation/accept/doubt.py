"""What ends the quick look at a document."""

from __future__ import annotations


class Doubt(Exception):
    """The document may be invalid: the full validation has to say."""
