"""People, bodies, consent and guardians."""

from datetime import date, timedelta

import pytest

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT, PASSWORD, STREET, give_duty
from youlin.apps.parties import clients, selectors, services
from youlin.apps.parties.models import Account, ContactPoint, Person, PersonIdentifier
from youlin.apps.parties.tests import factories
from youlin.kernel import clock, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db

GOOD_ID = "11010519491231002X"
BAD_ID = "110105194912310021"


class TestPeople:
    def test_a_person_has_name_and_contacts_and_the_journal_no_open_word_of_them(self):
        person = factories.person("李小哥", phone="138 0013 8000", email="Li@Example.CN")
        points = {point.kind: point.value for point in person.contact_points.all()}
        assert points == {"phone": "+8613800138000", "email": "Li@example.cn"}
        entries = journal.entries_for(person)
        assert [e.act for e in entries] == [
            "parties.person_registered",
            "parties.contact_added",
            "parties.contact_added",
        ]
        open_words = "".join(str(e.public) for e in entries)
        assert "李小哥" not in open_words and "13800138000" not in open_words
        assert journal.opened(entries[0])[person.id]["name"] == "李小哥"

    def test_names_and_numbers_are_encrypted_in_the_database(self, django_assert_num_queries):
        from django.db import connection

        person = factories.person("李小哥", phone="13800138000")
        services.add_identifier(actor=SYSTEM, person=person, kind="resident_id", value=GOOD_ID)
        with connection.cursor() as cursor:
            for table in ("person", "contactpoint", "personidentifier"):
                cursor.execute(f"SELECT * FROM parties_{table}")
                stored = str(cursor.fetchall())
                assert "李小哥" not in stored and "13800138000" not in stored and GOOD_ID not in stored

    def test_a_phone_finds_its_people_however_it_is_typed(self):
        li = factories.person(phone="13800138000")
        wife = factories.person("王女士", phone="+86 138-0013-8000")
        assert selectors.persons_by_phone("1380 0138 000") == [li, wife]
        assert selectors.persons_by_phone("13800138009") == []
        with pytest.raises(Invalid):
            selectors.persons_by_phone("123")

    def test_a_wrong_contact_is_refused_by_field(self):
        for fields, field in (({"phone": "123"}, "phone"), ({"email": "li@"}, "email")):
            with pytest.raises(Invalid) as refused:
                factories.person(**fields)
            assert refused.value.problems[0].field == field
        assert not Person.objects.exists()

    def test_a_contact_added_twice_is_one_and_can_be_removed(self):
        person = factories.person(phone="13800138000")
        again = services.add_contact(
            actor=SYSTEM, person=person, kind="phone", value="13800138000", verified=True
        )
        assert ContactPoint.objects.get() == again
        assert again.verified_at
        services.remove_contact(actor=factories.actor(person), contact_id=again.id)
        assert not ContactPoint.objects.exists()
        with pytest.raises(NotFound):
            services.remove_contact(actor=SYSTEM, contact_id=again.id)

    def test_people_change_their_own_record_and_nobody_elses(self, cast):
        services.change_person(
            actor=cast.li.actor, person_id=cast.li.id, district="", name="李明", needs={"wheelchair": True}
        )
        assert Person.objects.get(id=cast.li.id).name == "李明"
        for other in (cast.qian.actor, cast.wang.actor, cast.zhao.actor, ANONYMOUS):
            with pytest.raises(NotAllowed):
                services.change_person(actor=other, person_id=cast.li.id, district=DISTRICT, name="x")
        with pytest.raises(Invalid):
            services.change_person(actor=cast.li.actor, person_id=cast.li.id, district="", is_demo=True)

    def test_registering_people_is_for_those_in_charge_of_it(self, cast):
        assert services.register_person(actor=cast.sun.actor, name="新人", district=DISTRICT)
        for actor, district in (
            (cast.sun.actor, OTHER_DISTRICT),
            (cast.wang.actor, DISTRICT),
            (ANONYMOUS, DISTRICT),
        ):
            with pytest.raises(NotAllowed):
                services.register_person(actor=actor, name="新人", district=district)


