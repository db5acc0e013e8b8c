"""The orders subgraph's schema."""

from subgraphs.common.execution import FederatedSchema

from .mutations import Mutation
from .queries import Query
from .types import User, Vendor

schema = FederatedSchema(query=Query, mutation=Mutation, types=[User, Vendor])

__all__ = ["schema"]
