"""Charts as SVG, drawn on the server: no script is needed to see them."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join

WIDTH, HEIGHT, FOOT = 300, 96, 16  # units of the drawing


def bars(values: Sequence[tuple[str, float]], title: Any) -> str:
    """One bar for each pair of label and value; the first and the last label stand below, the highest value above."""
    if not values:
        return ""
    highest = max(value for _label, value in values) or 1
    step = WIDTH / len(values)
    room = HEIGHT - FOOT - 16

    def bar(index: int, label: str, value: float) -> tuple[str, str, str, str, str]:
        height = room * value / highest
        top = HEIGHT - FOOT - height
        return (
            f"{index * step + step * 0.1:.1f}",
            f"{top:.1f}",
            f"{step * 0.8:.1f}",
            f"{height:.1f}",
            f"{label}: {value:g}",
        )

    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="1"><title>{}</title></rect>',
        (bar(index, label, value) for index, (label, value) in enumerate(values)),
    )
    return format_html(
        '<svg class="oe-chart" viewBox="0 0 {w} {h}" role="img" aria-label="{title}"><line x1="0" x2="{w}" y1="{y}" '
        'y2="{y}"/>{bars}<text x="0" y="{foot}">{first}</text><text x="{w}" y="{foot}" text-anchor="end">{last}</text>'
        '<text x="0" y="11">{top}</text></svg>',
        w=WIDTH,
        h=HEIGHT,
        y=HEIGHT - FOOT,
        foot=HEIGHT - 3,
        title=title,
        bars=drawn,
        first=values[0][0],
        last=values[-1][0],
        top=f"{highest:g}",
    )
