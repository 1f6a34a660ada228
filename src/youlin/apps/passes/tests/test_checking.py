"""A look at a code: every attack has its word, the books have the last one, and little of it is kept."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from tests.cast import DISTRICT, OTHER_DISTRICT, OTHER_STREET, make_district, make_member
from youlin.apps.passes import codes, keys, personal_data, services
from youlin.apps.passes.models import Check, SigningKey
from youlin.apps.passes.reasons import WORDS, Reason
from youlin.apps.passes.tests import factories
from youlin.apps.passes.tests.factories import Phone, check, issue, printed
from youlin.apps.places.tests import factories as places
from youlin.kernel import clock, ids, journal, pacing, privacy
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany

START = clock.datetime(2027, 3, 1, 23, 58, 30, tzinfo=clock.UTC)
"""Not far from the end of a month's day in one zone, in the morning of the next in the other."""


@pytest.fixture
def kinds(db: None) -> Any:
    make_district()
    factories.declare_kinds()
    with clock.frozen(START):
        yield


@pytest.fixture
def phone(kinds: Any) -> Phone:
    return Phone(issue()).bind()


def reasons(*found: services.Checked) -> list[str]:
    return [one.reason.value for one in found]


def test_a_code_that_moves_holds_and_tells_no_name(phone: Phone) -> None:
    guard = factories.guard()
    found = check(phone.code(), guard)
    assert found.valid and found.kind is not None and found.kind.code == "visit" and found.step == 0
    assert found.until == phone.row.valid_to and found.shows == {} and found.seen_at is None
    row = Check.objects.get()
    assert (row.held, row.reason, row.checker_id) == (phone.row, "valid", guard.person_id)
    [entry] = journal.entries_for(row)
    assert entry.act == "passes.checked"
    assert phone.row.number not in str(entry.public) and str(phone.row.person_id) not in str(entry.public)


def test_a_printed_code_shows_what_its_kind_declares_and_how(kinds: Any) -> None:
    assert check(printed(issue("card"))).shows == {"name": "李*"}
    assert check(printed(issue("plain"))).shows == {"name": "李强"}


def test_every_reason_has_words_and_advice() -> None:
    assert set(WORDS) == set(Reason)
    assert all(str(one.told) and str(one.advice) for one in WORDS.values())


def test_an_old_screenshot_is_told_a_minute_after_it_was_taken(phone: Phone) -> None:
    code = phone.code()
    for seconds, reason in (
        (29, "valid"),
        (30, "valid"),
        (59, "valid"),
        (60, "old_picture"),
        (7200, "old_picture"),
    ):
        with clock.frozen(START + timedelta(seconds=seconds)):
            assert check(code).reason == reason, seconds
    with clock.frozen(START + timedelta(days=2)):
        assert check(code).reason == "expired"


@pytest.mark.parametrize(
    ("behind", "reason"), [(-30, "valid"), (30, "valid"), (-65, "not_yet"), (95, "old_picture")]
)
def test_clocks_may_differ_as_far_as_is_declared_and_no_further(
    phone: Phone, behind: int, reason: str
) -> None:
    at = START + timedelta(minutes=10)
    with clock.frozen(at):
        assert check(phone.code(at - timedelta(seconds=behind))).reason == reason


def test_forged_copied_and_foreign_codes(phone: Phone) -> None:
    other = OKPKey.generate_key("Ed25519")
    signer = keys.signer(DISTRICT)
    claims = codes.opened(phone.code(), lambda kid: keys.verifying(kid)).claims
    forged = codes.sign(claims, other, signer.kid)
    foreign = codes.sign(claims, other, "abcd")
    confused = jws.serialize_compact(
        {"alg": "HS256", "kid": signer.kid},
        codes._written(claims),
        OctKey.import_key(signer.key.as_dict()["x"]),
    )
    unsigned = codes.to_digits(f"eyJhbGciOiJub25lIn0.{forged.split('.')[1]}.")
    link = codes.link_at(phone.seed, 960, 0)
    found = [
        check(code) for code in (f"{forged}.{link}", f"{foreign}.{link}", f"{confused}.{link}", unsigned)
    ]
    assert reasons(*found) == ["forged", "unknown_key", "forged", "not_ours"]
    assert not any(one.valid or one.shows or one.until for one in found)


