"""Who stands at counters while things are killed: rewards for points, meals for riders, all over HTTP.

Each press has its key and is sent until it is answered; afterwards some of them are sent a hundred times again.
"""

import json
import random
import threading
import urllib.parse
import urllib.request
import uuid
from collections import Counter as Count
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.faults.load import Member, Shared
from tests.faults.running import scene, youlin
from tests.faults.tills import MEALS_A_DAY

AGAIN = 100
SPENT = ("已经兑完", "今天已用完")
SENT_AGAIN = 2
"""So many presses of each kind of counter are sent so often once everything stands."""


@dataclass(frozen=True)
class Press:
    """What is sent: where, what, under which key."""

    address: str
    fields: tuple[tuple[str, str], ...]
    key: str


class Till(Member):
    """Somebody at a counter who presses as fast as looks at codes may follow each other (240 a minute).

    `answered`: what each press was told; `differently`: presses that were told something else when sent again.
    """

    pause = 0.26

    def __init__(
        self, port: int, session: str, shared: Shared, presses: Callable[[random.Random], Press]
    ) -> None:
        super().__init__(port, session, shared)
        self.presses, self.rng = presses, random.Random(session)
        self.answered: dict[Press, Any] = {}
        self.differently: list[str] = []

    def turn(self) -> None:
        press = self.presses(self.rng)
        told = self.send(press)
        if told is not None:
            self.answered[press] = told
        if self.answered and self.turns % 4 == 3:
            self.again(self.rng.choice(list(self.answered)))

    def again(self, press: Press) -> None:
        """The same press once more is told the same."""
        told = self.send(press)
        if told != self.answered[press]:
            self.differently.append(f"{press.key}: {self.answered[press]} → {told}")

    def send(self, press: Press) -> Any:
        """One press, until it is answered."""
        body = urllib.parse.urlencode([*press.fields, ("idempotency_key", press.key)]).encode()
        request = self.request(press.address, body, "application/x-www-form-urlencoded")
        request.add_header("Accept", "application/json")
        return self.asking.until_answered(request)


class Counters:
    """All counters of the scene: `threads` and `again` are the load, `judged` what came of it. They are killed while most
    of them wait for an answer: soon after the server is there again, and always the server."""

    targets = ("server", "everything")
    pauses = (0.5, 4.0)

    def __init__(self, environment: dict, port: int, stop: threading.Event) -> None:
        self.environment, self.stop = environment, stop
        set_up = json.loads(scene(environment, "open_tills"))
        shared = Shared(stop)
        self.tills = [Till(port, one, shared, _rewards(set_up)) for one in set_up["tills"]]
        self.canteens = [Till(port, one, shared, _meals(set_up)) for one in set_up["canteens"]]
        self.threads: list[threading.Thread] = [*self.tills, *self.canteens]

    def again(self) -> None:
        """Some presses of each a hundred times more, several at a time."""
        with ThreadPoolExecutor(4) as pool:
            for every in (self.tills, self.canteens):
                known = [(till, press) for till in every for press in till.answered][-SENT_AGAIN:]
                sent = [pool.submit(till.again, press) for till, press in known for _ in range(AGAIN)]
                for one in sent:
                    one.result()

    def judged(self, found: dict) -> dict:
        """What was acknowledged against what stands in the books."""
        books = json.loads(scene(self.environment, "count_tills"))
        every = [*self.tills, *self.canteens]
        return {
            "acknowledged": {
                "rewards": sum(len(one.answered) for one in self.tills),
                "meals": sum(len(one.answered) for one in self.canteens),
            },
            "conflicts": sum(one.asking.conflicts for one in every),
            "refused": [words for one in every for words in (*one.asking.refused, *_unexpected(one))][:5],
            "broken_answers": [words for one in every for words in one.asking.broken][:5],
            "told_differently": [words for one in every for words in one.differently][:5],
            **_compared("rewards", self.tills, books),
            **_compared("meals", self.canteens, books),
            "told_twice": sum(count > 1 for count in books["told"]),
            "told_not": sum(books["rewards"].values()) + sum(books["meals"].values()) - len(books["told"]),
            "over_the_limit": max(0, books["meals_at_most"] - MEALS_A_DAY),
            **{name: books[name] for name in ("pieces_missing", "points_missing", "spent_wrongly")},
            "ledger": youlin(self.environment, "doctor", "--ledger"),
            **{name: found[name] for name in ("backlog", "running", "breaks", "failing")},
        }

    @staticmethod
    def held(result: dict) -> bool:
        """Whether what was acknowledged is there once, nothing is half, nothing was created or lost."""
        return (
            all(result[name] == 0 for name in ZERO)
            and not any(result[name] for name in EMPTY)
            and result["ended_cleanly"]
            and all(result["acknowledged"].values())
        )


ZERO = (
    *(f"{kind}_{what}" for kind in ("rewards", "meals") for what in ("lost", "twice", "unasked", "half")),
    *("told_twice", "told_not", "over_the_limit", "pieces_missing", "points_missing", "spent_wrongly"),
    *("backlog", "running"),
)
EMPTY = ("refused", "broken_answers", "told_differently", "breaks", "failing")


def _unexpected(till: Till) -> list[str]:
    """Conflicts that are none of those there must be: the last piece is gone, a day's meals are taken."""
    told = [
        problem["message"]
        for words in till.asking.conflict_words
        for problem in json.loads(words)["problems"]
    ]
    return [words for words in told if not any(one in words for one in SPENT)]


def _compared(kind: str, tills: list[Till], books: dict) -> dict[str, int]:
    """Presses that were acknowledged and are not there, counted twice, or counted and refused."""
    counted = Count(books[kind])
    keys = {press.key for till in tills for press in till.answered}
    return {
        f"{kind}_lost": len(keys - set(counted)),
        f"{kind}_twice": sum(times > 1 for times in counted.values()),
        f"{kind}_unasked": len(set(counted) - keys),
        f"{kind}_half": books[f"{kind}_half"],
    }


def _rewards(set_up: dict) -> Callable[[random.Random], Press]:
    def press(rng: random.Random) -> Press:
        fields = (("reward", rng.choice(set_up["rewards"])), ("code", rng.choice(set_up["cards"])))
        return Press(f"/field/rewards/{set_up['shop']}/", fields, str(uuid.uuid4()))

    return press


def _meals(set_up: dict) -> Callable[[random.Random], Press]:
    def press(rng: random.Random) -> Press:
        address = f"/field/offers/{set_up['canteen']}/meal/{rng.choice(set_up['meals'])}/"
        return Press(address, (("said", rng.choice(set_up["numbers"])),), str(uuid.uuid4()))

    return press
