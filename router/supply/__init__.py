"""Where a supergraph comes from and how it changes: files, composing, reload under load, warm-up."""
