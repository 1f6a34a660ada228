"""What a caller tells, in the order in which it is told; what a follow-up call found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.selectors.rows import CategoryRow

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]
UNCHOSEN = ("", _("请选择"))


class CallForm(forms.Form):
    """A call. Nothing is required here: which fields are needed depends on how the call ends."""

    phone = forms.CharField(label=_("来电号码"), required=False, max_length=32)
    anonymous = forms.BooleanField(label=_("匿名，不留号码"), required=False)
    protected = forms.BooleanField(label=_("要求保密身份"), required=False)
    on_behalf_of = forms.CharField(label=_("替谁反映"), required=False, max_length=120)
    text = forms.CharField(
        label=_("诉求"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    category = forms.ChoiceField(label=_("类别"), required=False)
    area = forms.ChoiceField(label=_("街道、社区"), required=False)
    address = forms.CharField(label=_("地址"), required=False, max_length=255)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    about = forms.CharField(required=False, max_length=32)
    answer = forms.CharField(
        label=_("当场答复"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, categories: Groups, areas: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, groups in (("category", categories), ("area", areas)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [UNCHOSEN, *groups]


def category_groups(rows: Sequence[CategoryRow]) -> Groups:
    """Categories by their class, requests (诉求) first: that is what people call about."""
    names = {row.code: row.name for row in rows}
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in sorted(rows, key=lambda row: not row.code.startswith("hotline")):
        if row.is_leaf:
            groups.setdefault(names.get(row.parent, str(_("其他"))), []).append((row.code, row.name))
    return list(groups.items())


class FollowUpForm(forms.Form):
    """What a follow-up call found."""

    reached = forms.ChoiceField(
        label=_("接通了吗"), choices=[("yes", _("接通")), ("no", _("未接通"))], widget=forms.RadioSelect
    )
    solved = forms.ChoiceField(
        label=_("解决了吗"),
        choices=[("yes", _("解决")), ("no", _("没解决")), ("", _("没有回答"))],
        required=False,
        widget=forms.RadioSelect,
    )
    satisfied = forms.ChoiceField(
        label=_("满意吗"),
        choices=[("yes", _("满意")), ("no", _("不满意")), ("", _("没有回答"))],
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("备注"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    call_at = forms.DateTimeField(
        label=_("约定再拨"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def answer(self, name: str) -> bool | None:
        """yes, no or not answered."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get(name, ""))

    def again_at(self) -> datetime | None:
        """When to call again, if a time was agreed."""
        found: datetime | None = self.cleaned_data.get("call_at")
        return found
