"""Faces and plates in photos. The face is NASA's portrait of an astronaut (public domain); plates are drawn."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from youlin.apps.cases.moderation import pictures

ASTRONAUT = (Path(__file__).parent / "astronaut.jpg").read_bytes()


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def street(colour: tuple[int, int, int] | None) -> bytes:
    """A grey street with a red car; with a plate of this colour, or none."""
    image = Image.new("RGB", (800, 600), (130, 128, 120))
    draw = ImageDraw.Draw(image)
    draw.rectangle((250, 200, 600, 450), fill=(200, 30, 30))
    if colour:
        draw.rectangle((350, 380, 470, 418), fill=colour)
        draw.text((356, 382), "A 12345", fill="white", font=ImageFont.load_default(30))
    return jpeg(image)


def test_a_face_is_found_and_nothing_in_an_empty_picture() -> None:
    (face,) = [box for box in pictures.found_in(ASTRONAUT) if box["kind"] == "face"]
    assert face["x"] < 0.4 < face["x"] + face["w"] and face["y"] < 0.45 < face["y"] + face["h"]
    assert pictures.found_in(jpeg(Image.new("RGB", (640, 480), (120, 120, 120)))) == []


@pytest.mark.parametrize("colour", [(10, 60, 180), (20, 140, 70)])
def test_a_drawn_plate_is_found_where_it_is(colour: tuple[int, int, int]) -> None:
    plates = [box for box in pictures.found_in(street(colour)) if box["kind"] == "plate"]
    assert any(
        box["x"] < 0.51 < box["x"] + box["w"] and box["y"] < 0.66 < box["y"] + box["h"] for box in plates
    )


def test_a_street_without_a_plate_shows_none() -> None:
    assert [box for box in pictures.found_in(street(None)) if box["kind"] == "plate"] == []


def test_what_is_blurred_cannot_be_told_and_the_rest_stays() -> None:
    box = {"x": 0.2, "y": 0.2, "w": 0.45, "h": 0.55, "kind": "face"}
    before = np.asarray(pictures.upright(ASTRONAUT), dtype=float)
    after = np.asarray(Image.open(io.BytesIO(pictures.blurred(ASTRONAUT, [box]))), dtype=float)
    assert before.shape == after.shape
    inside = np.s_[60:180, 60:160]
    assert np.abs(np.diff(after[inside], axis=1)).mean() < np.abs(np.diff(before[inside], axis=1)).mean() / 4
    assert np.abs(before[:40] - after[:40]).mean() < 3
    if pictures.faces_can_be_found():
        assert not [
            one for one in pictures.found_in(pictures.blurred(ASTRONAUT, [box])) if one["kind"] == "face"
        ]


def test_boxes_from_a_browser_are_cut_to_the_picture_and_rubbish_is_dropped() -> None:
    sent = [{"x": -1, "y": 0.5, "w": 3, "h": 0.2}, {"x": "a"}, 7, {"x": 0.5, "y": 0.5, "w": 0, "h": 1}]
    assert pictures.clean(sent) == [{"x": 0.0, "y": 0.5, "w": 1.0, "h": 0.2, "kind": "drawn"}]
    assert pictures.clean("rubbish") == []
