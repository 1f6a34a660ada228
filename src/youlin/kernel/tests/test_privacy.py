"""Unmasking with a reason, keeping no longer than needed, and the rights of a person over their data."""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from youlin.kernel import clock, crypto, jobs, journal, privacy
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid
from youlin.kernel.media.models import MediaFile
from youlin.kernel.privacy import erasures, registry, retention
from youlin.kernel.privacy.models import PrivacyAct

pytestmark = pytest.mark.django_db

DISTRICT = "110102"
ZHAO = Actor("person", person_id=uuid.uuid4())


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[None]:
    for name in ("_exporters", "_erasers", "_rules"):
        monkeypatch.setattr(registry, name, {})
    settings.KEYS_FOLDER = tmp_path
    yield


@pytest.fixture
def subject() -> MediaFile:
    return MediaFile.objects.create(
        district=DISTRICT, kind="photo", purpose="王小明", size=1, content_type="x"
    )


def unmask(subject: Any, reason: str) -> str:
    return privacy.unmask(actor=ZHAO, district=DISTRICT, subject=subject, field="purpose", reason=reason)


def test_a_value_is_shown_in_full_for_a_reason_that_goes_on_record(subject: MediaFile) -> None:
    assert unmask(subject, " 电话核实地点 13800138000 ") == "王小明"
    entry = journal.entries_for(subject)[-1]
    assert (entry.act, entry.actor_person) == ("kernel.unmasked", ZHAO.person_id)
    assert entry.public["after"] == {"field": "purpose"} and entry.public["note"].endswith("138****8000")
    act = PrivacyAct.objects.get()
    assert (act.act, act.subject_id, act.field) == ("unmasked", subject.id, "purpose")
    assert act.reason == "电话核实地点 13800138000"


@pytest.mark.parametrize("reason", ["", "   ", "看看", "1111", "。。。。。"])
def test_without_a_reason_nothing_is_shown(subject: MediaFile, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        unmask(subject, reason)
    assert caught.value.problems[0].field == "reason" and caught.value.problems[0].remedy
    assert not PrivacyAct.objects.exists()


def test_a_person_gets_all_that_is_known_and_who_looked_at_it() -> None:
    person = uuid.uuid4()
    privacy.register_exporter("cases", lambda id: {"at": clock.now(), "id": id} if id == person else {})
    privacy.register_exporter("notices", lambda id: {})
    PrivacyAct.objects.create(
        district=DISTRICT, act="unmasked", subject_kind="parties.person", subject_id=person, field="name",
        reason="电话核实", actor_kind="person",
    )  # fmt: skip
    content = privacy.export_person(person_id=person, actor=Actor("person", person_id=person))
    assert content["records"].keys() == {"cases"} and content["records"]["cases"]["id"] == str(person)
    assert [(row["field"], row["reason"]) for row in content["seen_by"]] == [("name", "电话核实")]
    assert json.dumps(content)
    act = PrivacyAct.objects.get(act="exported")
    assert journal.entries_for(act)[0].act == "kernel.person_exported"
    with pytest.raises(Invalid):
        privacy.export_person(person_id=person, actor=ZHAO)


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_is_gone_everywhere_and_the_list_remembers() -> None:
    person, erased = uuid.uuid4(), []
    privacy.register_eraser("cases", lambda id, actor: erased.append((id, actor)))
    sealed = crypto.seal(person, {"name": "王小明"})
    act = privacy.erase_person(person_id=person, actor=ZHAO, reason="本人来函要求")
    assert erased == [(person, ZHAO)]
    assert crypto.unseal(person, sealed) is None
    assert journal.entries_for(act)[0].act == "kernel.person_erased"
    lines = [json.loads(line) for line in erasures.path().read_text().splitlines()]
    assert [line["state"] for line in lines] == ["begun", "done"]
    assert erasures.path().stat().st_mode & 0o777 == 0o600
    assert "王" not in erasures.path().read_text() and privacy.pending_erasures() == []


def test_an_erasure_is_done_again_after_a_restored_backup() -> None:
    person, erased = uuid.uuid4(), []
    privacy.register_eraser("cases", lambda id, actor: erased.append(id))
    with pytest.raises(RuntimeError), transaction.atomic():
        privacy.erase_person(person_id=person, actor=ZHAO, reason="本人来函要求")
        raise RuntimeError
    sealed = crypto.seal(person, {"name": "王小明"})
    assert privacy.pending_erasures() == [person]
    assert privacy.replay_erasures() == 1
    assert crypto.unseal(person, sealed) is None and erased == [person, person]
    assert privacy.replay_erasures() == 0


def test_an_eraser_that_fails_leaves_everything_as_it_was_and_is_not_forgotten() -> None:
    person = uuid.uuid4()
    privacy.register_eraser("cases", lambda id, actor: 1 / 0)
    sealed = crypto.seal(person, {"name": "王小明"})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        privacy.erase_person(person_id=person, actor=SYSTEM, reason="本人来函要求")
    assert crypto.unseal(person, sealed) and not PrivacyAct.objects.exists()
    assert privacy.pending_erasures() == [person]


def test_a_list_that_breaks_off_is_read_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    person = uuid.uuid4()
    erasures.write(person, SYSTEM, erasures.BEGUN)
    good = erasures.path().read_text()
    erasures.path().write_text(good + '{"person": "')
    assert erasures.people() == [person]
    erasures.path().write_text("rubbish\n" + good)
    with pytest.raises(Invalid) as caught:
        erasures.people()
    assert "1" in caught.value.message and caught.value.problems[0].remedy


def test_records_are_kept_as_long_as_their_rule_says_and_no_longer(settings: Any) -> None:
    asked: dict[str, datetime] = {}

    def expire(name: str, count: int) -> Any:
        return lambda before: asked.setdefault(name, before) and count

    privacy.register_retention("codes", "one_time_code", 1, expire("codes", 3))
    privacy.register_retention("contacts", "contact", 365, expire("contacts", 0))
    settings.RETENTION_DAYS = {"contacts": 30}
    assert retention.expire_records() == {"codes": 3, "contacts": 0}
    assert clock.now() - asked["codes"] == pytest.approx(timedelta(days=1), abs=timedelta(minutes=1))
    assert clock.now() - asked["contacts"] == pytest.approx(timedelta(days=30), abs=timedelta(minutes=1))
    act = PrivacyAct.objects.get()
    assert act.counts == {"codes": 3}
    assert journal.entries_for(act)[0].public["after"]["count"] == 3


def test_one_rule_that_fails_does_not_stop_the_others_and_is_told() -> None:
    privacy.register_retention("a", "x", 1, lambda before: 1 // 0)
    privacy.register_retention("b", "x", 1, lambda before: 2)
    assert retention.run_retention(actor=SYSTEM) == ({"b": 2}, ["a"])
    with pytest.raises(RuntimeError):
        retention.expire_records()
    assert "privacy.retention" in jobs.schedules()
