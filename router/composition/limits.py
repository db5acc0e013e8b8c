"""The environment → how far a composition may go: what every command and the router compose with.

As a library composition reads no environment: ``compose`` takes ``CompositionSettings``.
"""

from __future__ import annotations

from pydantic import Field, PositiveFloat, PositiveInt, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .config_nodes import INVALID, ConfigError, ConfigProblem
from .settings import CompositionSettings

PREFIX = "WAYBILL_COMPOSE_"
_DEFAULTS = CompositionSettings()


class CompositionLimits(BaseSettings):
    """What a composition may cost. Exceeding one is a coded error."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    max_sdl_bytes: PositiveInt = Field(
        _DEFAULTS.max_sdl_bytes, description="Largest SDL of one subgraph in bytes."
    )
    max_tokens: PositiveInt = Field(
        _DEFAULTS.max_tokens, description="Most lexical tokens of one subgraph's SDL."
    )
    max_subgraphs: PositiveInt = Field(_DEFAULTS.max_subgraphs, description="Most subgraphs.")
    max_field_set_tokens: PositiveInt = Field(
        _DEFAULTS.max_field_set_tokens,
        description="Most lexical tokens of one @key, @requires, @provides or @fromContext.",
    )
    max_field_set_depth: PositiveInt = Field(
        _DEFAULTS.max_field_set_depth, description="Deepest nesting of one of these."
    )
    max_access_clauses: PositiveInt = Field(
        _DEFAULTS.max_access_clauses,
        description="Most alternatives of scopes, or policies, that one element's access rules combine to.",
    )
    max_satisfiability_states: PositiveInt = Field(
        _DEFAULTS.max_satisfiability_states,
        description="Most states (a type, and the subgraphs a query may be in) that the proof may visit.",
    )
    satisfiability: bool = Field(
        _DEFAULTS.satisfiability, description="Whether it is proven that every query can be answered."
    )
    introspection_seconds: PositiveFloat = Field(
        _DEFAULTS.introspection_seconds,
        description="How long a running subgraph may take to give its SDL when asked.",
    )


def read_limits() -> CompositionSettings:
    """Read ``WAYBILL_COMPOSE_…``; raise ConfigError that names every bad variable."""
    try:
        return CompositionSettings(**CompositionLimits().model_dump())
    except ValidationError as error:
        raise ConfigError(
            [
                ConfigProblem(INVALID, item["msg"], "environment", key=f"{PREFIX}{item['loc'][0]}".upper())
                for item in error.errors()
            ]
        ) from None
