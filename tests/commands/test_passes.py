"""`youlin passes`: list the keys that sign codes, make a new one, end one."""

import pytest
from click.testing import CliRunner, Result

from tests.cast import DISTRICT
from youlin.apps.passes import codes, keys
from youlin.apps.passes.codes import Claims
from youlin.apps.passes.models import SigningKey
from youlin.config.cli import main
from youlin.kernel import clock, journal

pytestmark = pytest.mark.django_db


def run(*options: str) -> Result:
    return CliRunner().invoke(main, ["passes", *options])


def rows() -> list[SigningKey]:
    return list(SigningKey.objects.filter(district=DISTRICT).order_by("made_at", "id"))


def signed() -> str:
    """A code by the key of this moment."""
    kid, key = keys.signer(DISTRICT)
    now = int(clock.now().timestamp())
    return codes.sign(Claims("7K4M2H9QA", "card", now, now + 60), key, kid)


def test_a_new_key_waits_its_week_and_old_codes_go_on(district: str) -> None:
    old = signed()
    assert run("rotate", "-d", DISTRICT).exit_code == 0
    first, second = rows()
    assert keys.signer(DISTRICT).kid == first.kid
    assert second.signs_from - clock.now() > keys.AHEAD / 2
    assert codes.opened(old, keys.verifying).claims.number == "7K4M2H9QA"
    again = run("rotate", "-d", DISTRICT)
    assert again.exit_code != 0 and "--now" in again.output
    assert run("rotate", "-d", DISTRICT, "--now").exit_code == 0
    first, second, third = rows()
    assert keys.signer(DISTRICT).kid == third.kid
    assert second.verifies_until is None, "it takes over in its week"
    assert third.verifies_until > second.signs_from > third.signs_from
    assert codes.opened(old, keys.verifying).claims.number == "7K4M2H9QA"


def test_the_list_tells_every_key_and_no_secret(district: str) -> None:
    keys.signer(DISTRICT)
    run("rotate", "-d", DISTRICT)
    told = run("keys", "--district", DISTRICT)
    assert told.exit_code == 0
    for row in rows():
        assert row.kid in told.output and str(row.secret) not in told.output


def test_a_key_in_other_hands_ends_with_all_that_it_signed_and_another_signs(district: str) -> None:
    old, kid = signed(), keys.signer(DISTRICT).kid
    for _time in range(2):
        told = run("revoke-key", "-d", DISTRICT, kid, "--reason", "备份外泄")
        assert told.exit_code == 0 and kid in told.output
    with pytest.raises(codes.Refused):
        codes.opened(old, keys.verifying)
    assert keys.signer(DISTRICT).kid != kid
    assert kid not in {one["kid"] for one in keys.published(DISTRICT)}
    [entry] = [one for one in journal.entries_for(rows()[0]) if one.act == "passes.key_revoked"]
    assert entry.note == "备份外泄"


@pytest.mark.parametrize(
    "options",
    [
        ("keys", "-d", "999999"),
        ("rotate", "-d", "999999"),
        ("revoke-key", "-d", DISTRICT, "none", "--reason", "x"),
        ("revoke-key", "-d", DISTRICT, "none", "--reason", " "),
        ("revoke-key", "-d", DISTRICT, "none"),
        ("keys",),
    ],
)
def test_what_cannot_be_done_is_told_in_words(district: str, options: tuple[str, ...]) -> None:
    told = run(*options)
    assert told.exit_code not in (0, None)
    assert told.output.strip() and "Traceback" not in told.output
