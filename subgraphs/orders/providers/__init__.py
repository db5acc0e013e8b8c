"""Delivery providers: who carries the orders. One adapter over HTTP today, with a simulator behind it."""

from .http_provider import HttpProvider
from .provider import Provider, ProviderFailed, ProviderRefused, Shipment

__all__ = ["HttpProvider", "Provider", "ProviderFailed", "ProviderRefused", "Shipment"]
