"""``extensions.queryPlan``: where the setting allows it and the header asks for it; nowhere else."""

from __future__ import annotations

import json
from typing import Any

from router.planning import PlannerSettings
from router.traffic.build_engine import build_engine
from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings
from tests.router.planning.planned import supergraph_sdl

SUPERGRAPH = supergraph_sdl({"a": "type Query { me: U } type U { id: ID! next: U }"})
HEADERS = {"x-waybill-query-plan": "1"}


async def ask(text: str, headers: dict[str, str], *, shown: bool = True, max_paths: int = 100) -> Any:
    engine = build_engine(
        SUPERGRAPH,
        EngineSettings(show_query_plan=shown),
        planner_settings=PlannerSettings(max_paths=max_paths),
    )
    try:
        answers = []
        for _ in range(2):
            result = await engine.execute(GraphQLRequest(text, headers=headers))
            assert isinstance(result, SingleResult)
            answers.append(json.loads(result.body))
        assert answers[0] == answers[1]
        return answers[0]
    finally:
        await engine.aclose()


async def test_a_plan_comes_with_the_answer_where_it_is_asked_for() -> None:
    response = await ask("{ __typename }", HEADERS)
    assert response["data"] == {"__typename": "Query"}
    assert response["extensions"]["queryPlan"] == {"kind": "QueryPlan", "text": "QueryPlan {}\n"}


async def test_no_plan_comes_without_the_header() -> None:
    assert await ask("{ __typename }", {}) == {"data": {"__typename": "Query"}}


async def test_no_plan_comes_where_the_setting_forbids_it_as_by_default() -> None:
    assert await ask("{ __typename }", HEADERS, shown=False) == {"data": {"__typename": "Query"}}
    assert EngineSettings().show_query_plan is False


async def test_an_operation_over_the_budget_is_refused_with_a_code_each_time() -> None:
    response = await ask("{ me { next { next { next { id } } } } }", {}, max_paths=3)
    assert response["errors"][0]["extensions"]["code"] == "QUERY_PLANNING_FAILED"
