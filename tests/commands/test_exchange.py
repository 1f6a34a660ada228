"""`youlin exchange`: status, forward, send, poll, wecom."""

import json

import pytest
from click.testing import CliRunner, Result

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.tests import factories
from youlin.apps.exchange import services
from youlin.apps.exchange.models import Forwarding
from youlin.apps.parties import selectors as parties
from youlin.config.cli import main
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def run(*options: str) -> Result:
    return CliRunner().invoke(main, ["exchange", *options])


@pytest.fixture
def system(cast: Cast, settings):
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
    factories.make_tables()
    return services.add_system(
        actor=SYSTEM,
        district=DISTRICT,
        code="lamps",
        name="照明中心",
        url="http://127.0.0.1:9",
        services={"*": "1"},
    )


def test_what_does_not_answer_is_named_and_told_by_the_exit_code(system) -> None:
    assert run("status").exit_code == 0
    number = factories.reported().number
    assert run("forward", "--case", number, "--to", "lamps").exit_code == 0
    assert run("send").exit_code == 0 and run("poll").exit_code == 0
    assert Forwarding.objects.get().last_error
    answer = run("status")
    assert answer.exit_code == 3 and "✗  open311" in answer.output and "ConnectionRefused" in answer.output
    rows = {row["kind"]: row for row in json.loads(run("status", "--json").output)}
    assert rows["open311"]["alive"] is False and rows["open311"]["waiting"] == 1


def test_a_system_nobody_knows_is_told(system) -> None:
    answer = run("forward", "--case", factories.reported().number, "--to", "nobody")
    assert answer.exit_code == 1 and "nobody" in answer.output


def test_staff_are_matched_with_their_wecom_ids(cast: Cast, tmp_path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("username,userid\nwang,WangGe\n", encoding="utf-8")
    assert run("wecom", str(file)).exit_code == 0
    assert parties.addresses_of(cast.wang.id, "wecom") == ["wangge"]
    file.write_text("username,userid\nnobody,x\n", encoding="utf-8")
    answer = run("wecom", str(file))
    assert answer.exit_code == 1 and "第 2 行" in answer.output
    file.write_text("name\nx\n", encoding="utf-8")
    assert run("wecom", str(file)).exit_code == 1
