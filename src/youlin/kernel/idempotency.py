"""One effect for one request, however often a lost connection makes somebody send it again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.kernel import canonical, clock, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid
from youlin.kernel.models_idempotency import IdempotencyRecord

KEPT_DAYS = 90
"""How long an answer is remembered. A request that is repeated later counts as a new one."""

LONGEST_KEY = 200


class Once:
    """`prior` is the first answer when the request was done before; otherwise do it and `save` the answer."""

    def __init__(self, record: IdempotencyRecord | None, prior: dict[str, Any] | None) -> None:
        self.prior = prior
        self._record = record
        self._saved = record is None or prior is not None or bool(record.response)

    def save(self, response: dict[str, Any]) -> None:
        """Remember the answer (JSON), in the same transaction as the act."""
        if self._record is not None and self.prior is None:
            same = IdempotencyRecord.objects.filter(pk=self._record.pk, district=self._record.district)
            same.update(response=_written(response))
        self._saved = True


def _written(answer: dict[str, Any]) -> str:
    return json.dumps(canonical.normal(answer))


@contextmanager
def once(
    *,
    district: str,
    actor: Actor,
    act: str,
    key: str,
    payload: object,
    required: bool = True,
    answer: dict[str, Any] | None = None,
) -> Iterator[Once]:
    """Do an act once for each key of an actor; opens a transaction around the act and its answer.

        with idempotency.once(district=…, actor=…, act="cases.report", key=key, payload={…}) as once:
            if once.prior is not None:
                return once.prior
            …
            once.save(answer)

    Of two calls at the same time the second waits and gets the first one's answer; when the first fails,
    the second is done. Raises `Conflict` for the same key with another payload, `Invalid` for a blank or
    overlong key. With `required=False` a blank key is done without any memory. Who knows the `answer`
    beforehand gives it here: it is written with the record, and `save` is not needed.
    """
    key = key.strip()
    if not key and not required:
        yield Once(None, None)
        return
    _check_key(key)
    record = IdempotencyRecord(
        district=district,
        scope=f"{act}|{actor.key}",
        key=key,
        payload_digest=canonical.digest(canonical.normal(payload)),
        response="" if answer is None else _written(answer),
    )
    with transaction.atomic():
        once = Once(record, None if rows.insert_if_new(record) else _prior(record))
        yield once
        if not once._saved:
            raise RuntimeError(f"{act} was done without an answer to remember: call save()")


def done_since(moment: datetime, *, district: str, actor: Actor, act: str, key: str) -> bool:
    """Whether the actor did the act under this key at `moment` or later."""
    return IdempotencyRecord.objects.filter(
        district=district, scope=f"{act}|{actor.key}", key=key, created_at__gte=moment
    ).exists()


def forget_old() -> int:
    """Delete answers older than `KEPT_DAYS`; how many there were."""
    too_old = clock.now() - timedelta(days=KEPT_DAYS)
    deleted, _tables = IdempotencyRecord.objects.filter(created_at__lt=too_old).delete()
    return deleted


def _check_key(key: str) -> None:
    if not key:
        raise Invalid(
            _("缺少幂等键"),
            field="idempotency_key",
            remedy=_("请为每一次提交附上一个唯一的键；重发同一次提交时使用同一个键"),
        )
    if len(key) > LONGEST_KEY or "\0" in key:
        raise Invalid(
            _("幂等键不合规"),
            field="idempotency_key",
            remedy=_("最多 %(count)s 个字符，建议使用 UUID") % {"count": LONGEST_KEY},
        )


def _prior(record: IdempotencyRecord) -> dict[str, Any]:
    first = IdempotencyRecord.objects.get(district=record.district, scope=record.scope, key=record.key)
    if first.payload_digest != record.payload_digest:
        raise Conflict(
            _("同一个幂等键已用于另一次内容不同的提交"),
            field="idempotency_key",
            remedy=_("内容有改动时请换一个新的键再提交"),
        )
    return dict(json.loads(first.response or "{}"))
