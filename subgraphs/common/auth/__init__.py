"""Who calls: from the `Authorization` header to a `Caller`, and the guards that resolvers use."""

from .caller import Caller, Role
from .keys import FixedKeys, KeySource, RemoteKeys
from .verify import TokenVerifier, bearer_of

__all__ = ["Caller", "FixedKeys", "KeySource", "RemoteKeys", "Role", "TokenVerifier", "bearer_of"]
