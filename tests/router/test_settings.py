"""The router's settings: one name each, described, the same defaults as the stages they are for."""

from __future__ import annotations

import pytest

from router.planning import PlannerSettings
from router.settings import RouterSettings
from router.supply.engine_settings import engine_settings, planner_settings
from router.traffic.settings import EngineSettings


def test_every_setting_is_described() -> None:
    missing = [name for name, field in RouterSettings.model_fields.items() if not field.description]
    assert missing == []


def test_the_defaults_are_those_of_the_stages() -> None:
    assert engine_settings(RouterSettings()) == EngineSettings()
    assert planner_settings(RouterSettings()) == PlannerSettings()


@pytest.mark.parametrize("value", ["a, b", '["a", "b"]', "a,b,"])
def test_lists_are_words_or_json(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WAYBILL_ROUTER_CORS_ORIGINS", value)
    assert RouterSettings().cors_origins == ("a", "b")


def test_maps_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_ROUTER_SUBGRAPH_TIMEOUTS", '{"slow": 60}')
    assert engine_settings(RouterSettings()).subgraph_timeouts == {"slow": 60}
