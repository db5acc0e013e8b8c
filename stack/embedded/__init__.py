"""The data servers of one machine: PostgreSQL and Valkey from their wheels, without Docker or root."""

from .servers import Servers, running

__all__ = ["Servers", "running"]
