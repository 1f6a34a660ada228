"""Two records that are one person become one, district by district, and can be parted again."""

from datetime import date

import pytest
from django.apps import apps
from django.db import models

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT, OTHER_DISTRICT_GRID, give_duty
from youlin.apps.duties import selectors as duties
from youlin.apps.parties import selectors, services
from youlin.apps.parties.models import Account, Consent, Person
from youlin.apps.parties.services.merging import registered_references
from youlin.apps.parties.tests import factories
from youlin.kernel import jobs, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.django_db

PHONE = "13800138111"


@pytest.fixture
def two(district):
    """One human being, registered twice: the second record has more to it."""
    keep = factories.person("李小哥", phone=PHONE)
    drop = factories.person("李小哥", phone=PHONE, email="li@example.cn", born_on=date(1990, 1, 1))
    services.add_identifier(actor=SYSTEM, person=drop, kind="passport", value="E123")
    services.account_for(person=drop)
    for home in (DISTRICT, OTHER_DISTRICT):
        services.give_consent(actor=SYSTEM, district=home, person=drop, purpose="p", wording="v1")
    return keep, drop


def merge(keep, drop, actor=SYSTEM, **fields):
    services.merge_persons(actor=actor, keep=keep, drop=drop, reason="同一人", **fields)
    jobs.run_pending()


def test_everything_moves_to_the_kept_person(two):
    keep, drop = two
    merge(keep, drop)
    kept = Person.objects.get(id=keep.id)
    assert str(kept.born_on) == "1990-01-01"
    assert {c.kind for c in kept.contact_points.all()} == {"phone", "email"}
    assert kept.identifiers.get().value == "E123"
    assert Account.objects.get(person=kept)
    assert {c.district for c in Consent.objects.filter(person=kept, given_by=kept)} == {
        DISTRICT,
        OTHER_DISTRICT,
    }


def test_what_pointed_at_the_dropped_record_now_means_the_kept_one(two):
    keep, drop = two
    merge(keep, drop)
    assert selectors.canonical(drop.id) == keep
    assert selectors.persons_by_phone(PHONE) == [keep]
    assert selectors.person_label(drop.id, viewer=SYSTEM) == "李小哥"


def test_a_merge_is_undone_as_it_was(two):
    keep, drop = two
    merge(keep, drop)
    services.undo_merge(actor=SYSTEM, drop=drop, reason="误并")
    jobs.run_pending()
    keep, drop = Person.objects.get(id=keep.id), Person.objects.get(id=drop.id)
    assert drop.merged_into is None and keep.born_on is None and str(drop.born_on) == "1990-01-01"
    assert [c.kind for c in keep.contact_points.all()] == ["phone"]
    assert {c.kind for c in drop.contact_points.all()} == {"phone", "email"}
    assert drop.identifiers.count() == 1 and Account.objects.get(person=drop)
    assert Consent.objects.filter(person=drop).count() == 2
    merge(keep, drop)
    assert Consent.objects.filter(person=keep).count() == 2


def test_each_district_moves_its_rows_in_its_own_entry(two):
    keep, drop = two
    merge(keep, drop)
    for home in (DISTRICT, OTHER_DISTRICT):
        (entry,) = journal.entries_for(drop, district=home)
        assert entry.act == "parties.merge_followed"
        assert set(entry.after["moved"]) == {"parties.Consent.person", "parties.Consent.given_by"}
    services.follow_merge(keep=str(keep.id), drop=str(drop.id), district=DISTRICT)
    assert len(journal.entries_for(drop, district=DISTRICT)) == 1


def test_duties_follow_a_merge(cast):
    double = factories.person("王网格")
    give_duty(type(cast.li)(double, None, factories.actor(double)), "grid_worker", OTHER_DISTRICT_GRID)
    merge(cast.wang.person, double)
    held = duties.holdings(cast.wang.actor)
    assert {h.areas[0] for h in held} == {GRID, OTHER_DISTRICT_GRID}


def test_two_accounts_become_one_that_signs_in(cast):
    double = factories.person("王网格", account_username="wang2", password="另一个-长密码-2026")
    merge(cast.wang.person, double)
    assert not Account.objects.get(username="wang2").is_active
    assert Account.objects.get(username="wang").is_active


def test_a_merge_needs_a_reason_two_people_and_nothing_merged_before(two):
    keep, drop = two
    with pytest.raises(Invalid, match="理由"):
        services.merge_persons(actor=SYSTEM, keep=keep, drop=drop, reason=" ")
    with pytest.raises(Invalid, match="自己"):
        services.merge_persons(actor=SYSTEM, keep=keep, drop=keep, reason="x")
    merge(keep, drop)
    with pytest.raises(Conflict):
        merge(factories.person(), drop)
    with pytest.raises(Conflict):
        services.undo_merge(actor=SYSTEM, drop=keep, reason="x")


def test_only_those_in_charge_wherever_both_are_known_merge(cast, two):
    keep, drop = two
    for actor in (cast.wang.actor, cast.zhao.actor, cast.qian.actor, cast.sun.actor):
        with pytest.raises(NotAllowed):
            merge(keep, drop, actor=actor, district=DISTRICT)
    Consent.objects.filter(district=OTHER_DISTRICT).delete()
    merge(keep, drop, actor=cast.sun.actor, district=DISTRICT)
    assert Person.objects.get(id=drop.id).merged_into == keep


LEFT_OUT = {
    "parties.Person.merged_into": "points at the kept person already",
    "parties.PersonIdentifier.person": "city-wide: moved with the merge itself",
    "parties.ContactPoint.person": "city-wide: moved with the merge itself",
    "parties.Account.person": "city-wide: moved with the merge itself",
}


def test_every_reference_to_a_person_follows_a_merge_or_is_left_out_on_purpose():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Person
    }
    assert found - registered_references() == set(LEFT_OUT)
    assert registered_references() <= found
