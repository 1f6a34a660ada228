"""Forms filled in while working on cases, as a dataset: each entry of the journal by which one is known (`asking`)."""

from collections.abc import Callable

from django.db.models import BooleanField, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models import Case as When_
from django.db.models.expressions import Combinable
from django.db.models.fields import CharField

from youlin.apps.cases import asking
from youlin.apps.cases.asking import FORMS, Form
from youlin.apps.cases.models import Case
from youlin.kernel.datasets import Column, Dataset
from youlin.kernel.journal.models import JournalEntry

_CASE = "cases.case"
PERSON = "person"


def _entries() -> QuerySet[JournalEntry]:
    """Entries that are a form, of cases that are not confidential: with what the form asked and what it knew."""
    confidential = Case.objects.filter(
        district=OuterRef("district"), pk=OuterRef("subject_id"), confidential=True
    )
    by_person = Q(actor_kind=PERSON)
    return (
        JournalEntry.objects.filter(
            subject_kind=_CASE, act__in=asking.ACTS, actor_kind__in=(PERSON, "system")
        )
        .annotate(
            form=When_(
                *(When(_known_by(form), then=Value(code)) for code, form in FORMS.items()),
                default=Value(""),
                output_field=CharField(),
            ),
            hidden=Exists(confidential),
            by_person=When_(
                When(by_person, then=Value(True)), default=Value(False), output_field=BooleanField()
            ),
            asked=_number(lambda form: len(form.asks)),
            known=_number(lambda form: len(form.knows)),
            fields=_number(lambda form: len(form.asks) + len(form.knows)),
            again=_again(),
        )
        .exclude(form="")
    )


def _known_by(form: Form) -> Q:
    found = Q(act__in=form.acts)
    return found & Q(via__in=form.via) if form.via else found


def _number(of: Callable[[Form], int]) -> When_:
    """A number that each form has, for what a person did; nobody fills in what the system does."""
    return When_(
        *(When(_known_by(form) & Q(actor_kind=PERSON), then=Value(of(form))) for form in FORMS.values()),
        default=Value(0),
        output_field=IntegerField(),
    )


def _again() -> Combinable:
    """How many facts were asked though a person had been asked for them before, of the same case."""
    found: Combinable = Value(0, output_field=IntegerField())
    for fact in sorted(asking.FACTS):
        asks = Q(pk__isnull=True)
        for form in asking.forms_asking(fact):
            asks |= _known_by(form)
        before = JournalEntry.objects.filter(
            asks,
            actor_kind=PERSON,
            district=OuterRef("district"),
            subject_kind=_CASE,
            subject_id=OuterRef("subject_id"),
            subject_seq__lt=OuterRef("subject_seq"),
        )
        asked = When(asks & Q(actor_kind=PERSON) & Exists(before), then=Value(1))
        found = found + When_(asked, default=Value(0), output_field=IntegerField())
    return found


FILLED = Dataset(
    name="cases.filled",
    name_zh="填写的表",
    name_en="Forms filled in",
    rows=_entries,
    month="at",
    area="area",
    follows={_CASE: "subject_id"},
    excludes=Q(hidden=True),
    columns=(
        Column("area", "填写时区划", "Area then", "code"),
        Column("form", "表", "Form", "code", values={code: form.name for code, form in FORMS.items()}),
        Column("by_person", "由人填写", "By a person", "bool"),
        Column("asked", "要填的项", "Fields asked", "count"),
        Column("known", "不用再填的项", "Fields known", "count"),
        Column("fields", "表上的项", "Fields of the form", "count"),
        Column("again", "重复要填的项", "Fields asked twice", "count"),
        Column("at", "时间", "When", "moment"),
    ),
)
