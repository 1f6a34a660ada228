"""The plots of the demonstration's cases: which acts follow each other, and how long each takes.

A report of an event is filed and dispatched by the programme's reactions; a component waits for the street's
dispatcher; a hotline order for the operator.
"""

import random
from dataclasses import dataclass
from typing import Literal

from youlin.programmes.demo.files import Phrases, Texts

Pace = Literal["work", "hours", "limit"]
Family = Literal["event", "component", "hotline", "tip_off", "platform"]

_CITY = {"rated": 44, "closed": 28, "late": 6, "rework": 7, "sent_back": 6, "reopened": 6, "void": 4}
WEIGHTS: dict[Family, dict[str, int]] = {
    "event": _CITY,
    "component": {**_CITY, "late": 9, "void": 6},
    "hotline": {"rated": 40, "closed": 30, "late": 12, "rework": 12, "excluded": 6},
    "tip_off": {"closed": 80, "void": 20},
}
"""How often each plot is drawn."""

STUCK = ("dispatched", "handling", "feedback_given", "verified")
"""The states in which a case may lie overdue."""


@dataclass(frozen=True)
class Beat:
    """One act. `who` is the holder, the reporter or a member of the cast; `wait` is counted by `pace`:
    working hours, hours of the day, or parts of the category's own limit for handling.
    """

    act: str
    wait: float
    pace: Pace = "work"
    who: str = "holder"
    note: str = ""
    solved: bool | None = None
    satisfied: bool | None = None
    stars: int = 0
    photo: bool = False


def beats(plot: str, family: Family, rng: random.Random, texts: Texts, phrases: Phrases) -> list[Beat]:
    """The beats of a plot of a family, drawn with `rng`."""
    pen = _Pen(rng, texts, phrases)
    if family == "hotline":
        return _hotline(pen, plot)
    if family == "tip_off":
        return _tip_off(pen, plot)
    return [*_start(pen, family), *_city(pen, plot, family)]


def laid_out(
    acts: list[str], family: Family, rng: random.Random, texts: Texts, phrases: Phrases
) -> list[Beat]:
    """Beats for acts named one by one, each within the hour after the one before."""
    pen = _Pen(rng, texts, phrases)
    clerks = {"accept": "xu_ning" if family == "tip_off" else "zheng_yan", "follow_up": "feng_juan"}
    notes = {
        "feedback": rng.choice(texts.done),
        "reply": rng.choice(texts.done),
        "rework": rng.choice(phrases.again),
        "contact": "已电话联系诉求人，约定上门时间。",
    }
    return [
        pen.rated()
        if act == "rate"
        else Beat(act, rng.uniform(0.2, 0.7), "hours", clerks.get(act, "holder"), notes.get(act, ""))
        for act in acts
    ]


@dataclass(frozen=True)
class _Pen:
    rng: random.Random
    texts: Texts
    phrases: Phrases

    def work(self, act: str, least: float, most: float, **more: object) -> Beat:
        return Beat(act, self.rng.uniform(least, most), **more)  # type: ignore[arg-type]

    def done(self, act: str, least: float, most: float) -> Beat:
        """Handled after a part of the limit."""
        note = self.rng.choice(self.texts.done)
        return Beat(act, self.rng.uniform(least, most), "limit", note=note, photo=self.rng.random() < 0.3)

    def rated(self, *, good: float = 0.8) -> Beat:
        """The reporter's word, within two days of closing."""
        happy = self.rng.random() < good
        return Beat(
            "rate",
            self.rng.uniform(1, 48),
            "hours",
            who="reporter",
            note=self.rng.choice(self.phrases.praise if happy else self.phrases.grumble),
            solved=happy or self.rng.random() < 0.5,
            stars=self.rng.choice((4, 5, 5)) if happy else self.rng.choice((1, 2, 3)),
        )


def _start(pen: _Pen, family: Family) -> list[Beat]:
    """What a person must do before somebody has the task."""
    return [pen.work("dispatch", 0.1, 1.5)] if family == "component" else []


def _checked(pen: _Pen) -> list[Beat]:
    return [pen.work("verify", 0.3, 5), pen.work("close", 0.2, 3)]