def test_a_code_on_another_phone_without_its_chain_is_forged(phone: Phone) -> None:
    """Cloned: the signed token is copied, the beginning of the chain is not."""
    clone = Phone(phone.row, device=phone.device, seed=b"\1" * 15, bound=phone.bound)
    with clock.frozen(START + timedelta(minutes=20)):
        assert check(clone.code()).reason == "forged"
        assert check(phone.code(step=39)).reason == "valid"


def test_a_code_taken_to_a_second_phone_ends_the_first(phone: Phone) -> None:
    with clock.frozen(START + timedelta(minutes=1)):
        second = Phone(phone.row).bind()
        assert reasons(check(phone.code()), check(second.code())) == ["replaced", "valid"]
    with clock.frozen(
        START + timedelta(minutes=2)
    ):  # the same phone renews: nothing changes for who looks at it
        before = second.code()
        second.bind()
        assert reasons(check(before), check(second.code())) == ["valid", "valid"]


def test_a_code_shown_twice_at_a_gate_and_at_two_gates_at_once_is_seen(phone: Phone) -> None:
    places.declare_words()
    gate, other = places.make_place(name="南门"), places.make_place(name="北门")
    code = phone.code()
    first = check(code, place_id=gate.id)
    again = check(code, place_id=gate.id)
    elsewhere = check(code, place_id=other.id)
    assert (first.seen_at, first.elsewhere_at) == (None, None)
    assert (again.valid, again.seen_at, again.elsewhere_at) == (True, START, None)
    assert (elsewhere.valid, elsewhere.seen_at, elsewhere.elsewhere_at) == (True, None, START)
    with clock.frozen(START + timedelta(minutes=3)):
        later = check(phone.code(), place_id=gate.id)
        assert (later.seen_at, later.elsewhere_at) == (None, None)
        phone.bind()
        begun = check(phone.code(), place_id=gate.id)
        assert (begun.step, begun.seen_at) == (first.step, None)


def test_a_revoked_code_is_told_at_once_and_stays_so(phone: Phone) -> None:
    services.revoke(actor=SYSTEM, district=DISTRICT, pass_id=phone.row.id, reason="left")
    found = check(phone.code())
    assert found.reason == "revoked" and found.shows == {} and found.until is None
    with pytest.raises(Conflict):
        Phone(phone.row).bind()


def test_expired_and_not_yet(kinds: Any) -> None:
    code = printed(issue("card", valid_to=START + timedelta(days=3)))
    later = printed(issue("plain", valid_from=START + timedelta(days=2)))
    assert reasons(check(code), check(later)) == ["valid", "not_yet"]
    with clock.frozen(START + timedelta(days=2, seconds=1)):
        assert reasons(check(code), check(later)) == ["valid", "valid"]
    with clock.frozen(START + timedelta(days=3)):
        assert check(code).reason == "expired"


def test_a_code_whose_end_was_moved_holds_with_a_new_print_and_its_old_one_not(kinds: Any) -> None:
    row = issue("card", valid_to=START + timedelta(days=3))
    old = printed(row)
    with clock.frozen(START + timedelta(days=4)):
        again = issue("card", holder=row.person)
        assert again.number == row.number
        assert reasons(check(old), check(printed(again))) == ["expired", "valid"]


def test_a_code_of_another_district_is_told_and_nothing_of_its_holder(phone: Phone) -> None:
    guard = factories.guard("110101001", "waiqu")
    found = check(phone.code(), guard, OTHER_DISTRICT)
    assert (
        found.reason == "wrong_district" and found.shows == {} and found.held is None and found.kind is None
    )
    assert Check.objects.get().held is None


def test_yesterday_s_key_verifies_and_signs_no_more(phone: Phone) -> None:
    old = printed(issue("card", holder=phone.row.person))
    with clock.frozen(START + timedelta(days=1)):
        made = keys.make(actor=SYSTEM, district=DISTRICT, at_once=True)
        new = printed(issue("plain", holder=phone.row.person))
        assert reasons(check(old), check(new)) == ["valid", "valid"]
        assert keys.signer(DISTRICT).kid == made.kid
        assert f'{made.kid}"' not in codes.from_digits(old.split("#")[1])
    until = SigningKey.objects.exclude(kid=made.kid).get().verifies_until
    assert until is not None
    with clock.frozen(until):
        assert check(old).reason == "unknown_key"


