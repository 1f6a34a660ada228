"""An independent library (npm `jose`) verifies our codes and we verify its; phones find what we find, both under node."""

import json
import subprocess
import sys
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

ROOT = Path(__file__).resolve().parents[5]
SCRIPT = Path(__file__).with_name("jose.mjs")
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


@pytest.mark.slow
@pytest.mark.django_db
def test_codes_are_those_that_any_library_reads_and_phones_judge_as_we_do() -> None:
    make_district()
    factories.declare_kinds()
    with clock.frozen(START):
        phone = factories.Phone(factories.issue()).bind()
        rider = phone.row.person
        card, lost = factories.issue("card", rider), factories.issue("plain", rider)
        still, gone = services.token_of(card), services.token_of(lost)
        services.revoke(actor=SYSTEM, district=DISTRICT, pass_id=lost.id, reason="lost")
        listed = revoked.signed(DISTRICT, "https://youlin.example/passes/revoked/110102.jwt")
        now = int(START.timestamp())
        moving = phone.code()
        other = OKPKey.generate_key("Ed25519")
        claims = codes.opened(still, keys.verifying).claims
        forged = codes.sign(claims, other, keys.signer(DISTRICT).kid)
        alone = {"jti": claims.number, "k": "card", "iat": now, "exp": now + 60}
        asked = [
            (moving, 10),
            (moving, 59),
            (moving, 60),
            (moving, -40),
            (moving, 3 * 86400),
            (phone.code(step=3), 0),
            (codes.address(factories.SITE, still), 0),
            (gone, 0),
            (forged, 0),
            (codes.sign(claims, other, "none"), 0),
            ("https://example.org", 0),
            ("7" * 1300, 0),
            (moving[:-2], 10),
            (moving[:400], 10),
            (codes.to_digits(f"eyJhbGciOiJub25lIiwia2lkIjoieCJ9.{still.split('.')[1]}.AA"), 0),
        ]
        found = node(
            {
                "keys": keys.published(),
                "district": DISTRICT,
                "tokens": [still, codes.text_in(moving).rsplit(".", 1)[0]],
                "forged": forged,
                "list": listed,
                "claims": alone,
                "codes": [(code, now + after) for code, after in asked],
                "seed": list(phone.seed),
                "links": 960,
            }
        )
        assert found["tokens"][0]["jti"] == claims.number and found["tokens"][1]["a"] == codes.anchor_of(
            phone.seed, 960
        )
        assert found["forged"] == {"error": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}
        assert found["list"]["status_list"]["bits"] == 1
        assert found["chain"] == [codes.anchor_of(phone.seed, 960), codes.link_at(phone.seed, 960, 0)]
        ours = []
        for code, after in asked:
            with clock.frozen(START + timedelta(seconds=after)):
                ours.append(factories.check(code).reason.value)
        assert [one["reason"] for one in found["judged"]] == ours
        assert set(ours) > {
            "valid",
            "old_picture",
            "not_yet",
            "expired",
            "revoked",
            "forged",
            "unknown_key",
            "too_long",
        }
    theirs = OKPKey.import_key({name: found["public"][name] for name in ("kty", "crv", "x")})
    known = VerifyingKey("jose", DISTRICT, theirs)
    assert (
        codes.opened(found["signed"], lambda kid: known if kid == "jose" else None).claims.number
        == claims.number
    )
    with pytest.raises(codes.Refused):
        codes.opened(found["typed"], lambda kid: known)
