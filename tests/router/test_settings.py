"""The router's settings: one name each, described, the same defaults as the stages they are for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

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
    monkeypatch.setenv("WAYBILL_ROUTER_CSRF_HEADERS", value)
    assert RouterSettings().csrf_headers == ("a", "b")


@pytest.mark.parametrize(
    "value", ["*", "null", "https://shop.example, http://localhost:5173", "http://[::1]:81", "app://local"]
)
def test_origins_are_as_browsers_send_them(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WAYBILL_ROUTER_CORS_ORIGINS", value)
    assert RouterSettings().cors_origins == tuple(value.split(", "))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("http://localhost:5173/", "write http://localhost:5173."),
        ("https://a.example, https://shop.example/app?x#y", "write https://shop.example."),
        ("https://Shop.Example", "write https://shop.example."),
        ("https://shop.example:443", "write https://shop.example."),
        ("https://me@shop.example", "write https://shop.example."),
        ("localhost:5173", "'localhost:5173' is no origin"),
        ("shop.example", "'shop.example' is no origin"),
        ("https://*.shop.example", "CORS_ORIGIN_REGEX"),
        ("http://shop:x", "is no origin"),
    ],
)
def test_origins_that_no_browser_sends_are_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, says: str
) -> None:
    monkeypatch.setenv("WAYBILL_ROUTER_CORS_ORIGINS", value)
    with pytest.raises(ValidationError, match="CORS_ORIGIN_INVALID") as refused:
        RouterSettings()
    assert says in str(refused.value)


def test_a_pattern_of_origins_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_ROUTER_CORS_ORIGIN_REGEX", "https://(")
    with pytest.raises(ValidationError, match="CORS_ORIGIN_INVALID"):
        RouterSettings()


def test_maps_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_ROUTER_SUBGRAPH_TIMEOUTS", '{"slow": 60}')
    assert engine_settings(RouterSettings()).subgraph_timeouts == {"slow": 60}
