"""Plots: each is a drawing with a name, a description and the numbers that it was drawn from."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from release.pages.plots import Plot, Span, band, bars, gantt, line

DAY = date(2027, 3, 1)
EVIL = '"><script>alert(1)</script>'
PLOTS = {
    "bars": bars("one", "Changes", "changes", [("1.0.0", 3.0), (EVIL, 0.0), ("1.2.0", 250.0)]),
    "nothing but zeros": bars("one", "Changes", "changes", [("1.0.0", 0.0)]),
    "a line": line("one", "Chance", "percent", [("Monday", 12.5), (EVIL, 85.0)], [("enough: 85 %", 85.0)]),
    "one point": line("one", "Chance", "percent", [("Monday", 12.5)]),
    "a band": band("one", "Forecast", [(DAY, DAY, DAY + timedelta(days=9))] * 2, DAY + timedelta(days=4)),
    "a gantt chart": gantt(
        "one", "Days", [Span(EVIL, DAY, DAY), Span("beta", DAY, DAY + timedelta(days=7), "late")], DAY
    ),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_a_plot_is_well_formed_and_named(plot: Plot) -> None:
    drawing = ElementTree.fromstring(str(plot.drawing))  # noqa: S314 - our own text

    names = {each.attrib["id"]: each.text for each in drawing if "id" in each.attrib}
    assert drawing.attrib["role"] == "img"
    assert drawing.attrib["aria-labelledby"].split() == ["one-t", "one-d"]
    assert (names["one-t"], names["one-d"]) == (plot.title, plot.description)
    assert not {each.tag for each in drawing.iter()} & {"script", "style", "image", "foreignObject"}
    assert {len(row) for row in plot.rows} == {len(plot.head)}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_nothing_is_drawn_outside_of_the_plot(plot: Plot) -> None:
    drawing = ElementTree.fromstring(str(plot.drawing))  # noqa: S314 - our own text
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())

    for each in drawing.iter():
        places = [
            (each.attrib.get(x), each.attrib.get(y)) for x, y in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy"))
        ]
        places += [tuple(pair.split(",")) for pair in each.attrib.get("points", "").split()]  # type: ignore[misc]
        for x, y in places:
            assert 0 <= float(x or 0) <= width, each.attrib
            assert 0 <= float(y or 0) <= height, each.attrib


def test_the_height_of_a_bar_is_its_value() -> None:
    drawing = ElementTree.fromstring(str(bars("one", "Changes", "changes", [("a", 10.0), ("b", 5.0)]).drawing))  # noqa: S314

    heights = [float(each.attrib["height"]) for each in drawing if each.attrib.get("class") == "bar"]
    assert heights[0] == pytest.approx(2 * heights[1])


def test_the_description_says_what_a_reader_would_see() -> None:
    plot = PLOTS["a line"]

    assert plot.description == f"A line: percent, 2 points. From 12.5 (Monday) to 85 ({EVIL}). Dashed: enough: 85 %."
    assert plot.rows == (("Monday", "12.5"), (EVIL, "85"))
