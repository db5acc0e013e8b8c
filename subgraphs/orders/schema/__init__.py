"""The orders subgraph's schema."""

from strawberry.schema.config import StrawberryConfig

from subgraphs.common.execution import FederatedSchema

from .figures import BIG_INT, BigInt
from .mutations import Mutation
from .queries import Query
from .subscriptions import Subscription
from .types import User, Vendor

schema = FederatedSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[User, Vendor],
    config=StrawberryConfig(scalar_map={BigInt: BIG_INT}),
)

__all__ = ["schema"]