def test_a_key_in_other_hands_is_ended_with_all_it_signed(phone: Phone) -> None:
    code, kid = phone.code(), keys.signer(DISTRICT).kid
    keys.revoke(actor=SYSTEM, district=DISTRICT, kid=kid, reason="服务器失窃")
    assert check(code).reason == "unknown_key"
    assert keys.signer(DISTRICT).kid != kid
    assert check(phone.bind().code()).valid


@pytest.mark.parametrize("code", ["", "\0", "https://example.org", "7" * 1200, "T-AAAAAAAAA", "a.b.c"])
def test_what_is_no_code_is_looked_at_too(kinds: Any, code: str) -> None:
    assert check(code).reason == "not_ours"
    assert Check.objects.get().kind == ""


def test_a_huge_picture_s_text_is_told_and_not_kept(kinds: Any) -> None:
    assert check("9" * 2_000_000).reason == "too_long"


def test_a_typed_number_proves_no_more_than_its_kind_says(phone: Phone) -> None:
    card = issue("card", holder=phone.row.person)
    assert reasons(check(card.number.lower()), check(phone.row.number)) == ["valid", "number_alone"]
    assert check(ids.new_number("T")).reason == "unknown_number"
    services.revoke(actor=SYSTEM, district=DISTRICT, pass_id=card.id, reason="lost")
    assert check(card.number).reason == "revoked"


def test_who_does_not_check_there_is_told_no(phone: Phone) -> None:
    places.declare_words()
    gate = places.make_place()
    guard = factories.guard(OTHER_STREET)
    assert check(phone.code(), guard).valid
    for actor in (ANONYMOUS, make_member("luren", "路人").actor):
        with pytest.raises(NotAllowed):
            check(phone.code(), actor)
    with pytest.raises(NotAllowed):
        check(phone.code(), guard, place_id=gate.id)
    with pytest.raises(NotAllowed):
        check(phone.code(), guard, OTHER_DISTRICT)
    with pytest.raises(NotFound):
        check(phone.code(), guard, place_id=ids.uuid7())


def test_a_look_without_a_network_is_reported_once_and_as_of_then(phone: Phone) -> None:
    guard, code = factories.guard(), phone.code()
    with clock.frozen(START + timedelta(hours=5)):
        values = {"at": START + timedelta(seconds=20), "told": "valid", "idempotency_key": "k1"}
        first, again = (check(code, guard, **values) for _time in range(2))
        assert first.valid and first.id == again.id and Check.objects.count() == 1
        assert Check.objects.get().told == "valid" and Check.objects.get().at == values["at"]
        with pytest.raises(Conflict):
            check(phone.code(), guard, **values)
        assert check(code, guard).reason == "old_picture"
        for wrong in (START - timedelta(days=8), START + timedelta(hours=6)):
            with pytest.raises(Invalid):
                check(code, guard, at=wrong)


def test_what_was_revoked_after_the_look_held_then(phone: Phone) -> None:
    code = phone.code()
    with clock.frozen(START + timedelta(minutes=3)):
        services.revoke(actor=SYSTEM, district=DISTRICT, pass_id=phone.row.id, reason="left")
        assert check(code, at=START, told="valid").reason == "valid"


def test_looks_and_typed_numbers_have_a_pace(kinds: Any) -> None:
    guard = factories.guard()
    for _number in range(20):
        assert check(ids.new_number("T"), guard).reason == "unknown_number"
    with pytest.raises(TooMany):
        check(ids.new_number("T"), guard)
    pacing.forget()


def test_a_month_later_nobody_knows_whose_code_it_was(phone: Phone) -> None:
    check(phone.code())
    [rule] = [one for one in privacy.retention_rules() if one.name == "passes_checked"]
    assert rule.expire(START) == 0
    assert rule.expire(START + timedelta(seconds=1)) == 1
    row = Check.objects.get()
    assert (row.held, row.checker, row.kind, row.reason) == (None, None, "visit", "valid")


def test_an_erased_holder_s_code_holds_no_more_and_names_nobody(phone: Phone) -> None:
    code, person_id = phone.code(), phone.row.person_id
    check(code)
    assert personal_data.export(person_id)["checks"]
    privacy.erase_person(person_id=person_id, actor=SYSTEM, reason="本人要求删除")
    assert check(code).reason == "revoked"
    phone.row.refresh_from_db()
    assert phone.row.person_id is None and not Check.objects.filter(held__person=person_id).exists()


def test_a_look_costs_few_queries(phone: Phone, django_assert_max_num_queries: Any) -> None:
    code = phone.code()
    check(code)
    with django_assert_max_num_queries(12):
        check(code)
