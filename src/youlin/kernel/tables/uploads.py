"""A table that somebody sends through a page: its kind and size are looked at, then it is read as a file."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid
from youlin.kernel.languages import listed

KINDS_OF_FILE = (".csv", ".tsv", ".xlsx")
MEGABYTE = 1024 * 1024


@contextmanager
def uploaded(name: str, content: bytes, *, most_bytes: int, remedy: str = "") -> Iterator[Path]:
    """What was sent as a file of its kind, for as long as it is read.

    Raises `Invalid` for another kind of file, and with the `remedy` for more than `most_bytes`.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS_OF_FILE:
        raise Invalid(_("请选择 CSV 或 Excel（.xlsx）文件"), field="file")
    if len(content) > most_bytes:
        message = _("文件超过 %(most)s MB") % {"most": most_bytes // MEGABYTE}
        raise Invalid(message, field="file", remedy=remedy or _("请拆成几个文件"))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix}"
        path.write_bytes(content)
        yield path


def lacks(missing: Iterable[str], headings: Iterable[str]) -> Invalid:
    """What is wrong with a table without these columns: the first row should name some of `headings`."""
    return Invalid(
        _("表里缺少这些列：%(names)s") % {"names": listed(missing)},
        field="file",
        remedy=_("第一行应是列名，可写：%(names)s") % {"names": listed(headings)},
    )


def too_many(most: int, remedy: str = "") -> Invalid:
    """What is wrong with a table of more rows than a page takes at once."""
    message = _("一次最多导入 %(most)s 行") % {"most": most}
    return Invalid(message, field="file", remedy=remedy or _("请拆成几个文件"))
