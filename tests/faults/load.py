"""Everybody who uses the platform while it is broken: who reports, who works on cases, who dispatches, who reads.

Each of them sends what they do under one key until it is answered, and remembers what was acknowledged.
"""

import io
import json
import random
import re
import threading
import urllib.parse
import urllib.request
import uuid
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, timedelta

from PIL import Image

from tests.cast import DISTRICT
from tests.faults.filling import OLD_TEXT
from tests.faults.running import Client

TOKEN = "x" * 32
AT_A_TIME = 3
"""Tasks a grid worker takes up in one turn, so that something is left to be merged."""


def photo(seed: int) -> bytes:
    """A small photo that no other seed has."""
    chance, made = random.Random(seed), io.BytesIO()
    Image.frombytes("RGB", (48, 32), chance.randbytes(48 * 32 * 3)).save(made, "JPEG", quality=80)
    return made.getvalue()


def multipart(fields: dict, name: str = "", content: bytes = b"") -> tuple[bytes, str]:
    """A form as a browser sends it, with one photo; the body and its content type."""
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    if name:
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
        parts.append(head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n")
    return b"".join([*parts, f"--{line}--\r\n".encode()]), f"multipart/form-data; boundary={line}"


class Open311Client(Client):
    """Reports through GeoReport v2, as other systems do."""

    def send(self, body: dict, key: str) -> str:
        form = {
            "jurisdiction_id": DISTRICT,
            "service_code": body["category"],
            "description": body["text"],
            "lat": body["lat"],
            "long": body["lon"],
            "api_key": "demo",
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/open311/v2/requests.json",
            data=urllib.parse.urlencode(form).encode(),
            headers={"Idempotency-Key": key},
        )
        answer = self.until_answered(request)
        return answer[0]["service_request_id"] if answer else ""


class PortalClient(Client):
    """Fills in the portal's form and adds a photo, as a resident does; the outbox sends it."""

    photos = 1

    def send(self, body: dict, key: str) -> str:
        fields = {name: body[name] for name in ("category", "text", "lon", "lat")}
        fields |= {"anonymous": "on", "idempotency_key": key}
        data, kind = multipart(fields, "photos", photo(self.number * 100_000 + self.made))
        headers = {"Content-Type": kind, "Accept": "application/json", "X-Outbox": "1"}
        headers |= {"Cookie": f"csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        address = f"http://127.0.0.1:{self.port}/report/"
        answer = self.until_answered(urllib.request.Request(address, data=data, headers=headers))
        return answer["number"] if answer else ""


class PhotoClient(Client):
    """A machine that sends its photo first and names it in the report."""

    photos = 1

    def send(self, body: dict, key: str) -> str:
        data, kind = multipart({}, "photos", photo(self.number * 100_000 + self.made))
        headers = {"Content-Type": kind, "X-API-Key": "demo"}
        address = f"http://127.0.0.1:{self.port}/api/v1/photos?district={DISTRICT}"
        kept = self.until_answered(urllib.request.Request(address, data=data, headers=headers))
        return super().send({**body, "photos": kept["photos"]}, key) if kept else ""


def page(answer) -> str:
    """What a page says."""
    return answer.read().decode()


@dataclass
class Shared:
    """What those who work on cases know of each other: what was asked for and waits for a decision."""

    stop: threading.Event
    asked: deque = field(default_factory=deque)


class Member(threading.Thread):
    """Somebody with a session who works on cases. `done` is what was acknowledged: journal act → case numbers."""

    pause = 0.3

    def __init__(self, port: int, session: str, shared: Shared) -> None:
        super().__init__(daemon=True)
        self.asking = Client(port, 0, shared.stop)
        self.asking.may_be_late = True
        self.session, self.shared = session, shared
        self.done: dict[str, set[str]] = defaultdict(set)
        self.runs: set[str] = set()
        self.read = self.turns = 0

    def run(self) -> None:
        while not self.shared.stop.is_set():
            self.turn()
            self.turns += 1
            self.shared.stop.wait(self.pause)

    def turn(self) -> None:
        """One look, and what there is to do."""

    def get(self, address: str, read=page):
        """A page or a list; None when there was no answer."""
        found = self.asking.until_answered(self.request(address), read)
        self.read += found is not None
        return found

    def rows(self, query: str) -> list[dict]:
        """Cases of the inbox, but for the old ones that only fill the tables."""
        listed = (self.get(f"/api/v1/inbox?{query}", json.load) or {}).get("rows", [])
        return [one for one in listed if one["title"] != OLD_TEXT]

    def act(self, number: str, act: str, journalled: str, note: str) -> None:
        """An act through the API."""
        body = {"note": note, "photos": [], "fields": {}}
        data, key = json.dumps(body).encode(), str(uuid.uuid4())
        address = f"/api/v1/inbox/{number}/acts/{act}"
        if self.asking.until_answered(self.request(address, data, "application/json", key)):
            self.done[journalled].add(number)

    def form(self, address: str, fields: dict, content: bytes = b"") -> str | None:
        """A form of a page, with a photo if there is one; where it led to, None when it was not taken."""
        fields = {**fields, "idempotency_key": str(uuid.uuid4())}
        data, kind = multipart(fields, "photos" if content else "", content)
        return self.asking.until_answered(self.request(address, data, kind), lambda answer: answer.url)

    def request(
        self, address: str, data: bytes | None = None, kind: str = "", key: str = ""
    ) -> urllib.request.Request:
        """A request of the session, with its CSRF token."""
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        headers |= {"Content-Type": kind} if kind else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return urllib.request.Request(
            f"http://127.0.0.1:{self.asking.port}{address}", data=data, headers=headers
        )


class GridWorker(Member):
    """Takes on what is dispatched to them, asks for more time for every third, reports back with a photo."""

    def turn(self) -> None:
        rows = self.rows("mine=true&size=40")
        for row in [one for one in rows if one["state"] == "dispatched"][:AT_A_TIME]:
            self.act(row["number"], "accept_task", "cases.accepted", "收到，马上去")
        for row in [one for one in rows if one["state"] == "handling"][:AT_A_TIME]:
            number = row["number"]
            if sum(map(ord, number)) % 3 == 0 and number not in self.done["cases.extension_asked"]:
                self.ask_for_time(number)
            else:
                self.report_back(number)

    def ask_for_time(self, number: str) -> None:
        """A measure."""
        until = (date.today() + timedelta(days=5)).isoformat()
        fields = {"note": "要等清运车", "until": until}
        if self.form(f"/field/case/{number}/measure/extension/", fields):
            self.done["cases.extension_asked"].add(number)
            self.shared.asked.append(number)

    def report_back(self, number: str) -> None:
        """Done, and a photo to show it."""
        content = photo(sum(map(ord, number)) + self.turns * 1000)
        if self.form(f"/field/case/{number}/act/feedback/", {"note": "已清运"}, content):
            self.done["cases.handled"].add(number)


class Dispatcher(Member):
    """Merges what was reported twice, grants time, checks and closes many cases at once."""

    pause = 1.0

    def turn(self) -> None:
        rows = self.rows("size=200")
        waiting = [one for one in rows if one["state"] == "dispatched"]
        if self.turns % 3 == 0 and len(waiting) >= 2:
            self.merge(*sorted(waiting[-2:], key=lambda one: one["reported_at"]))
        self.many([one for one in rows if one["state"] == "feedback_given"], "verify", "cases.verified")
        self.many([one for one in rows if one["state"] == "verified"], "close", "cases.closed")
        mine = {one["number"] for one in rows}
        for number in [one for one in list(self.shared.asked) if one in mine][:1]:
            self.shared.asked.remove(number)
            self.grant(number)

    def merge(self, keep: dict, drop: dict) -> None:
        """The later one into the earlier."""
        fields = {"keep": keep["number"], "drop": drop["number"], "other": drop["number"], "note": "同一堆"}
        fields |= {"keep_version": keep["version"], "drop_version": drop["version"]}
        if self.form(f"/desk/case/{keep['number']}/compare/", fields):
            self.done["cases.marked_duplicate"].add(drop["number"])

    def many(self, rows: list[dict], act: str, journalled: str) -> None:
        """One act on all of them; small runs at once, larger ones by the worker."""
        if not rows:
            return
        seen = ",".join(f"{row['number']}:{row['version']}" for row in rows)
        led = self.form("/desk/bulk/start/", {"act": act, "cases": seen, "will": seen})
        if led:
            self.runs.add(led.rstrip("/").rsplit("/", 1)[1])

    def grant(self, number: str) -> None:
        """More time, where it is still asked for."""
        found = re.search(
            rf"/desk/case/{number}/measure/[0-9a-f-]+/approve/", self.get(f"/desk/case/{number}/") or ""
        )
        if found and self.form(found.group(), {"note": "同意"}):
            self.done["cases.extension_granted"].add(number)


class Reader(Member):
    """Looks at what everybody may see, and at the desk."""

    pause = 0.5
    pages = (
        "/",
        "/points.geojson",
        "/api/v1/cases?text=%E6%9A%B4%E9%9C%B2",
        "/desk/",
        "/desk/points.geojson",
    )

    def turn(self) -> None:
        self.get(self.pages[self.turns % len(self.pages)])


def everybody(port: int, sessions: dict, stop: threading.Event) -> tuple[list[Client], list[Member]]:
    """Four who report and all who have a session."""
    shared = Shared(stop)
    reporters = [kind(port, number, stop) for number, kind in enumerate(
        (Client, Open311Client, PortalClient, PhotoClient), start=1
    )]  # fmt: skip
    members: list[Member] = [GridWorker(port, session, shared) for session in sessions["worker"]]
    members += [Dispatcher(port, session, shared) for session in sessions["dispatcher"]]
    return reporters, [*members, Reader(port, sessions["dispatcher"][0], shared)]


def judged(found: dict, reporters: list[Client], members: list[Member]) -> dict:
    """What was acknowledged against what is there, act by act."""
    texts = {text for one in reporters for text in one.acknowledged}
    shown = {number for one in reporters if one.photos for number in one.acknowledged.values()}
    done: dict[str, set[str]] = defaultdict(set)
    for one in members:
        for act, numbers in one.done.items():
            done[act] |= numbers
    shown |= done["cases.handled"]
    everyone = [*reporters, *(one.asking for one in members)]
    runs = {run for one in members for run in one.runs}
    acts = {act: Counter(counted) for act, counted in found["acts"].items()}
    return {
        "acknowledged": {
            "reports": len(texts),
            "with a photo": len(shown - done["cases.handled"]),
            **{act: len(numbers) for act, numbers in sorted(done.items())},
            "bulk runs": len(runs),
            "pages and lists read": sum(one.read for one in members),
        },
        "conflicts": sum(one.conflicts for one in everyone),
        "refused": [words for one in everyone for words in one.refused][:5],
        "broken_answers": [words for one in everyone for words in one.broken][:5],
        "answers_503": sum(len(one.away) for one in everyone),
        "longest_report": round(max(seconds for one in reporters for _at, seconds in one.waits), 1),
        "reports_lost": len(texts - set(found["texts"])),
        "reports_twice": sum(count > 1 for count in found["texts"].values()),
        "photos_lost": len(shown - set(found["photos"])) + len(found["files_missing"]),
        "photos_twice": sum(count > 1 for steps in found["photos"].values() for count in steps.values()),
        "acts_lost": sum(len(numbers - set(acts.get(act, ()))) for act, numbers in done.items()),
        "acts_twice": sum(count > 1 for counted in acts.values() for count in counted.values()),
        "runs_lost": len(runs - set(found["runs"])),
        "runs_unfinished": sum(state != "done" for state in found["runs"].values()),
        "dispatched_twice": sum(count > 1 for count in found["dispatched"]),
        "told_twice": sum(count > 1 for count in found["notices"]),
        "stored_unacknowledged": len(set(found["texts"]) - texts),
        "failing": _last_lines(found["failing"]),
        "tried_again": _last_lines(found["tried_again"]),
        **{name: found[name] for name in ("undispatched", "backlog", "running", "breaks")},
    }


def _last_lines(errors: list[str]) -> list[str]:
    """What the first few of them say at their end."""
    return [words.strip().splitlines()[-1][:300] for words in errors if words.strip()][:5]


ZERO = ("reports_lost", "reports_twice", "photos_lost", "photos_twice", "acts_lost", "acts_twice", "runs_lost",
        "runs_unfinished", "dispatched_twice", "told_twice", "undispatched", "backlog", "running")  # fmt: skip
EMPTY = ("refused", "broken_answers", "failing", "breaks")


def held(result: dict) -> bool:
    """Whether nothing acknowledged was lost, nothing happened twice, nothing hangs, and the journal holds."""
    return (
        all(result[name] == 0 for name in ZERO)
        and not any(result[name] for name in EMPTY)
        and result["ended_cleanly"]
        and all(result["acknowledged"].get(name, 0) for name in ("reports", "with a photo"))
    )
