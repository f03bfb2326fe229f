"""docs/performance.svg: the ratios as bars, and the goals."""

from collections.abc import Sequence

from benchmark.measure import Speed

WIDTH, LEFT, ROW = 720, 200, 34
SCALE = 460
"""Pixels of a ratio of one."""


def plot(speeds: Sequence[Speed]) -> str:
    """Return the drawing."""
    height = ROW * len(speeds) + 60
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
            f'height="{height}" viewBox="0 0 {WIDTH} {height}" '
            'font-family="sans-serif" font-size="13">'
        ),
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        (
            '<text x="10" y="20" font-weight="bold">Requests a second on one core, '
            "hello world = 1</text>"
        ),
    ]
    for at, one in enumerate(speeds):
        parts += _bar(one, 36 + at * ROW)
    parts += [
        (
            f'<text x="{LEFT}" y="{height - 8}" font-size="11" fill="#555">'
            "the line is the goal</text>"
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _bar(one: Speed, top: int) -> list[str]:
    reached = one.ratio >= one.goal
    colour = "#9aa5b1" if one.name == "hello world" else "#2b6cb0"
    width = min(one.ratio, 1.1) * SCALE
    middle = top + 17
    parts = [
        f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{_safe(one.name)}</text>',
        (
            f'<rect x="{LEFT}" y="{top}" width="{width:.0f}" height="24" '
            f'fill="{colour if reached else "#c05621"}"/>'
        ),
        f'<text x="{LEFT + width + 6:.0f}" y="{middle}">{one.ratio:.2f}</text>',
    ]
    if one.goal:
        x = LEFT + one.goal * SCALE
        parts.append(
            f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{top - 3}" y2="{top + 27}" '
            'stroke="#000" stroke-width="2"/>'
        )
    return parts


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
