"""Is a document valid beyond doubt? A fast way past validation for what clients send nearly always.

``Acceptor(schema).accepts(document)`` is true only where graphql-core's rules would find nothing; it is false
where they would, and also where this has no quick answer (introspection, subscriptions, directives other than
``@skip`` and ``@include``, …). Then the rules decide, and they write the messages.

It reads each selection set once, where the rules make some twenty visits; tests compare it with them.
"""

from .accept import Acceptor

__all__ = ["Acceptor"]
