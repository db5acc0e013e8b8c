"""The riders subgraph's schema."""

from subgraphs.common.execution import FederatedSchema

from .figures import MarketplaceFigures
from .mutations import Mutation
from .queries import Query
from .subscriptions import Subscription
from .types import Order, Rider, User

schema = FederatedSchema(
    query=Query, mutation=Mutation, subscription=Subscription, types=[Rider, Order, User, MarketplaceFigures]
)

__all__ = ["schema"]
