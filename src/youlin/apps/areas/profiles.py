"""How a country's area codes are built: the code is the path, so widths give levels, parents and subtrees."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from youlin.kernel.errors import Invalid

PROVINCE, CITY, DISTRICT, STREET, COMMUNITY = "province", "city", "district", "street", "community"
GRID, DEDICATED_GRID = "grid", "dedicated_grid"

LEVEL_NAMES: dict[str, str | Promise] = {
    PROVINCE: _("省级"),
    CITY: _("市级"),
    DISTRICT: _("区县"),
    STREET: _("街道"),
    COMMUNITY: _("社区"),
    GRID: _("单元网格"),
    DEDICATED_GRID: _("专属网格"),
}


@dataclass(frozen=True)
class CodeProfile:
    """Widths of a code by level, outermost first. `shard` is the level whose codes are districts.

    `dedicated_from` is the first sequence number of the deepest level that means a dedicated grid (专属网格);
    `renumber_from` gives, by level, the first number for areas that lose theirs in a merger.
    `padded` are the full widths at which official lists fill a shorter code with noughts.
    """

    name: str
    widths: dict[str, int]
    shard: str = DISTRICT
    dedicated_from: int = 0
    renumber_from: dict[str, int] = field(default_factory=dict)
    padded: tuple[int, ...] = ()

    @property
    def levels(self) -> list[str]:
        """Level names, outermost first (dedicated grids share the width of grids)."""
        return list(self.widths)

    def level(self, code: str) -> str:
        """The level of a code by its width. Raises `Invalid` for a width that no level has."""
        for level, width in self.widths.items():
            if len(code) == width and code.isalnum():
                deepest = self.dedicated_from and level == self.levels[-1]
                return DEDICATED_GRID if deepest and self._is_dedicated(code) else level
        raise Invalid(
            gettext("“%(code)s”不是一个区划代码") % {"code": code},
            field="code",
            remedy=gettext("代码应为 %(widths)s 位之一")
            % {"widths": "、".join(str(width) for width in self.widths.values())},
        )

    def width(self, level: str) -> int:
        """Characters in a code of this level."""
        return self.widths[self.levels[-1] if level == DEDICATED_GRID else level]

    def parent(self, code: str) -> str:
        """The code one level up, "" at the top."""
        shorter = [width for width in self.widths.values() if width < len(code)]
        return code[: shorter[-1]] if shorter else ""

    def ancestors(self, code: str) -> list[str]:
        """All codes above, nearest first."""
        widths = [width for width in self.widths.values() if width < len(code)]
        return [code[:width] for width in reversed(widths)]

    def district(self, code: str) -> str:
        """The shard of a code: its district, or itself above the districts."""
        return code[: self.widths[self.shard]]

    def below(self, level: str) -> str:
        """The level directly under `level`. Raises `Invalid` at the bottom."""
        levels = self.levels
        if level in levels and levels.index(level) + 1 < len(levels):
            return levels[levels.index(level) + 1]
        raise Invalid(gettext("“%(level)s”之下没有更小的区域") % {"level": LEVEL_NAMES.get(level, level)})

    def code(self, parent: str, number: int) -> str:
        """The code of child `number` of `parent`. Raises `Invalid` when the digits do not suffice."""
        digits = self.width(self.below(self.level(parent))) - len(parent)
        if not 0 < number < 10**digits:
            raise Invalid(
                gettext("%(parent)s 之下的编号已用完（最多 %(most)s 个）")
                % {"parent": parent, "most": 10**digits - 1},
                remedy=gettext("请把区域划得更大，或先拆分上级区域"),
            )
        return f"{parent}{number:0{digits}d}"

    def normal(self, code: str) -> str:
        """The code without the noughts with which official lists fill it: 110102001000 → 110102001."""
        code = code.strip()
        if len(code) not in self.padded:
            return code
        for width in reversed(self.widths.values()):
            if width < len(code) and code[width:].strip("0"):
                return code
            if width < len(code) and code[:width].strip("0"):
                code = code[:width]
        return code

    def _is_dedicated(self, code: str) -> bool:
        number = code[len(self.parent(code)) :]
        return number.isdigit() and int(number) >= self.dedicated_from


CHINA = CodeProfile(
    name="china",
    widths={PROVINCE: 2, CITY: 4, DISTRICT: 6, STREET: 9, COMMUNITY: 12, GRID: 15},
    dedicated_from=900,
    renumber_from={COMMUNITY: 601},
    padded=(6, 12),
)
"""GB/T 2260 and GB/T 10114 (2+2+2+3), statistical communities (3), unit grids (3, DB11); communities that
are renumbered in a merger start at 601 (CJ/T 349)."""

_profiles = {CHINA.name: CHINA}


def register(profile: CodeProfile) -> None:
    """Make another country's profile known by its name; `YOULIN_AREA_PROFILE` chooses it."""
    _profiles[profile.name] = profile


def active() -> CodeProfile:
    """The installation's profile, as `YOULIN_AREA_PROFILE` names it: by its name, or where Python finds it."""
    named = settings.AREA_PROFILE
    if named not in _profiles:
        _profiles[named] = import_string(named)
    return _profiles[named]


def check(**_named: Any) -> list[CheckMessage]:
    """Whether the setting names a profile, told when the server starts."""
    try:
        found: object = active()
    except (ImportError, ValueError):
        found = None
    if isinstance(found, CodeProfile):
        return []
    words = gettext("YOULIN_AREA_PROFILE 写的“%(name)s”不是区划代码规则") % {"name": settings.AREA_PROFILE}
    known = "、".join(name for name, profile in _profiles.items() if isinstance(profile, CodeProfile))
    return [Error(words, hint=gettext("可用：%s") % known, id="youlin.E002")]
