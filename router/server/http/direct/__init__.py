"""Plain POSTs answered without ASGI: from the socket's bytes to one write, with no task in between.

data_received ─ head (known by its bytes) ─ body ─ members ─ engine.start ─ … ─ one response
      │
      └ anything else, and all that is odd ─> uvicorn ─> the ASGI application (../endpoint.py)

Only what is whole and plain is taken: HTTP/1.1, JSON in UTF-8, no encodings, one answer. The rest is handed
on as it came, so every error and every other protocol has one place.
"""
