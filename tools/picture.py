"""Draw the rooms of the package and their imports: docs/rooms.svg.

    python tools/picture.py

The layers come from the import-linter contract in pyproject.toml, the texts from the
docstrings of the rooms, the lines from the imports. A line is left out if a path
through another room exists.
"""

import ast
import sys
import textwrap
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "rooms.svg"
PACKAGE = "injector"

WIDTH, ROW, BOX_HEIGHT, GAP, MARGIN, SIDE = 1040, 112, 72, 24, 16, 70
TEXT_PIXELS = 6.4
"""The width of a character of the small text, about."""

Edges = Mapping[str, frozenset[str]]


def layers() -> list[list[str]]:
    """Return the rooms of each layer, top down."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    rooms = next(each for each in contracts if each.get("containers") == [PACKAGE])
    found = [layer.split(" | ") for layer in rooms["layers"]]
    return [layer for layer in found if layer != ["__main__"]]


def imports(rooms: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the rooms that each room imports."""
    known = frozenset(rooms)
    found = {}
    for room in known:
        targets = set()
        for file in (ROOT / PACKAGE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                    targets |= {name.split(".")[1] for name in names if "." in name}
        found[room] = frozenset(targets & known - {room})
    return found


def reduced(edges: Edges) -> dict[str, list[str]]:
    """Return the edges without a path through another room."""
    return {
        room: sorted(
            target
            for target in targets
            if not any(target in reached(edges, other) for other in targets - {target})
        )
        for room, targets in edges.items()
    }


def reached(edges: Edges, room: str) -> frozenset[str]:
    """Return all rooms that *room* imports, directly or through others."""
    below = edges[room]
    return below.union(*(reached(edges, each) for each in below))


def sentence(room: str) -> str:
    """Return the first sentence of the room's docstring."""
    text = (ROOT / PACKAGE / room / "__init__.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0]


def places(rows: list[list[str]]) -> dict[str, tuple[float, float, float]]:
    """Return left, top and width of each room's box."""
    found = {}
    for at, row in enumerate(rows):
        width = min(430, (WIDTH - 2 * SIDE - GAP * (len(row) - 1)) / len(row))
        left = (WIDTH - width * len(row) - GAP * (len(row) - 1)) / 2
        for number, room in enumerate(row):
            found[room] = (left + number * (width + GAP), MARGIN + at * ROW, width)
    return found


def picture() -> str:
    """Return the drawing."""
    rows = layers()
    boxes = places(rows)
    height = MARGIN * 2 + ROW * (len(rows) - 1) + BOX_HEIGHT
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
            f'height="{height}" viewBox="0 0 {WIDTH} {height}" '
            'font-family="sans-serif">'
        ),
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    lanes = [0, 0]
    for room, targets in sorted(reduced(imports(boxes)).items()):
        for target in targets:
            above, below = boxes[room], boxes[target]
            if below[1] - above[1] <= ROW:
                parts.append(_line(above, below))
                continue
            middles = [box[0] + box[2] / 2 - WIDTH / 2 for box in (above, below)]
            right = (middles[0] or middles[1]) >= 0
            lanes[right] += 1
            parts.append(_detour(above, below, lanes[right], right=right))
    for room, box in boxes.items():
        parts += _box(room, box)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _line(above: tuple[float, float, float], below: tuple[float, float, float]) -> str:
    x1, y1 = above[0] + above[2] / 2, above[1] + BOX_HEIGHT
    x2, y2 = below[0] + below[2] / 2, below[1]
    middle = (y2 - y1) / 2
    return (
        f'<path d="M{x1:.0f} {y1:.0f} C{x1:.0f} {y1 + middle:.0f} {x2:.0f} '
        f'{y2 - middle:.0f} {x2:.0f} {y2:.0f}" fill="none" stroke="#718096" '
        'stroke-width="1.5"/>'
    )


def _detour(
    above: tuple[float, float, float],
    below: tuple[float, float, float],
    lane: int,
    *,
    right: bool,
) -> str:
    """Return a line around the layers between, on *lane* of one side."""
    x = WIDTH - SIDE + 8 * lane if right else SIDE - 8 * lane
    start = above[0] + above[2] if right else above[0]
    y1, y2 = above[1] + BOX_HEIGHT / 2 + 4 * lane, below[1] - 4 - 5 * lane
    end = below[0] + below[2] / 2 + (8 * lane if right else -8 * lane)
    return (
        f'<path d="M{start:.0f} {y1:.0f} H{x} V{y2:.0f} H{end:.0f} V{below[1]:.0f}" '
        'fill="none" stroke="#718096" stroke-width="1.5"/>'
    )


def _box(room: str, box: tuple[float, float, float]) -> list[str]:
    left, top, width = box
    lines = textwrap.wrap(sentence(room), int((width - 20) / TEXT_PIXELS))
    x = f'x="{left + 10:.0f}"'
    return [
        (
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" '
            f'height="{BOX_HEIGHT}" rx="6" fill="#ebf4ff" stroke="#2b6cb0"/>'
        ),
        f'<text {x} y="{top + 20:.0f}" font-size="15" font-weight="bold">{room}</text>',
        *(
            f'<text {x} y="{top + 38 + 15 * at:.0f}" font-size="12" fill="#2d3748">'
            f"{_safe(line)}</text>"
            for at, line in enumerate(lines)
        ),
    ]


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}\n")
