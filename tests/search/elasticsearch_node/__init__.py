"""A real Elasticsearch 8.19 node for the tests, without Docker: built once, started once a session.

Elastic publishes a server on Maven Central for authors of plugins; ``plugin/`` adds the analysis components
and the root endpoint which that distribution lacks. It is fetched when tests run, and never redistributed.
"""

from tests.search.elasticsearch_node.build import Unavailable, build
from tests.search.elasticsearch_node.node import Node, running_node

__all__ = ["Node", "Unavailable", "build", "running_node"]
