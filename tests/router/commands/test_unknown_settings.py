"""The router by itself refuses names of settings that it does not read; other parts' are their matter."""

from __future__ import annotations

import pytest
import typer

from router.commands.serve import refuse_unknown_settings
from router.commands.unknown_settings import ours


def test_a_misspelt_name_is_refused_with_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        refuse_unknown_settings({"WAYBILL_ROUTER_CORS_ORIGIN": "*", "WAYBILL_ROUTER_WORKER": "2"})
    cors, workers = capsys.readouterr().err.splitlines()
    assert cors.startswith("SETTING_UNKNOWN: the router reads no WAYBILL_ROUTER_CORS_ORIGIN. Did you mean ")
    assert "WAYBILL_ROUTER_CORS_ORIGINS" in cors
    assert "WAYBILL_ROUTER_WORKERS" in workers


def test_its_own_names_and_those_of_other_parts_are_taken() -> None:
    refuse_unknown_settings({"waybill_router_port": "1", "WAYBILL_ROUTER_WORKERS": "2", "WAYBILL_SHARDS": ""})


def test_what_kubernetes_adds_for_a_service_is_none_of_ours() -> None:
    added = [
        "WAYBILL_ROUTER_SERVICE_HOST",
        "WAYBILL_ROUTER_PORT_4000_TCP",
        "WAYBILL_ROUTER_SERVICE_PORT_HTTP",
    ]
    assert ours(dict.fromkeys(added, ""), "WAYBILL_ROUTER_") == []
