"""Bodies, accounts and machine clients in the configuration admin. People themselves are never listed here."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.apps.parties import clients, selectors, services
from youlin.apps.parties.admin_base import ServiceAdmin, actor_of, home_of, renamed
from youlin.apps.parties.models import Account, ApiClient, Organisation
from youlin.kernel.actors import Actor

# The same way in for everybody, second factor included; rights come from duties, so there are no groups.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)


class BodyForm(forms.ModelForm[Organisation]):
    in_district = forms.CharField(label=gettext_lazy("区划代码（区）"), max_length=12)

    class Meta:
        model = Organisation
        fields = ("in_district", "code", "name", "kind", "area", "credit_code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["in_district"]


@admin.register(Organisation)
class OrganisationAdmin(ServiceAdmin):
    verb = "person.manage"
    form = BodyForm
    may_change = True
    list_display = ("name", "code", "kind", "area", "credit_code_ok", "closed_on", "is_demo")
    list_filter = ("kind", "credit_code_ok", "is_demo")
    search_fields = ("name", "code", "credit_code")
    actions = ("close_bodies",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = ("in_district", "code", "name", "kind", "area", "credit_code")
        return fields[1:] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"in_district": home_of(request)}

    def write(self, actor: Actor, values: dict[str, Any], row: Any) -> models.Model:
        if row is None:
            return services.register_organisation(actor=actor, **renamed(values))
        changes = {key: values[key] for key in ("name", "kind", "area", "credit_code")}
        return services.change_organisation(actor=actor, organisation=row, **changes)

    @admin.action(description=gettext_lazy("注销所选单位"))
    def close_bodies(self, request: HttpRequest, rows: models.QuerySet[Organisation]) -> None:
        for row in rows.filter(closed_on__isnull=True):
            services.close_organisation(actor=actor_of(request), organisation=row)


class AccountForm(forms.ModelForm[Account]):
    name = forms.CharField(
        label=gettext_lazy("姓名"), required=False, help_text=gettext_lazy("新开账号时填写")
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        required=False,
        widget=forms.PasswordInput,
        help_text=gettext_lazy("至少 12 个字符；留空则不改"),
    )

    class Meta:
        model = Account
        fields = ("username", "name", "home_district", "password")


@admin.register(Account)
class AccountAdmin(ServiceAdmin):
    verb = "person.manage"
    form = AccountForm
    may_change = True
    district_field = "home_district"
    list_display = ("username", "home_district", "is_active", "is_staff", "last_login")
    list_filter = ("home_district", "is_active", "is_staff")
    search_fields = ("username",)
    ordering = ("username",)
    actions = ("close_accounts", "open_admin", "shut_admin")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Account]:
        """Without the accounts of reporters, which are nobody's business here."""
        return super().get_queryset(request).exclude(username__startswith="p-")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("username", "home_district") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"home_district": home_of(request)}

    def write(self, actor: Actor, values: dict[str, Any], row: Any) -> models.Model:
        if row is None:
            person = services.register_person(
                actor=actor,
                name=values["name"],
                account_username=values["username"],
                password=values["password"] or None,
                district=values["home_district"],
            )
            account = selectors.account_of(person)
            assert account is not None
            return account
        if values["password"]:
            services.set_password(
                actor=actor, account_id=row.id, password=values["password"], district=row.home_district
            )
        return selectors.account(row.id)

    @admin.action(description=gettext_lazy("停用所选账号"))
    def close_accounts(self, request: HttpRequest, rows: models.QuerySet[Account]) -> None:
        for row in rows:
            services.close_account(actor=actor_of(request), account_id=row.id, district=row.home_district)

    @admin.action(description=gettext_lazy("准许进入配置后台"))
    def open_admin(self, request: HttpRequest, rows: models.QuerySet[Account]) -> None:
        for row in rows:
            services.allow_admin(actor=actor_of(request), account_id=row.id, allowed=True)

    @admin.action(description=gettext_lazy("不再准许进入配置后台"))
    def shut_admin(self, request: HttpRequest, rows: models.QuerySet[Account]) -> None:
        for row in rows:
            services.allow_admin(actor=actor_of(request), account_id=row.id, allowed=False)


class ClientForm(forms.ModelForm[ApiClient]):
    in_district = forms.CharField(label=gettext_lazy("区划代码（区）"), max_length=12)

    class Meta:
        model = ApiClient
        fields = ("in_district", "name", "organisation")


@admin.register(ApiClient)
class ApiClientAdmin(ServiceAdmin):
    verb = "person.manage"
    form = ClientForm
    list_display = ("name", "district", "organisation", "may_report", "created_at", "revoked_at")
    actions = ("revoke_keys",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"in_district": home_of(request)}

    def write(self, actor: Actor, values: dict[str, Any], row: Any) -> models.Model:
        client, self.key = clients.issue_key(actor=actor, **renamed(values))
        return client

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The key is shown this once."""
        super().save_model(request, obj, form, change)
        messages.warning(request, _("密钥只显示这一次，请马上抄存：%(key)s") % {"key": self.key})

    @admin.action(description=gettext_lazy("停用所选密钥"))
    def revoke_keys(self, request: HttpRequest, rows: models.QuerySet[ApiClient]) -> None:
        for row in rows.filter(revoked_at__isnull=True):
            clients.revoke_key(actor=actor_of(request), client=row)
