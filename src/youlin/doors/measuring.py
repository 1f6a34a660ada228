"""Measures (延期, 缓办, 吹哨 …) for every door in which people work on cases: what is asked, and doing it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import Beginning, CasePage, MeasureStep
from youlin.doors import uploads
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict

UNCHOSEN = ("", _("请选择"))


class Versioned(forms.Form):
    """A form that speaks of one version of the case."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def see_version(self, version: int) -> None:
        """Shown once more under the case as it is now: sent again, it speaks of this version."""
        sent = QueryDict(mutable=True)
        sent.update(self.data)
        sent["version"] = str(version)
        self.data = sent


class MeasureForm(Versioned):
    """What a kind of measure asks when it is begun."""

    def __init__(self, beginning: Beginning, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if beginning.calls:
            self.fields["people"] = forms.MultipleChoiceField(
                label=_("叫谁来"),
                choices=[(one.value, one.label) for one in beginning.people],
                widget=forms.CheckboxSelectMultiple,
            )
        if beginning.choices:
            self.fields["choice"] = forms.ChoiceField(
                label=_("属于哪种情形"), choices=[UNCHOSEN, *((one, one) for one in beginning.choices)]
            )
        if beginning.until_label:
            self.fields["until"] = _day(beginning.until_label, beginning)
        self.fields["note"] = words(beginning.note_label, required=True)
        if beginning.plan:
            self.fields["plan"] = words(_("解决计划"), required=True)

    def people(self) -> list[UUID]:
        """Whom the form calls."""
        return [UUID(one) for one in self.cleaned_data.get("people", [])]


class StepForm(Versioned):
    """What a step of a measure asks."""

    def __init__(self, step: MeasureStep, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step.asks_until:
            self.fields["until"] = forms.DateField(label=_("下一次到哪一天"), widget=_date())
        self.fields["note"] = words(_("说明"), required=step.note == "required")


def offered(
    request: HttpRequest, actor: Actor, page: CasePage, kind: str
) -> tuple[Beginning, Conflict | None]:
    """What the form of a measure asks, and why it cannot be sent now, if so.

    When it cannot, perhaps this very request was done a moment ago: then the service knows its key.
    """
    try:
        return cases.beginning(actor, page.row.number, kind), None
    except Conflict as refusal:
        label = str(_("日期")) if "until" in request.POST else ""
        guess = Beginning(kind=kind, name=str(_("办理")), note_label=str(_("说明")), until_label=label)
        return guess, refusal


def begin(request: HttpRequest, actor: Actor, page: CasePage, kind: str, form: MeasureForm) -> None:
    """Begin what a valid form asks for. Raises `NotAllowed`, `Invalid`, `Conflict`."""
    given = form.cleaned_data
    services.begin_measure(
        actor=actor,
        case_id=page.row.id,
        kind=kind,
        note=given["note"],
        until=given.get("until"),
        choice=given.get("choice", ""),
        plan=given.get("plan", ""),
        people=form.people(),
        media_ids=uploads.received(request, actor, page.row.district, purpose="case"),
        expected_version=given.get("version"),
        idempotency_key=request.POST.get("idempotency_key", ""),
    )


def repeated(request: HttpRequest, code: str) -> MeasureStep:
    """The form of a step that does not stand open any more; sent again, the service knows its key."""
    return MeasureStep(code, str(_("办理")), "optional", bool(request.POST.get("until")), danger=False)


def take(
    request: HttpRequest, actor: Actor, page: CasePage, measure_id: UUID, code: str, form: StepForm
) -> None:
    """Take the step that a valid form speaks of. Raises `NotAllowed`, `NotFound`, `Invalid`, `Conflict`."""
    given = form.cleaned_data
    services.take_step(
        actor=actor,
        case_id=page.row.id,
        measure_id=measure_id,
        step=code,
        note=given["note"],
        until=given.get("until"),
        media_ids=tuple(uploads.received(request, actor, page.row.district, purpose="case")),
        expected_version=given.get("version"),
        idempotency_key=request.POST.get("idempotency_key", ""),
    )


def words(label: Any, *, required: bool, rows: int = 3) -> forms.CharField:
    """A field for a few lines of text."""
    return forms.CharField(
        label=label, required=required, max_length=2000, widget=forms.Textarea(attrs={"rows": rows})
    )


def _day(label: str, beginning: Beginning) -> forms.DateField:
    latest = beginning.latest
    help_text = (
        _("最晚 %(day)s（限 %(limit)s）") % {"day": latest, "limit": beginning.limit} if latest else ""
    )
    return forms.DateField(
        label=label, required=beginning.until_required, help_text=help_text, widget=_date()
    )


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
