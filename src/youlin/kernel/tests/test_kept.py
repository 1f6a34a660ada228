"""Answers that are kept for some seconds: no longer, no more of them, and not across a clock that was set back."""

from datetime import timedelta

from youlin.kernel import clock
from youlin.kernel.kept import Kept


def test_an_answer_is_kept_so_long() -> None:
    kept: Kept[str] = Kept(seconds=10)
    with clock.frozen(clock.now()):
        assert kept.get("a") is None
        kept.put("a", "one")
        assert kept.get("a") == "one" and kept.get("b") is None
        clock.advance(timedelta(seconds=9))
        assert kept.get("a") == "one"
        clock.advance(timedelta(seconds=1))
        assert kept.get("a") is None
        kept.put("a", "two")
        clock.advance(timedelta(seconds=-1))
        assert kept.get("a") is None


def test_what_was_kept_longest_goes_first() -> None:
    kept: Kept[int] = Kept(seconds=60, most=2)
    with clock.frozen(clock.now()):
        for number, name in enumerate("abc"):
            kept.put(name, number)
        assert [kept.get(name) for name in "abc"] == [None, 1, 2]
        kept.clear()
        assert kept.get("c") is None
