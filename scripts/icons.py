"""Draw the platform's icon: two neighbours under one roof, in jade. Written once, kept in the repository."""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "src/youlin/ui/static/ui/icons"
JADE, PAPER = "#0b7261", "#fffefb"
ROOF = [(15, 50), (50, 22), (85, 50)]
NEIGHBOURS = [(36, 62), (64, 62)]
HEAD, SHOULDER = 8.5, 14


def svg() -> str:
    """The icon as SVG on a 100 × 100 grid."""
    roof = " ".join(f"{x},{y}" for x, y in ROOF)
    people = "".join(
        f'<circle cx="{x}" cy="{y}" r="{HEAD}" fill="{PAPER}"/>'
        f'<path d="M{x - SHOULDER} 90a{SHOULDER} {SHOULDER} 0 0 1 {2 * SHOULDER} 0z" fill="{PAPER}"/>'
        for x, y in NEIGHBOURS
    )
    line = f'stroke="{PAPER}" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<rect width="100" height="100" rx="22" fill="{JADE}"/>'
        f'<polyline points="{roof}" fill="none" {line}/>{people}</svg>\n'
    )


def png(size: int) -> Image.Image:
    """The icon as a square picture, drawn four times as large and made smaller. No rounded corners: phones
    cut their own shape, and everything that matters stays within the middle 80 %."""
    big = size * 4
    scale = big / 100 * 0.82

    def place(x: float, y: float) -> tuple[float, float]:
        return big / 2 + (x - 50) * scale, big / 2 + (y - 54) * scale

    picture = Image.new("RGB", (big, big), JADE)
    draw = ImageDraw.Draw(picture)
    width = round(8 * scale)
    roof = [place(*point) for point in ROOF]
    draw.line(roof, fill=PAPER, width=width, joint="curve")
    for x, y in roof:
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=PAPER)
    for x, y in NEIGHBOURS:
        (left, top), (right, bottom) = place(x - HEAD, y - HEAD), place(x + HEAD, y + HEAD)
        draw.ellipse((left, top, right, bottom), fill=PAPER)
        (left, top), (right, bottom) = place(x - SHOULDER, 76), place(x + SHOULDER, 104)
        draw.pieslice((left, top, right, bottom), 180, 360, fill=PAPER)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Write the SVG and the sizes that phones ask for."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "icon.svg").write_text(svg(), encoding="utf-8")
    for size in (180, 192, 512):
        png(size).quantize(32).save(FOLDER / f"icon-{size}.png", optimize=True)


if __name__ == "__main__":
    main()
