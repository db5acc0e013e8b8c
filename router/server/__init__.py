"""The router's protocols, a room each; what they share is below them all, in `exchange`.

process ─▶ app ─┬─▶ http ─▶ single_connection ─┬─▶ streaming ─▶ exchange
                ├─▶ websocket ─────────────────┘
                └─▶ graphiql, health
"""
