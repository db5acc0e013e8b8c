"""Operation → query plan. ``Planner`` is the entrance; ``plan`` is what execution reads."""

from .errors import PlanningError
from .plan import QueryPlan
from .plan_json import plan_json
from .plan_variants import print_variants, variants_json
from .planner import Planner, Variant
from .print_plan import print_plan
from .settings import PlannerSettings

__all__ = [
    "Planner",
    "PlannerSettings",
    "PlanningError",
    "QueryPlan",
    "Variant",
    "plan_json",
    "print_plan",
    "print_variants",
    "variants_json",
]
