"""Plots as SVG of our own, each with title, description and the numbers it was drawn from, for a table below it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

_WIDTH, _LEFT, _RIGHT, _TOP = 640, 56, 12, 14
_PLOT = 180  # the height of what is plotted
_LABELS = 8  # at most so many along the bottom
_ROW = 26  # the height of a row of a Gantt chart


@dataclass(frozen=True)
class Plot:
    """A drawing and its table: `head` and `rows` hold the same numbers as texts."""

    name: str
    title: str
    description: str
    drawing: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Span:
    """A row of a Gantt chart: from a day to another; a milestone where both are the same.

    `state` is the class that it is drawn in, `said` what the table says of it where that is something else.
    """

    name: str
    start: date
    end: date
    state: str = "ahead"
    said: str = ""


def bars(name: str, title: str, unit: str, values: Sequence[tuple[str, float]], shown: Sequence[str] = ()) -> Plot:
    """Return a bar for each value; `shown` is how the values are written in the table."""
    top, ticks = _scale(max((value for _, value in values), default=0.0))
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(values))
    wide = max(1.0, step * 0.7)
    parts = _grid(ticks, top)
    for number, (label, value) in enumerate(values):
        x, height = _LEFT + step * number + (step - wide) / 2, _PLOT * value / top
        parts.append(
            Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
                _n(x), _n(_TOP + _PLOT - height), _n(wide), _n(height), label, _text(value)
            )
        )
    parts += _bottom([label for label, _ in values], step, step / 2)
    texts = list(shown) or [_text(value) for _, value in values]
    rows = tuple((label, text) for (label, _), text in zip(values, texts, strict=True))
    return _plot(name, title, f"Bars: {unit} of each of {len(values)}. {_summary(values)}", parts, ("", unit), rows)


def line(
    name: str, title: str, unit: str, values: Sequence[tuple[str, float]], limits: Sequence[tuple[str, float]] = ()
) -> Plot:
    """Return a line through the values, with dashed lines for limits."""
    top, ticks = _scale(max((value for _, value in (*values, *limits)), default=0.0))
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(values) - 1)
    parts = _grid(ticks, top)
    for label, value in limits:
        y = _n(_TOP + _PLOT - _PLOT * value / top)
        parts.append(
            Markup('<line class="limit" x1="{0}" x2="{1}" y1="{2}" y2="{2}"><title>{3}</title></line>').format(
                _LEFT, _WIDTH - _RIGHT, y, label
            )
        )
    points = [
        (_n(_LEFT + step * number), _n(_TOP + _PLOT - _PLOT * value / top)) for number, (_, value) in enumerate(values)
    ]
    parts.append(Markup('<polyline class="line" points="{}"/>').format(" ".join(f"{x},{y}" for x, y in points)))
    for (x, y), (label, value) in zip(points, values, strict=True):
        parts.append(
            Markup('<circle class="dot" cx="{}" cy="{}" r="3"><title>{}: {}</title></circle>').format(
                x, y, label, _text(value)
            )
        )
    parts += _bottom([label for label, _ in values], step, 0)
    rows = tuple((label, _text(value)) for label, value in values)
    drawn = "".join(f" Dashed: {label}." for label, _ in limits)
    description = f"A line: {unit}, {len(values)} points. {_summary(values)}{drawn}"
    return _plot(name, title, description, parts, ("", unit), rows)


def band(name: str, title: str, rows: Sequence[tuple[date, date, date]], planned: date | None) -> Plot:
    """Return the days by which all is done with 50 and with 85 %, as they were forecast on each day."""
    days = [day for row in rows for day in row[1:]] + ([planned] if planned else [])
    low, high = min(days), max(days)
    span = max(1, (high - low).days)
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(rows) - 1)

    def y(day: date) -> str:
        return _n(_TOP + _PLOT - _PLOT * (day - low).days / span)

    upper = [(_n(_LEFT + step * number), y(row[2])) for number, row in enumerate(rows)]
    lower = [(_n(_LEFT + step * number), y(row[1])) for number, row in enumerate(rows)]
    outline = " ".join(f"{x},{at}" for x, at in [*upper, *reversed(lower)])
    parts = [
        Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>').format(_LEFT - 6, _n(at), f"{day:%d %b}")
        for day, at in ((high, _TOP + 10), (low, _TOP + _PLOT))
    ]
    parts.append(Markup('<polygon class="band" points="{}"/>').format(outline))
    parts.append(Markup('<polyline class="line" points="{}"/>').format(" ".join(f"{x},{at}" for x, at in upper)))
    if planned:
        parts.append(
            Markup('<line class="limit" x1="{0}" x2="{1}" y1="{2}" y2="{2}"><title>planned: {3}</title></line>').format(
                _LEFT, _WIDTH - _RIGHT, y(planned), planned
            )
        )
    parts += _bottom([f"{row[0]:%d %b}" for row in rows], step, 0)
    last = rows[-1]
    description = f"A band from the 50 % day to the 85 % day; last {last[1]} to {last[2]}." + (
        f" Dashed: the planned day, {planned}." if planned else ""
    )
    head = ("forecast of", "50 % by", "85 % by")
    return _plot(name, title, description, parts, head, tuple((str(a), str(b), str(c)) for a, b, c in rows))


def gantt(name: str, title: str, spans: Sequence[Span], now: date) -> Plot:
    """Return a row for each span, with a line for the day that it is looked at."""
    left = 170
    first, last = min([now, *(each.start for each in spans)]), max([now, *(each.end for each in spans)])
    scale = (_WIDTH - left - 24) / max(1, (last - first).days)

    def x(day: date) -> float:
        return left + (day - first).days * scale

    height = _TOP + _ROW * len(spans)
    parts = []
    for number, each in enumerate(spans):
        y = _TOP + _ROW * number
        parts.append(
            Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>').format(left - 10, y + 15, each.name)
        )
        if each.start == each.end:
            at = x(each.start)
            corners = f"{_n(at)},{y + 3} {_n(at + 8)},{y + 11} {_n(at)},{y + 19} {_n(at - 8)},{y + 11}"
            shape = Markup('<polygon class="{}" points="{}">').format(each.state, corners)
            parts.append(shape + Markup("<title>{}: {}</title></polygon>").format(each.name, each.start))
        else:
            wide = max(2.0, x(each.end) - x(each.start))
            shape = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="16" rx="3">').format(
                each.state, _n(x(each.start)), y + 3, _n(wide)
            )
            parts.append(shape + Markup("<title>{}: {} to {}</title></rect>").format(each.name, each.start, each.end))
    now_line = Markup('<line class="now" x1="{0}" x2="{0}" y1="{1}" y2="{2}"><title>{3}</title></line>')
    parts.append(now_line.format(_n(x(now)), _TOP - 8, height, f"as of {now}"))
    for day, anchor in ((first, "start"), (last, "end")):
        place = left if anchor == "start" else _WIDTH - 24
        parts.append(
            Markup('<text class="tick" x="{}" y="{}" text-anchor="{}">{}</text>').format(
                place, height + 16, anchor, day
            )
        )
    rows = tuple((each.name, str(each.start), str(each.end), each.said or each.state) for each in spans)
    description = f"{len(spans)} rows from {first} to {last}; the upright line is {now}."
    return _plot(name, title, description, parts, ("what", "from", "to", "state"), rows, height + 24)


def _plot(
    name: str,
    title: str,
    description: str,
    parts: Sequence[Markup],
    head: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    height: int = _TOP + _PLOT + 28,
) -> Plot:
    opening = Markup(
        '<svg class="plot" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-labelledby="{2}-t {2}-d">'
        '<title id="{2}-t">{3}</title><desc id="{2}-d">{4}</desc>'
    ).format(_WIDTH, height, name, title, description)
    return Plot(name, title, description, opening + Markup("").join(parts) + Markup("</svg>"), head, rows)


def _grid(ticks: Sequence[float], top: float) -> list[Markup]:
    parts = []
    for value in ticks:
        y = _n(_TOP + _PLOT - _PLOT * value / top)
        parts.append(
            Markup(
                '<line class="grid" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
                '<text class="tick" x="{3}" y="{2}" dy="4" text-anchor="end">{4}</text>'
            ).format(_LEFT, _WIDTH - _RIGHT, y, _LEFT - 6, _text(value))
        )
    return parts


def _bottom(labels: Sequence[str], step: float, shift: float) -> list[Markup]:
    """Return some of the labels, evenly spread, below the plot."""
    every = max(1, math.ceil(len(labels) / _LABELS))
    return [
        Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            _n(_LEFT + step * number + shift), _TOP + _PLOT + 18, escape(label)
        )
        for number, label in enumerate(labels)
        if number % every == 0
    ]


def _scale(highest: float) -> tuple[float, list[float]]:
    """Return the top of the axis, never 0, and its ticks: 1, 2 or 5 times a power of ten apart."""
    if highest <= 0:
        return 1.0, [0.0, 1.0]
    rough = highest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    count = math.ceil(highest / step)
    return step * count, [step * number for number in range(count + 1)]


def _summary(values: Sequence[tuple[str, float]]) -> str:
    if not values:
        return "There are none."
    least, most = min(values, key=lambda each: each[1]), max(values, key=lambda each: each[1])
    return f"From {_text(least[1])} ({least[0]}) to {_text(most[1])} ({most[0]})."


def _n(value: float) -> str:
    """Return a coordinate: the same text on every machine."""
    return f"{value:.1f}"


def _text(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}" if value >= 1 else f"{value:.2g}"
