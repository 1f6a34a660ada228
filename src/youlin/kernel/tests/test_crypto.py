"""Encrypted fields, blind indexes, the key file and the keys of persons."""

import json
import shutil
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from youlin.kernel import crypto
from youlin.kernel.crypto import keyring
from youlin.kernel.crypto.models import KeyCheck, PersonKey
from youlin.kernel.privacy.models import PrivacyAct

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_keys(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A copy of the key file for tests that change it."""
    crypto.prepare()
    copy = tmp_path / "keys" / "data-protection.key"
    copy.parent.mkdir()
    shutil.copy(settings.DATA_PROTECTION_KEY_FILE, copy)
    settings.DATA_PROTECTION_KEY_FILE = copy
    yield copy
    crypto.keyring._ring = None


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM kernel_privacyact")
        return str(cursor.fetchone()[0])


@given(st.text())
def test_what_is_encrypted_is_read_again(text: str) -> None:
    assert crypto.decrypt(crypto.encrypt(text)) == text


def test_a_field_is_plain_in_python_and_encrypted_in_the_database() -> None:
    row = PrivacyAct.objects.create(reason="核对王小明")
    assert "王" not in stored() and stored().startswith("y1:")
    assert PrivacyAct.objects.get().reason == "核对王小明"
    PrivacyAct.objects.update(reason="李四")
    assert PrivacyAct.objects.values_list("reason", flat=True).get() == "李四"
    PrivacyAct.objects.bulk_update([PrivacyAct(id=row.id, reason="赵五")], ["reason"])
    assert PrivacyAct.objects.get().reason == "赵五"


def test_equal_texts_look_different_and_the_empty_text_stays_empty() -> None:
    assert crypto.encrypt("王") != crypto.encrypt("王")
    PrivacyAct.objects.create(reason="")
    assert stored() == ""
    assert PrivacyAct.objects.filter(reason="").exists()


def test_searching_an_encrypted_field_is_refused_aloud() -> None:
    for lookup in ("exact", "contains", "startswith", "gt", "regex", "in"):
        with pytest.raises(FieldError):
            list(PrivacyAct.objects.filter(**{f"reason__{lookup}": ["王"] if lookup == "in" else "王"}))


def test_a_changed_text_is_unreadable() -> None:
    token = crypto.encrypt("王小明")
    for broken in (token[:-8] + "AAAAAAA=", token[:20], "y1:x", "王小明", token.replace("y1:", "y9:")):
        with pytest.raises((crypto.Unreadable, crypto.KeyLost)):
            crypto.decrypt(broken)


def test_an_index_finds_equal_values_of_one_purpose_only() -> None:
    index = crypto.blind_index("13800138000", "phone")
    assert index == crypto.blind_index("１３８００１３８０００", "phone")
    assert index != crypto.blind_index("13800138000", "resident_id")
    assert index != crypto.blind_index("13800138001", "phone")
    assert len(index) == 64


def test_the_key_file_is_for_its_owner_alone(own_keys: Path) -> None:
    own_keys.unlink()
    KeyCheck.objects.all().delete()
    crypto.encrypt("王")
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_keys.parent.stat().st_mode) & 0o077 in (0, 0o055)
    assert not [path for path in own_keys.parent.iterdir() if path != own_keys]


def test_a_lost_file_is_explained_and_not_made_again(own_keys: Path) -> None:
    assert crypto.check() == []
    own_keys.unlink()
    with pytest.raises(crypto.KeyLost) as caught:
        crypto.encrypt("王")
    assert str(own_keys) in caught.value.problems[0].remedy
    assert not own_keys.exists()
    assert crypto.check()[0].remedy


def test_another_installations_file_is_noticed_at_the_start(own_keys: Path) -> None:
    content = json.loads(own_keys.read_text())
    content["index_key"] = "A" * 43 + "="
    own_keys.write_text(json.dumps(content))
    with pytest.raises(crypto.KeyLost):
        crypto.prepare()
    content["keys"][0]["id"] = "other"
    own_keys.write_text(json.dumps(content))
    assert len(crypto.check()) == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"keys": []}', '{"keys": [{"id": 1}], "index_key": ""}'])
def test_a_damaged_file_is_explained(own_keys: Path, damage: str) -> None:
    own_keys.write_text(damage)
    with pytest.raises(crypto.KeyLost) as caught:
        crypto.decrypt("y1:x:AAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert caught.value.problems[0].remedy


def test_rotation_moves_every_row_and_the_old_key_can_go(own_keys: Path) -> None:
    PrivacyAct.objects.create(reason="王小明")
    person = uuid.uuid4()
    sealed = crypto.seal(person, {"phone": "13800138000"})
    index = crypto.blind_index("x", "phone")
    before = stored()
    first = keyring.ring().current
    second = crypto.add_key()
    assert crypto.retire_keys() == []
    assert keyring.key_of(crypto.encrypt("x")) == second
    assert PrivacyAct.objects.get().reason == "王小明"
    changed = crypto.rotate()
    assert changed["kernel.PrivacyAct"] == 1 and changed["kernel.PersonKey"] == 1
    assert not any(crypto.rotate().values())
    assert stored() != before
    assert crypto.retire_keys() == [first]
    assert crypto.check() == []
    assert PrivacyAct.objects.get().reason == "王小明"
    assert crypto.unseal(person, sealed) == {"phone": "13800138000"}
    assert crypto.blind_index("x", "phone") == index
    with pytest.raises(crypto.KeyLost):
        crypto.decrypt(before)


def test_what_is_sealed_for_a_person_opens_until_the_key_is_destroyed() -> None:
    person, other = uuid.uuid4(), uuid.uuid4()
    sealed = crypto.seal(person, {"姓名": "王小明", "at": None})
    kept = crypto.seal(other, {"姓名": "李四"})
    assert crypto.unseal(person, sealed) == {"姓名": "王小明", "at": None}
    assert not crypto.is_erased(person)
    crypto.erase_person_key(person)
    assert crypto.unseal(person, sealed) is None
    assert crypto.unseal(other, kept) == {"姓名": "李四"}
    assert crypto.is_erased(person)
    row = PersonKey.objects.get(person_id=person)
    assert row.wrapped == "" and row.destroyed_at


def test_nothing_is_sealed_for_the_erased_even_without_a_key_before() -> None:
    person = uuid.uuid4()
    crypto.erase_person_key(person)
    crypto.erase_person_key(person)
    with pytest.raises(crypto.PersonErased):
        crypto.seal(person, {"a": 1})


def test_a_seal_opens_for_its_person_only_and_shows_changes() -> None:
    one, two = uuid.uuid4(), uuid.uuid4()
    sealed = crypto.seal(one, {"a": 1})
    crypto.seal(two, {"a": 2})
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(two, sealed)
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(one, sealed[:-4])
    assert crypto.unseal(uuid.uuid4(), sealed) is None


def test_sealing_many_costs_a_handful_of_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    people = [uuid.uuid4() for _ in range(300)]
    with django_assert_max_num_queries(5):
        sealed = crypto.seal_many([(person, {"n": n}) for n, person in enumerate(people)])
    crypto.erase_person_key(people[0])
    with django_assert_max_num_queries(1):
        opened = crypto.unseal_many(list(zip(people, sealed, strict=True)))
    assert opened == [None] + [{"n": n} for n in range(1, 300)]


def test_the_database_refuses_a_destroyed_key_that_is_still_there() -> None:
    crypto.seal(uuid.uuid4(), {})
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonKey.objects.update(destroyed_at="2026-01-01T00:00:00Z")
