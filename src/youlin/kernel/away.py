"""What does not work because the machine under us does not: the database is away, the disk is full or read-only."""

import errno
from collections.abc import Iterator

from django.db import InterfaceError, InternalError, OperationalError, ProgrammingError
from django.utils.translation import gettext as _

from youlin.kernel.errors import YoulinError

RETRY_AFTER = 10
"""Seconds after which asking again is worth it."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO)
"""EIO is what a disk says that fails, until the kernel has made it read-only."""
_READ_ONLY = "25006"
"""PostgreSQL's SQLSTATE of a server that only reads, as a standby does until it is promoted."""
_NOT_PERMITTED = "42501"
_CHECKS_RIGHTS = "aclchk.c"
"""PostgreSQL says the same of a right that nobody gave (here) and of a file it may not write: a disk gone read-only."""
_UNNAMED = "XX000"
_STORES = ("md.c", "fd.c", "buffile.c", "slru.c", "xlog.c")
"""PostgreSQL has no SQLSTATE for a file that may not grow (EFBIG); the part of it that failed says it."""


class Unavailable(YoulinError):
    """Nothing was done, and it is nobody's fault who asked: the same request works later."""

    status = 503

    def default(self) -> str:
        return _("系统暂时不能保存，什么都没有改动")


def unavailable(error: BaseException | None) -> Unavailable | None:
    """The error as `Unavailable` if it means that database or disk cannot be used now; else None."""
    for cause in _chain(error):
        if isinstance(cause, Unavailable):
            return cause
        if isinstance(cause, OSError) and cause.errno in _NO_ROOM:
            return Unavailable(_("磁盘已满或只读，暂时不能保存"), remedy=_("已填的内容都还在，请稍后再试"))
        if _is_away(cause):
            return Unavailable(
                _("数据库暂时连不上或不能写，什么都没有改动"), remedy=_("已填的内容都还在，请稍后再试")
            )
    return None


def _is_away(error: BaseException) -> bool:
    if isinstance(error, OperationalError | InterfaceError):
        return True
    state = getattr(error.__cause__, "sqlstate", "")
    file = getattr(getattr(error.__cause__, "diag", None), "source_file", _CHECKS_RIGHTS)
    if isinstance(error, ProgrammingError) and state == _NOT_PERMITTED:
        return bool(file != _CHECKS_RIGHTS)
    return isinstance(error, InternalError) and (state == _READ_ONLY or state == _UNNAMED and file in _STORES)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
