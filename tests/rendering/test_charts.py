"""The charts of a report: what is drawn is what the scorecard says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from math import cos, dist, pi, sin
from typing import Any

import pytest
from support import oracle
from support.make_reports import EXAMPLES
from support.reports import (
    Drawing,
    document,
    example,
    scored,
    with_deletions,
)

from aftersales.rendering.charts import Label, bars, radar
from aftersales.rendering.document import (
    Picture,
)


def points(shape: ET.Element) -> list[tuple[float, float]]:
    pairs = (pair.split(",") for pair in str(shape.get("points")).split())
    return [(float(x), float(y)) for x, y in pairs]


BLUE, GREY = "#1d5fa8", "#cbd2d9"


@pytest.mark.parametrize("data", [*map(example, EXAMPLES), with_deletions()], ids=[*EXAMPLES, "deletions"])
class TestCharts:
    """What is drawn is what the scorecard says: lengths and points are read back and held against its exact ratios."""

    def test_bars_have_the_lengths_of_their_ratios(self, data: dict[str, Any]) -> None:
        card, paper = scored(data), document(data)
        drawing = Drawing(next(b for b in paper.blocks if isinstance(b, Picture) and "大类" in b.alt))
        nodes = [card[category.id] for category in card.standard.categories]
        measured = [node for node in nodes if node.ratio is not None]
        frames, filled = drawing.shapes("rect", fill="none"), drawing.shapes("rect", fill=BLUE)
        assert len(frames) == len(filled) == len(measured)
        for node, frame, bar in zip(measured, frames, filled, strict=True):
            assert node.ratio is not None
            assert (bar.get("x"), bar.get("y")) == (frame.get("x"), frame.get("y"))
            share = float(str(bar.get("width"))) / float(str(frame.get("width")))
            assert abs(share - node.ratio) < 0.0005
        texts = iter(drawing.texts)
        for node in nodes:
            figure = "（不适用）" if node.ratio is None else f"{float(node.ratio * 100):.2f}%"
            assert (next(texts), next(texts)) == (f"{node.id} {node.title.zh}", figure)
        assert list(texts) == ["60", "70", "75", "80", "90"]

    def test_limits_stand_at_their_scores_over_the_bars(self, data: dict[str, Any]) -> None:
        drawing = Drawing(next(b for b in document(data).blocks if isinstance(b, Picture) and "大类" in b.alt))
        frame = drawing.shapes("rect", fill="none")[0]
        left, wide = float(str(frame.get("x"))), float(str(frame.get("width")))
        lines = drawing.shapes("line")
        assert [round((float(str(line.get("x1"))) - left) / wide * 100) for line in lines] == [60, 70, 75, 80, 90]
        order = list(drawing.root)
        assert max(map(order.index, drawing.shapes("rect"))) < min(map(order.index, lines))

    def test_the_radar_has_a_point_for_each_ratio(self, data: dict[str, Any]) -> None:
        card, paper = scored(data), document(data)
        drawing = Drawing(next(b for b in paper.blocks if isinstance(b, Picture) and "雷达" in b.alt))
        groups = [card[key] for key in oracle.GROUPS if key.count(".") == 2]
        *rings, rim = drawing.shapes("polygon", fill="none")
        centre = (float(str(drawing.shapes("line")[0].get("x1"))), float(str(drawing.shapes("line")[0].get("y1"))))
        radius = dist(centre, points(rim)[0])
        assert [[round(dist(centre, point) / radius, 2) for point in points(ring)] for ring in rings] == [
            [0.6] * len(groups),
            [0.9] * len(groups),
        ]
        expected = {}
        for k, node in enumerate(groups):
            if node.ratio is not None:
                angle, reach = 2 * pi * k / len(groups), radius * float(node.ratio)
                expected[node.id] = (centre[0] + reach * sin(angle), centre[1] - reach * cos(angle))
        dots = [(float(str(dot.get("cx"))), float(str(dot.get("cy")))) for dot in drawing.shapes("circle")]
        assert len(dots) == len(expected)
        for place in expected.values():
            assert min(dist(place, dot) for dot in dots) < 0.2
        remarks = {node.id: "（不适用）" if node.ratio is None else "" for node in groups}
        assert drawing.texts == ["60%", "90%", *(f"{n.id} {n.title.zh}{remarks[n.id]}" for n in groups)]

    def test_the_shape_of_the_radar_joins_only_neighbours_that_are_measured(self, data: dict[str, Any]) -> None:
        card = scored(data)
        drawing = Drawing(next(b for b in document(data).blocks if isinstance(b, Picture) and "雷达" in b.alt))
        groups = [card[key] for key in oracle.GROUPS if key.count(".") == 2]
        gaps = [node.id for node in groups if node.ratio is None]
        areas, outlines = drawing.shapes("polygon", fill=BLUE), drawing.shapes("polyline")
        dashed = drawing.shapes("line", **{"stroke-dasharray": "3 3"})
        assert len(dashed) == len(gaps)
        dots = [(float(str(dot.get("cx"))), float(str(dot.get("cy")))) for dot in drawing.shapes("circle")]
        if not gaps:
            assert (len(areas), outlines, len(points(areas[0]))) == (1, [], len(groups))
            return
        order = [node.id for node in groups]
        start = order.index(gaps[0])
        rows: list[list[str]] = [[]]
        for key in order[start + 1 :] + order[: start + 1]:
            rows = [*rows, []] if key in gaps else [*rows[:-1], [*rows[-1], key]]
        lengths = [len(row) for row in rows if len(row) > 1]
        assert [len(points(line)) for line in outlines] == lengths
        assert [len(points(area)) for area in areas] == [length + 1 for length in lengths]  # and the centre
        assert all(point in dots for line in outlines for point in points(line))


class TestChartsByThemselves:
    def test_a_row_of_one_is_a_dot_alone(self) -> None:
        axes = [(Label(str(k)), 0.5 if k % 2 else None) for k in range(4)]
        drawing = Drawing(Picture(radar(axes, []), ""))
        assert (len(drawing.shapes("circle")), drawing.shapes("polyline"), drawing.shapes("polygon", fill=BLUE)) == (
            2,
            [],
            [],
        )

    def test_labels_are_escaped_and_titles_can_be_left_out(self) -> None:
        svg = bars([(Label("a&b", "<i>"), 1.0, "100%")], [])
        assert 'a&amp;b<tspan class="title">&#160;&lt;i&gt;</tspan>' in svg

    def test_an_english_radar_has_ids_alone(self) -> None:
        paper = document(with_deletions(), "en")
        texts = Drawing(next(b for b in paper.blocks if isinstance(b, Picture) and "Radar" in b.alt)).texts
        assert "5.1.1" in texts
        assert "5.1.2 (n/a)" in texts


def test_a_bar_of_what_lost_a_point_is_shorter_than_its_frame() -> None:
    """Reading R3, for a loss that no float distinguishes from nothing."""
    nearly = {"kind": "qualitative", "degree": f"0.{'9' * 60}"}
    paper = document(oracle.document(oracle.all_full() | {"5.1.1.1": nearly}, type="third_party"))
    bars, spokes = (Drawing(block) for block in paper.blocks if isinstance(block, Picture))
    widths = [float(str(bar.get("width"))) for bar in bars.shapes("rect", fill=BLUE)]
    full = float(str(bars.shapes("rect", fill="none")[0].get("width")))
    assert full - widths[0] > 0.5
    assert widths[1:] == [full] * 3
    heights = [float(str(dot.get("cy"))) for dot in spokes.shapes("circle")]
    rim = min(y for _, y in points(spokes.shapes("polygon", fill="none")[-1]))
    assert heights[0] - rim > 0.3
