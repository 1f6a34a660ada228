"""Who outside hears of us and takes over from us: other Open311 servers, and subscribers to what happens."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.models import Case
from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import DistrictForeignKey, DistrictModel


class OutsideSystem(DistrictModel):
    """An Open311 server that cases may be forwarded to.

    `services` says which of its services takes our categories: a code or the beginning of one, to its code.
    `keyed` says that it answers a repeated `Idempotency-Key` with the first answer, as we do.
    """

    code = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=80)
    url = models.CharField(_("地址"), max_length=255)
    jurisdiction = models.CharField(_("辖区编号"), max_length=64, blank=True)
    api_key = EncryptedTextField(_("接口密钥"), blank=True)
    services = models.JSONField(_("类别对照"), default=dict, blank=True)
    keyed = models.BooleanField(_("支持幂等键"), default=False)
    poll_minutes = models.PositiveSmallIntegerField(_("查询间隔（分钟）"), default=15)
    answered_at = models.DateTimeField(_("最近应答"), null=True, blank=True)
    failing_since = models.DateTimeField(_("失联始于"), null=True, blank=True)
    last_error = models.CharField(_("最近的错误"), max_length=255, blank=True)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("外部系统")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="outside_system_code")]

    def __str__(self) -> str:
        return self.name


class Forwarding(DistrictModel):
    """One case at one outside system: `waiting` to be sent, `asking` for its number, `open` or `closed` there.

    `doubtful_since` is set before a request goes out and taken back when it surely did not: while it stands,
    nobody knows whether the request arrived, and the other side is asked before anything is sent again.
    """

    system = DistrictForeignKey(OutsideSystem, models.PROTECT, related_name="forwardings")
    case = DistrictForeignKey(Case, models.PROTECT, related_name="+")
    service = models.CharField(_("对方类别"), max_length=128)
    state = models.CharField(_("状态"), max_length=12, default="waiting")
    number = models.CharField(_("对方编号"), max_length=64, blank=True)
    token = models.CharField(_("对方凭据"), max_length=128, blank=True)
    status_notes = models.CharField(_("对方说明"), max_length=500, blank=True)
    remote_updated_at = models.CharField(_("对方更新时间"), max_length=40, blank=True)
    attempts = models.PositiveIntegerField(_("次数"), default=0)
    not_before = models.DateTimeField(_("下次"), default=clock.now)
    doubtful_since = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(_("最近的错误"), max_length=255, blank=True)
    asked_at = models.DateTimeField(_("转送于"), default=clock.now)
    acknowledged_at = models.DateTimeField(_("受理于"), null=True, blank=True)
    polled_at = models.DateTimeField(_("查询于"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办结于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("转送")
        constraints = [models.UniqueConstraint(fields=["district", "case", "system"], name="forwarding_once")]
        indexes = [
            models.Index(fields=["district", "state", "not_before"], name="forwarding_due"),
            models.Index(fields=["district", "system", "state"], name="forwarding_by_system"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.number}"


class Subscription(DistrictModel):
    """A web hook: somebody outside who hears of what happens to public cases, in its order.

    `epoch` and `seq` say how far the journal was read for it. For a day after a change of secret both sign.
    """

    name = models.CharField(_("名称"), max_length=80)
    url = models.CharField(_("地址"), max_length=255)
    acts = models.JSONField(_("事件"), default=list)
    secret = EncryptedTextField(_("签名密钥"))
    previous_secret = EncryptedTextField(_("上一个签名密钥"), blank=True)
    rotated_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(_("状态"), max_length=12, default="active")
    epoch = models.BigIntegerField(_("纪元"))
    seq = models.BigIntegerField(_("序号"))
    delivered_at = models.DateTimeField(_("最近送达"), null=True, blank=True)
    failing_since = models.DateTimeField(_("失败始于"), null=True, blank=True)
    last_error = models.CharField(_("最近的错误"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("登记于"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("事件订阅")
        indexes = [models.Index(fields=["district", "state"], name="subscription_state")]

    def __str__(self) -> str:
        return self.name


class HookMessage(DistrictModel):
    """One event for one subscriber. Its id is the `webhook-id`, the same however often it is sent."""

    subscription = DistrictForeignKey(Subscription, models.CASCADE, related_name="messages")
    entry = models.UUIDField(_("日志条目"))
    epoch = models.BigIntegerField(_("纪元"))
    seq = models.BigIntegerField(_("序号"))
    act = models.CharField(_("事件"), max_length=80)
    body = models.TextField(_("内容"))
    state = models.CharField(_("状态"), max_length=12, default="waiting")
    attempts = models.PositiveIntegerField(_("次数"), default=0)
    not_before = models.DateTimeField(_("下次"), default=clock.now)
    status = models.PositiveSmallIntegerField(_("应答"), null=True, blank=True)
    last_error = models.CharField(_("最近的错误"), max_length=255, blank=True)
    made_at = models.DateTimeField(_("生成于"), default=clock.now)
    delivered_at = models.DateTimeField(_("送达于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("事件投递")
        constraints = [
            models.UniqueConstraint(fields=["district", "subscription", "entry"], name="hook_message_once")
        ]
        indexes = [
            models.Index(
                fields=["district", "subscription", "state", "epoch", "seq"], name="hook_message_next"
            ),
            models.Index(fields=["district", "state", "made_at"], name="hook_message_age"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.state}"

    @property
    def public_id(self) -> str:
        """The `webhook-id`."""
        return f"msg_{self.id.hex}"
