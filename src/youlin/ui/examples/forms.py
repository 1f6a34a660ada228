"""The gallery's example form, empty and with every kind of mistake."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ExampleForm(forms.Form):
    """One of each control."""

    what = forms.CharField(
        label=_("发生了什么"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一两句话就行，拍了照可以不写。"),
    )
    where = forms.CharField(label=_("在哪里"), max_length=60)
    kind = forms.ChoiceField(
        label=_("类别"), choices=[("road", _("路面")), ("waste", _("垃圾")), ("light", _("路灯"))]
    )
    contact = forms.ChoiceField(
        label=_("要不要回复您"),
        widget=forms.RadioSelect,
        choices=[("sms", _("短信回复")), ("none", _("不用回复"))],
    )
    phone = forms.CharField(
        label=_("手机号"), required=False, help_text=_("只用来回复这一件，办完九十天后删除。")
    )
    agree = forms.BooleanField(label=_("允许社区联系我补充情况"), required=False)


def empty() -> ExampleForm:
    """Nothing entered yet."""
    return ExampleForm(auto_id="empty_%s", initial={"contact": "sms"})


def with_mistakes() -> ExampleForm:
    """Sent with mistakes."""
    form = ExampleForm({"where": "", "kind": "sea", "contact": ""}, auto_id="wrong_%s")
    form.is_valid()
    return form
