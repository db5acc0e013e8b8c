"""GraphQL over WebSocket (graphql-transport-ws) for subgraphs with subscriptions.

The token comes in the handshake's `Authorization` header, or in `connection_init`'s payload (`authorization`
or `Authorization`, at the top or under `headers`).
"""

from __future__ import annotations

from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from .client_address import Networks, address_of
from .context import Context
from .errors import CodedError
from .execution import FederatedSchema
from .http_endpoint import MakeContext


class GraphQLWebSocket(GraphQL[Context[Any], None]):
    """Strawberry's protocol handler with our context."""

    def __init__(self, schema: FederatedSchema, make_context: MakeContext, proxies: Networks = ()) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
        self._make_context, self._proxies = make_context, proxies

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context[Any]:
        """Nobody, until `connection_init` has come."""
        context = await self._make_context(None, request.headers.get("x-request-id", ""))
        context.authorization = request.headers.get("authorization")
        context.address = address_of(request.scope, request.headers, self._proxies)
        return context

    async def on_ws_connect(self, context: Context[Any]) -> Any:
        """Verify the token; a bad one closes the socket with 4403."""
        token = _authorization(context.connection_params or {}) or context.authorization
        try:
            verified = await self._make_context(token, context.request_id)
        except CodedError as error:
            raise ConnectionRejectionError({"message": error.message, "code": error.code.value}) from error
        context.caller, context.authorization = verified.caller, token
        return await super().on_ws_connect(context)


def _authorization(parameters: dict[str, Any]) -> str | None:
    headers = parameters.get("headers")
    for place in (parameters, headers if isinstance(headers, dict) else {}):
        for name in ("authorization", "Authorization"):
            if isinstance(place.get(name), str):
                return cast("str", place[name])
    return None
