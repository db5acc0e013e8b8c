"""Which of a client's headers subgraphs get, unless it is set: for the environment and for code alike."""

from __future__ import annotations

FORWARDED_BY_DEFAULT = (
    "authorization",
    "x-request-id",
    "traceparent",
    "tracestate",
    "accept-language",
    "waybill-tenant",
    "x-forwarded-host",
)
