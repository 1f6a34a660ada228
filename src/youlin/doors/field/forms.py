"""The field's one form: what was seen on patrol."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PatrolForm(forms.Form):
    """Text, category, and a position or one of the worker's own grids."""

    text = forms.CharField(label=_("看到什么"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    category = forms.ChoiceField(label=_("类别"))
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    area = forms.ChoiceField(label=_("在哪个网格"), required=False, help_text=_("用了定位就不用选"))

    def __init__(
        self,
        *args: Any,
        categories: list[tuple[str, str]],
        places: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        category, area = self.fields["category"], self.fields["area"]
        if isinstance(category, forms.ChoiceField) and isinstance(area, forms.ChoiceField):
            category.choices = [("", _("请选一类")), *categories]
            area.choices = [("", _("请选择")), *places]

    def clean(self) -> dict[str, Any]:
        """A position or a grid is needed."""
        given = super().clean() or {}
        if (given.get("lon") is None or given.get("lat") is None) and not given.get("area"):
            self.add_error("area", _("请定位，或选一个网格"))
        return given
