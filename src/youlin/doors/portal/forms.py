"""The portal's forms: a report, joining one, rating, reopening, signing in by a code."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _

_BETWEEN = re.compile(r"[\s()+.-]")
_NUMBER = re.compile(r"\d{5,15}")
Choices = Iterable[tuple[str, str]]
TEXT = {"rows": 4}
TEXT_LENGTH = 4000
"""What `cases` takes; a longer text is refused in words."""


class LongText(forms.Textarea):
    """Without `maxlength`: a browser would silently cut what is pasted, and nothing typed may be lost."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The longest length as data, for the counter."""
        context = super().get_context(name, value, attrs)
        most = context["widget"]["attrs"].pop("maxlength", None)
        if most is not None:
            context["widget"]["attrs"]["data-most"] = most
        return context


class ContactField(forms.CharField):
    """A phone or a mail address, optional; what nobody could be reached by is asked for again."""

    def __init__(self, *, help_text: Any = "") -> None:
        super().__init__(
            label=_("手机号"),
            required=False,
            max_length=120,
            help_text=help_text,
            widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        )

    def clean(self, value: Any) -> str:
        """As it was written, if it can be a number or an address."""
        text: str = super().clean(value)
        if text and "@" in text:
            validate_email(text)
        elif text and not _NUMBER.fullmatch(_BETWEEN.sub("", text)):
            raise forms.ValidationError(_("这不像一个手机号，请再看一下；不想留就空着"))
        return text


class ReportForm(forms.Form):
    """What a resident tells. The place comes by pin, by position or as an address."""

    text = forms.CharField(
        label=_("发生了什么"),
        max_length=TEXT_LENGTH,
        widget=LongText(attrs={**TEXT, "placeholder": _("例如：三里河东路 11 号门口路面塌了一块")}),
    )
    category = forms.CharField(label=_("类别"), max_length=128, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    address = forms.CharField(
        label=_("地址或附近标志"), required=False, max_length=255, help_text=_("在图上点了位置就可以不填")
    )
    area = forms.CharField(label=_("所在街道"), required=False, max_length=24)
    contact = ContactField(help_text=_("进展会发短信告诉您；经办人看不到完整号码"))
    anonymous = forms.BooleanField(label=_("匿名反映（凭编号和凭据查进展）"), required=False)

    def __init__(self, *args: Any, streets: Callable[[], Choices] = tuple, **kwargs: Any) -> None:
        """`streets` is asked only when the form is shown: who sends one that is in order does not wait for it."""
        super().__init__(*args, **kwargs)
        offered = CallableChoiceIterator(lambda: [("", _("请选择")), *streets()])
        self.fields["area"].widget = forms.Select(choices=offered)

    def clean(self) -> dict[str, Any]:
        """A place is needed in one of three ways."""
        given = super().clean() or {}
        has_point = given.get("lon") is not None and given.get("lat") is not None
        if not has_point and not given.get("area"):
            self.add_error("area", _("请在图上点位置，或选择所在街道"))
        return given


class JoinForm(forms.Form):
    """Joining a case that is already known."""

    contact = ContactField()
    note = forms.CharField(
        label=_("补充"), required=False, max_length=2000, widget=LongText(attrs={"rows": 2})
    )


def door_of(address: str) -> str:
    """Which page an address is of, without numbers and tokens in it: they would say who speaks. "" for no address."""
    found = re.match(r"(/[a-z-]+)*/", address)
    return found[0] if found else ""


class FeedbackForm(forms.Form):
    """A word about the platform itself; `page` is where it was met."""

    text = forms.CharField(
        label=_("哪里不好用、不该这样"),
        max_length=TEXT_LENGTH,
        widget=LongText(attrs={**TEXT, "placeholder": _("例如：同一件事要填两遍；被要求截图打卡")}),
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)
    contact = ContactField(help_text=_("填了会收到答复；不填凭回执查"))
    anonymous = forms.BooleanField(label=_("不留姓名（凭回执查答复）"), required=False)

    def clean_page(self) -> str:
        """The page alone, whatever was sent."""
        return door_of(self.cleaned_data["page"])


class TrackForm(forms.Form):
    """Number and token of a receipt."""

    number = forms.CharField(label=_("编号"), max_length=32, help_text=_("如 XC-7K4M2H9，大小写都行"))
    token = forms.CharField(label=_("查询凭据"), max_length=128, help_text=_("在回执上"))


STARS = [
    (str(n), label)
    for n, label in ((5, _("很满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("很不满意")))
]


class RateForm(forms.Form):
    """The reporter's word on a closed case."""

    solved = forms.ChoiceField(
        label=_("解决了吗"), choices=[("yes", _("解决了")), ("no", _("没有解决"))], widget=forms.RadioSelect
    )
    stars = forms.ChoiceField(label=_("满意吗"), choices=STARS, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("还想说"), required=False, max_length=2000, widget=LongText(attrs={"rows": 2})
    )


class ReopenForm(forms.Form):
    """Why it is not solved."""

    reason = forms.CharField(label=_("哪里没解决"), max_length=2000, widget=LongText(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    """The answer to what the handler asked."""

    text = forms.CharField(label=_("您的答复"), max_length=2000, widget=LongText(attrs={"rows": 3}))


class PhoneForm(forms.Form):
    """The phone a code is sent to."""

    phone = forms.CharField(
        label=_("手机号"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("验证码"),
        min_length=6,
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
