"""Tables of the journal: its entries, the signed daily digests, and where its positions begin."""

from typing import Any, ClassVar, NamedTuple, NoReturn
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import canonical, clock
from youlin.kernel.db import CityModel, DistrictModel


class Position(NamedTuple):
    """A place in a district's journal. Whoever has read up to one misses nothing that appears later."""

    epoch: int
    seq: int


START = Position(-1, 0)
"""Before the first entry."""


class AppendOnly(RuntimeError):
    """Somebody tried to change or delete a journal entry."""

    def __init__(self) -> None:
        super().__init__("journal entries are written by journal.append and never changed or deleted")


class EntryQuerySet(models.QuerySet["JournalEntry"]):
    """Reads; every way of changing entries is closed."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly()

    def delete(self) -> NoReturn:
        raise AppendOnly()

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()


class JournalEntry(DistrictModel):
    """One act: who did what, when, on which row, with what before and after.

    `epoch` and `seq` are its position in the district; `subject_seq`, `previous_hash` and `hash` chain it to
    the row's earlier entries. `sealed` holds one encrypted part for each person; `sealed_digest` stands for
    it in the hash, so the chain can be proved without any key.
    """

    epoch = models.BigIntegerField(_("纪元"))
    seq = models.BigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    act = models.CharField(_("行为"), max_length=80)
    actor_kind = models.CharField(_("行为人类别"), max_length=12)
    actor_person = models.UUIDField(_("行为人"), null=True)
    actor_client = models.UUIDField(_("接入程序"), null=True)
    via = models.CharField(_("渠道"), max_length=40)
    subject_kind = models.CharField(_("对象类别"), max_length=80)
    subject_id = models.UUIDField(_("对象"))
    subject_seq = models.IntegerField(_("对象内序号"))
    area = models.CharField(_("区域代码"), max_length=32, blank=True)
    public = models.JSONField(_("公开内容"))
    sealed = models.JSONField(_("封存内容"), default=dict)
    sealed_digest = models.CharField(_("封存内容摘要"), max_length=64, blank=True)
    previous_hash = models.CharField(_("前一条的散列值"), max_length=64, blank=True)
    hash = models.CharField(_("散列值"), max_length=64)

    objects: ClassVar[models.Manager["JournalEntry"]] = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("日志条目")
        constraints = [
            models.UniqueConstraint(fields=["district", "epoch", "seq"], name="journal_position"),
            models.UniqueConstraint(
                fields=["district", "subject_kind", "subject_id", "subject_seq"], name="journal_chain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.subject_kind} {self.subject_id} #{self.subject_seq}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()

    @property
    def position(self) -> Position:
        """Where the entry stands in its district."""
        return Position(self.epoch, self.seq)

    @property
    def before(self) -> dict[str, Any]:
        """Values before the act; empty when there were none."""
        return self.public.get("before") or {}

    @property
    def after(self) -> dict[str, Any]:
        """Values after the act; empty when there are none."""
        return self.public.get("after") or {}

    @property
    def note(self) -> str:
        """What the actor said about it."""
        return self.public.get("note") or ""

    @property
    def related(self) -> list[dict[str, str]]:
        """Other rows the act touched: `{"kind": "cases.case", "id": "…"}`."""
        return self.public.get("related") or []

    def statement(self) -> list[Any]:
        """What the hash is taken over: every public field, in this order, and the sealed part's digest."""
        return [
            self.id.hex,
            self.district,
            self.epoch,
            self.seq,
            canonical.instant(self.at),
            self.act,
            self.actor_kind,
            _hex(self.actor_person),
            _hex(self.actor_client),
            self.via,
            self.subject_kind,
            self.subject_id.hex,
            self.subject_seq,
            self.area,
            self.public,
            self.sealed_digest,
            self.previous_hash,
        ]


class JournalDigest(DistrictModel):
    """The signed state of a district's journal at the end of a day.

    `merkle_root` is taken over the rows touched since the digest before; the counts run from the beginning.
    `previous_root` chains it to that digest; `signature` is Ed25519 over `statement()`, base64.
    """

    day = models.DateField(_("日期"))
    upto_epoch = models.BigIntegerField(_("截至纪元"))
    upto_seq = models.BigIntegerField(_("截至序号"))
    entry_count = models.BigIntegerField(_("条目数"))
    subject_count = models.BigIntegerField(_("对象数"))
    merkle_root = models.CharField(_("默克尔根"), max_length=64)
    previous_root = models.CharField(_("前一份摘要的根"), max_length=64, blank=True)
    key_id = models.CharField(_("签名密钥编号"), max_length=16)
    signature = models.CharField(_("签名"), max_length=88)
    made_at = models.DateTimeField(_("生成时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("日志摘要")
        constraints = [models.UniqueConstraint(fields=["district", "day"], name="journal_digest_day")]

    def __str__(self) -> str:
        return f"{self.district} {self.day}"

    @property
    def upto(self) -> Position:
        """The last position the digest covers."""
        return Position(self.upto_epoch, self.upto_seq)

    @property
    def root(self) -> str:
        """The digest in 64 hex digits: what the next digest carries, and what may be published elsewhere."""
        return canonical.digest(self.statement())

    def statement(self) -> dict[str, Any]:
        """What is signed."""
        return {
            "district": self.district,
            "day": self.day.isoformat(),
            "upto": [self.upto_epoch, self.upto_seq],
            "entries": self.entry_count,
            "subjects": self.subject_count,
            "merkle_root": self.merkle_root,
            "previous_root": self.previous_root,
        }


class JournalOrigin(CityModel):
    """What is added to the database's transaction numbers to give epochs; at most one row.

    A database that was copied into another server starts its numbers again; positions must not.
    """

    base = models.BigIntegerField(_("起点"))

    class Meta:
        verbose_name = verbose_name_plural = _("日志起点")

    def __str__(self) -> str:
        return str(self.base)


def _hex(value: UUID | None) -> str:
    return value.hex if value else ""
