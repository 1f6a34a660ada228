"""Metadata are cut without touching a pixel or a sample, and what is not whole or not honest is refused."""

import contextlib
import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from youlin.kernel.errors import Invalid
from youlin.kernel.media import formats, photos
from youlin.kernel.tests import pictures

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.*[!d]"))
MAKERS = [pictures.jpeg, pictures.png, pictures.webp]


def clean(data: bytes) -> formats.Clean:
    return formats.recognise(data).clean(data)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_keeps_its_pixels_and_orientation_and_nothing_else(
    make: Callable[[int], bytes], orientation: int
) -> None:
    data = make(orientation)
    assert b"SECRET" in data
    found = clean(data)
    assert pictures.pixels(found.data) == pictures.pixels(data)
    assert (found.width, found.height, found.orientation) == (64, 48, orientation)
    with Image.open(io.BytesIO(found.data)) as image:
        assert dict(image.getexif()) == ({0x0112: orientation} if orientation != 1 else {})
        assert not image.getexif().get_ifd(0x8825)
        assert not {"comment", "xmp", "photoshop", "XML:com.adobe.xmp", "Author"} & image.info.keys()
    for trace in (b"SECRET", b"GPS", b"xmpmeta", b"2026", b"Photoshop", b"tEXt", b"tIME"):
        assert trace not in found.data
    assert clean(found.data).data == found.data


@pytest.mark.parametrize("make", MAKERS)
def test_a_colour_profile_is_kept(make: Callable[..., bytes]) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    kind = {pictures.jpeg: "JPEG", pictures.png: "PNG", pictures.webp: "WEBP"}[make]
    pictures.picture().save(out, kind, icc_profile=profile, exif=pictures.exif(6))
    with Image.open(io.BytesIO(clean(out.getvalue()).data)) as image:
        assert image.info["icc_profile"] == profile


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0}, {"restart_marker_blocks": 1}])
def test_every_usual_jpeg_is_taken(options: dict[str, object]) -> None:
    data = pictures.jpeg(3, **options)
    assert pictures.pixels(clean(data).data) == pictures.pixels(data)


@pytest.mark.parametrize("mode", ["L", "CMYK", "1"])
def test_grey_and_print_colours_are_taken(mode: str) -> None:
    out = io.BytesIO()
    pictures.picture().convert(mode).save(out, "JPEG")
    found = clean(out.getvalue())
    photos.check(found)
    assert set(photos.smaller(found.data)) == {"thumb", "full"}


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_usual_png_is_taken(mode: str) -> None:
    out = io.BytesIO()
    pictures.picture().convert(mode).save(out, "PNG")
    found = clean(out.getvalue())
    photos.check(found)
    assert set(photos.smaller(found.data)) == {"thumb", "full"}


def test_bytes_after_the_end_are_cut() -> None:
    tail = b"ftypmp42 a film that a phone hides behind its photo SECRET"
    for make in MAKERS:
        assert b"film" not in clean(make() + tail).data
        assert pictures.pixels(clean(make() + tail).data) == pictures.pixels(make())


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "payload",
    [
        b"<html><body>",
        b"<?php system($_GET[1]);",
        b"<SCRIPT>alert(1)</SCRIPT>",
        b"%PDF-1.7",
        pictures.archive(),
    ],
    ids=["html", "php", "script", "pdf", "zip"],
)
def test_a_photo_that_is_something_else_as_well_is_refused(
    make: Callable[..., bytes], payload: bytes
) -> None:
    with pytest.raises(Invalid) as caught:
        clean(make() + payload)
    assert "夹带" in caught.value.message and caught.value.problems[0].remedy


def test_payloads_in_comments_are_refused() -> None:
    out = io.BytesIO()
    pictures.picture().save(out, "JPEG", comment=b"<?php eval(1); ?>")
    with pytest.raises(Invalid):
        clean(out.getvalue())
    data = pictures.png()
    with pytest.raises(Invalid):
        clean(data[:33] + pictures.png_chunk(b"tEXt", b"a\x00<script>") + data[33:])


@pytest.mark.parametrize("make", MAKERS)
def test_a_photo_that_breaks_off_is_damaged(make: Callable[..., bytes]) -> None:
    data = make()
    for length in (12, 40, len(data) // 2, len(data) - 1, len(data) - 20):
        with pytest.raises((formats.Damaged, Invalid)):
            photos.check(clean(data[:length]))


def test_bombs_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *a, **k: pytest.fail("decoded"))
    for bomb in (
        pictures.bomb_png(60_000, 60_000),
        pictures.bomb_png(1, 40_000),
        pictures.bomb_jpeg(20_000, 20_000),
    ):
        with pytest.raises(Invalid) as caught:
            photos.check(clean(bomb))
        assert "像素" in caught.value.message


def test_a_picture_that_lies_about_its_size_is_damaged() -> None:
    with pytest.raises(formats.Damaged):
        photos.check(clean(pictures.bomb_png(3000, 3000)))


