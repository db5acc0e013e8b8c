"""Every code of the router, from its tables: of composition, requests, responses, and the commands' own."""

from __future__ import annotations

from collections.abc import Iterator

from ..composition.codes import CODES, Code
from ..errors import CODES as REQUEST_CODES
from ..execution.errors import ErrorCode

SETTING = "Change the operation, or the limit: WAYBILL_ROUTER_{}."
SUBGRAPH = "Look at the subgraph's log; WAYBILL_ROUTER_ERRORS_WITH_SERVICE adds its name to errors."
# What to do about the codes of responses; those of requests say it themselves.
ACTIONS = {
    ErrorCode.PARSE_FAILED: "Correct the operation's syntax at the place given.",
    ErrorCode.VALIDATION_FAILED: "Correct the operation; GraphiQL and the API schema show what there is.",
    ErrorCode.BAD_USER_INPUT: "Send variables of the types that the operation declares.",
    ErrorCode.BAD_REQUEST: "Send JSON with a `query`.",
    ErrorCode.UNKNOWN_OPERATION: "Name one of the document's operations as `operationName`.",
    ErrorCode.METHOD_NOT_ALLOWED: "Send mutations by POST.",
    ErrorCode.NOT_ACCEPTABLE: "Accept `text/event-stream`, or use a WebSocket.",
    ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED: "Send the operation's text; Apollo's link does so by itself.",
    ErrorCode.TOO_MANY_TOKENS: SETTING.format("MAX_TOKENS"),
    ErrorCode.TOO_DEEP: SETTING.format("MAX_DEPTH"),
    ErrorCode.TOO_MANY_ALIASES: SETTING.format("MAX_ALIASES"),
    ErrorCode.TOO_MANY_ROOT_FIELDS: SETTING.format("MAX_ROOT_FIELDS"),
    ErrorCode.TOO_MANY_DIRECTIVES: SETTING.format("MAX_DIRECTIVES"),
    ErrorCode.INTROSPECTION_DISABLED: "Read the API schema that `waybill compose --api` writes, or set "
    "WAYBILL_ROUTER_INTROSPECTION.",
    ErrorCode.PLANNING_FAILED: "Ask for less at once; `waybill plan` shows what it takes. The budget is "
    "WAYBILL_ROUTER_MAX_PLAN_….",
    ErrorCode.UNREACHABLE_FIELD: "Compose the supergraph with `waybill compose`, which tells why a field "
    "can't be reached.",
    ErrorCode.SUBREQUEST_HTTP_ERROR: SUBGRAPH,
    ErrorCode.SUBREQUEST_TIMEOUT: "Make the subgraph faster, or raise WAYBILL_ROUTER_SUBGRAPH_TIMEOUT.",
    ErrorCode.SUBREQUEST_MALFORMED: SUBGRAPH,
    ErrorCode.SUBREQUEST_TOO_LARGE: "Ask for pages, or raise WAYBILL_ROUTER_SUBGRAPH_RESPONSE_LIMIT.",
    ErrorCode.SUBGRAPH_ERROR: SUBGRAPH,
    ErrorCode.INVALID_VALUE: "Mend the subgraph, or the type in its schema.",
    ErrorCode.NON_NULL: "Mend the subgraph, or make the field nullable in its schema.",
    ErrorCode.SUBSCRIPTION_FAILED: SUBGRAPH,
    ErrorCode.INTERNAL: "Report it with what the router's log has under the request's id.",
}
# What `waybill plan` and `check` say that no response does.
COMMAND_TABLE = (
    Code(
        "INVALID_SUPERGRAPH",
        "What was given as a supergraph can't be read as one.",
        "Give what `waybill compose` wrote, or another composer for the join specification.",
    ),
    Code(
        "PORT_UNAVAILABLE",
        "A port of `waybill serve` cannot be opened, most often because another process has it.",
        "End that process, or name another port: WAYBILL_ROUTER_PORT, WAYBILL_ROUTER_ADMIN_PORT.",
    ),
    Code(
        "CORS_ORIGIN_INVALID",
        "No browser sends an origin of WAYBILL_ROUTER_CORS_ORIGINS as it is written, or the pattern is none.",
        "Write `scheme://host` or `scheme://host:port`, in small letters, without a slash at the end.",
    ),
    Code(
        "INVALID_OPERATION",
        "An operation does not fit the schema, with the new one or already with the old one.",
        "Correct it at the place given.",
    ),
    Code(
        "SETTING_UNKNOWN",
        "The environment has a WAYBILL_ROUTER_… that the router does not read.",
        "Correct its name; docs/settings.md lists every setting.",
    ),
    Code("INVALID_VARIABLES", "`--variables` is no JSON object.", 'Write --variables \'{"name": "value"}\'.'),
    Code("GRAPHQL_INVALID", "An operation of `waybill plan --batch` is not valid.", "Correct the operation."),
    Code(
        "OPERATION_TOO_LARGE",
        "An operation's fragments expand to more than can be planned.",
        "Spread fewer fragments inside each other.",
    ),
    Code(
        "DEFER_IN_SUBSCRIPTION",
        "`@defer` stands in a subscription.",
        "Leave it out, or write `@defer(if: false)`.",
    ),
    Code(
        "PLANNING_BUDGET_EXCEEDED",
        "No plan was found within the planning budget.",
        "Ask for less at once.",
    ),
)


def router_codes() -> Iterator[Code]:
    """Yield all; a name may come twice, with what it means in a request and in a response."""
    yield from CODES.values()
    for name, (status, what) in REQUEST_CODES.items():
        yield Code(name, what, "", f"answer {status} to a request")
    for code in ErrorCode:
        yield Code(code.value, code.help, ACTIONS.get(code, ""), "error of a response")
    yield from COMMAND_TABLE
