"""Types that know each other across modules, by `strawberry.lazy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

if TYPE_CHECKING:
    from .test_strawberry_features import Query


@strawberry.type
class Friend:
    name: str

    @strawberry.field
    def best(self) -> Annotated[Friend, strawberry.lazy(".lazy_types")]:
        return Friend(name=f"best of {self.name}")

    @strawberry.field
    def query(self) -> Annotated[Query, strawberry.lazy(".test_strawberry_features")]:
        made: Any = object()
        return made  # type: ignore[no-any-return]
