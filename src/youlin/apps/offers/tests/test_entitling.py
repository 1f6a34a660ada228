"""Who may have what: one by one and by roster; who left is ended; a number drawn anew; nothing that names anybody."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import DISTRICT, make_district, make_resident
from youlin.apps.offers import holders, kept, limits, personal_data, services
from youlin.apps.offers.models import Entitlement, Offer, Redemption, Roster
from youlin.apps.offers.rosters import services as rosters
from youlin.apps.offers.rosters import undoing
from youlin.apps.offers.tests import factories
from youlin.apps.offers.tests.factories import company, given_at, make_offer, make_place, redeem, rider
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Person
from youlin.apps.passes.tests import factories as passes
from youlin.apps.places.tests import factories as places
from youlin.kernel import clock, ids, jobs, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.tests.queries import least

TWO = "姓名,手机号\n李强,13800001001\n张华,13800002002\n"


@pytest.fixture
def office(db: None) -> Actor:
    make_district()
    places.declare_words()
    factories.declare_words()
    company()
    return factories.keeper()


def look(actor: Actor, text: str | bytes, name: str = "a.csv", **more: Any) -> rosters.Preview:
    content = text.encode() if isinstance(text, str) else text
    given = {"kind": "courier", "organisation": "sudida", **more}
    return rosters.keep_file(actor=actor, district=DISTRICT, name=name, content=content, **given)


def take(actor: Actor, text: str) -> Roster:
    found = look(actor, text)
    assert found.run is not None
    return rosters.take(actor=actor, district=DISTRICT, run_id=found.run)


def standing() -> set[str]:
    rows = Entitlement.objects.filter(ended_at=None).select_related("person")
    return {row.person.name for row in rows}


def test_a_person_is_entitled_once_and_again_with_another_day(office: Actor) -> None:
    first = rider()
    again = rider(valid_to=clock.today() + timedelta(days=5))
    assert first.id == again.id and again.valid_to == clock.today() + timedelta(days=5)
    acts = [one.act for one in journal.entries_for(first)]
    assert acts == ["offers.entitled", "offers.entitlement_changed"]
    assert first.valid_to == clock.today() + timedelta(days=366), "no longer than the kind allows"
    assert "李强" not in str([one.public for one in journal.entries_for(first)])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"phone": "12"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"kind": "king"}, "kind"),
        ({"organisation": "nobody"}, "organisation"),
    ],
)
def test_what_cannot_be_is_told_with_its_field(office: Actor, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as error:
        rider(**changes)
    assert error.value.problems[0].field == field


def test_a_roster_is_looked_at_first_and_writes_nothing(office: Actor) -> None:
    found = look(office, TWO + "李强,138 0000 1001\n王五,12\n,13800004004\n")
    assert (found.new, found.kept, found.ended, found.twice) == (2, 0, 0, 1)
    assert [(line, column) for line, column, _problem in found.refused] == [(5, "手机号"), (6, "姓名")]
    assert not Entitlement.objects.exists()


def test_who_is_on_it_is_entitled_who_left_is_ended_and_who_came_alone_stays(office: Actor) -> None:
    rider("赵独", "13800009009", organisation="sudida")
    assert take(office, TWO).counts == {"read": 2, "new": 2, "kept": 0, "ended": 0, "refused": 0}
    numbers = dict(Entitlement.objects.values_list("person_id", "number"))
    done = take(office, "手机,姓名,到期\n13800001001,李强,2099/1/2\n13800005005,钱新,\n")
    assert done.counts["new"] == 1 and done.counts["kept"] == 1 and done.counts["ended"] == 1
    assert standing() == {"李强", "钱新", "赵独"}
    ended = Entitlement.objects.exclude(ended_at=None).get()
    assert ended.ended_why and numbers[ended.person_id] == ended.number
    assert not Roster.objects.exclude(content="").exists(), "the table is gone"


def test_who_stands_in_a_row_that_cannot_be_read_has_not_left(office: Actor) -> None:
    take(office, TWO)
    take(office, "姓名,手机号,有效期至\n李强,13800001001,明年\n钱新,13800005005,\n")
    assert standing() == {"李强", "张华", "钱新"} - {"张华"}


def test_whoever_an_unclear_row_could_mean_has_not_left(office: Actor) -> None:
    take(office, TWO + "王五,13800003003\n")
    table = "姓名,手机号\n李强,12\n,13800002002\n钱新,13800005005\n"
    assert look(office, table).ended == 1
    take(office, table)
    assert standing() == {"李强", "张华", "钱新"}


def undo(actor: Actor, run: Roster) -> dict[str, int]:
    return undoing.undo(actor=actor, district=DISTRICT, run_id=run.id)


def test_a_roster_is_undone_as_a_whole(office: Actor) -> None:
    alone = rider("赵独", "13800009009", organisation="sudida", valid_to=clock.today() + timedelta(days=9))
    first = take(office, TWO + "王五,13800003003\n")
    before = list(Entitlement.objects.order_by("id").values("id", "valid_to", "roster_id", "number"))
    second = take(
        office, "姓名,手机号,有效期至\n李强,13800001001,2099/1/2\n赵独,13800009009,\n钱新,13800005005,\n"
    )
    assert standing() == {"李强", "赵独", "钱新"}
    assert undo(office, second) == {"ended": 1, "restored": 3, "kept": 0}
    assert standing() == {"李强", "张华", "王五", "赵独"}
    rows = Entitlement.objects.filter(ended_at=None).order_by("id")
    assert list(rows.values("id", "valid_to", "roster_id", "number")) == before
    assert [one.act for one in journal.entries_for(second)] == ["offers.roster_taken", "offers.roster_undone"]
    assert journal.entries_for(alone)[-1].act == "offers.entitlement_changed"
    with pytest.raises(Conflict, match="已经撤销"):
        undo(office, second)
    assert undo(office, first) == {"ended": 3, "restored": 0, "kept": 0}
    assert standing() == {"赵独"}


def test_what_was_used_or_changed_since_stays_when_a_roster_is_undone(office: Actor) -> None:
    first = take(office, TWO + "王五,13800003003\n钱新,13800005005\n")
    held = {row.person.name: row for row in Entitlement.objects.select_related("person")}
    given = given_at(make_offer(), make_place())
    redeem(given, held["李强"].number)
    taken_back = redeem(given, held["张华"].number).row.id
    Redemption.objects.filter(id=taken_back).update(reversed_at=clock.now())
    day = clock.today() + timedelta(days=5)
    services.change_entitlement(actor=office, district=DISTRICT, entitlement_id=held["王五"].id, valid_to=day)
    assert undo(office, first) == {"ended": 2, "restored": 0, "kept": 2}
    assert standing() == {"李强", "王五"}


def test_whom_an_undone_roster_alone_put_on_record_is_forgotten(office: Actor) -> None:
    make_resident("张华", "13800002002")
    run = take(office, TWO + "王五,13800003003\n钱新,13800005005\n孙老,13800006006\n")
    held = {row.person.name: row for row in Entitlement.objects.select_related("person")}
    passes.declare_kinds()
    passes.issue("visit", held["王五"].person)
    redeem(given_at(make_offer(), make_place()), held["钱新"].number)
    rider("孙老", "13800006006")
    assert undo(office, run) == {"ended": 4, "restored": 0, "kept": 1}
    jobs.run_pending()
    for _again in range(2):
        undoing.forget_listed.enqueue(district=DISTRICT, run_id=str(run.id))
        jobs.run_pending()
    gone = held.pop("李强")
    gone.person.refresh_from_db()
    assert gone.person.name == "" and gone.person.erased_at and not gone.person.contact_points.exists()
    assert not Entitlement.objects.get(id=gone.id).tail
    assert not Person.objects.filter(id__in=[row.person_id for row in held.values()]).exclude(erased_at=None)
    take(office, TWO)
    assert standing() >= {"李强", "张华"}, "and may be put on record again"


def test_who_was_entitled_anew_or_erased_is_not_entitled_again_by_an_undo(office: Actor) -> None:
    take(office, TWO + "王五,13800003003\n")
    second = take(office, "姓名,手机号\n王五,13800003003\n")
    rider("李强", "13800001001", organisation="sudida")
    rows = Entitlement.objects.select_related("person")
    [erased] = [row for row in rows if row.person.name == "张华"]
    personal_data.erase(erased.person_id, SYSTEM)
    assert undo(office, second) == {"ended": 0, "restored": 0, "kept": 2}
    assert standing() == {"李强", "王五"}
    third = take(office, "姓名,手机号\n王五,13800003003\n")
    fourth = take(office, "姓名,手机号\n王五,13800003003\n")
    assert undo(office, third) == {"ended": 0, "restored": 0, "kept": 1}, "王五 is the fourth's"
    assert undo(office, fourth) == {"ended": 0, "restored": 0, "kept": 0}


def test_a_roster_is_undone_by_who_entitles_and_only_once_it_was_taken_in(office: Actor) -> None:
    run = take(office, TWO)
    with pytest.raises(NotAllowed):
        undo(factories.host(), run)
    for unknown in (look(office, TWO).run, ids.uuid7()):
        with pytest.raises(NotFound):
            undoing.undo(actor=office, district=DISTRICT, run_id=unknown)
    with pytest.raises(Conflict, match="没有可撤销"):
        undo(office, take(office, "姓名,手机号\n李强,12\n张华,12\n"))


def test_a_table_as_chinese_spreadsheets_save_it_is_read(office: Actor) -> None:
    found = look(office, TWO.encode("gb18030"))
    assert (found.new, found.refused, found.unread) == (2, [], ())


def test_another_company_s_roster_ends_nobody_here(office: Actor) -> None:
    take(office, TWO)
    company("kuaidi")
    found = look(office, "姓名,手机号\n孙二,13800006006\n", organisation="kuaidi")
    assert (found.new, found.ended) == (1, 0)


def test_an_excel_file_is_read_and_what_is_none_is_refused(office: Actor) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["姓名", "手机号", "有效期至"])
    book.active.append(["李强", 13800001001, clock.today() + timedelta(days=9)])
    book.save(out)
    assert look(office, out.getvalue(), "a.xlsx").new == 1
    for name, content in (
        ("a.pdf", b"x"),
        ("a.xlsx", b"no zip"),
        ("a.csv", b"x,y\n1,2\n"),
        ("a.csv", "姓名,手机号\n".encode()),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv", b"x" * (rosters.MOST_BYTES + 1)),
    ):
        with pytest.raises(Invalid):
            look(office, content, name)


def test_a_roster_is_taken_in_once_by_who_sent_it(office: Actor) -> None:
    run = look(office, TWO).run
    assert run is not None
    with pytest.raises(NotFound):
        rosters.take(actor=SYSTEM, district=DISTRICT, run_id=run)
    rosters.take(actor=office, district=DISTRICT, run_id=run)
    with pytest.raises(Conflict):
        rosters.take(actor=office, district=DISTRICT, run_id=run)
    with pytest.raises(NotAllowed):
        look(factories.host(), TWO)


def test_one_finds_one_s_own_under_the_phone_one_signs_in_with(office: Actor) -> None:
    """The office's record has the phone; who has shown that the phone is theirs sees what it stands for."""
    held = rider(phone="13800001001")
    assert held.person_id is not None
    me = make_resident("李强", "13800001001").actor
    stranger = make_resident("钱朵", "13800001003").actor
    given = given_at(make_offer(per_person_day=2), make_place())
    redeem(given, held.number)
    [mine] = holders.mine(me)
    assert mine.number == held.number and [left for _row, left in mine.offers] == [1]
    assert [one.place for one in holders.my_meals(me)] == ["友好食堂"]
    assert holders.mine(stranger) == [] == holders.my_meals(stranger)
    services.draw_number(actor=me, district=DISTRICT, entitlement_id=held.id)
    with pytest.raises(Invalid):
        redeem(given, held.number)
    redeem(given, holders.mine(me)[0].number)
    with pytest.raises(NotFound):
        services.draw_number(actor=stranger, district=DISTRICT, entitlement_id=held.id)


