"""What every delivery provider can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from subgraphs.common.describe_error import Describable


class ProviderFailed(Describable):
    """The provider has not answered, or not well: it is away, and another attempt may help."""


class ProviderRefused(ProviderFailed):
    """The provider has answered that it does not do this with the order."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a provider is told; `order_id` is also the idempotency key."""

    order_id: UUID
    pickup: tuple[float, float] | None
    destination: tuple[float, float]
    total: int
    currency: str


class Provider(Protocol):
    """One provider behind its adapter."""

    @property
    def name(self) -> str:
        """As orders show it."""

    async def dispatch(self, shipment: Shipment) -> str:
        """Hand an order over; returns the provider's reference, the same one for the same order."""

    async def cancel(self, order_id: UUID) -> bool:
        """Take an order back, once or again; whether the provider had it, as far as it knows now."""
