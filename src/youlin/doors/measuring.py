"""Forms of measures (延期, 缓办, 吹哨 …), for every door in which people work on cases."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.selectors.rows import Beginning, MeasureStep

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
