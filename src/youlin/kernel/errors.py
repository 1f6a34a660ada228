"""What can go wrong, in words for the person it happens to. Doors turn these into pages, JSON or XML."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _


class Problem(NamedTuple):
    """One thing that is wrong: where (`field`, None for the whole), what, and what to do about it."""

    field: str | None
    message: str
    remedy: str = ""


class YoulinError(Exception):
    """An act that cannot be done, with the reasons. `status` is the HTTP status a door answers with."""

    status = 400

    def __init__(
        self,
        message: str = "",
        *,
        field: str | None = None,
        remedy: str = "",
        problems: Sequence[Problem] | None = None,
    ) -> None:
        self.problems = list(problems) if problems else [Problem(field, message or self.default(), remedy)]
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """All reasons in one line."""
        return "；".join(p.message for p in self.problems)

    def default(self) -> str:
        """The sentence used when the caller gives none."""
        return _("这项操作没有完成")


class NotAllowed(YoulinError):
    """The actor holds no duty or relation that grants this."""

    status = 403

    def default(self) -> str:
        return _("您没有这项权限")


class NotFound(YoulinError):
    """No such thing, or none that the actor may know of."""

    status = 404

    def default(self) -> str:
        return _("没有找到")


class Invalid(YoulinError):
    """The input cannot be taken as it is."""

    status = 400


class TooMany(YoulinError):
    """Too much in too short a time; the same may be done a little later."""

    status = 429

    def default(self) -> str:
        return _("短时间内提交得太多。")


class Unavailable(YoulinError):
    """Something that this needs is away; nothing was changed, and the same may be done later."""

    status = 503

    def default(self) -> str:
        return _("系统暂时不能保存，什么都没有改动。")


class Conflict(YoulinError):
    """Somebody else was faster, or the same key came with other content."""

    status = 409

    def default(self) -> str:
        return _("内容已被他人更新，请刷新后再试")
