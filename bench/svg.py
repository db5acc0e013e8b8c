"""Series of points → an SVG plot with logarithmic axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TypeAlias

Points: TypeAlias = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 560, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 34, 44
COLOURS = ("#0b6e99", "#c8553d", "#588157", "#6d597a")


@dataclass(frozen=True, slots=True)
class Axis:
    """Powers of ten that hold all values, laid on pixels."""

    low: int
    high: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> Axis:
        """The least powers of ten around some positive values."""
        low, high = floor(log10(min(values))), ceil(log10(max(values)))
        return cls(low, max(high, low + 1), start, end)

    def place(self, value: float) -> float:
        """The pixel of a value."""
        share = (log10(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """The powers of ten."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def plot(title: str, x_label: str, y_label: str, series: Mapping[str, Points]) -> str:
    """Draw every series with a line, its points and its name."""
    points = [point for each in series.values() for point in each]
    across = Axis.over([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = Axis.over([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(WIDTH / 2, 18, title, "middle", size=14),
        _text(WIDTH / 2, HEIGHT - 8, x_label, "middle"),
        f'<g transform="rotate(-90 14 {HEIGHT / 2})">{_text(14, HEIGHT / 2, y_label, "middle")}</g>',
        *_grid(across, up),
    ]
    for number, (name, each) in enumerate(series.items()):
        parts += _series(name, each, across, up, COLOURS[number % len(COLOURS)], number)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _grid(across: Axis, up: Axis) -> list[str]:
    lines = []
    for tick in across.ticks():
        x = across.place(tick)
        lines.append(f'<path d="M{x} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        lines.append(_text(x, HEIGHT - BOTTOM + 16, f"{tick:g}", "middle"))
    for tick in up.ticks():
        y = up.place(tick)
        lines.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        lines.append(_text(LEFT - 6, y + 4, f"{tick:g}", "end"))
    return lines


def _series(name: str, points: Points, across: Axis, up: Axis, colour: str, number: int) -> list[str]:
    places = [(across.place(x), up.place(y)) for x, y in points]
    line = " ".join(f"{x},{y}" for x, y in places)
    return [
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places),
        _text(LEFT + 10, TOP + 14 + 16 * number, name, "start", colour=colour),
    ]


def _text(x: float, y: float, text: str, anchor: str, *, size: int = 12, colour: str = "#333") -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{safe}</text>'