def _handled(pen: _Pen, least: float = 0.1, most: float = 0.8) -> list[Beat]:
    return [pen.work("accept_task", 0.1, 1.5), pen.done("feedback", least, most)]


def _city(pen: _Pen, plot: str, family: Family) -> list[Beat]:
    if plot.startswith("stuck:"):
        return _stuck(pen, plot.removeprefix("stuck:"))
    if plot == "rated":
        return [*_handled(pen), *_checked(pen), pen.rated(good=0.88)]
    if plot == "late":
        return [*_handled(pen, 1.1, 1.9), *_checked(pen), pen.rated(good=0.35)]
    if plot == "rework":
        again = pen.work("rework", 0.5, 4, note=pen.rng.choice(pen.phrases.again))
        return [*_handled(pen, 0.1, 0.5), again, pen.done("feedback", 0.1, 0.4), *_checked(pen), pen.rated()]
    if plot == "sent_back":
        back = pen.work("send_back", 0.2, 2, note=pen.rng.choice(pen.phrases.back))
        return [back, pen.work("dispatch_to", 0.2, 1.5), *_handled(pen), *_checked(pen)]
    if plot == "reopened":
        return [*_handled(pen), *_checked(pen), *_reopened(pen)]
    if plot == "void":
        note = pen.rng.choice(pen.phrases.void)
        back = pen.work("send_back", 0.2, 2, note=pen.rng.choice(pen.phrases.back))
        return [back, pen.work("void", 0.2, 2, note=note)]
    return [*_handled(pen), *_checked(pen)]


def _reopened(pen: _Pen) -> list[Beat]:
    again = Beat("reopen", pen.rng.uniform(18, 60), "hours", "reporter", pen.rng.choice(pen.phrases.reopen))
    return [again, *_handled(pen, 0.1, 0.6), *_checked(pen), pen.rated()]


def _stuck(pen: _Pen, state: str) -> list[Beat]:
    """Everything up to `state`, then nothing."""
    reached = {"dispatched": 0, "handling": 1, "feedback_given": 2, "verified": 3}[state]
    return [*_handled(pen), pen.work("verify", 0.3, 5)][:reached]


def _hotline(pen: _Pen, plot: str) -> list[Beat]:
    late = plot == "late"
    solved = plot != "rework" and pen.rng.random() < 0.9
    start = [
        Beat("accept", pen.rng.uniform(0.05, 0.6), "hours", "zheng_yan"),
        pen.work("contact", 0.2, 3, note="已电话联系诉求人，约定上门时间。"),
        pen.done("reply", 1.1 if late else 0.1, 1.6 if late else 0.7),
    ]
    call = Beat(
        "follow_up",
        pen.rng.uniform(0.5, 8),
        who="feng_juan",
        note="回访",
        solved=solved,
        satisfied=solved and pen.rng.random() < 0.92,
    )
    if plot == "rework":
        again = pen.work("rework", 0.1, 0.5, who="feng_juan", note="诉求人反映没有解决，请重办。")
        second = Beat("follow_up", 3, who="feng_juan", note="再次回访", solved=True, satisfied=True)
        start += [call, again, pen.done("reply", 0.05, 0.3), second]
    else:
        start.append(call)
    start.append(pen.work("close", 0.1, 1, who="feng_juan"))
    if plot == "excluded":
        start += [
            pen.work("exclusion", 2, 8, who="feng_juan"),
            pen.work("exclusion:approve", 1, 6, who="feng_juan"),
        ]
    return start


def _tip_off(pen: _Pen, plot: str) -> list[Beat]:
    take = pen.work("accept", 0.5, 4, who="xu_ning")
    if plot == "void":
        return [pen.work("void", 1, 6, who="xu_ning", note="内容无法核实，且无法取得联系，不予受理。")]
    return [
        take,
        pen.work("dispatch", 0.2, 2, who="xu_ning"),
        pen.done("feedback", 0.2, 0.8),
        pen.work("close", 1, 6, note="复核属实，处理到位。", who="tip_off_reviewer"),
    ]
