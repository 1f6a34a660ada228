"""The code alone: what is signed is read, nothing else is; the chain goes one way; it fits a camera."""

import json

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from youlin.apps.passes import codes, revoked
from youlin.apps.passes.codes import Claims, Refused, VerifyingKey
from youlin.apps.passes.reasons import Reason

KEY = OKPKey.import_key(
    {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    }
)
"""The pair of RFC 8037, appendix A."""
SEED = bytes(range(15))
NOW = 1_790_000_000
SITE = "https://" + "h" * 30


def key_of(kid: str) -> VerifyingKey | None:
    public = OKPKey.import_key(KEY.as_dict(private=False))
    return VerifyingKey("kid1", "110102", public) if kid == "kid1" else None


def moving(links: int = 960, period: int = 30, number: str = "7K4M2H9QA") -> Claims:
    return Claims(
        number, "visit", NOW, NOW + links * period, period=period, anchor=codes.anchor_of(SEED, links)
    )


def still(**values: object) -> Claims:
    return Claims(**{"number": "7K4M2H9QA", "kind": "card", "issued": NOW, "expires": NOW + 9, **values})


def reason_of(code: str) -> Reason:
    with pytest.raises(Refused) as refused:
        codes.opened(code, key_of)
    return refused.value.reason


def token(header: dict[str, object], payload: dict[str, object] | bytes, key: object = KEY) -> str:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jws.serialize_compact(header, body, key, algorithms=[header["alg"]])  # type: ignore[arg-type]


GOOD = {"jti": "7K4M2H9QA", "k": "card", "iat": NOW, "exp": NOW + 9}
HEADER = {"alg": "Ed25519", "kid": "kid1"}


@pytest.mark.parametrize("claims", [still(), still(label="北门", begins=NOW + 3), still(kind="a" * 32)])
def test_what_is_signed_is_read_from_an_address_from_digits_and_as_it_is(claims):
    text = codes.sign(claims, KEY, "kid1")
    for written in (
        text,
        codes.to_digits(text),
        codes.address(SITE, text),
        f"  {codes.address(SITE, text)}\n",
    ):
        opened = codes.opened(written, key_of)
        assert opened.claims == claims and opened.key.district == "110102" and opened.link == ""


def test_the_longest_code_that_moves_fits_a_camera():
    links = 24 * 3600 // 15
    claims = Claims(
        "7K4M2H9QA", "k" * 12, NOW, NOW + links * 15, period=15, anchor=codes.anchor_of(SEED, links)
    )
    shown = f"{codes.sign(claims, KEY, 'kid1')}.{codes.link_at(SEED, links, 7)}"
    drawn = segno.make(list(codes.parts(SITE, shown)), error="m", micro=False, boost_error=False)
    assert int(drawn.version) <= 12
    assert len(codes.address(SITE, shown)) < codes.LONGEST
    assert codes.opened(codes.address(SITE, shown), key_of).link == codes.link_at(SEED, links, 7)


def test_nothing_of_a_code_reaches_a_server_or_a_referrer():
    address = codes.address(SITE, codes.sign(still(), KEY, "kid1"))
    before, _sharp, after = address.partition("#")
    assert before == f"{SITE}/v/" and after.isdigit()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", Reason.NOT_OURS),
        ("https://example.org/", Reason.NOT_OURS),
        ("1234", Reason.NOT_OURS),
        ("9" * 1200, Reason.NOT_OURS),
        ("9" * 1201, Reason.TOO_LONG),
        ("x" * 100_000, Reason.TOO_LONG),
        ("a.b.c", Reason.NOT_OURS),
        ("e30.e30.e30", Reason.NOT_OURS),
        ("\0.\0.\0", Reason.NOT_OURS),
        ("W10.W10.W10", Reason.NOT_OURS),
        ("１２.３４.５６", Reason.NOT_OURS),
    ],
)
def test_what_is_no_code_is_told(code, reason):
    assert reason_of(code) is reason


def test_a_code_of_another_key_of_another_system_or_changed_in_any_place_is_refused():
    other = OKPKey.generate_key("Ed25519")
    assert reason_of(token(HEADER, GOOD, other)) is Reason.FORGED
    assert reason_of(token({"alg": "Ed25519", "kid": "else"}, GOOD, other)) is Reason.UNKNOWN_KEY
    assert reason_of(token({"alg": "Ed25519"}, GOOD, other)) is Reason.NOT_OURS
    text = token(HEADER, GOOD)
    assert codes.opened(text, key_of)
    refused = {Reason.NOT_OURS, Reason.FORGED, Reason.UNKNOWN_KEY}
    for at in range(0, len(text) - 1):  # the last character of a signature has bits that say nothing
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        assert reason_of(changed) in refused, at


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_cut_code_is_no_code(data):
    text = codes.sign(moving(), KEY, "kid1") + "." + codes.link_at(SEED, 960, 3)
    whole = codes.address(SITE, text)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    try:
        opened = codes.opened(cut, key_of)
    except Refused:
        return
    with pytest.raises(Refused):  # cut within the link: the signature holds, the phone's proof does not
        codes.step_shown(opened.claims, opened.link, NOW + 100, 30)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=400), st.binary(max_size=300).map(lambda b: b.decode("latin1"))))
