"""What subgraphs may write into a stream: events (WHATWG HTML §9.2.6), multipart (RFC 2046 §5.1)."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from router.execution.transport import ProtocolViolation, ResponseTooLarge, WebSocketSettings
from router.execution.transport.event_stream import EventStreamParser, ServerEvent
from router.execution.transport.multipart_stream import MultipartParser
from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.live_shop import (
    BOTH,
    LIVE,
    ONE,
    SSE,
    TWO,
    HttpLive,
    all_over_http,
    cut,
    routed,
    shop,
)
from tests.router.execution.subgraph_server import TestSubgraph, serve_app

TITLES = "subscription { item: sold { name } }"
HEAD = "content-type: application/json\r\n\r\n"


def events_of(text: bytes, size: int, limit: int = 1000) -> list[ServerEvent]:
    parser = EventStreamParser(limit)
    return [event for piece in pieces(text, size) for event in parser.feed(piece)]


def parts_of(text: bytes, size: int, boundary: str = "-", limit: int = 1000) -> list[bytes]:
    parser = MultipartParser(boundary, limit)
    return [part for piece in pieces(text, size) for part in parser.feed(piece)]


def pieces(text: bytes, size: int) -> Iterator[bytes]:
    return (text[start : start + size] for start in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_line_of_an_event_stream_ends_with_any_line_break(end: str, size: int) -> None:
    lines = ["event: next", "data: 1", "data: 2", "", "data: 3", "", ": silence", "", "data: 4", ""]
    assert events_of("".join(line + end for line in lines).encode(), size) == [
        ServerEvent("next", b"1\n2"),
        ServerEvent("", b"3"),
        ServerEvent("", b"4"),
    ]


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_line_breaks_of_an_event_stream_may_be_mixed(size: int) -> None:
    text = b"event: a\rdata: 1\r\n\r\ndata: 2\n\r\ndata: 3\r\rdata\n\ndata: 4\n"
    expected = [ServerEvent("a", b"1"), ServerEvent("", b"2"), ServerEvent("", b"3"), ServerEvent("", b"")]
    assert events_of(text, size) == expected


@pytest.mark.parametrize("size", [1, 1000])
def test_a_byte_order_mark_before_an_event_stream_is_no_part_of_its_first_field(size: int) -> None:
    marked = b"\xef\xbb\xbfevent: next\ndata: 1\n\n"
    assert events_of(marked, size) == [ServerEvent("next", b"1")]
    assert events_of(b":\n\n" + marked, size) == [ServerEvent("", b"1")]


def test_an_event_without_data_is_none_but_the_last() -> None:
    assert events_of(b"event: ping\n\nid: 7\n\nevent: complete\n\n", 1000) == [ServerEvent("complete", b"")]


@pytest.mark.parametrize(
    "text",
    [
        b"data: " + b"x" * 1000,
        b"data:\n" * 1001,
        b"x" * 1001,
        b"data: " + b"x" * 999 + b"\n" + b"event: " * 2,
    ],
)
def test_an_event_above_the_limit_is_refused(text: bytes) -> None:
    with pytest.raises(ResponseTooLarge):
        events_of(text, 100)


def test_comments_and_events_one_after_the_other_have_no_limit() -> None:
    assert len(events_of(b":\ndata: x\n\n: silence\n" * 500, 100)) == 500


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("boundary", ["-", "graphql"])
@pytest.mark.parametrize(
    "opening", ["", "\r\n", "a preamble\r\n", "--{}lookalike\r\n", "not --{} at a line's beginning\r\n"]
)
def test_a_boundarys_characters_within_a_part_do_not_end_it(opening: str, boundary: str, size: int) -> None:
    bodies = [json.dumps({"text": f"--{boundary}\n--{boundary}--\r\n---\n|---|"}), json.dumps("after")]
    delimiter = f"--{boundary}"
    whole = (
        opening.format(boundary)
        + delimiter
        + "".join(f"\r\n{HEAD}{body}\r\n{delimiter}" for body in bodies)
        + "--\r\n"
    )
    assert parts_of(whole.encode(), size, boundary) == [body.encode() for body in bodies]


@pytest.mark.parametrize("size", [1, 1000])
def test_parts_may_have_no_head_padding_and_lone_line_feeds(size: int) -> None:
    assert parts_of(b"--- \t\r\n\r\n1\r\n---\r\n\r\n\r\n---\nx: y\n\n2\n-----", size) == [b"1", b"2"]


def test_a_part_is_given_with_its_delimiter_not_with_the_next_part() -> None:
    parser = MultipartParser("graphql", 1000)
    assert list(parser.feed(f"--graphql\r\n{HEAD}1\r\n--graphql".encode())) == [b"1"]
    assert not parser.ended
    assert list(parser.feed(f"\r\n{HEAD}2\r\n--graphql".encode())) == [b"2"]
    assert list(parser.feed(b"-")) == []
    assert list(parser.feed(b"-")) == []
    assert parser.ended


@pytest.mark.parametrize("text", [b"---\r\nno empty line\r\n---", b"---\r\n\r\n1\r\n---x"])
def test_what_is_no_part_is_a_violation(text: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        parts_of(text + b"\r\n", 1000)


@pytest.mark.parametrize("text", [b"---\r\n" + b"x: y\r\n" * 200, b"---\r\n\r\n" + b"1" * 1000, b"x" * 1001])
def test_a_part_above_the_limit_is_refused(text: bytes) -> None:
    with pytest.raises(ResponseTooLarge):
        parts_of(text, 100)


def sold(title: str) -> str:
    return json.dumps({"data": {"item": {"__typename": "Item", "id": title}}})


@pytest.mark.parametrize("size", [1, 10_000])
async def test_rules_and_tables_in_a_text_do_not_end_a_subscription(size: int) -> None:
    titles = ["plain", "a heading\n---\nand a table |---|---|", "after"]
    parts = "".join(f'\r\n{HEAD}{{"payload": {sold(title)}}}\r\n---' for title in titles)
    live = HttpLive('multipart/mixed; boundary="-"; subscriptionSpec=1.0', cut(f"---{parts}--\r\n", size))
    assert await titles_of(live) == [f"item {title}" for title in titles]


@pytest.mark.parametrize("size", [1, 10_000])
async def test_pings_of_a_server_and_its_byte_order_mark_do_not_end_a_subscription(size: int) -> None:
    pings = "event: ping\r\r" + 'event: ping\ndata: {"at": 1}\n\n'
    text = f"\ufeffevent: next\rdata: {ONE}\r\r{pings}data: {TWO}\r\revent: complete\r\r"
    assert await all_over_http(HttpLive("text/event-stream", cut(text, size))) == BOTH


async def titles_of(live: HttpLive) -> list[str]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve_app(live.app()))
        router = await routed(stack, f"{url}/graphql")
        return [event["data"]["item"]["name"] async for event in router.events(TITLES)]


@pytest.mark.parametrize("size", [5, 10_000])
async def test_a_stream_may_be_compressed_and_have_several_members(size: int) -> None:
    packed = b"".join(gzip.compress(piece) for piece in cut(SSE, 40))
    chunks = list(pieces(packed, size))
    live = HttpLive("text/event-stream", chunks, headers={"content-encoding": "gzip"})
    assert await all_over_http(live) == BOTH


@pytest.mark.parametrize(
    "chunk", [gzip.compress(b"data: " + b"0" * 100_000), b"not compressed", b"data: " + b"0" * 100_000]
)
async def test_a_stream_that_grows_without_end_or_is_not_what_it_says_ends_with_a_code(chunk: bytes) -> None:
    encoding = {} if chunk.startswith(b"data") else {"content-encoding": "gzip"}
    live = HttpLive("text/event-stream", [chunk], headers=encoding, waits=True)
    settings = EngineSettings(websocket=WebSocketSettings(max_message_bytes=10_000))
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve_app(live.app()))
        subgraphs = {"live": TestSubgraph(LIVE, {}, {"Item": dict}), "shop": shop()}
        router = await stack.enter_async_context(gateway(subgraphs, settings, {"live": f"{url}/graphql"}))
        found: list[dict[str, Any]] = [event async for event in router.events(TITLES)]
        await asyncio.wait_for(live.released.wait(), 5)
    assert [event["errors"][0]["extensions"]["code"] for event in found] == ["SUBSCRIPTION_FAILED"]
