"""Decoding photos: proof that a photo is whole, and the smaller pictures made of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from youlin.kernel.errors import Invalid
from youlin.kernel.media.formats import Clean, Damaged

MAX_PIXELS = 50_000_000
"""A phone's 48-megapixel photo fits. Checked before anything is decoded: 150 MB of memory at most."""

MAX_SIDE = 16_383
SIZES = {"thumb": 320, "full": 1280}
"""Longest side in pixels of what is shown; WebP, turned upright, without metadata."""

_QUALITY = 80
_DECODERS = ("JPEG", "PNG", "WEBP")


def check(photo: Clean) -> None:
    """Raise `Invalid` when the photo is too large, `Damaged` when it cannot be decoded to its end."""
    width, height = photo.width or 0, photo.height or 0
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Invalid(
            _("照片有 %(width)s × %(height)s 像素，太大了") % {"width": width, "height": height},
            remedy=_("请在相机设置里降低分辨率后重拍，或者截屏后上传截屏"),
        )
    with _opened(photo.data) as image:
        if image.size != (width, height) or getattr(image, "n_frames", 1) != 1:
            raise Damaged("the picture is not what its header says")
        image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
        image.load()


def smaller(data: bytes) -> dict[str, bytes]:
    """The photo in the sizes of `SIZES`, upright. A photo that is smaller already is not made larger."""
    with _opened(data) as image:
        side = max(SIZES.values())
        image.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(image)
        profile = None if image.mode == "CMYK" else image.info.get("icc_profile")
        picture = upright.convert("RGBA" if _is_transparent(upright) else "RGB")
    made = {}
    for size, side in sorted(SIZES.items(), key=lambda item: -item[1]):
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = BytesIO()
        picture.save(out, "WEBP", quality=_QUALITY, icc_profile=profile)
        made[size] = out.getvalue()
    return made


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The picture, with every way in which a decoder fails told as `Damaged`."""
    try:
        with Image.open(BytesIO(data), formats=_DECODERS) as image:
            yield image
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError) as error:
        raise Damaged(str(error)) from error
    except Image.DecompressionBombError as error:
        raise Damaged(str(error)) from error


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
