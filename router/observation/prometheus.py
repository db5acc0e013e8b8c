"""The server's metrics in Prometheus' format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class PrometheusMetrics:
    """Counts into a registry. Children of labels are kept: looking one up costs more than counting."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "waybill_router_requests_total",
            "Requests by transport and HTTP status.",
            ("transport", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "waybill_router_request_seconds",
            "Time from a request's first byte to its response.",
            ("transport",),
            buckets=BUCKETS,
            registry=registry,
        )
        self._streams = Gauge(
            "waybill_router_streams",
            "Subscriptions open now.",
            ("transport",),
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._events = Counter(
            "waybill_router_stream_events_total",
            "Responses sent on streams.",
            ("transport",),
            registry=registry,
        )
        self._sockets = Gauge(
            "waybill_router_websockets",
            "WebSockets open now.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._supergraphs = Counter(
            "waybill_router_supergraphs_total",
            "Supergraphs loaded or refused.",
            ("outcome",),
            registry=registry,
        )
        self._registry = registry
        self._token_keys: Gauge | None = None
        """Made where tokens are checked: elsewhere 0 would be no trouble."""
        self._start_overs = Counter(
            "waybill_router_start_overs_total",
            "Compiled runs that started over in the interpreter; all but `fault` by an irregular answer.",
            ("reason",),
            registry=registry,
        )
        self._request_children: dict[tuple[str, int], Counter] = {}
        self._second_children: dict[str, Histogram] = {}

    def request(self, transport: str, status: int, seconds: float) -> None:
        """One answered request."""
        counter = self._request_children.get((transport, status))
        if counter is None:
            counter = self._requests.labels(transport, status)
            self._request_children[transport, status] = counter
            self._second_children.setdefault(transport, self._seconds.labels(transport))
        counter.inc()
        self._second_children[transport].observe(seconds)

    def stream(self, transport: str, change: int) -> None:
        """A stream opened (+1) or ended (-1)."""
        self._streams.labels(transport).inc(change)

    def event(self, transport: str) -> None:
        """One response of a stream was sent."""
        self._events.labels(transport).inc()

    def socket(self, change: int) -> None:
        """A WebSocket opened (+1) or ended (-1)."""
        self._sockets.inc(change)

    def supergraph(self, *, loaded: bool) -> None:
        """A supergraph was loaded, or refused."""
        self._supergraphs.labels("loaded" if loaded else "refused").inc()

    def token_keys(self, count: int) -> None:
        """So many keys are there to check tokens with."""
        if self._token_keys is None:
            self._token_keys = Gauge(
                "waybill_router_token_keys",
                "Keys that tokens are checked with; 0: none can be.",
                registry=self._registry,
                multiprocess_mode="livemin",
            )
        self._token_keys.set(count)

    def started_over(self, reason: str) -> None:
        """A compiled run started over in the interpreter (docs/adr/0010)."""
        self._start_overs.labels(reason).inc()
