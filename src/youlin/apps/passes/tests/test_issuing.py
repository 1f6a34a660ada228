"""Issuing, binding, revoking, keys: who may, done once, and what each leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from joserfc import jws
from joserfc.jwk import KeySet

from tests.cast import DISTRICT, OTHER_DISTRICT, give_duty, make_district, make_member, make_resident
from youlin.apps.parties import services as parties
from youlin.apps.passes import codes, keys, revoked, selectors, services
from youlin.apps.passes.models import Binding, Pass, SigningKey
from youlin.apps.passes.services import binding, issuing
from youlin.apps.passes.tests import factories
from youlin.apps.passes.tests.factories import Phone, check, issue, person, printed
from youlin.apps.places.tests import factories as places
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


@pytest.fixture
def kinds(db: None) -> None:
    make_district()
    factories.declare_kinds()


def acts(row: Any) -> list[str]:
    return [entry.act for entry in journal.entries_for(row)]


def test_a_holder_has_one_code_of_a_kind_and_issuing_again_moves_its_end(kinds: None) -> None:
    rider = person()
    first = issue(holder=rider, valid_to=clock.now() + timedelta(days=2))
    again = issue(holder=rider)
    assert first.id == again.id and again.valid_to > first.valid_to
    assert issue(holder=rider, valid_to=clock.now() + timedelta(days=1)).valid_to == again.valid_to
    assert sorted(acts(first)) == ["passes.extended", "passes.issued"]
    services.revoke(actor=SYSTEM, district=DISTRICT, pass_id=first.id, reason="lost")
    new = issue(holder=rider)
    assert new.number != first.number and ids.check_number(new.number)
    assert new.slot == revoked.slot_of(issuing.body_of(new.number))


def test_the_journal_names_no_holder(kinds: None) -> None:
    rider = person("李强", "13800001001")
    row = issue(holder=rider)
    told = str([entry.public for entry in journal.entries_for(row)])
    assert "李强" not in told and str(rider.id) not in told


def test_a_place_a_body_a_producer_and_two_doors_of_one_place(kinds: None) -> None:
    places.declare_words()
    place = places.make_place(name="牛街驿站")
    south, north = (issue("place", place, label=door) for door in ("南门", "北门"))
    assert south.id != north.id and issue("place", place, label="南门").id == south.id
    assert check(printed(south)).shows == {"name": "牛街驿站"}
    assert codes.opened(printed(south), lambda kid: keys.verifying(kid)).claims.label == "南门"
    body = parties.register_organisation(
        actor=SYSTEM, district=DISTRICT, code="b", name="速递", kind="company"
    )
    assert check(printed(issue("body", body))).shows == {"name": "速递"}
    farm = parties.register_producer(
        actor=SYSTEM, district=DISTRICT, code="F1", name="王家果园", area=f"{DISTRICT}001", organisation=body
    )
    assert check(printed(issue("subject", farm))).shows == {"name": "王家果园", "area": "椿树街道"}
    with pytest.raises(Invalid):
        issue("subject", place)
    card = issue("card", person(), body=body)
    assert check(printed(card)).shows == {"name": "李*", "body": "速递"}
    assert [
        one.id for one in selectors.passes_of(district=DISTRICT, organisation_id=body.id, kinds=["card"])
    ] == [card.id]


@pytest.mark.parametrize(
    "values",
    [
        {"valid_to": clock.datetime(2020, 1, 1, tzinfo=clock.UTC)},
        {"valid_to": clock.datetime(2099, 1, 1, tzinfo=clock.UTC)},
        {"label": "很长很长很长很长很长很长很长很长的一段说明文字写在这里"},
    ],
)
def test_what_a_kind_does_not_allow_is_refused(kinds: None, values: Any) -> None:
    with pytest.raises(Invalid):
        issue("card", **values)
    with pytest.raises(NotFound):
        issue("no_such_kind\0")
    assert not Pass.objects.exists()


def test_who_may_issue_take_revoke_and_who_may_not(kinds: None) -> None:
    office, li = factories.office(), make_resident("李小哥", "13800138001")
    rider = {"district": DISTRICT, "holder": li.person}
    mine = services.issue(actor=li.actor, kind="visit", **rider)
    for actor, kind in ((li.actor, "card"), (ANONYMOUS, "visit"), (make_member("qian", "钱").actor, "visit")):
        with pytest.raises(NotAllowed):
            services.issue(actor=actor, kind=kind, **rider)
    card = services.issue(actor=office, kind="card", **rider)
    assert {one.row.id for one in selectors.mine(li.actor)} == {mine.id, card.id}
    for actor, reason in (
        (li.actor, "misused"),
        (make_member("sun2", "孙").actor, "left"),
        (ANONYMOUS, "lost"),
    ):
        with pytest.raises(NotAllowed):
            services.revoke(actor=actor, district=DISTRICT, pass_id=card.id, reason=reason)
    with pytest.raises(Invalid):
        services.revoke(actor=office, district=DISTRICT, pass_id=card.id, reason="because")
    with pytest.raises(NotFound):
        services.revoke(actor=office, district=OTHER_DISTRICT, pass_id=card.id, reason="left")
    services.revoke(actor=li.actor, district=DISTRICT, pass_id=card.id, reason="lost")
    services.revoke(actor=office, district=DISTRICT, pass_id=card.id, reason="left")
    card.refresh_from_db()
    assert card.revoked_why == "lost" and acts(card).count("passes.revoked") == 1


def test_somebody_issues_for_their_own_body_alone(kinds: None) -> None:
    factories.duty_kinds()
    ours, theirs = (
        parties.register_organisation(actor=SYSTEM, district=DISTRICT, code=code, name=code, kind="company")
        for code in ("ours", "theirs")
    )
    member = make_member("danwei", "单位")
    give_duty(member, "pass_office", DISTRICT, organisation=ours)
    made = services.issue(actor=member.actor, district=DISTRICT, kind="card", holder=person(), body=ours)
    issue("card", person("王", "13900001001"), body=theirs)
    for body in (theirs, None):
        with pytest.raises(NotAllowed):
            services.issue(actor=member.actor, district=DISTRICT, kind="card", holder=person(), body=body)
    rows, total = selectors.listed(member.actor, DISTRICT)
    assert ([one.id for one in rows], total) == ([made.id], 1)


def test_a_phone_binds_its_own_code_and_nobody_else_s(kinds: None) -> None:
    row = issue()
    stranger = make_resident("钱", "13900138005").actor
    given = {"district": DISTRICT, "pass_id": row.id, "device": "d" * 22, "links": 960}
    anchor = codes.anchor_of(b"x" * 15, 960)
    with pytest.raises(NotFound):
        services.bind(actor=stranger, anchor=anchor, **given)
    me = Actor("person", person_id=row.person_id)
    for wrong in ({"anchor": "x"}, {"anchor": "!" * 20}, {"device": "d"}, {"links": 961}, {"links": 0}):
        with pytest.raises(Invalid):
            services.bind(actor=me, **{**given, "anchor": anchor, **wrong})
    bound = services.bind(actor=me, anchor=anchor, **given)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        again = services.bind(actor=me, anchor=anchor, **given)
    assert bound == again and Binding.objects.count() == 1, (
        "a chain begun twice would show links that are known"
    )
    assert (bound.ends_at - bound.starts_at).total_seconds() == 8 * 3600 == bound.links * bound.period
    services.bind(actor=me, **{**given, "anchor": codes.anchor_of(b"y" * 15, 960)})
    assert acts(row).count("passes.bound") == 1
    with pytest.raises(Conflict):
        services.bind(
            actor=Actor("person", person_id=row.person_id),
            anchor=anchor,
            **{**given, "pass_id": issue("card", row.person).id},
        )


def test_a_chain_is_no_longer_than_the_code_lives(kinds: None) -> None:
    row = issue(valid_to=clock.now() + timedelta(minutes=10))
    assert binding.links_for(row, clock.now()) <= 20
    bound = Phone(row).bind(binding.links_for(row, clock.now())).bound
    assert bound.ends_at <= row.valid_to


def test_a_code_that_moves_is_never_printed(kinds: None) -> None:
    with pytest.raises(Conflict):
        services.token_of(issue())


def test_keys_are_known_before_they_sign_and_change_by_the_clock(kinds: None, settings: Any) -> None:
    settings.PASS_KEY_DAYS = 90
    start = clock.now()
    first = keys.signer(DISTRICT).kid
    with clock.frozen(start + timedelta(days=82)):
        assert keys.renew_old() == 0
    with clock.frozen(start + timedelta(days=84)):
        assert keys.renew_old() == 1
        assert keys.renew_old() == 0
        assert keys.signer(DISTRICT).kid == first
        assert len(keys.published()) == 2
        with pytest.raises(Conflict):
            keys.make(actor=SYSTEM, district=DISTRICT)
    with clock.frozen(start + timedelta(days=92)):
        assert keys.signer(DISTRICT).kid != first
        assert [one["kid"] for one in keys.published(DISTRICT)][0] == first
    with clock.frozen(start + timedelta(days=91 + 182)):
        assert first not in [one["kid"] for one in keys.published()]


def test_the_secret_of_a_key_is_sealed_and_never_published(kinds: None) -> None:
    signer = keys.signer(DISTRICT)
    secret = signer.key.as_dict(private=True)["d"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM passes_signingkey")
        assert secret not in str(cursor.fetchall())
    assert "d" not in keys.published()[0] and SigningKey.objects.get().secret == secret
    assert "secret" not in str([entry.public for entry in journal.entries_for(SigningKey.objects.get())])


def test_who_may_not_touch_keys(kinds: None) -> None:
    for actor in (ANONYMOUS, factories.guard()):
        with pytest.raises(NotAllowed):
            keys.make(actor=actor, district=DISTRICT)
        with pytest.raises(NotAllowed):
            keys.of_district(actor, DISTRICT)
    office = factories.office()
    kid = keys.make(actor=office, district=DISTRICT).kid
    with pytest.raises(Invalid):
        keys.revoke(actor=office, district=DISTRICT, kid=kid, reason=" ")
    with pytest.raises(NotFound):
        keys.revoke(actor=office, district=DISTRICT, kid="none", reason="x")


def test_two_districts_have_keys_of_their_own(kinds: None) -> None:
    here, there = keys.signer(DISTRICT), keys.signer(OTHER_DISTRICT)
    assert here.kid != there.kid
    assert {one["district"] for one in keys.published()} == {DISTRICT, OTHER_DISTRICT}
    assert [one["kid"] for one in keys.published(OTHER_DISTRICT)] == [there.kid]


def test_the_published_list_is_signed_says_what_is_revoked_and_changes_with_it(kinds: None) -> None:
    row, other = issue(), issue(holder=person("王", "13900001001"))
    address = "https://youlin.example/passes/revoked/110102.jwt"
    before = revoked.signed(DISTRICT, address)
    assert revoked.signed(DISTRICT, address) == before
    services.revoke(actor=SYSTEM, district=DISTRICT, pass_id=row.id, reason="lost")
    text = revoked.signed(DISTRICT, address)
    assert text != before
    known = KeySet.import_key_set({"keys": keys.published()})
    found = jws.deserialize_compact(text, known, algorithms=["Ed25519"])
    said = revoked.json.loads(found.payload)
    assert found.headers()["typ"] == "statuslist+jwt" and said["sub"] == address
    packed = said["status_list"]["lst"]
    bits = revoked.zlib.decompress(codes.base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert bits[row.slot >> 3] >> (row.slot & 7) & 1 and not bits[other.slot >> 3] >> (other.slot & 7) & 1
    with pytest.raises(codes.Refused):
        codes.opened(text[:1000], lambda kid: keys.verifying(kid))


def test_two_who_issue_to_one_holder_at_once_make_one_code(kinds: None) -> None:
    rider = person()
    row = issue(holder=rider)
    again = issuing._inserted(
        district=DISTRICT, kind=row.kind, person_id=rider.id, valid_from=row.valid_from, valid_to=row.valid_to
    )
    assert again is None and Pass.objects.count() == 1
