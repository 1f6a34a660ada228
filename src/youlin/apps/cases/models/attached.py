"""What belongs to a case: who reported it, its pictures, its promises in time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models.case import Case
from youlin.apps.parties.models import Person
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel
from youlin.kernel.media.models import MediaFile


class CaseReporter(DistrictModel):
    """Somebody who reported the case or said "me too". Anonymous ones have only a token.

    `token_digest` opens the tracking page; `protected` hides the person from handlers (举报). `came_from` is
    the case they reported when that one was merged into `case`. A phone is found again by `contact_blind`
    ("-": looked at, and no phone); `on_behalf_of` names the person concerned where somebody else called for them.
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="reporters")
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="reports", db_index=False
    )
    kind = models.CharField(
        _("方式"), max_length=16, choices=[("reporter", _("反映人")), ("me_too", _("同感"))]
    )
    token_digest = models.CharField(max_length=64)
    contact = EncryptedTextField(_("联系方式"), blank=True)
    contact_blind = models.CharField(max_length=64, blank=True, default="", db_default="")
    on_behalf_of = EncryptedTextField(_("代谁反映"), blank=True, default="", db_default="")
    note = models.TextField(_("补充"), blank=True)
    protected = models.BooleanField(_("保护身份"), default=False)
    came_from = DistrictForeignKey(
        Case, models.CASCADE, null=True, blank=True, related_name="moved_reporters"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("反映人")
        indexes = [
            models.Index(fields=["district", "case"], name="reporter_case"),
            models.Index(fields=["district", "person"], name="reporter_person"),
            models.Index(fields=["district", "token_digest"], name="reporter_token"),
            models.Index(
                fields=["district", "contact_blind"],
                condition=~models.Q(contact_blind=""),
                name="reporter_contact",
            ),
            models.Index(fields=["district", "came_from"], name="reporter_came_from"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CaseMedia(DistrictModel):
    """A photo or sound that belongs to a case, with the step it was taken at.

    `checked` is what a moderator decided, `boxes` the parts of a photo (shares of its width and height) that
    were found or drawn to be blurred. A blurred copy is a row of its own, `copy_of` the photo it was made from.
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="media")
    file = DistrictForeignKey(MediaFile, models.PROTECT, related_name="+")
    step = models.CharField(_("环节"), max_length=32)
    public = models.BooleanField(_("公开"), default=False)
    checked = models.CharField(
        _("审核"),
        max_length=12,
        choices=[
            ("", _("不公开")),
            ("waiting", _("待审核")),
            ("shown", _("原样公开")),
            ("blurred", _("遮挡后公开")),
            ("private", _("不公开")),
        ],
        blank=True,
        default="",
        db_default="",
    )
    boxes = models.JSONField(_("遮挡处"), null=True, blank=True)
    copy_of = DistrictForeignKey("self", models.CASCADE, null=True, blank=True, related_name="copies")
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("案件影像")
        indexes = [
            models.Index(fields=["district", "case"], name="case_media_case"),
            models.Index(fields=["district", "file"], name="case_media_file"),
            models.Index(fields=["district", "copy_of"], name="case_media_copy"),
            models.Index(
                fields=["district", "created_at"],
                condition=models.Q(checked="waiting", boxes__isnull=True),
                name="case_media_to_examine",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CaseClock(DistrictModel):
    """One promise in time: a step of a case, when it began, when it is due, when it was kept.

    `first_due_at` keeps the first deadline once it was moved (by an extension, or because the clock stood
    still). While `suspended_at` is set the clock stands still with `left` seconds to go, working time where
    the limit is counted in it.
    """

    case = DistrictForeignKey(Case, models.CASCADE, related_name="clocks")
    name = models.CharField(_("环节"), max_length=32)
    limit = models.CharField(_("时限"), max_length=32)
    started_at = models.DateTimeField()
    amber_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=16, blank=True)
    first_due_at = models.DateTimeField(_("原时限"), null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(_("延期次数"), default=0, db_default=0)
    suspended_at = models.DateTimeField(_("停表于"), null=True, blank=True)
    left = models.FloatField(_("剩余秒数"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("案件时钟")
        indexes = [
            models.Index(fields=["district", "case"], name="clock_case"),
            models.Index(fields=["district", "stopped_at", "due_at"], name="clock_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%F %R}"
