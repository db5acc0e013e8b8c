"""The book of mutations: how each is prepared, so that somebody allowed would succeed, and who that is."""

from . import catalog, orders, riders, users
from .book import Prepare, Prepared

BOOK: dict[str, Prepare] = {**users.BOOK, **catalog.BOOK, **orders.BOOK, **riders.BOOK}

__all__ = ["BOOK", "Prepare", "Prepared"]
