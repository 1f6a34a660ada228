"""The formats that are taken in, recognised by their content; the file's name says nothing.

Each module knows how to cut a format's metadata without decoding it: pixels and samples stay bit by bit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import filetype
from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid
from youlin.kernel.media.formats import amr, jpeg, mp3, mp4, ogg, png, wav, webm, webp
from youlin.kernel.media.formats.common import Clean, Damaged, HasPicture

__all__ = ["FORMATS", "Clean", "Damaged", "Format", "HasPicture", "recognise"]


@dataclass(frozen=True)
class Format:
    """One format: what it is called, how it is recognised and how its metadata are cut."""

    name: str
    kind: Literal["photo", "audio"]
    content_type: str
    extension: str
    matches: Callable[[bytes], bool]
    clean: Callable[[bytes], Clean]


_PICTURE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}

FORMATS = (
    Format("JPEG", "photo", "image/jpeg", "jpg", lambda data: data.startswith(b"\xff\xd8\xff"), jpeg.clean),
    Format("PNG", "photo", "image/png", "png", lambda data: data.startswith(png.SIGNATURE), png.clean),
    Format("WEBP", "photo", "image/webp", "webp", lambda data: _riff(data) == b"WEBP", webp.clean),
    Format("WAV", "audio", "audio/wav", "wav", lambda data: _riff(data) == b"WAVE", wav.clean),
    Format("OGG", "audio", "audio/ogg", "ogg", lambda data: data.startswith(b"OggS"), ogg.clean),
    Format("WEBM", "audio", "audio/webm", "webm", lambda data: data.startswith(webm.MARK), webm.clean),
    Format("M4A", "audio", "audio/mp4", "m4a", lambda data: data[4:8] == b"ftyp", mp4.clean),
    Format(
        "AMR", "audio", "audio/amr", "amr", lambda data: data.startswith((amr.NARROW, amr.WIDE)), amr.clean
    ),
    Format("MP3", "audio", "audio/mpeg", "mp3", mp3.starts, mp3.clean),
)


def recognise(data: bytes) -> Format:
    """The format of `data`. Raises `Invalid`, saying in words what it is instead and what to do."""
    if data[4:8] == b"ftyp" and data[8:12] in _PICTURE_BRANDS:
        raise Invalid(
            _("这张照片是 HEIC 格式，目前不能接收"),
            remedy=_("请在手机的“设置 › 相机 › 格式”里选“兼容性最佳”后重拍，或者截屏后上传截屏"),
        )
    for candidate in FORMATS:
        if candidate.matches(data):
            return candidate
    raise Invalid(
        _("这个文件不是照片或录音：%(what)s") % {"what": _in_words(data)},
        remedy=_("照片请用 JPEG、PNG 或 WebP，录音请用 M4A、MP3、OGG、WebM、WAV 或 AMR"),
    )


def _riff(data: bytes) -> bytes:
    return data[8:12] if data.startswith(b"RIFF") else b""


def _in_words(data: bytes) -> str:
    """What a file that is refused seems to be."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in data[:4096].lower():
        return _("SVG 矢量图")
    if start.startswith((b"<!doctype", b"<html", b"<?php", b"<script", b"<?xml")):
        return _("网页或程序")
    if start.startswith((b"pk\x03\x04", b"pk\x05\x06", b"rar!", b"7z\xbc\xaf")):
        return _("压缩包或办公文档")
    if start.startswith(b"%pdf"):
        return _("PDF 文档")
    if start.startswith((b"mz", b"\x7felf", b"#!/")):
        return _("程序")
    found = filetype.guess(data[:8192])
    if found and found.mime.startswith("video/"):
        return _("视频")
    return found.mime if found else _("无法识别的文件")
