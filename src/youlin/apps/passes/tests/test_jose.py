"""An independent library (npm `jose`) verifies our codes and we verify its; phones find what we find, both under node."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from tests.cast import DISTRICT, make_district
from youlin.apps.passes import codes, keys, revoked, services
from youlin.apps.passes.codes import VerifyingKey
from youlin.apps.passes.tests import factories
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests import databases

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[5]
SCRIPT = Path(__file__).with_name("jose.mjs")
LINKS = 960
ALL_REASONS = {
    "valid",
    "old_picture",
    "not_yet",
    "expired",
    "revoked",
    "forged",
    "unknown_key",
    "not_ours",
    "too_long",
}
START = clock.datetime(2027, 5, 6, 7, 8, 9, tzinfo=clock.UTC)


def node(given: dict[str, Any]) -> Any:
    """What the script answers."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import vendor
    finally:
        sys.path.pop(0)
    done = subprocess.run(
        [*vendor.node(), str(SCRIPT)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@dataclass
class Both:
    """What we signed and found, and what the script answered to it."""

    still: str
    moving: str
    claims: codes.Claims
    seed: bytes
    found: dict[str, Any]
    ours: list[str]


@pytest.fixture(scope="module")
def both(django_db_setup: None, django_db_blocker: Any) -> Iterator[Both]:
    """One run of node for all these tests."""
    with databases.around_all_tests(django_db_blocker):
        made = _made()
        with django_db_blocker.block():
            yield made


def _made() -> Both:
    make_district()
    factories.declare_kinds()
    with clock.frozen(START):
        phone = factories.Phone(factories.issue()).bind()
        card = factories.issue("card", phone.row.person)
        lost = factories.issue("plain", phone.row.person)
        still, gone, moving = services.token_of(card), services.token_of(lost), phone.code()
        services.revoke(actor=SYSTEM, district=DISTRICT, pass_id=lost.id, reason="lost")
        claims = codes.opened(still, keys.verifying).claims
        asked = [(moving, 10), (moving, 59), (moving, 60), (moving, -40), (moving, 3 * 86400)]
        asked += [(phone.code(step=3), 0), (codes.address(factories.SITE, still), 0), (gone, 0)]
        asked += [(code, 0) for code in _wrong(still, claims)]
        asked += [(moving[:-2], 10), (moving[:400], 10)]
        found = node(_given(phone, [still, codes.text_in(moving).rsplit(".", 1)[0]], claims, asked))
        ours = []
        for code, after in asked:
            with clock.frozen(START + timedelta(seconds=after)):
                ours.append(factories.check(code).reason.value)
    return Both(still, moving, claims, phone.seed, found, ours)


def _wrong(still: str, claims: codes.Claims) -> list[str]:
    """Forged, of a key that nobody knows, no code at all, too long, without a signature, spelt in another way."""
    other = OKPKey.generate_key("Ed25519")
    last = "AQgw".index(still[-1])
    return [
        codes.sign(claims, other, keys.signer(DISTRICT).kid),
        codes.sign(claims, other, "none"),
        "https://example.org",
        "7" * 1300,
        codes.to_digits(f"eyJhbGciOiJub25lIiwia2lkIjoieCJ9.{still.split('.')[1]}.AA"),
        still[:-1] + "BRhx"[last],
    ]


def _given(
    phone: factories.Phone, tokens: list[str], claims: codes.Claims, asked: list[tuple[str, int]]
) -> dict[str, Any]:
    now = int(START.timestamp())
    return {
        "keys": keys.published(),
        "district": DISTRICT,
        "tokens": tokens,
        "forged": codes.sign(claims, OKPKey.generate_key("Ed25519"), keys.signer(DISTRICT).kid),
        "list": revoked.signed(DISTRICT, "https://youlin.example/passes/revoked/110102.jwt"),
        "claims": {"jti": claims.number, "k": "card", "iat": now, "exp": now + 60},
        "codes": [(code, now + after) for code, after in asked],
        "seed": list(phone.seed),
        "links": LINKS,
    }


def test_an_independent_library_reads_our_codes_and_our_list(both: Both) -> None:
    still, moving = both.found["tokens"]
    assert still["jti"] == both.claims.number
    assert moving["a"] == codes.anchor_of(both.seed, LINKS)
    assert both.found["forged"] == {"error": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}
    assert both.found["list"]["status_list"]["bits"] == 1


def test_phones_make_the_same_chain_and_judge_as_the_server_does(both: Both) -> None:
    assert both.found["chain"] == [codes.anchor_of(both.seed, LINKS), codes.link_at(both.seed, LINKS, 0)]
    assert [one["reason"] for one in both.found["judged"]] == both.ours
    assert set(both.ours) >= ALL_REASONS


def test_a_library_in_plain_script_judges_as_the_browser_does(both: Both) -> None:
    assert both.found["scripted"] == both.found["judged"]


def test_a_code_that_another_library_signed_is_read_and_other_headers_are_not(both: Both) -> None:
    theirs = OKPKey.import_key({name: both.found["public"][name] for name in ("kty", "crv", "x")})
    known = VerifyingKey("jose", DISTRICT, theirs)
    opened = codes.opened(both.found["signed"], lambda kid: known if kid == "jose" else None)
    assert opened.claims.number == both.claims.number
    with pytest.raises(codes.Refused):
        codes.opened(both.found["typed"], lambda kid: known)
