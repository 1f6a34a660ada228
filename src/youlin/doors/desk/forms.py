"""The desk's forms: an act of the workflow, a follow-up call, a reason to unmask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.selectors.rows import ActField, AvailableAct, CategoryRow

DUPLICATE = "duplicate_of"
EXTRA = "field_"
"""Before the names of the fields that a workflow declares, so that they never meet the form's own."""
UNCHOSEN = ("", _("请选择"))


class ActForm(forms.Form):
    """An act with what its row of the transition table asks for."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, act: AvailableAct, *args: Any, categories: tuple[CategoryRow, ...] = (), **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.act = act
        if act.asks_person:
            people = [(choice.value, choice.label) for choice in act.people]
            self.fields["to_person"] = forms.ChoiceField(label=_("交给谁"), choices=[UNCHOSEN, *people])
        if act.asks_category:
            leaves = [(row.code, row.name) for row in categories if row.is_leaf]
            self.fields["to_category"] = forms.ChoiceField(label=_("改为类别"), choices=[UNCHOSEN, *leaves])
        for extra in act.fields:
            name = extra.name if extra.name == DUPLICATE else f"{EXTRA}{extra.name}"
            self.fields[name] = self._extra(extra)
        if act.asks_duplicate and DUPLICATE not in self.fields:
            self.fields[DUPLICATE] = forms.CharField(label=_("与哪一件重复（编号）"), max_length=24)
        if act.note != "none":
            self.fields["note"] = forms.CharField(
                required=act.note == "required",
                max_length=2000,
                label=_("说明"),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @staticmethod
    def _extra(extra: ActField) -> forms.Field:
        if extra.choices:
            choices = [UNCHOSEN, *((choice.value, choice.label) for choice in extra.choices)]
            return forms.ChoiceField(label=extra.label, required=extra.required, choices=choices)
        return forms.CharField(label=extra.label, required=extra.required, max_length=500)

    def see_version(self, version: int) -> None:
        """The form is shown once more, under the case as it is now: sent again, it speaks of this version."""
        self.data = {**self.data, "version": str(version)}

    def extra_fields(self) -> dict[str, str]:
        """The declared fields of the act, by name."""
        given = {
            name.removeprefix(EXTRA): value
            for name, value in self.cleaned_data.items()
            if name.startswith(EXTRA) and value
        }
        if self.cleaned_data.get(DUPLICATE):
            given[DUPLICATE] = self.cleaned_data[DUPLICATE]
        return given


YES_NO = [("yes", _("是")), ("no", _("否")), ("", _("没有回答"))]


class FollowUpForm(forms.Form):
    """What a follow-up call found."""

    reached = forms.ChoiceField(label=_("接通了吗"), choices=YES_NO[:2], widget=forms.RadioSelect)
    solved = forms.ChoiceField(label=_("解决了吗"), choices=YES_NO, required=False, widget=forms.RadioSelect)
    satisfied = forms.ChoiceField(label=_("满意吗"), choices=YES_NO, required=False, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("备注"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def answer(self, name: str) -> bool | None:
        """yes, no or not answered."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get(name, ""))


class ReasonForm(forms.Form):
    """Why somebody needs to see personal data; journalled with the look."""

    reason = forms.CharField(
        label=_("查看理由"), min_length=4, max_length=200, help_text=_("会记入日志，至少四个字")
    )
