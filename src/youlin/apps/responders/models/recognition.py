"""Recognition without ranking: badges that anybody can reach, and stories of teams. Nobody stands before anybody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties.models import Organisation, Person
from youlin.apps.places.models.declared import Declared
from youlin.kernel import clock
from youlin.kernel.db import DistrictForeignKey, DistrictModel
from youlin.kernel.media.models import MediaFile

STORY_STATES = [
    ("waiting", _("等审核")),
    ("shown", _("已公开")),
    ("declined", _("未通过")),
    ("down", _("已撤下")),
]


class Badge(Declared):
    """A sign for something done, with its rule in CEL over one's own record and the same rule in words."""

    rule = models.CharField(_("规则"), max_length=400)
    words = models.CharField(_("怎么得到"), max_length=200)
    words_en = models.CharField(_("怎么得到（英文）"), max_length=240)

    class Meta(Declared.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("徽章")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="badge_once")]


class Story(DistrictModel):
    """What a team did together, written by a coordinator, shown once somebody else has looked at it.

    It names a team, never single people, and no figures of anybody. `alt` says what the photo shows.
    """

    area_now = models.CharField(_("现区划"), max_length=24)
    organisation = DistrictForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.CharField(_("哪支队伍"), max_length=60)
    title = models.CharField(_("标题"), max_length=60)
    text = models.TextField(_("故事"), max_length=2000)
    photo = DistrictForeignKey(MediaFile, models.PROTECT, null=True, blank=True, related_name="+")
    alt = models.CharField(_("照片里是什么"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=STORY_STATES, default="waiting")
    why = models.CharField(_("原因"), max_length=200, blank=True)
    written_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    looked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    written_at = models.DateTimeField(_("写于"), default=clock.now)
    decided_at = models.DateTimeField(_("审核于"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("团队故事")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "photo"],
                condition=models.Q(photo__isnull=False),
                name="story_photo_once",
            )
        ]
        indexes = [
            models.Index(fields=["district", "state", "-written_at"], name="story_newest"),
            models.Index(fields=["district", "organisation"], name="story_organisation"),
        ]

    def __str__(self) -> str:
        return self.title
