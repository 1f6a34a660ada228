"""The scene of the fault tests, run as a program of its own against the database of the environment.

`python -m tests.faults.scene prepare` makes a district in which a report finds its worker by itself;
`python -m tests.faults.scene count` prints, as JSON, what became of every acknowledged report.
`open_tills` and `count_tills` are the same for counters (`tills`).
`people`, `erase`, `look` and `cut` are the steps of the drill: a person who reported, their erasure, what can still be
read of anybody, and a backup whose journal lost its end.
"""

import json
import os
import sys
from collections import Counter

from tests.faults.filling import OLD_TEXT
from tests.faults.sessions import session
from tests.faults.tills import count_tills, open_tills

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")

ACTS = ("cases.accepted", "cases.extension_asked", "cases.extension_granted", "cases.handled", "cases.verified",
        "cases.closed", "cases.marked_duplicate")  # fmt: skip
"""What the load does to a case once at most."""


def prepare() -> None:
    """Migrate; areas, the programme, one worker a grid."""
    from django.core.management import call_command

    from tests import cast
    from youlin.kernel.actors import SYSTEM
    from youlin.programmes import loader, services

    call_command("migrate", verbosity=0)
    cast.make_areas()
    services.apply(actor=SYSTEM, district=cast.DISTRICT, programme=loader.load("city_management"))
    for number, grid in enumerate(sorted(code for code in cast.AREAS if len(code) == 15)):
        if grid.startswith(cast.DISTRICT):
            worker = cast.make_member(f"worker_{number}", f"工{number}")
            cast.give_duty(worker, "grid_worker", grid)
    for street in (cast.STREET, cast.OTHER_STREET):
        cast.give_duty(cast.make_member(f"dispatcher_{street}", "派"), "street_dispatcher", street)


def count() -> dict[str, object]:
    """How often each thing happened; the journal's proof; what hangs."""
    from django_tasks_db.models import DBTaskResult

    from youlin.apps.cases.models import BulkRun, Case
    from youlin.kernel import journal, reactions

    cases = Case.objects.exclude(description=OLD_TEXT)
    return {
        **_happened(),
        "texts": dict(Counter(cases.values_list("description", flat=True))),
        "photos": _photos(),
        "files_missing": _files_missing(),
        "runs": {str(id): state for id, state in BulkRun.objects.values_list("id", "state")},
        "notices": _told(),
        "undispatched": cases.filter(dispatched_at=None).count(),
        "backlog": reactions.backlog()[0],
        "failing": [failure.last_error for failure in reactions.failing()],
        "tried_again": [failure.last_error for failure in reactions.ReactionFailure.objects.all()],
        "running": DBTaskResult.objects.filter(status="RUNNING").count(),
        "breaks": [str(found) for found in journal.verify()],
    }


def _happened() -> dict[str, object]:
    """Each act of the load: how often for which case, by number; reports and dispatches, how often for each."""
    from youlin.apps.cases.models import Case
    from youlin.kernel.journal.models import JournalEntry

    entries = JournalEntry.objects.filter(act__in=[*ACTS, "cases.reported", "cases.dispatched"])
    counted = Counter(entries.values_list("act", "subject_id"))
    numbers = dict(Case.objects.exclude(description=OLD_TEXT).values_list("id", "number"))
    acts: dict[str, dict[str, int]] = {act: {} for act in ACTS}
    for (act, subject), times in counted.items():
        if act in acts:
            acts[act][numbers[subject]] = times
    return {
        "acts": acts,
        "reported": sorted(n for (act, _id), n in counted.items() if act == "cases.reported"),
        "dispatched": sorted(n for (act, _id), n in counted.items() if act == "cases.dispatched"),
    }


def _told() -> list[int]:
    """How often each grid worker was told of each case."""
    from youlin.apps.notices.models import Notice
    from youlin.apps.parties.models import Account

    workers = Account.objects.filter(username__startswith="worker_").values("person_id")
    told = Notice.objects.filter(kind="cases.holder", person_id__in=workers)
    return sorted(Counter(told.values_list("subject_id", "person_id")).values())


def _photos() -> dict[str, dict[str, int]]:
    """Photos of each case at each step."""
    from youlin.apps.cases.models import CaseMedia

    found: dict[str, dict[str, int]] = {}
    for number, step in CaseMedia.objects.filter(copy_of=None).values_list("case__number", "step"):
        steps = found.setdefault(number, {})
        steps[step] = steps.get(step, 0) + 1
    return found


