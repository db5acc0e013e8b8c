"""The riders subgraph's schema."""

from subgraphs.common.execution import FederatedSchema

from .mutations import Mutation
from .queries import Query
from .subscriptions import Subscription
from .types import Order, Rider

schema = FederatedSchema(query=Query, mutation=Mutation, subscription=Subscription, types=[Rider, Order])

__all__ = ["schema"]