class TestIdentifiers:
    def test_a_good_number_gives_the_birth_date(self):
        person = factories.person()
        identifier, warnings = services.add_identifier(
            actor=SYSTEM, person=person, kind="resident_id", value=GOOD_ID
        )
        assert warnings == [] and identifier.check_ok
        assert Person.objects.get(id=person.id).born_on == date(1949, 12, 31)

    def test_a_number_with_a_wrong_digit_is_taken_with_a_warning(self):
        identifier, warnings = services.add_identifier(
            actor=SYSTEM, person=factories.person(), kind="resident_id", value=BAD_ID
        )
        assert len(warnings) == 1 and not identifier.check_ok
        assert PersonIdentifier.objects.get().value == BAD_ID

    def test_the_same_number_twice_is_one_and_of_two_people_a_conflict(self):
        person, other = factories.person(), factories.person("王")
        first, _ = services.add_identifier(actor=SYSTEM, person=person, kind="resident_id", value=GOOD_ID)
        again, _ = services.add_identifier(
            actor=SYSTEM, person=person, kind="resident_id", value=GOOD_ID.lower()
        )
        assert first == again
        with pytest.raises(Conflict) as refused:
            services.add_identifier(actor=SYSTEM, person=other, kind="resident_id", value=GOOD_ID)
        assert "合并" in refused.value.problems[0].remedy

    def test_an_organisation_keeps_a_failing_credit_code_and_says_so(self):
        failing = factories.organisation(code="A", credit_code="91350211M0000XUF46")
        good = factories.organisation(code="B", credit_code="9135 0100 M000 100Y 43")
        assert (failing.credit_code_ok, good.credit_code_ok) == (False, True)
        assert good.credit_code == "91350100M000100Y43"


class TestAccounts:
    def test_a_staff_account_signs_in_with_its_password(self, cast):
        assert cast.wang.account.check_password(PASSWORD)
        assert cast.wang.account.home_district == DISTRICT
        assert not cast.li.account.has_usable_password()

    @pytest.mark.parametrize("weak", ["12345", "1234567890", "password123"])
    def test_weak_passwords_are_refused_in_words(self, weak):
        with pytest.raises(Invalid) as refused:
            factories.person(account_username="wang", password=weak)
        assert refused.value.problems[0].field == "password"
        assert not Person.objects.exists()

    def test_a_username_is_given_once(self):
        factories.person(account_username="wang", password=None)
        with pytest.raises(Conflict):
            factories.person(account_username="wang", password=None)

    def test_passwords_are_set_by_their_holder_or_by_those_in_charge(self, cast):
        new = "另一个-长密码-2026"
        services.set_password(
            actor=cast.wang.actor, account_id=cast.wang.account.id, password=new, district=DISTRICT
        )
        services.set_password(
            actor=cast.sun.actor, account_id=cast.wang.account.id, password=new, district=DISTRICT
        )
        for actor in (cast.zhao.actor, cast.other.actor, ANONYMOUS):
            with pytest.raises(NotAllowed):
                services.set_password(
                    actor=actor, account_id=cast.wang.account.id, password=new, district=DISTRICT
                )
        assert Account.objects.get(id=cast.wang.account.id).check_password(new)

    def test_a_closed_account_is_inactive(self, cast):
        services.close_account(actor=cast.sun.actor, account_id=cast.wang.account.id, district=DISTRICT)
        assert not Account.objects.get(id=cast.wang.account.id).is_active


class TestBodies:
    def test_codes_are_given_once_in_a_district(self):
        factories.organisation(code="U1")
        assert factories.organisation(code="U1", district="110101")
        with pytest.raises(Conflict):
            factories.organisation(code="U1")

    def test_members_join_and_leave_by_date(self):
        body, person = factories.organisation(), factories.person()
        membership = services.join(actor=SYSTEM, person=person, organisation=body, role="staff")
        assert selectors.members(organisation=body) == [person.id]
        services.leave(actor=factories.actor(person), membership=membership)
        assert selectors.members(organisation=body) == []
        with pytest.raises(Invalid):
            services.join(actor=SYSTEM, person=person)

    def test_households_and_producers_have_one_code_each(self, district):
        home = services.register_household(
            actor=SYSTEM, district=DISTRICT, code="H1", area=GRID, address="椿树胡同 3 号"
        )
        producer = services.register_producer(
            actor=SYSTEM, district=DISTRICT, code="P1", name="李家菜园", area=GRID, household=home
        )
        assert producer.household == home
        with pytest.raises(Conflict):
            services.register_producer(actor=SYSTEM, district=DISTRICT, code="P1", name="x", area=GRID)
        assert "椿树胡同" not in str([e.public for e in journal.entries_for(home)])

    def test_a_closed_body_is_listed_no_more(self):
        body = factories.organisation()
        services.close_organisation(actor=SYSTEM, organisation=body)
        assert selectors.organisations(district=DISTRICT) == []
        assert selectors.organisation(district=DISTRICT, code="U1").closed_on == clock.today()

    def test_keys_of_machine_clients_are_given_by_those_in_charge(self, cast):
        client, key = clients.issue_key(actor=cast.sun.actor, district=DISTRICT, name="12345 热线")
        assert clients.client_of(key) == client and clients.client_of("") is None
        clients.revoke_key(actor=cast.sun.actor, client=client)
        assert clients.client_of(key) is None
        with pytest.raises(NotAllowed):
            clients.issue_key(actor=cast.wang.actor, district=DISTRICT, name="x")


