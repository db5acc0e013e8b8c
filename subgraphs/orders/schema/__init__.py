"""The orders subgraph's schema."""

from subgraphs.common.execution import FederatedSchema

from .mutations import Mutation
from .queries import Query
from .subscriptions import Subscription
from .types import User, Vendor

schema = FederatedSchema(query=Query, mutation=Mutation, subscription=Subscription, types=[User, Vendor])

__all__ = ["schema"]
