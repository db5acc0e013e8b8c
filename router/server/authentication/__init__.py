"""A bearer token into an identity, checked against a JWKS. Imported only where tokens are checked."""