class TestConsent:
    def agree(self, actor, person, **fields):
        return services.give_consent(
            actor=actor, district=DISTRICT, person=person, purpose="follow_up", wording="v1", **fields
        )

    def test_people_agree_and_take_it_back_themselves(self, cast):
        consent = self.agree(cast.li.actor, cast.li.person)
        assert self.agree(cast.li.actor, cast.li.person) == consent
        asked = {"district": DISTRICT, "person_id": cast.li.id, "purpose": "follow_up"}
        assert selectors.has_consent(**asked) and not selectors.has_consent(**asked, wording="v2")
        services.withdraw_consent(actor=cast.li.actor, district=DISTRICT, consent_id=consent.id)
        services.withdraw_consent(actor=cast.li.actor, district=DISTRICT, consent_id=consent.id)
        assert not selectors.has_consent(**asked)
        assert [e.act for e in journal.entries_for(consent)] == [
            "parties.consent_given",
            "parties.consent_withdrawn",
        ]

    def test_nobody_agrees_for_another(self, cast):
        with pytest.raises(NotAllowed):
            self.agree(cast.qian.actor, cast.li.person)
        with pytest.raises(NotAllowed):
            self.agree(cast.qian.actor, cast.li.person, given_by=cast.qian.person)

    def test_for_a_child_the_guardian_agrees(self, cast):
        child = factories.person("李小小", born_on=clock.today() - timedelta(days=13 * 365))
        with pytest.raises(Invalid, match="监护人"):
            self.agree(SYSTEM, child)
        services.set_guardian(
            actor=cast.sun.actor, district=DISTRICT, guardian=cast.li.person, ward=child, basis="父子"
        )
        assert self.agree(cast.li.actor, child, given_by=cast.li.person).given_by == cast.li.person
        assert selectors.wards_of(district=DISTRICT, guardian_id=cast.li.id) == [child.id]

    def test_a_guardianship_ends(self, cast):
        child = factories.person("李小小")
        row = services.set_guardian(actor=SYSTEM, district=DISTRICT, guardian=cast.li.person, ward=child)
        services.end_guardianship(actor=SYSTEM, district=DISTRICT, guardianship_id=row.id)
        assert selectors.wards_of(district=DISTRICT, guardian_id=cast.li.id) == []
        with pytest.raises(NotAllowed):
            self.agree(cast.li.actor, child, given_by=cast.li.person)

    def test_guardians_are_set_by_those_in_charge_and_never_of_oneself(self, cast):
        with pytest.raises(NotAllowed):
            services.set_guardian(
                actor=cast.li.actor, district=DISTRICT, guardian=cast.li.person, ward=cast.qian.person
            )
        with pytest.raises(Invalid):
            services.set_guardian(
                actor=SYSTEM, district=DISTRICT, guardian=cast.li.person, ward=cast.li.person
            )


class TestNames:
    def test_colleagues_see_each_other_and_nobody_else_in_full(self, cast):
        ids = [cast.zhao.id, cast.li.id]
        assert selectors.person_labels(ids, viewer=cast.wang.actor) == {
            cast.zhao.id: "赵街道",
            cast.li.id: "李**",
        }
        assert selectors.person_label(cast.li.id, viewer=cast.li.actor) == "李小哥"
        for viewer in (cast.qian.actor, cast.expired.actor, ANONYMOUS, None):
            assert selectors.person_label(cast.zhao.id, viewer=viewer) == "赵**"
        assert selectors.person_label(cast.li.id, viewer=SYSTEM) == "李小哥"

    def test_a_stand_in_is_a_colleague_meanwhile(self, cast):
        from youlin.apps.duties import selectors as duties
        from youlin.apps.duties import services as duty_services

        (one,) = duties.assignments_of(cast.wang.id)
        duty_services.go_on_leave(actor=SYSTEM, assignment=one, stand_in=cast.qian.person, from_=clock.now())
        assert selectors.person_label(cast.zhao.id, viewer=cast.qian.actor) == "赵街道"

    def test_nameless_unknown_and_erased_people_have_words(self, cast):
        from youlin.kernel import ids

        nameless = factories.person("")
        assert selectors.person_label(nameless.id, viewer=None) == "未留姓名"
        assert selectors.person_label(ids.uuid7(), viewer=None) == "未知人员"
        Person.objects.filter(id=nameless.id).update(erased_at=clock.now())
        assert selectors.person_label(nameless.id, viewer=SYSTEM) == "已删除的人员"

    def test_labels_cost_the_same_for_any_number(self, cast, django_assert_max_num_queries):
        ids = [factories.person(f"员{n}").id for n in range(20)] + [cast.zhao.id]
        for person_id in ids[:5]:
            give_duty(type(cast.li)(Person.objects.get(id=person_id), None, None), "grid_worker", STREET)
        with django_assert_max_num_queries(4):
            assert len(selectors.person_labels(ids, viewer=cast.wang.actor)) == 21

    def test_contacts_are_masked(self):
        person = factories.person(phone="13800138000", email="li@example.cn")
        assert selectors.masked_contact(person.id) == "138****8000"
        assert [c.masked for c in selectors.masked_contacts(person.id)] == ["138****8000", "l***@example.cn"]
        assert selectors.masked_contact(factories.person().id) == ""
