"""Several responses to one HTTP request: server-sent events, and Apollo's multipart protocol."""
