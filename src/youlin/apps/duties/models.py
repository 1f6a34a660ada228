"""Duty is permission: one assignment is at once the roster, the routing table and the access rule."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class DutyKind(DistrictModel):
    """A kind of duty, as a programme declares it: what it grants and at which level it is held."""

    programme = models.CharField(_("所属方案"), max_length=64)
    code = models.CharField(_("代码"), max_length=64)
    name = models.CharField(_("名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64, blank=True)
    level = models.CharField(_("层级"), max_length=24)
    verbs = models.JSONField(_("授予的动作"), default=list)
    climbs_to = models.JSONField(_("空缺时上溯的岗位"), default=list)
    confidential = models.BooleanField(_("可参与保密案件"), default=False)
    door = models.CharField(
        _("工作的地方"),
        max_length=8,
        default="desk",
        choices=[("desk", _("工作台")), ("field", _("外勤"))],
    )
    description = models.TextField(_("职责"), blank=True)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("岗位种类")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="duty_kind_code_once")]

    def __str__(self) -> str:
        return self.name


class Assignment(DistrictModel):
    """A person holds a duty over a scope, from one day to another.

    The scope is the set of areas in `AssignmentArea`, narrowed by category prefix, organisation, place or
    case where these are given. `rank` 0 answers first; deputies have a higher rank. `away_from`/`away_to` say
    when the holder is on leave, `stand_in` who answers meanwhile.
    """

    kind = DistrictForeignKey(DutyKind, models.PROTECT, related_name="assignments")
    holder = models.ForeignKey(Person, models.PROTECT, related_name="assignments", db_index=False)
    category = models.CharField(_("限于类别"), max_length=128, blank=True)
    organisation = DistrictForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    place = models.UUIDField(_("限于地点"), null=True, blank=True)
    case = models.UUIDField(_("限于案件"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("次序"), default=0)
    shift = models.JSONField(_("班次"), default=dict, blank=True)
    valid_from = models.DateTimeField(_("自"), default=clock.now)
    valid_to = models.DateTimeField(_("至"), null=True, blank=True)
    away_from = models.DateTimeField(_("离岗自"), null=True, blank=True)
    away_to = models.DateTimeField(_("离岗至"), null=True, blank=True)
    stand_in = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("定岗")
        indexes = [
            models.Index(fields=["district", "kind", "valid_to"], name="assignment_kind"),
            models.Index(fields=["district", "holder"], name="assignment_holder"),
            models.Index(fields=["district", "stand_in"], name="assignment_stand_in"),
            models.Index(fields=["district", "organisation"], name="assignment_organisation"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AssignmentArea(DistrictModel):
    """One area code of an assignment's scope; the code is a prefix, so it contains its subtree.

    Dated, so that a merge or split of areas moves the scope on and keeps who held the old code until then.
    """

    assignment = DistrictForeignKey(Assignment, models.CASCADE, related_name="areas")
    code = models.CharField(_("区划代码"), max_length=24)
    valid_from = models.DateTimeField(_("自"), default=clock.now)
    valid_to = models.DateTimeField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("定岗范围")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "assignment", "code", "valid_from"], name="assignment_area_once"
            )
        ]
        indexes = [models.Index(fields=["district", "code"], name="assignment_area_code")]

    def __str__(self) -> str:
        return self.code


class Handover(DistrictModel):
    """Work that passes from one person to another at a moment: a handover, the start or the end of a leave.

    `to_person` is empty when nobody is named: then each matter is answered anew by `who`. The rows that
    follow belong to other apps, which register with `services.register_handover`.
    """

    assignment = DistrictForeignKey(Assignment, models.CASCADE, related_name="handovers")
    from_person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    to_person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(
        _("缘由"),
        max_length=16,
        choices=[
            ("handover", _("交接")),
            ("leave", _("离岗")),
            ("return", _("返岗")),
            ("end", _("销岗")),
            ("retired", _("停用")),
        ],
    )
    due_at = models.DateTimeField(_("生效"))
    done_at = models.DateTimeField(_("已办"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("交接")
        indexes = [
            models.Index(fields=["district", "done_at", "due_at"], name="handover_due"),
            models.Index(fields=["district", "assignment"], name="handover_assignment"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.due_at:%F %R}"
