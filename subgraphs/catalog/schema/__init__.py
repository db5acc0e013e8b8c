"""The catalog subgraph's schema."""

from subgraphs.common.execution import FederatedSchema

from .mutations import Mutation
from .queries import Query

schema = FederatedSchema(query=Query, mutation=Mutation)

__all__ = ["schema"]