def test_an_offer_that_is_over_is_not_among_mine_and_more_offers_ask_no_more_queries(office: Actor) -> None:
    rider()
    me = make_resident("李强", "13800001001").actor
    past, ahead, now = make_offer(), make_offer(), make_offer(name="午餐")
    Offer.objects.filter(id=past.id).update(valid_to=clock.today() - timedelta(days=1))
    Offer.objects.filter(id=ahead.id).update(valid_from=clock.today() + timedelta(days=1))
    [mine] = holders.mine(me)
    assert [row.number for row, _left in mine.offers] == [now.number]
    one = least(lambda: holders.mine(me))
    for limit in ({}, {"per_person_day": 2}, {"per_person_month": 9}, {"in_total": 100}):
        make_offer(**limit)
    assert least(lambda: holders.mine(me)) == one and len(holders.mine(me)[0].offers) == 5


def test_what_is_left_is_counted_of_all_offers_and_people_at_once(
    office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    mine, yours = rider(), rider("张华", "13800002002")
    place = make_place()
    limited = {"per_person_day": 3, "per_person_month": 9, "per_place_day": 8, "in_total": 20}
    first, second = make_offer(**limited), make_offer(name="午餐", per_person_month=4)
    for offer, holder in ((first, mine), (first, yours), (first, yours), (second, mine)):
        redeem(given_at(offer, place), holder.number)
    redeem(given_at(second, place), mine.number)
    early = Redemption.objects.filter(offer=second).first()
    Redemption.objects.filter(id=early.id).update(day=clock.today().replace(day=1) - timedelta(days=1))
    people, today = [mine.person_id, yours.person_id], clock.today()
    with CaptureQueriesContext(connection) as queries:
        found = limits.counted_each([first, second], people, today)
    assert len(queries) == 1
    assert found == {
        (first.id, mine.person_id): (1, 1, 0, 3),
        (first.id, yours.person_id): (2, 2, 0, 3),
        (second.id, mine.person_id): (1, 1, 0, 1),
        (second.id, yours.person_id): (0, 0, 0, 1),
    }
    for (offer, person), every in found.items():
        one = {first.id: first, second.id: second}[offer]
        alone = limits.left(one, limits.counted(one, given_id=None, person_id=person, day=today))
        assert limits.left(one, every).by_limit == alone.by_limit


def test_of_people_who_were_merged_one_entitlement_is_in_force(office: Actor) -> None:
    first, second = rider(), rider("李小强", "13800004004")
    given = given_at(make_offer(per_person_day=1), make_place())
    parties.merge_persons(actor=SYSTEM, keep=first.person, drop=second.person, reason="同一人")
    jobs.run_pending()
    assert Entitlement.objects.filter(ended_at=None).count() == 2, "a merge can be undone"
    assert [one.number for one in holders.listed(office, DISTRICT)[0]] == [first.number]
    redeem(given, second.number)
    for said in (first.number, second.number, "4004李"):
        with pytest.raises(Conflict):
            redeem(given, said)


def test_access_is_asked_once_however_many_bodies_there_are(office: Actor) -> None:
    asked = []
    for code in ("b", "c", "d"):
        with CaptureQueriesContext(connection) as queries:
            holders.bodies(office, DISTRICT)
            holders.rosters(office, DISTRICT)
            kept.givers(office, DISTRICT)
        asked.append(sum('"duties_assignmentarea"' in one["sql"] for one in queries.captured_queries))
        company(code)
        found = look(office, TWO, organisation=code)
        assert found.run is not None
        rosters.take(actor=office, district=DISTRICT, run_id=found.run)
    assert len(set(asked)) == 1


def test_the_office_finds_people_and_sees_no_full_name(office: Actor) -> None:
    held = rider()
    rider("张华", "13800002002")
    for words in (held.number, "13800001001", "1001李"):
        rows, total = holders.listed(office, DISTRICT, words=words)
        assert total == 1 and rows[0].who == "李*", words
    assert holders.listed(office, DISTRICT, words="12345678")[1] == 0
    services.end_entitlement(actor=office, district=DISTRICT, entitlement_id=held.id, reason="离职")
    assert holders.listed(office, DISTRICT)[1] == 1
    assert holders.listed(office, DISTRICT, state="ended")[0][0].ended_why == "离职"
    with pytest.raises(NotAllowed):
        holders.districts(factories.host())
    with pytest.raises(NotFound):
        services.end_entitlement(
            actor=factories.host(username="x"), district=DISTRICT, entitlement_id=ids.uuid7(), reason="x"
        )
