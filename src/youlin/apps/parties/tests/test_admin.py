"""The configuration admin writes through the services and shows nobody's personal data."""

import pytest
from django.test import Client

from tests.cast import DISTRICT, GRID, PASSWORD
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.models import Assignment
from youlin.apps.parties import clients, services
from youlin.apps.parties.models import Account, ApiClient, Organisation
from youlin.apps.parties.sign_in import BACKEND
from youlin.kernel import journal

pytestmark = pytest.mark.django_db

BODY = {
    "in_district": DISTRICT,
    "code": "U9",
    "name": "环卫中心",
    "kind": "department",
    "area": DISTRICT,
    "credit_code": "",
}


def browser(account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def operator(district):
    """An operator of the installation: no person, no duty, all configuration."""
    return browser(Account.objects.create_superuser("operator", PASSWORD))


@pytest.fixture
def manager(cast):
    """Sun, let into the admin: what she may there, her duties say."""
    Account.objects.filter(id=cast.sun.account.id).update(is_staff=True)
    return browser(Account.objects.get(id=cast.sun.account.id))


def errors(page) -> str:
    return page.content.decode()


class TestBodies:
    def test_a_body_is_registered_by_the_service(self, operator):
        assert operator.post("/admin/parties/organisation/add/", BODY).status_code == 302
        body = Organisation.objects.get(code="U9")
        (entry,) = journal.entries_for(body)
        assert (entry.act, entry.via) == ("parties.organisation_registered", "admin")

    def test_a_refusal_stands_beside_its_field_and_nothing_entered_is_lost(self, operator):
        operator.post("/admin/parties/organisation/add/", BODY)
        page = operator.post("/admin/parties/organisation/add/", {**BODY, "name": "另一个"})
        assert page.status_code == 200
        assert "已使用" in errors(page) and "另一个" in errors(page)
        assert Organisation.objects.count() == 1

    def test_a_change_is_journalled_with_what_was_before(self, operator):
        operator.post("/admin/parties/organisation/add/", BODY)
        body = Organisation.objects.get()
        operator.post(f"/admin/parties/organisation/{body.id}/change/", {**BODY, "name": "环卫所"})
        entry = journal.entries_for(body)[-1]
        assert (entry.before, entry.after) == ({"name": "环卫中心"}, {"name": "环卫所"})

    def test_nothing_is_deleted(self, operator):
        operator.post("/admin/parties/organisation/add/", BODY)
        body = Organisation.objects.get()
        assert (
            operator.post(f"/admin/parties/organisation/{body.id}/delete/", {"post": "yes"}).status_code
            == 403
        )


class TestWho:
    def test_duties_decide_in_the_admin_too(self, manager):
        page = manager.post("/admin/parties/organisation/add/", BODY)
        assert page.status_code == 302
        page = manager.post(
            "/admin/parties/organisation/add/", {**BODY, "code": "U8", "in_district": "110101"}
        )
        assert page.status_code == 200 and "没有这项权限" in errors(page)

    def test_people_without_the_verb_see_nothing(self, cast):
        Account.objects.filter(id=cast.wang.account.id).update(is_staff=True)
        client = browser(Account.objects.get(id=cast.wang.account.id))
        for path in ("parties/organisation/", "parties/account/", "duties/assignment/", "notices/delivery/"):
            assert client.get(f"/admin/{path}").status_code == 403

    def test_a_manager_sees_the_own_district_only(self, manager):
        names = errors(manager.get("/admin/parties/account/"))
        assert "zhao" in names and ">other<" not in names

    def test_every_list_opens(self, manager, operator):
        for client in (manager, operator):
            for path in (
                "parties/organisation/",
                "parties/account/",
                "parties/apiclient/",
                "duties/dutykind/",
                "duties/assignment/",
                "notices/delivery/",
            ):
                assert client.get(f"/admin/{path}").status_code == 200


class TestAccounts:
    def test_an_account_is_opened_with_its_person(self, manager):
        values = {"username": "new", "name": "新同事", "home_district": DISTRICT, "password": PASSWORD}
        assert manager.post("/admin/parties/account/add/", values).status_code == 302
        account = Account.objects.get(username="new")
        assert account.person.name == "新同事" and account.check_password(PASSWORD)

    def test_a_weak_password_is_refused_beside_its_field(self, manager):
        values = {"username": "new", "name": "新同事", "home_district": DISTRICT, "password": "12345"}
        page = manager.post("/admin/parties/account/add/", values)
        assert page.status_code == 200 and "10" in errors(page)
        assert not Account.objects.filter(username="new").exists()

    def test_a_password_is_reset_and_an_account_closed(self, manager, cast):
        address = f"/admin/parties/account/{cast.wang.account.id}/change/"
        manager.post(address, {"name": "", "password": "换了一句更长的新密码-9"})
        assert Account.objects.get(username="wang").check_password("换了一句更长的新密码-9")
        action = {"action": "close_accounts", "_selected_action": [str(cast.wang.account.id)]}
        manager.post("/admin/parties/account/", action)
        assert not Account.objects.get(username="wang").is_active

    def test_accounts_of_reporters_are_not_listed(self, operator, cast):
        assert cast.li.account.username not in errors(operator.get("/admin/parties/account/"))

    def test_people_are_let_into_the_admin_and_kept_out(self, manager, cast):
        for action, expected in (("open_admin", True), ("shut_admin", False)):
            data = {"action": action, "_selected_action": [str(cast.zhao.account.id)]}
            manager.post("/admin/parties/account/", data)
            assert Account.objects.get(username="zhao").is_staff is expected


class TestKeys:
    def test_a_key_is_shown_once(self, manager):
        page = manager.post(
            "/admin/parties/apiclient/add/", {"in_district": DISTRICT, "name": "热线"}, follow=True
        )
        key = errors(page).split("请马上抄存：")[1].split("<")[0].strip()
        client = clients.client_of(key)
        assert client and key not in errors(manager.get("/admin/parties/apiclient/"))
        manager.post(
            "/admin/parties/apiclient/", {"action": "revoke_keys", "_selected_action": [str(client.id)]}
        )
        assert ApiClient.objects.get().revoked_at


class TestPosts:
    POST = {
        "in_district": DISTRICT, "duty": "grid_worker", "account": "expired", "codes": GRID, "category": "",
        "organisation": "", "rank": "1", "shift": "{}", "valid_from_0": "2026-01-01", "valid_from_1": "00:00",
        "valid_to_0": "", "valid_to_1": "",
    }  # fmt: skip

    def test_a_post_is_filled_and_vacated(self, manager, cast):
        page = manager.post("/admin/duties/assignment/add/", self.POST)
        assert page.status_code == 302, errors(page)
        one = Assignment.objects.get(holder=cast.expired.person, rank=1)
        assert duties.holdings(cast.expired.actor)[0].areas == (GRID,)
        manager.post(
            "/admin/duties/assignment/", {"action": "end_assignments", "_selected_action": [str(one.id)]}
        )
        assert not duties.holdings(cast.expired.actor)

    def test_a_confidential_post_is_filled_here_by_who_manages_the_district(self, manager, cast):
        post = self.POST | {"duty": "confidential_officer", "codes": DISTRICT, "rank": "0"}
        page = manager.post("/admin/duties/assignment/add/", post)
        assert page.status_code == 302, errors(page)
        one = Assignment.objects.get(holder=cast.expired.person, kind__code="confidential_officer")
        (entry,) = journal.entries_for(one)
        assert (entry.act, entry.via, entry.actor_person) == ("duties.assigned", "admin", cast.sun.id)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"account": "nobody"}, "没有这个账号"),
            ({"duty": "king"}, "没有岗位种类"),
            ({"codes": "110102999"}, "没有这些区划"),
            ({"shift": '{"periods": 1}'}, "班次"),
            ({"account": "sun"}, "不能给自己定岗"),
        ],
    )
    def test_what_the_service_refuses_is_said_in_the_form(self, manager, wrong, words):
        page = manager.post("/admin/duties/assignment/add/", {**self.POST, **wrong})
        assert page.status_code == 200 and words in errors(page)


def test_closing_bodies_keeps_them(operator):
    operator.post("/admin/parties/organisation/add/", BODY)
    body = Organisation.objects.get()
    data = {"action": "close_bodies", "_selected_action": [str(body.id)]}
    operator.post("/admin/parties/organisation/", data)
    assert Organisation.objects.get().closed_on
    assert services.close_organisation
