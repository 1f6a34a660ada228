"""The difference between what a programme declares and what stands in a district. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.kernel.errors import Conflict, NotFound
from youlin.programmes import parts
from youlin.programmes.loader import Programme
from youlin.programmes.models import AppliedProgramme
from youlin.programmes.parts import Part, Standing, Values

Action = Literal["create", "update", "new_version", "restore", "retire"]
OWN_SECTIONS = ("menu", "notices")
"""Sections that live in the applied declarations themselves and have no table of their own."""


@dataclass(frozen=True)
class Change:
    """One difference. `before` and `after` hold only the values that differ."""

    kind: str
    key: str
    action: Action
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "kind": self.kind,
            "key": self.key,
            "action": self.action,
            "before": self.before,
            "after": self.after,
        }


def plan(district: str, programme: Programme) -> list[Change]:
    """What `apply` would change, in its order; empty when nothing differs.

    Raises `NotFound` for a district that no areas know, `Conflict` when another programme owns a code or a
    programme this one depends on is not in force.
    """
    check_district(district)
    _check_depends(district, programme)
    changes: list[Change] = []
    for part in parts.PARTS:
        changes += _differences(district, programme, part)
    changes += _own_differences(district, programme)
    return changes


def plan_retirement(district: str, code: str) -> list[Change]:
    """What retiring a whole programme would change, in its order."""
    changes = [
        Change(part.kind, key, "retire")
        for part in reversed(parts.PARTS)
        for key, standing in part.current(district, code).items()
        if standing.programme == code and not standing.retired
    ]
    applied = in_force(district, code)
    return [*changes, Change("programme", code, "retire")] if applied else changes


def in_force(district: str, code: str) -> AppliedProgramme | None:
    """The programme as it is applied in the district, unless it is retired."""
    return AppliedProgramme.objects.filter(district=district, code=code, retired_at=None).first()


def check_district(district: str) -> None:
    """Raise `NotFound` unless the areas know the district."""
    if district not in {area.code for area in areas.districts()}:
        raise NotFound(
            _("没有区划代码为“%(code)s”的区") % {"code": district},
            field="district",
            remedy=_("请先用 youlin areas import 导入该区的区划"),
        )


def _check_depends(district: str, programme: Programme) -> None:
    for other in programme.depends:
        if in_force(district, other.code) is None:
            raise Conflict(
                _("方案“%(code)s”依赖的“%(other)s”在本区还没有启用")
                % {"code": programme.code, "other": other.code},
                remedy=_("请先运行 youlin programme apply %(other)s --district %(district)s")
                % {"other": other.code, "district": district},
            )


def _differences(district: str, programme: Programme, part: Part) -> Iterator[Change]:
    current = part.current(district, programme.code)
    wanted = part.wanted(programme)
    for key, values in wanted.items():
        standing = current.get(key)
        if standing is not None and standing.programme != programme.code and not standing.retired:
            _taken(part, key, standing)
        change = _difference(part, key, values, standing, programme.code)
        if change is not None:
            yield change
    for key, standing in current.items():
        if standing.programme == programme.code and not standing.retired and key not in wanted:
            yield Change(part.kind, key, "retire")


def _difference(
    part: Part, key: str, values: Values, standing: Standing | None, programme: str
) -> Change | None:
    if standing is None:
        return Change(part.kind, key, "create", {}, values)
    changed = {name for name, value in values.items() if standing.values.get(name) != value}
    before = {name: standing.values.get(name) for name in sorted(changed)}
    after = {name: values[name] for name in sorted(changed)}
    if standing.retired:
        return Change(part.kind, key, "restore", before, after)
    if not changed:
        return None
    action: Action = "new_version" if changed & part.versioned else "update"
    return Change(part.kind, key, action, before, after)


def _taken(part: Part, key: str, standing: Standing) -> None:
    raise Conflict(
        _("%(kind)s“%(key)s”已由方案“%(other)s”声明")
        % {"kind": part.label, "key": key, "other": standing.programme},
        remedy=_("请换一个代码，或先停用那个方案"),
    )


def _own_differences(district: str, programme: Programme) -> Iterator[Change]:
    """Rates, menu and notices against those applied, then the programme itself."""
    applied = AppliedProgramme.objects.filter(district=district, code=programme.code).first()
    retired = applied is not None and applied.retired_at is not None
    stored = applied.declarations if applied and not retired else {}
    new = programme.as_data()
    for section in OWN_SECTIONS:
        before, after = stored.get(section, {}), new[section]
        for key in [*after, *(key for key in before if key not in after)]:
            if before.get(key) == after.get(key):
                continue
            action: Action = "create" if key not in before else "update" if key in after else "retire"
            yield Change(section, key, action, before.get(key) or {}, after.get(key) or {})
    if applied is None or retired:
        after = {"version": programme.version, "digest": programme.digest}
        yield Change("programme", programme.code, "restore" if retired else "create", {}, after)
    elif applied.digest != programme.digest:
        yield Change(
            "programme",
            programme.code,
            "update",
            {"version": applied.version, "digest": applied.digest},
            {"version": programme.version, "digest": programme.digest},
        )
