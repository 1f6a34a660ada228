"""Numbers that people read out and type, and the order of UUIDs."""

import threading
import time
import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.kernel import ids

PREFIXES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8)


def test_the_alphabet_is_prime_and_has_no_look_alikes() -> None:
    size = len(ids.ALPHABET)
    assert len(set(ids.ALPHABET)) == size
    assert all(size % factor for factor in range(2, size))
    assert not set("BILOSUZ") & set(ids.ALPHABET)


@given(PREFIXES)
def test_a_new_number_checks_and_is_already_normal(prefix: str) -> None:
    number = ids.new_number(prefix)
    assert ids.check_number(number)
    assert ids.normalise_number(number) == number
    assert number.startswith(prefix + "-")


def test_every_single_wrong_character_is_caught() -> None:
    for number in (ids.new_number("XC"), ids.new_number("SJHD"), ids.new_number("A")):
        prefix, _, body = number.partition("-")
        for place, old in enumerate(body):
            for new in set(ids.ALPHABET) - {old}:
                assert not ids.check_number(f"{prefix}-{body[:place]}{new}{body[place + 1 :]}")
        for place, old in enumerate(prefix):
            for new in set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - {old}:
                assert not ids.check_number(f"{prefix[:place]}{new}{prefix[place + 1 :]}-{body}")


def test_the_check_catches_all_pairs_of_values_at_all_weights() -> None:
    """The law behind the two tests beside it, for every pair of places and every pair of values."""
    weights = range(1, ids.BODY_LENGTH + 8 + 1)
    for first in weights:
        for second in range(first + 1, weights.stop):
            assert all((second - first) * difference % 29 for difference in range(1, 29))


@given(PREFIXES, st.integers(0, ids.BODY_LENGTH - 2))
def test_every_swap_of_neighbours_is_caught(prefix: str, place: int) -> None:
    number = ids.new_number(prefix)
    head, _, body = number.partition("-")
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert ids.check_number(f"{head}-{swapped}") is (swapped == body)


@pytest.mark.parametrize("typed", ["o", "O", "０", "Ｏ"])
def test_people_may_type_look_alikes_small_letters_and_blanks(typed: str) -> None:
    number = next(n for n in iter(lambda: ids.new_number("XC"), None) if "0" in n)
    messy = number.replace("0", typed).replace("-", " ").lower()
    assert ids.normalise_number(f"  {messy[:5]} {messy[5:]}。") == number
    assert ids.check_number(messy)


def test_a_prefix_typed_with_digits_is_put_right() -> None:
    number = ids.new_number("SO")
    assert ids.normalise_number("50" + number[2:]) == number


@given(st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    assert ids.check_number(text) in (True, False)
    assert ids.normalise_number(ids.normalise_number(text)) == ids.normalise_number(text)


def test_a_bad_prefix_is_refused() -> None:
    for prefix in ("", "xc", "X1", "ABCDEFGHI", "西城"):
        with pytest.raises(ValueError):
            ids.new_number(prefix)


def test_tokens_are_long_and_differ() -> None:
    tokens = {ids.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert min(map(len, tokens)) >= 32


def test_uuids_grow_within_a_process() -> None:
    many = [ids.uuid7() for _ in range(20_000)]
    assert all(a < b for a, b in pairwise(many))
    assert {(u.version, u.variant) for u in many[:50]} == {(7, "specified in RFC 4122")}


def test_uuids_grow_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids.uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert before < ids.uuid7() < ids.uuid7()


def test_uuids_of_many_threads_differ() -> None:
    found: list[object] = []

    def take() -> None:
        found.extend(ids.uuid7() for _ in range(2000))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 8000


def test_many_uuids_at_once_ascend_and_go_on_from_the_one_before() -> None:
    found = [ids.uuid7(), *ids.uuid7s(2_000), ids.uuid7()]
    assert found == sorted(set(found)) and len(found) == 2_002
    assert all(one.version == 7 and one.variant == uuid.RFC_4122 for one in found)
    assert ids.uuid7s(0) == []
