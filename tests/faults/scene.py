"""The scene of the fault tests, run as a program of its own against the database of the environment.

`python -m tests.faults.scene prepare` makes a district in which a report finds its worker by itself;
`python -m tests.faults.scene count` prints, as JSON, what became of every acknowledged report.
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")


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
    from collections import Counter

    from django_tasks_db.models import DBTaskResult

    from youlin.apps.cases.models import Case
    from youlin.apps.notices.models import Notice
    from youlin.kernel import journal, reactions
    from youlin.kernel.journal.models import JournalEntry

    acts = Counter(JournalEntry.objects.values_list("act", "subject_id"))
    texts = Counter(Case.objects.values_list("description", flat=True))
    return {
        "texts": dict(texts),
        "reported": sorted(n for (act, _id), n in acts.items() if act == "cases.reported"),
        "dispatched": sorted(n for (act, _id), n in acts.items() if act == "cases.dispatched"),
        "notices": sorted(
            Counter(Notice.objects.filter(kind="cases.holder").values_list("subject_id", flat=True)).values()
        ),
        "undispatched": Case.objects.filter(dispatched_at=None).count(),
        "backlog": reactions.backlog()[0],
        "failing": [failure.last_error for failure in reactions.failing()],
        "running": DBTaskResult.objects.filter(status="RUNNING").count(),
        "breaks": [str(found) for found in journal.verify()],
    }


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        prepare()
    else:
        print(json.dumps(count(), ensure_ascii=False))
