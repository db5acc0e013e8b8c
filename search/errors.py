"""What a search may raise: a mistake of the caller's, or a backend that does not answer."""


class BadQuery(Exception):
    """The query cannot be asked as it is; `field` names the argument to blame."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class RebuildOvertaken(Exception):
    """Another rebuild of the same index began later; this one gives way."""


class SearchUnavailable(ConnectionError):
    """The backend does not answer now; asking again later may help."""


class DocumentRefused(Exception):
    """The backend takes no such document, however often it is sent; names it and the kind of refusal."""
