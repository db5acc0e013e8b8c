"""GraphQL over WebSocket (graphql-transport-ws) for subgraphs with subscriptions.

The token comes in the handshake's `Authorization` header, or in `connection_init`'s payload (`authorization`
or `Authorization`, at the top or under `headers`); so does the tenant (`waybill-tenant`).
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
from .tenants import TENANT_HEADER, Asked


class GraphQLWebSocket(GraphQL[Context[Any], None]):
    """Strawberry's protocol handler with our context."""

    def __init__(self, schema: FederatedSchema, make_context: MakeContext, proxies: Networks = ()) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
        self._make_context, self._proxies = make_context, proxies

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context[Any]:
        """Nobody, until `connection_init` has come."""
        context = await self._make_context(Asked(), request.headers.get("x-request-id", ""))
        context.asked = Asked.by(request.headers)
        context.address = address_of(request.scope, request.headers, self._proxies)
        return context

    async def on_ws_connect(self, context: Context[Any]) -> Any:
        """Verify the token and find the tenant; a bad one closes the socket with 4403."""
        asked = _asked(context.connection_params or {}, context.asked)
        try:
            verified = await self._make_context(asked, context.request_id)
        except CodedError as error:
            raise ConnectionRejectionError({"message": error.message, "code": error.code.value}) from error
        context.caller, context.asked = verified.caller, asked
        return await super().on_ws_connect(context)


def _asked(parameters: dict[str, Any], handshake: Asked) -> Asked:
    """The payload's words come before the handshake's."""
    token = _parameter(parameters, "authorization", "Authorization")
    tenant = _parameter(parameters, TENANT_HEADER)
    return Asked(token or handshake.authorization, tenant or handshake.tenant, handshake.host)


def _parameter(parameters: dict[str, Any], *names: str) -> str | None:
    headers = parameters.get("headers")
    for place in (parameters, headers if isinstance(headers, dict) else {}):
        for name in names:
            if isinstance(place.get(name), str):
                return cast("str", place[name])
    return None
