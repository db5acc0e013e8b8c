"""A bearer token into an identity, checked against a JWKS."""

from .authenticator import Authenticator

__all__ = ["Authenticator"]
