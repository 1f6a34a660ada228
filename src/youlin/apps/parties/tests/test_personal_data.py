"""Unmasking with a reason, a copy of one's data, and its removal."""

import pytest

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT
from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.notices.models import Notice
from youlin.apps.parties import selectors, services, sign_in
from youlin.apps.parties.models import Account, ContactPoint, Person, PersonIdentifier
from youlin.apps.parties.tests import factories
from youlin.kernel import clock, jobs, journal, privacy
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Invalid, NotAllowed, NotFound
from youlin.kernel.privacy.models import PrivacyAct

pytestmark = pytest.mark.django_db

WHY = "电话核实上报地点"


def unmask(actor, person, district=DISTRICT, reason=WHY, **fields):
    return services.unmask(actor=actor, person_id=person.id, district=district, reason=reason, **fields)


@pytest.fixture
def known(cast):
    """Li, known in the cast's district by a consent."""
    services.give_consent(actor=SYSTEM, district=DISTRICT, person=cast.li.person, purpose="p", wording="v1")
    return cast.li.person


class TestUnmasking:
    def test_who_holds_the_verb_where_the_person_is_known_sees_all_and_leaves_a_trace(self, cast, known):
        shown = unmask(cast.sun.actor, known)
        assert (shown.name, shown.contacts, shown.identifiers) == (
            "李小哥",
            (("phone", "+8613800138001"),),
            (),
        )
        acts = PrivacyAct.objects.filter(actor_person=cast.sun.id)
        assert {(act.subject_kind, act.field, act.reason) for act in acts} == {
            ("parties.person", "name", WHY),
            ("parties.contactpoint", "value", WHY),
        }

    def test_identifiers_are_shown_only_when_asked_for(self, cast, known):
        services.add_identifier(actor=SYSTEM, person=known, kind="passport", value="E123")
        assert unmask(cast.sun.actor, known, parts=["identifiers"]).identifiers == (("passport", "E123"),)
        assert unmask(cast.sun.actor, known, parts=["identifiers"]).contacts == ()

    @pytest.mark.parametrize("name", ["wang", "zhao", "leader", "other", "expired", "qian"])
    def test_nobody_else_sees_it(self, cast, known, name):
        with pytest.raises(NotAllowed):
            unmask(getattr(cast, name).actor, known)
        with pytest.raises(NotAllowed):
            unmask(ANONYMOUS, known)

    def test_not_where_the_person_is_not_known(self, cast, known):
        with pytest.raises(NotAllowed):
            unmask(cast.other.actor, known, district=OTHER_DISTRICT)
        with pytest.raises(NotAllowed):
            unmask(cast.sun.actor, cast.qian.person)

    def test_a_membership_or_a_duty_makes_known(self, cast):
        body = factories.organisation(area=GRID)
        services.join(actor=SYSTEM, person=cast.qian.person, organisation=body)
        assert unmask(cast.sun.actor, cast.qian.person).name == "钱路人"
        assert unmask(cast.sun.actor, cast.wang.person).name == "王网格"

    def test_no_reason_no_sight(self, cast, known):
        for reason in ("", "  ", "....", "x"):
            with pytest.raises(Invalid):
                unmask(cast.sun.actor, known, reason=reason)
        assert not PrivacyAct.objects.filter(actor_person=cast.sun.id).exists()

    def test_people_see_their_own(self, cast, known):
        assert unmask(cast.li.actor, known, reason="查看本人信息").name == "李小哥"


class TestExport:
    def test_a_person_gets_everything_about_themselves(self, cast):
        notices.notify(district=DISTRICT, person_id=cast.wang.id, kind="k", key="k", title="有新的案件")
        records = privacy.export_person(person_id=cast.wang.id, actor=cast.wang.actor)["records"]
        assert records["parties"]["name"] == "王网格"
        assert records["parties"]["contacts"][0]["value"] == "+8613800138002"
        assert records["duties"]["assignments"][0]["areas"] == [GRID]
        assert records["notices"]["notices"][0]["title"] == "有新的案件"


class TestErasure:
    def test_nothing_personal_is_left(self, cast):
        services.add_identifier(actor=SYSTEM, person=cast.li.person, kind="passport", value="E123")
        notices.notify(district=DISTRICT, person_id=cast.li.id, kind="k", key="k", title="t")
        entry = journal.entries_for(cast.li.person)[0]
        privacy.erase_person(person_id=cast.li.id, actor=cast.li.actor)
        person = Person.objects.get(id=cast.li.id)
        assert person.name == "" and person.erased_at
        for model in (ContactPoint, PersonIdentifier, Notice):
            assert not model.objects.filter(person=person).exists()
        assert journal.opened(entry) == {}
        assert selectors.person_label(person.id, viewer=SYSTEM) == "已删除的人员"
        account = Account.objects.get(person=person)
        assert not account.is_active and account.username.startswith("erased-")
        assert sign_in.actor_for(account, "portal").kind == "anonymous"
        with pytest.raises(NotFound):
            unmask(SYSTEM, person)

    def test_who_held_a_duty_holds_it_no_more_and_it_climbs(self, cast):
        privacy.erase_person(person_id=cast.wang.id, actor=cast.wang.actor)
        assert not duties.holdings(cast.wang.actor)
        assert duties.who(kind="grid_worker", area=GRID).holder == cast.community.person
        assert ("grid_worker", GRID) in {(v.kind_code, v.area) for v in duties.vacancies(DISTRICT)}

    def test_records_merged_into_the_person_go_along(self, cast):
        double = factories.person("李小哥", phone="13800138222")
        entry = journal.entries_for(double)[0]
        services.merge_persons(actor=SYSTEM, keep=cast.li.person, drop=double, reason="同一人")
        jobs.run_pending()
        privacy.erase_person(person_id=cast.li.id, actor=cast.li.actor)
        assert Person.objects.get(id=double.id).name == ""
        assert journal.opened(entry) == {}

    def test_the_phone_of_an_erased_person_starts_anew(self, cast, settings):
        from youlin.apps.notices.adapters import fake

        settings.SMS_ADAPTER = "youlin.apps.notices.adapters.fake.send_sms"
        fake.reset()
        privacy.erase_person(person_id=cast.li.id, actor=cast.li.actor)
        sign_in.send_code(phone="13800138001", address="203.0.113.7")
        code = fake.outbox[-1].text.split("验证码 ")[1][:6]
        assert sign_in.check_code(phone="13800138001", code=code).id != cast.li.id

    def test_erasing_again_changes_nothing(self, cast):
        for _ in range(2):
            privacy.erase_person(person_id=cast.li.id, actor=cast.li.actor)
        assert Person.objects.get(id=cast.li.id).erased_at <= clock.now()