def test_nothing_that_a_camera_may_see_breaks_it(text):
    with pytest.raises(Refused):
        codes.opened(text, key_of)


@pytest.mark.parametrize("alg", ["none", "HS256", "EdDSA", "ES256", "ed25519", "", None, 7, ["Ed25519"]])
def test_the_algorithm_is_ours_whatever_the_header_says(alg):
    head = (
        codes.base64.urlsafe_b64encode(json.dumps({"alg": alg, "kid": "kid1"}).encode()).rstrip(b"=").decode()
    )
    good = codes.sign(still(), KEY, "kid1")
    _head, body, signature = good.split(".")
    assert reason_of(f"{head}.{body}.{signature}") is Reason.FORGED
    assert reason_of(f"{head}.{body}.") is Reason.FORGED


def test_a_public_key_taken_as_a_secret_signs_nothing():
    secret = OctKey.import_key(KEY.as_dict(private=False)["x"].encode())
    text = jws.serialize_compact({"alg": "HS256", "kid": "kid1"}, json.dumps(GOOD).encode(), secret)
    assert reason_of(text) is Reason.FORGED


@pytest.mark.parametrize(
    "more", [{"typ": "JWT"}, {"crit": ["b64"], "b64": False}, {"jwk": {}}, {"x5u": "https://x"}]
)
def test_a_header_that_asks_for_more_is_refused(more):
    head = codes.base64.urlsafe_b64encode(json.dumps({**HEADER, **more}).encode()).rstrip(b"=").decode()
    _head, body, signature = codes.sign(still(), KEY, "kid1").split(".")
    assert reason_of(f"{head}.{body}.{signature}") is Reason.FORGED


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"not json",
        b"[" * 600,
        {},
        {**GOOD, "jti": "short"},
        {**GOOD, "jti": 7},
        {**GOOD, "k": "X"},
        {**GOOD, "k": None},
        {**GOOD, "exp": "soon"},
        {**GOOD, "exp": True},
        {**GOOD, "iat": -1},
        {**GOOD, "exp": 1e9},
        {**GOOD, "r": 30},
        {**GOOD, "a": "x"},
        {**GOOD, "r": 1, "a": "x", "exp": NOW + 10**7},
        {"sub": "somebody", "iss": "another system"},
    ],
)
def test_signed_by_us_and_of_another_shape_is_no_code(payload):
    assert reason_of(token(HEADER, payload)) is Reason.NOT_OURS


def test_a_code_that_moves_needs_its_link_and_one_that_stands_still_has_none():
    assert reason_of(codes.sign(moving(), KEY, "kid1")) is Reason.FORGED
    assert reason_of(codes.sign(still(), KEY, "kid1") + "." + codes.link_at(SEED, 9, 0)) is Reason.FORGED


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.data())
def test_each_step_proves_itself_and_only_at_its_time(links, data):
    claims = moving(links)
    step = data.draw(st.integers(0, links - 1))
    away = data.draw(st.integers(-links - 3, links + 3))
    link = codes.link_at(SEED, links, step)
    at = NOW + (step + away) * 30 + 15
    if abs(away) <= 1:
        assert codes.step_shown(claims, link, at, 30) == step
        return
    with pytest.raises(Refused) as refused:
        codes.step_shown(claims, link, at, 30)
    assert refused.value.reason is (Reason.OLD_PICTURE if away > 0 else Reason.NOT_YET)


def test_a_picture_dies_within_a_minute():
    claims, link = moving(), codes.link_at(SEED, 960, 10)
    taken = NOW + 10 * 30
    for second in range(-30, 60):
        assert codes.step_shown(claims, link, taken + second, 30) == 10
    with pytest.raises(Refused):
        codes.step_shown(claims, link, taken + 60, 30)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 300), st.data())
def test_who_has_seen_one_step_can_make_the_ones_before_and_never_the_next(links, data):
    step = data.draw(st.integers(0, links - 2))
    seen, after = codes.link_at(SEED, links, step), codes.link_at(SEED, links, step + 1)
    made = codes._spelt(codes._hashed(codes._link(after), 1))
    assert made == seen
    forward = {codes._spelt(codes._hashed(codes._link(seen), times)) for times in range(links)}
    assert after not in forward


@pytest.mark.parametrize("link", ["", "x", "A" * 20, "!" * 20, "A" * 21, "é" * 20])
def test_a_link_of_no_chain_is_forged(link):
    with pytest.raises(Refused) as refused:
        codes.step_shown(moving(), link, NOW + 100, 30)
    assert refused.value.reason is Reason.FORGED


def test_the_list_of_revoked_codes_is_a_status_list_of_one_bit():
    slots = [0, 7, 8, 4321, revoked.SIZE - 1]
    packed = revoked.packed(slots)
    bits = revoked.zlib.decompress(codes.base64.urlsafe_b64decode(packed + "=="))
    assert len(bits) * 8 == revoked.SIZE
    assert [n for n in range(revoked.SIZE) if bits[n >> 3] >> (n & 7) & 1] == slots
    assert len(revoked.packed(list(range(0, 1 << 20, 1000)))) < 8_000
    assert revoked.slot_of("7K4M2H9QA") == revoked.slot_of("7K4M2H9QA") < revoked.SIZE