def test_a_moving_picture_is_refused() -> None:
    out = io.BytesIO()
    frames = [pictures.picture(), pictures.picture().transpose(Image.Transpose.ROTATE_180)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(formats.Damaged):
        clean(out.getvalue())
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    still = clean(out.getvalue()).data
    with Image.open(io.BytesIO(still)) as image:
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_small_pictures_are_upright_and_bare(orientation: int) -> None:
    data = clean(pictures.jpeg(orientation, size=(1600, 1200))).data
    made = photos.smaller(data)
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image)
    for size, side in photos.SIZES.items():
        with Image.open(io.BytesIO(made[size])) as image:
            assert image.format == "WEBP" and max(image.size) == side
            assert (image.width > image.height) == (upright.width > upright.height)
            assert not image.getexif() and b"SECRET" not in made[size]
            corner, far = image.getpixel((2, 2)), upright.getpixel((2, 2))
            assert all(abs(a - b) < 40 for a, b in zip(corner, far, strict=True))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_a_recording_keeps_its_sound_and_nothing_else(path: Path) -> None:
    data = path.read_bytes()
    found = clean(data)
    assert found.data.count(b"SECRET") == 0 and b"39.9042" not in found.data
    assert found.seconds is None or 0.55 < found.seconds < 0.7
    again = clean(found.data)
    assert again.data == found.data
    assert formats.recognise(data).kind == "audio"


def test_every_format_of_sound_has_a_sample() -> None:
    names = {formats.recognise(path.read_bytes()).name for path in RECORDINGS}
    assert names == {format.name for format in formats.FORMATS if format.kind == "audio"}


def test_frames_and_samples_are_bit_by_bit_the_same() -> None:
    by_name = {path.name: path.read_bytes() for path in RECORDINGS}
    wav = by_name["pcm.wav"]
    assert clean(wav).data.endswith(wav[wav.index(b"data") :])
    m4a = by_name["aac.m4a"]
    samples = m4a[m4a.index(b"mdat") : m4a.index(b"moov") - 4]
    assert samples in clean(m4a).data and len(clean(m4a).data) == len(m4a)
    assert clean(by_name["mp3.mp3"]).data in by_name["mp3.mp3"]
    assert clean(by_name["narrow.amr"]).data == by_name["narrow.amr"]
    for name in ("opus.webm", "opus.ogg", "live.webm"):
        assert len(clean(by_name[name]).data) == len(by_name[name])


def test_a_live_wav_without_lengths_is_taken() -> None:
    data = bytearray(next(p for p in RECORDINGS if p.name == "pcm.wav").read_bytes())
    place = data.index(b"data") + 4
    data[4:8] = data[place : place + 4] = struct.pack("<I", 0xFFFFFFFF)
    assert 0.55 < (clean(bytes(data)).seconds or 0) < 0.7


def test_a_film_is_no_recording() -> None:
    data = next(p for p in RECORDINGS if p.name == "aac.m4a").read_bytes()
    with pytest.raises(formats.HasPicture):
        clean(data.replace(b"soun", b"vide"))
    webm = bytearray(next(p for p in RECORDINGS if p.name == "opus.webm").read_bytes())
    place = webm.index(b"\x83\x81\x02")
    webm[place + 2] = 1
    with pytest.raises(formats.HasPicture):
        clean(bytes(webm))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_a_recording_with_a_page_behind_it_is_refused(path: Path) -> None:
    with pytest.raises((Invalid, formats.Damaged)):
        clean(path.read_bytes() + b"<html><script>alert(1)</script>")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        (b"<?xml version='1.0'?><svg/>", "SVG"),
        (b"<!DOCTYPE html><p>", "网页"),
        (b"<?php phpinfo();", "网页或程序"),
        (pictures.archive(), "压缩包"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"MZ\x90\x00", "程序"),
        (b"GIF89a\x01\x00\x01\x00", "image/gif"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", "HEIC"),
        (b"hello", "无法识别"),
        (b"\x00" * 100, "无法识别"),
    ],
    ids=range(12),
)
def test_other_files_are_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        formats.recognise(data)
    assert words in caught.value.message and caught.value.problems[0].remedy


SEEDS = [make() for make in MAKERS] + [path.read_bytes() for path in RECORDINGS]
HEADS = {
    "JPEG": b"\xff\xd8\xff",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "WEBP": b"RIFF\x10\x00\x00\x00WEBP",
    "WAV": b"RIFF\x10\x00\x00\x00WAVE",
    "OGG": b"OggS",
    "WEBM": b"\x1a\x45\xdf\xa3",
    "M4A": b"\x00\x00\x00\x10ftyp",
    "AMR": b"#!AMR\n",
    "MP3": b"ID3",
}
REFUSALS = (Invalid, formats.Damaged, formats.HasPicture)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=5), st.data()
)
def test_damaged_files_are_refused_or_cleaned_and_never_break(
    seed: bytes, changes: list[tuple[float, bytes]], data: st.DataObject
) -> None:
    broken = bytearray(seed)
    for place, piece in changes:
        at = int(place * len(broken))
        broken[at : at + len(piece)] = piece
    broken = broken[: data.draw(st.integers(0, len(broken)))] if data.draw(st.booleans()) else broken
    with contextlib.suppress(*REFUSALS):
        format = formats.recognise(bytes(broken))
        found = format.clean(bytes(broken))
        if format.kind == "photo":
            photos.check(found)


@given(st.binary(max_size=200), st.sampled_from(formats.FORMATS))
def test_any_bytes_are_answered(data: bytes, format: formats.Format) -> None:
    with contextlib.suppress(*REFUSALS):
        format.clean(HEADS[format.name] + data)
