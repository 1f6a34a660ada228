"""Whether a value meets its target: met, near, missed, or why nothing can be said. Pure."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

Code = Literal["met", "near", "missed", "no_value", "no_target"]

NEAR = 0.05
"""Of the target: by no more than this a value is short of it and still near."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Status:
    """How a value stands to its target; `lacking` is how much is missing, in the unit of the figure."""

    code: Code
    lacking: float | None = None

    @property
    def label(self) -> str:
        """In a word."""
        return {
            "met": _("达标"),
            "near": _("接近目标"),
            "missed": _("未达标"),
            "no_value": _("没有数据"),
            "no_target": _("没有目标"),
        }[self.code]


def status(value: float | None, target: float | None, direction: str) -> Status:
    """How a value stands to its target, more being better (`up`) or less (`down`).

    A figure without a direction is neither good nor bad and has no target.
    """
    if target is None or direction == "none":
        return Status("no_target")
    if value is None:
        return Status("no_value")
    lacking = target - value if direction == "up" else value - target
    if lacking <= _ROUNDING * max(1.0, abs(target)):
        return Status("met")
    return Status("near" if lacking <= NEAR * abs(target) else "missed", lacking)


def why(found: Status, *, shown_target: str = "", shown_lacking: str = "", direction: str = "up") -> str:
    """Why, in one sentence: 目标 90%，还差 2.4 个百分点. Both figures come in words already."""
    if found.code == "no_target":
        return _("没有目标，只看变化。") if direction != "none" else _("这个指标不分好坏，没有目标。")
    if found.code == "no_value":
        return _("目标 %(target)s；本期没有数据。") % {"target": shown_target}
    if found.code == "met":
        return _("目标 %(target)s，已达到。") % {"target": shown_target}
    words = {"target": shown_target, "by": shown_lacking}
    if direction == "up":
        return _("目标 %(target)s，还差 %(by)s。") % words
    return _("目标不高于 %(target)s，高出 %(by)s。") % words
