"""`youlin keys`: issue, list, revoke."""

import json

import pytest
from click.testing import CliRunner, Result

from tests.cast import DISTRICT, OTHER_DISTRICT
from youlin.apps.parties import clients
from youlin.apps.parties.models import ApiClient
from youlin.config.cli import main
from youlin.kernel import journal

pytestmark = pytest.mark.django_db


def run(*options: str) -> Result:
    return CliRunner().invoke(main, ["keys", *options])


def issued(name: str = "市政小程序", district: str = DISTRICT) -> dict:
    answer = run("issue", "--district", district, "--name", name, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_a_key_is_printed_alone_on_standard_output_and_opens(district: str) -> None:
    answer = run("issue", "--district", DISTRICT, "--name", "市政小程序")
    assert answer.exit_code == 0
    client = clients.client_of(answer.stdout.strip())
    assert client is not None and (client.name, client.district) == ("市政小程序", DISTRICT)
    assert [entry.act for entry in journal.entries_for(client)] == ["parties.key_issued"]
    assert "只显示这一次" in answer.stderr


def test_the_list_shows_clients_and_never_a_key(district: str) -> None:
    one, two = issued(), issued("邻区", OTHER_DISTRICT)
    rows = json.loads(run("list", "--json").stdout)
    assert {row["id"] for row in rows} == {one["id"], two["id"]}
    assert all(set(row) == {"id", "district", "name", "may_report", "issued", "revoked"} for row in rows)
    assert [row["name"] for row in json.loads(run("list", "-d", DISTRICT, "--json").stdout)] == ["市政小程序"]
    for output in (run("list").stdout, run("list", "--json").stdout):
        assert one["key"] not in output and clients._digest(one["key"]) not in output


def test_a_revoked_key_opens_no_more_and_is_revoked_once(district: str) -> None:
    made = issued()
    for _time in range(2):
        assert run("revoke", made["id"]).exit_code == 0
    assert clients.client_of(made["key"]) is None
    acts = [entry.act for entry in journal.entries_for(ApiClient.objects.get())]
    assert acts == ["parties.key_issued", "parties.key_revoked"]
    assert json.loads(run("list", "--json").stdout)[0]["revoked"]


@pytest.mark.parametrize(
    "options",
    [
        ("issue", "--district", "999999", "--name", "x"),
        ("issue", "--district", DISTRICT, "--name", " "),
        ("issue", "--district", DISTRICT, "--name", "长" * 129),
        ("revoke", "nothing"),
        ("revoke", "00000000-0000-7000-8000-000000000000"),
    ],
)
def test_what_does_not_go_is_told_and_exits_with_one(district: str, options: tuple[str, ...]) -> None:
    answer = run(*options)
    assert answer.exit_code == 1 and "✗" in answer.stderr
    assert not ApiClient.objects.exists()


def test_nothing_given_is_wrong_usage(district: str) -> None:
    assert run("issue", "--district", DISTRICT).exit_code == 2
