"""TLS to subgraphs: settings → a context, the same for requests and for subscriptions of either kind."""

from __future__ import annotations

import ssl
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """Whether certificates are checked, and the file of authorities to trust (None: the system's)."""

    verify: bool = True
    ca_file: str | None = None


def tls_context(settings: TlsSettings) -> ssl.SSLContext:
    """Make a context for clients. OSError if the file of authorities can't be read."""
    context = ssl.create_default_context(cafile=settings.ca_file)
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
