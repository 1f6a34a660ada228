"""The desk's own forms of the work beside the workflow: parts and merges."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.selectors.rows import CategoryRow
from youlin.doors.measuring import UNCHOSEN, Versioned, words

MOST_PARTS = 4


class SplitForm(Versioned):
    """Up to four parts, each with its category, its words and its place; what is left empty is no part."""

    def __init__(
        self,
        *args: Any,
        categories: tuple[CategoryRow, ...],
        places: list[tuple[str, str]],
        units: list[tuple[str, str]],
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
            self.fields[f"part-{number}-text"] = words(_("第 %(n)d 件：办什么") % n, required=must, rows=2)
            self.fields[f"part-{number}-area"] = forms.ChoiceField(
                label=_("第 %(n)d 件：在哪里") % n, choices=here, required=False
            )
            if units:
                self.fields[f"part-{number}-unit"] = forms.ChoiceField(
                    label=_("第 %(n)d 件：由哪个单位办") % n,
                    choices=[("", _("按类别和地点派")), *units],
                    required=False,
                )
        self.fields["note"] = words(_("分办说明"), required=False)

    def groups(self) -> list[dict[str, Any]]:
        """The fields of each part; the third and fourth are there when wanted."""
        found = []
        for number in range(1, MOST_PARTS + 1):
            fields = [self[name] for name in self.fields if name.startswith(f"part-{number}-")]
            found.append(
                {
                    "title": _("第 %(n)d 件") % {"n": number},
                    "fields": fields,
                    "needed": number <= 2,
                    "begun": any(field.value() for field in fields),
                }
            )
        return found

    def parts(self) -> list[tuple[str, str, str, str]]:
        """Category, words, place and body (its code) of each part as filled in."""
        given = self.cleaned_data
        return [
            (
                given.get(f"part-{number}-category", ""),
                given.get(f"part-{number}-text", ""),
                given.get(f"part-{number}-area", ""),
                given.get(f"part-{number}-unit", ""),
            )
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


class HandOverForm(Versioned):
    """Which district is asked to take a case, why, and what it calls the matter."""

    def __init__(
        self,
        *args: Any,
        districts: tuple[tuple[str, str], ...],
        categories: tuple[tuple[str, str], ...],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offers = bool(districts)
        self.fields["to_district"] = forms.ChoiceField(
            label=_("移交到哪个区"), choices=[UNCHOSEN, *districts]
        )
        self.fields["category"] = forms.ChoiceField(
            label=_("对方的类别"), choices=[("", _("与本区相同")), *categories], required=False
        )
        self.fields["reason"] = words(_("为什么移交"), required=True)


class AcceptForm(Versioned):
    """What is to be said when a case from another district is taken over."""

    note = forms.CharField(
        label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class RefuseForm(Versioned):
    """Why a case goes back to the district that it came from."""

    note = forms.CharField(label=_("为什么退回"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
