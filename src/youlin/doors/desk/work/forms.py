"""Forms of the work beside the workflow."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.selectors.rows import Beginning, CategoryRow, MeasureStep

UNCHOSEN = ("", _("请选择"))
MOST_PARTS = 4


class Versioned(forms.Form):
    """A form that speaks of one version of the case."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def see_version(self, version: int) -> None:
        """Shown once more under the case as it is now: sent again, it speaks of this version."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


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
        self.fields["note"] = _words(beginning.note_label, required=True)
        if beginning.plan:
            self.fields["plan"] = _words(_("解决计划"), required=True)

    def people(self) -> list[UUID]:
        """Whom the form calls."""
        return [UUID(one) for one in self.cleaned_data.get("people", [])]


class StepForm(Versioned):
    """What a step of a measure asks."""

    def __init__(self, step: MeasureStep, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step.asks_until:
            self.fields["until"] = forms.DateField(label=_("下一次到哪一天"), widget=_date())
        self.fields["note"] = _words(_("说明"), required=step.note == "required")


class SplitForm(Versioned):
    """Up to four parts, each with its category, its words and its place; what is left empty is no part."""

    def __init__(
        self,
        *args: Any,
        categories: tuple[CategoryRow, ...],
        places: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        leaves = [(row.code, row.name) for row in categories if row.is_leaf]
        here = [("", _("与原案件相同")), *places]
        for number in range(1, MOST_PARTS + 1):
            n = {"n": number}
            must = number <= 2
            self.fields[f"part-{number}-category"] = forms.ChoiceField(
                label=_("第 %(n)d 件：类别") % n, choices=[UNCHOSEN, *leaves], required=must
            )
            self.fields[f"part-{number}-text"] = _words(_("第 %(n)d 件：办什么") % n, required=must, rows=2)
            self.fields[f"part-{number}-area"] = forms.ChoiceField(
                label=_("第 %(n)d 件：在哪里") % n, choices=here, required=False
            )
        self.fields["note"] = _words(_("分办说明"), required=False)

    def parts(self) -> list[tuple[str, str, str]]:
        """Category, words and place of each part as filled in."""
        given = self.cleaned_data
        return [
            tuple(given.get(f"part-{number}-{name}", "") for name in ("category", "text", "area"))  # type: ignore[misc]
            for number in range(1, MOST_PARTS + 1)
        ]


class MergeForm(forms.Form):
    """Which of two cases stays, and the versions of both that were compared."""

    keep = forms.CharField(max_length=24)
    drop = forms.CharField(max_length=24)
    keep_version = forms.IntegerField(required=False)
    drop_version = forms.IntegerField(required=False)
    note = forms.CharField(required=False, max_length=2000)


class UnmergeForm(Versioned):
    """Why a merge is taken back."""

    note = forms.CharField(
        label=_("为什么撤销并案"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


def _words(label: Any, *, required: bool, rows: int = 3) -> forms.CharField:
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
