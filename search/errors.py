"""What a search may raise: a mistake of the caller's, or a backend that does not answer."""


class BadQuery(Exception):
    """The query cannot be asked as it is; `field` names the argument to blame."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class RebuildOvertaken(Exception):
    """Another rebuild of the same index began later; this one gives way."""


class SearchUnavailable(Exception):
    """The backend does not answer now; asking again later may help."""
