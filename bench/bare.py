"""What a report is compared with: a bare Django view that makes the same inserts, and nothing else.

No access, no areas, no clocks to compute, no chain of hashes, no middleware. Served by the same server beside the
platform: `bench.bare_settings` differs in its address book alone.
"""

import json
import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from youlin.apps.cases.models import Case, CaseClock, CaseReporter, CaseType
from youlin.kernel.journal.models import JournalEntry
from youlin.kernel.models import IdempotencyRecord
from youlin.kernel.search.models import SearchDocument

_type: list[CaseType] = []
_TOKENS = " ".join(f"bare{sign}" for sign in "abcdefghijklmnopqr")
_MARKS = "¶110102001 ¶110102001001 ¶110102001001001 ¶open"
"""As many words for the index of searches as one of the measured reports brings."""


@csrf_exempt
def report(request: HttpRequest) -> JsonResponse:
    """The rows of one report: case, reporter, one clock, journal entry, search document, idempotency record."""
    said = json.loads(request.body)
    now, number, district = timezone.now(), f"BARE-{uuid.uuid4().hex[:12]}", said["district"]
    if not _type:
        _type.append(CaseType.objects.get(district=district, code="city_event", is_current=True))
    with transaction.atomic():
        case = Case(
            district=district,
            number=number,
            case_type=_type[0],
            category=said["category"],
            state="reported",
            title=said["text"][:20],
            description=said["text"],
            lon=said["lon"],
            lat=said["lat"],
            area_at_event=district,
            area_now=district,
            reported_at=now,
            due_at=now,
            light_at=now,
        )
        case.save(force_insert=True)
        CaseReporter(district=district, case=case, kind="reporter", token_digest=number).save(
            force_insert=True
        )
        times = {"started_at": now, "amber_at": now, "due_at": now}
        CaseClock(district=district, case=case, name="file", limit="2 工作时", **times).save(
            force_insert=True
        )
        _journal(case, now, number)
        SearchDocument(
            district=district, kind="bare", object_id=case.pk, text=said["text"], tokens=_TOKENS, marks=_MARKS
        ).save(force_insert=True)
        IdempotencyRecord(
            district=district, scope="bare", key=number, payload_digest=number, response="{}"
        ).save(force_insert=True)
    return JsonResponse({"number": number}, status=201)


def _journal(case: Case, now: object, number: str) -> None:
    QuerySet(JournalEntry).bulk_create(
        [
            JournalEntry(
                district="bare",
                epoch=0,
                seq=uuid.uuid4().int >> 68,
                at=now,
                act="bare.reported",
                actor_kind="anonymous",
                via="bare",
                subject_kind="cases.case",
                subject_id=case.pk,
                subject_seq=1,
                public={"after": {"number": number, "category": case.category}},
                hash=number,
            )
        ]
    )


urlpatterns = [path("bare/", report)]
