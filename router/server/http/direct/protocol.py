"""uvicorn's HTTP protocol, with a short way for plain POSTs.

Between two messages, a plain request whose bytes begin here is answered here; everything else, and whatever
comes while uvicorn is busy, is uvicorn's. One request of a connection runs at a time: what comes meanwhile is
held, and reading pauses.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from ....errors import RequestError
from ....execution.transport import Eventual
from ....traffic.messages import SingleResult
from ...exchange.encodings import AS_IT_IS, Packing, compress
from ...exchange.reply import THREAD_MINIMUM
from ..protocol import HttpProtocol
from .post_head import PostHead
from .posts import HasPosts, Post
from .response_head import end, lines

JOINED = 131_072
"""Bytes of a body up to which copying it behind its head costs less than a second write (measured)."""


class PostProtocol(HttpProtocol):
    """One connection of a client."""

    __slots__ = (
        "_active",
        "_begins_at",
        "_begun",
        "_chunks",
        "_ending",
        "_held",
        "_left",
        "_post",
        "_posts",
        "_used",
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._posts = cast(HasPosts, self.config.app).posts
        self._begun: PostHead | None = None
        """The head of a request whose body is still coming."""
        self._begins_at = 0
        """Where it begins in what has come."""
        self._chunks: list[bytes] = []
        self._left = 0
        self._post: Post | None = None
        self._held: list[bytes] = []
        self._ending = False
        self._active = False
        """Whether a plain post was answered since somebody looked."""
        self._used = 0.0
        """When that was seen last, by the loop's clock; 0: never."""

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes have come."""
        if self._post is not None:
            self._held.append(data)
            self.flow.pause_reading()
        elif self._begun is not None:
            self._go_on(self._begun, data)
        elif not (data.startswith(b"POST ") and self._is_free() and self._begins(data)):
            super().data_received(data)

    def _is_free(self) -> bool:
        """Whether uvicorn has nothing to do, and the client reads what it is sent."""
        idle = self.cycle is None or self.cycle.response_complete
        return idle and self._head == 0 and not self._refused and not self.flow.write_paused

    def _begins(self, data: bytes) -> bool:
        """Take a plain request, or its beginning; False if it is none."""
        end = data.find(b"\r\n\r\n") + 4
        found = None if end < 4 else self._posts.heads.find(data[:end])
        if found is None:
            return False
        head, length = found
        left = end + length - len(data)
        if left <= 0:
            return left == 0 and self._run(head, data, end)
        self._begun, self._begins_at, self._left = head, end, left
        self._chunks.append(data)
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.request_timeout, self._time_out)
        return True

    def _go_on(self, head: PostHead, data: bytes) -> None:
        """Read a body that comes in pieces."""
        self._chunks.append(data)
        self._left -= len(data)
        if self._left > 0:
            return
        raw = b"".join(self._chunks)
        self._begun = None
        self._chunks.clear()
        if self._left < 0 or not self._run(head, raw, self._begins_at):
            super().data_received(raw)

    def _run(self, head: PostHead, raw: bytes, end: int) -> bool:
        """Start a whole request; False if it is not for this way."""
        peer = self._peer
        post = self._posts.start(head, raw[end:], self._ask_peer() if peer is None else peer)
        if post is None:
            return False
        if self._deadline is not None:
            self._end_deadline()
        self._post = post
        if post.answer.done():
            self._answered(post.answer)
        else:
            post.answer.add_done_callback(self._answered)
        return True

    def _answered(self, answer: Eventual[SingleResult]) -> None:
        post, self._post = self._post, None
        assert post is not None
        post.lease.give_back()
        if answer.cancelled():  # the client is gone
            return
        result = answer.result()
        if result.rejected or result.codes:
            post.failed, post.codes = True, result.codes
        body, status = result.body, self._posts.status(post, result)
        packing = post.head.packing.of(len(body))
        if packing.encoding is None:
            self._send(post, status, packing, body)
        elif len(body) < THREAD_MINIMUM:
            self._send(post, status, packing, compress(body, packing.encoding))
        else:
            self._post = post  # still: what comes meanwhile is held
            task = self.loop.create_task(self._send_compressed(post, status, packing, result))
            task.add_done_callback(self.tasks.discard)
            self.tasks.add(task)

    async def _send_compressed(self, post: Post, status: int, packing: Packing, result: SingleResult) -> None:
        body = await asyncio.to_thread(compress, result.body, packing.encoding)
        self._post = None
        if not self.transport.is_closing():
            self._send(post, status, packing, body)

    def _send(self, post: Post, status: int, packing: Packing, body: bytes, own: str = "") -> None:
        if self._ending:
            own += "connection: close\r\n"
        state, posts = self.server_state, self._posts
        response = (
            posts.responses.begin((status, post.head.media_type, packing), state.default_headers),
            end(len(body), post.request.request_id, own),
            body,
        )
        if len(body) <= JOINED:
            self.transport.write(b"".join(response))
        else:
            self.transport.writelines(response)
        state.total_requests += 1
        if post.failed or posts.reports_all:
            posts.report(post, status)
        self._active = True
        if self._ending:
            self.transport.close()
        elif self._held:
            self._go_on_with_held()

    def _go_on_with_held(self) -> None:
        held = b"".join(self._held)
        self._held.clear()
        self.flow.resume_reading()
        self.data_received(held)

    def timeout_keep_alive_handler(self) -> None:
        """Uvicorn's timer, set when it answered last: plain posts may have come since."""
        self.timeout_keep_alive_task = None
        if self._active or self._used:
            self.end_if_idle(self.loop.time())
        else:
            super().timeout_keep_alive_handler()

    def end_if_idle(self, now: float) -> None:
        """Close a connection whose last plain post is long ago. All are asked each second: timers cost."""
        if self._active:
            self._active, self._used = False, now
        if self._used + self.timeout_keep_alive > now or self.timeout_keep_alive_task is not None:
            return
        if self._used and self._post is None and self._begun is None and self._is_free():
            self.transport.close()

    def _time_out(self) -> None:
        """The client took too long; a body that did not come is told so, like a head."""
        if self._begun is None:
            super()._time_out()
            return
        self._deadline, self._begun = None, None
        self._chunks.clear()
        self._refuse_late()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client says no more: the answer that is under way is the last."""
        if self._post is None:
            return super().eof_received()
        self._ending = True
        self._stay_half_open()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio: the client is gone, and nobody waits for the answer."""
        self._held.clear()
        if self._post is not None:
            self._post.answer.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Uvicorn: end after the request that runs, or at once."""
        if self._post is None:
            super().shutdown()
        else:
            self._ending = True

    def refuse_running(self) -> None:
        """Tell the client that its request took longer than the process may go on."""
        post = self._post
        if post is None or not post.answer.cancel():
            return
        error = RequestError("SHUTTING_DOWN", "The request took too long to end.")
        self._ending = True
        post.failed, post.codes = True, (error.code,)
        self._send(post, error.status, AS_IT_IS, error.body(), lines(error.headers).decode())
