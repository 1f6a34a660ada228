"""What every format gives back, and how all of them refuse."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid


class Clean(NamedTuple):
    """A file as it will be kept: same picture or sound, no metadata. Sizes are pixels as stored, unturned."""

    data: bytes
    width: int | None = None
    height: int | None = None
    orientation: int = 1
    seconds: float | None = None


class Damaged(Exception):
    """The file breaks its own format's rules or ends too early. The text is for developers."""


class HasPicture(Exception):
    """What should be sound is a film, or carries tracks other than sound."""


_MARKUP = re.compile(rb"<(?:script|html|svg|iframe|\?php|!doctype|%@)\b|<\?=|%PDF-1|\x7fELF", re.IGNORECASE)


def refuse_hidden_content(*parts: bytes) -> None:
    """Refuse a file whose metadata, comments or tail hold a page, a program or an archive.

    All of that would be cut off anyway; who put it there meant no good, and is told so.
    """
    for part in parts:
        if _MARKUP.search(part) or _holds_archive(part):
            raise Invalid(
                _("文件里夹带了网页、程序或压缩包，不能接收"),
                remedy=_("请重新拍一张照片，或者截屏后上传截屏"),
            )


def _holds_archive(part: bytes) -> bool:
    """Whether a zip directory ends in `part` and points at a file in it: chance bytes do not do that."""
    end = part.rfind(b"PK\x05\x06")
    return end >= 0 and part.rfind(b"PK\x01\x02", 0, end) >= 0
