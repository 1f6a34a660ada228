"""What the exchange's pages ask. What cannot be is told by the services; forms only read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LINES = {"rows": 4, "spellcheck": "false", "class": "mono"}


class SystemForm(forms.Form):
    """An outside system."""

    district = forms.ChoiceField(label=_("辖区"))
    code = forms.CharField(label=_("代码"), max_length=40, help_text=_("规则里用的名字，例如 city_lighting"))
    name = forms.CharField(label=_("名称"), max_length=80)
    url = forms.CharField(
        label=_("地址"), max_length=255, help_text=_("到版本为止，例如 https://example.org/open311/v2")
    )
    jurisdiction = forms.CharField(label=_("辖区编号"), max_length=64, required=False)
    api_key = forms.CharField(
        label=_("接口密钥"),
        max_length=255,
        required=False,
        help_text=_("保存后不再显示；留空则不变"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    services = forms.CharField(
        label=_("类别对照"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs=LINES),
        help_text=_("每行一个：本区类别 = 对方类别；* 指其余的"),
    )
    keyed = forms.BooleanField(
        label=_("支持幂等键"),
        required=False,
        help_text=_("对方像本平台一样，同一个 Idempotency-Key 只收一次"),
    )
    poll_minutes = forms.IntegerField(label=_("查询间隔（分钟）"), min_value=1, max_value=1440, initial=15)

    def __init__(self, *args: Any, districts: list[tuple[str, str]], fixed: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["district"], self.fields["code"]
        else:
            self.fields["district"] = forms.ChoiceField(label=_("辖区"), choices=districts)

    def clean_services(self) -> dict[str, str]:
        """The lines as a table."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["services"].splitlines():
            ours, sign, theirs = (part.strip() for part in line.partition("="))
            if line.strip() and not (sign and ours and theirs):
                raise ValidationError(
                    _("这一行不是“本区类别 = 对方类别”：%(line)s"), params={"line": line[:80]}
                )
            if line.strip():
                found[ours] = theirs
        return found


class HookForm(forms.Form):
    """A subscription."""

    district = forms.ChoiceField(label=_("辖区"))
    name = forms.CharField(label=_("名称"), max_length=80)
    url = forms.CharField(label=_("地址"), max_length=255, help_text=_("事件用 POST 发到这里"))
    acts = forms.CharField(
        label=_("事件"),
        max_length=2000,
        initial="*",
        widget=forms.Textarea(attrs={**LINES, "rows": 3}),
        help_text=_("每行一个，可用 *，例如 cases.closed"),
    )

    def __init__(self, *args: Any, districts: list[tuple[str, str]], fixed: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["district"]
        else:
            self.fields["district"] = forms.ChoiceField(label=_("辖区"), choices=districts)

    def clean_acts(self) -> list[str]:
        """One pattern a line."""
        return [str(line) for line in self.cleaned_data["acts"].split()]


class ForwardForm(forms.Form):
    """To whom a case goes."""

    system = forms.ChoiceField(label=_("转给"))
    service = forms.CharField(
        label=_("对方类别"), max_length=128, required=False, help_text=_("留空则按类别对照")
    )
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, systems: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["system"] = forms.ChoiceField(label=_("转给"), choices=systems)