def _files_missing() -> list[str]:
    """Photos of cases whose file is not there."""
    from django.core.files.storage import default_storage

    from youlin.apps.cases.models import CaseMedia

    named = CaseMedia.objects.exclude(file__stored="").values_list("file__stored", flat=True)
    return [name for name in named if not default_storage.exists(name)]


def sessions() -> dict[str, list[str]]:
    """Signed-in sessions of three grid workers, of both dispatchers and of who looks after the installation."""
    from youlin.apps.parties.models import Account

    Account.objects.get_or_create(username="operator", defaults={"is_staff": True, "is_superuser": True})
    accounts = Account.objects.order_by("username")
    return {
        "worker": [session(one) for one in accounts.filter(username__startswith="worker_")[:3]],
        "dispatcher": [session(one) for one in accounts.filter(username__startswith="dispatcher_")],
        "operator": [session(one) for one in accounts.filter(username="operator")],
    }


def people() -> dict[str, str]:
    """Two people who reported with a photo, their names in sealed parts; yesterday's digest signed."""
    from datetime import timedelta

    from tests import cast
    from tests.access.world import _photo
    from youlin.apps.cases.services import report
    from youlin.apps.parties.services import register_person
    from youlin.kernel import clock, journal
    from youlin.kernel.actors import SYSTEM, Actor
    from youlin.kernel.media import services as media

    made = {}
    grid = next(code for code in sorted(cast.AREAS) if len(code) == 15 and code.startswith(cast.DISTRICT))
    lon, lat = cast.point_in(grid)
    for name, phone in (("王小明", "13800138001"), ("李小红", "13800138002")):
        person = register_person(actor=SYSTEM, name=name, phone=phone)
        actor = Actor("person", person_id=person.id)
        photo = media.receive(
            district=cast.DISTRICT, actor=actor, name="a.jpg", data=_photo(), purpose="case"
        )
        report(
            actor=actor,
            category="event.sanitation.exposed_garbage",
            text=f"{name}反映暴露垃圾",
            lon=lon,
            lat=lat,
            contact=phone,
            media_ids=[photo.id],
            idempotency_key=name,
        )
        made[name] = str(person.id)
    journal.make_digests((clock.local_now() - timedelta(days=1)).date())
    return made


def erase(person: str) -> None:
    """Erase a person."""
    from uuid import UUID

    from youlin.kernel import privacy
    from youlin.kernel.actors import SYSTEM

    privacy.erase_person(person_id=UUID(person), actor=SYSTEM, reason="本人书面申请删除个人信息")


def look() -> dict[str, object]:
    """Names that can be read, sealed parts that open, entries, whether anybody is signed in."""
    from django.contrib.sessions.models import Session

    from youlin.apps.parties.models import ContactPoint, Person
    from youlin.kernel import journal
    from youlin.kernel.journal.models import JournalEntry
    from youlin.kernel.media.models import MediaFile

    opened = {str(p) for entry in JournalEntry.objects.exclude(sealed={}) for p in journal.opened(entry)}
    return {
        "names": sorted(name for name in Person.objects.values_list("name", flat=True) if "小" in name),
        "phones": ContactPoint.objects.count(),
        "opened": sorted(opened),
        "photos": MediaFile.objects.exclude(state="removed").count(),
        "entries": JournalEntry.objects.count(),
        "sessions": Session.objects.count(),
    }


def cut(folder: str) -> None:
    """The worst forgery: entries taken out, the database dumped anew, checksums set right, signed by our own key."""
    from dataclasses import replace
    from pathlib import Path

    from django.db import connection

    from youlin.kernel import journal
    from youlin.kernel.backups import making, manifest

    place = Path(folder)
    with journal.lifted(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kernel_journalentry WHERE id IN (SELECT id FROM kernel_journalentry ORDER BY id DESC LIMIT 2)"
        )
    kind = making.database()
    (place / kind.FILE).unlink()
    kind.dump(place, manifest.silent)
    forged = replace(manifest.read(place), database=making._part(place, kind.FILE, manifest.silent))
    manifest.write(place, forged)


STEPS = (prepare, sessions, count, open_tills, count_tills, people, erase, look, cut)
COMMANDS = {step.__name__: step for step in STEPS}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))
