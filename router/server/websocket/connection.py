"""One client's connection: ``connection_init`` → ``connection_ack`` → operations under ids.

          ┌ ping ⇄ pong (any time)
accept ── init ── ack ──┬ subscribe ─ next … ─ complete | error
   │ 4408 timeout       ├ complete (the client's: the operation is cancelled)
   │ 4429 second init   ├ 4409 the id is in use
   └ 4401 subscribe     └ the token ends: error UNAUTHENTICATED for each stream, then 4403
     before ack
"""

from __future__ import annotations

import asyncio

import orjson

from ...errors import RequestError
from ..exchange.context import ServerContext
from ..exchange.read_request import read_parameters
from ..exchange.requests import read_headers
from ..streaming.run_stream import cancel_all
from .messages import (
    ACK,
    BAD_REQUEST,
    FORBIDDEN,
    GOING_AWAY,
    INIT_TIMEOUT,
    SUBSCRIBER_EXISTS,
    TOO_MANY_INITS,
    TRY_AGAIN_LATER,
    UNAUTHORIZED,
    ClientMessage,
    CloseSocket,
    ConnectionInit,
    Subscribe,
    error_message,
    pong_message,
    read_message,
)
from .operation import Operation
from .socket import Socket
from .terms import Terms


class Connection:
    """The state of one socket; ``run`` returns when it is closed."""

    def __init__(self, context: ServerContext, socket: Socket) -> None:
        self._context = context
        self._socket = socket
        self._terms = Terms(read_headers(socket.scope["headers"]))
        self._operations: dict[str, asyncio.Future[None]] = {}
        self._initialised = False
        self._acknowledged = False
        self._token_ended = False

    async def run(self) -> None:
        """Serve the socket until the client leaves, breaks the protocol, or the process ends."""
        reading = asyncio.ensure_future(self._read())
        draining = asyncio.ensure_future(self._context.drain.wait())
        waiting = asyncio.ensure_future(self._await_init())
        try:
            await asyncio.wait([reading, draining], return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                await self._socket.close(GOING_AWAY, "The server restarts; connect again")
        finally:
            await cancel_all([reading, draining, waiting, *self._operations.values()])
        if not reading.cancelled():
            reading.result()

    async def _await_init(self) -> None:
        await asyncio.sleep(self._context.settings.websocket_init_timeout)
        if not self._initialised:
            await self._socket.close(INIT_TIMEOUT, "Connection initialisation timeout")

    async def _read(self) -> None:
        try:
            while (frame := await self._socket.receive()) is not None:
                await self._handle(read_message(frame))
        except CloseSocket as closing:
            await self._socket.close(closing.code, closing.reason)

    async def _handle(self, message: ClientMessage) -> None:
        match message["type"]:
            case "connection_init":
                await self._initialise(message)
            case "ping":
                await self._socket.send(pong_message(message.get("payload")))
            case "subscribe":
                await self._subscribe(message)
            case "complete":
                self._cancel(message["id"])

    async def _initialise(self, message: ConnectionInit) -> None:
        """Take the payload's headers over the handshake's, and refuse a bad token at once."""
        if self._initialised:
            raise CloseSocket(TOO_MANY_INITS, "Too many initialisation requests")
        self._initialised = True
        self._terms = self._terms.with_payload(message.get("payload"))
        try:
            await self._context.identify(self._terms.headers.get("authorization"))
        except RequestError as error:
            code = FORBIDDEN if error.status == 401 else TRY_AGAIN_LATER
            raise CloseSocket(code, f"{error.code}: {error.message}") from error
        self._acknowledged = True
        await self._socket.send(ACK)

    async def _subscribe(self, message: Subscribe) -> None:
        """Start an operation beside the others."""
        if not self._acknowledged:
            raise CloseSocket(UNAUTHORIZED, "Unauthorized")
        operation_id = message["id"]
        if operation_id in self._operations:
            raise CloseSocket(SUBSCRIBER_EXISTS, f"Subscriber for {operation_id} already exists")
        try:
            parameters = read_parameters(message["payload"])
        except RequestError as error:
            raise CloseSocket(BAD_REQUEST, f"Invalid message: {error.message}") from error
        limit = self._context.settings.websocket_operations
        if len(self._operations) >= limit:
            await self._refuse(operation_id, f"At most {limit} operations run at once on a socket.")
            return
        operation = Operation(self._context, self._socket, operation_id, parameters, self._terms)
        self._operations[operation_id] = asyncio.ensure_future(self._run(operation, operation_id))

    async def _run(self, operation: Operation, operation_id: str) -> None:
        """Run an operation; a socket whose token has ended is closed behind the last one."""
        await operation.run(lambda: self._forget(operation_id))
        self._token_ended = self._token_ended or operation.unauthenticated
        if self._token_ended and not self._operations:
            await self._socket.close(FORBIDDEN, "UNAUTHENTICATED: The token has expired")

    async def _refuse(self, operation_id: str, message: str) -> None:
        error = RequestError("TOO_MANY_OPERATIONS", message)
        await self._socket.send(error_message(orjson.dumps(operation_id), orjson.dumps([error.as_json()])))

    def _forget(self, operation_id: str) -> None:
        """An operation has ended; its id is free before the client hears of it."""
        self._operations.pop(operation_id, None)

    def _cancel(self, operation_id: str) -> None:
        """The client wants no more. An id that is unknown has ended meanwhile."""
        task = self._operations.pop(operation_id, None)
        if task is not None:
            task.cancel()
