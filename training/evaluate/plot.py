"""The reliability diagram as SVG."""

from __future__ import annotations


def drawing(tables: dict[str, list[dict[str, float | None]]], size: int = 320) -> str:
    """A reliability diagram as SVG: one line a table, the diagonal is perfect."""
    colours = ("#1b6ca8", "#c2571a", "#3a7d44", "#7a3b8f")
    edge = 42

    def x(value: float) -> float:
        return round(edge + value * size, 1)

    def y(value: float) -> float:
        return round(edge / 2 + (1 - value) * size, 1)

    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    text = 'font-family="sans-serif" font-size="11" fill="#333"'
    parts = [
        f'<rect x="{x(0)}" y="{y(1)}" width="{size}" height="{size}" fill="none" stroke="#999"/>',
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#999" '
        'stroke-dasharray="4 3"/>',
        f'<text x="{x(0.5)}" y="{y(0) + 32}" text-anchor="middle" {text}>predicted probability'
        "</text>",
        f'<text x="12" y="{y(0.5)}" text-anchor="middle" {text} '
        f'transform="rotate(-90 12 {y(0.5)})">share that is true</text>',
    ]
    for tick in ticks:
        parts += [
            f'<text x="{x(tick)}" y="{y(0) + 16}" text-anchor="middle" {text}>{tick:g}</text>',
            f'<text x="{x(0) - 6}" y="{y(tick) + 4}" text-anchor="end" {text}>{tick:g}</text>',
        ]
    for number, (name, rows) in enumerate(tables.items()):
        colour = colours[number % len(colours)]
        points = [
            (x(row["probability"]), y(row["share_true"]))
            for row in rows
            if row["probability"] is not None and row["share_true"] is not None
        ]
        path = " ".join(f"{px},{py}" for px, py in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{px}" cy="{py}" r="3" fill="{colour}"/>' for px, py in points]
        parts.append(
            f'<text x="{x(0.03)}" y="{y(0.95) + 15 * number}" font-family="sans-serif" '
            f'font-size="12" fill="{colour}">{name}</text>'
        )
    width, height = size + 2 * edge, size + 2 * edge
    inner = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n<rect width="100%" height="100%" fill="white"/>\n'
        f"{inner}\n</svg>\n"
    )
