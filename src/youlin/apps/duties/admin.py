"""Duty kinds and assignments in the configuration admin: kinds are declared by programmes, posts are filled here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.apps.duties import services
from youlin.apps.duties.models import Assignment, DutyKind
from youlin.apps.parties import selectors as parties
from youlin.apps.parties.admin_base import ServiceAdmin, actor_of, home_of
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid


@admin.register(DutyKind)
class DutyKindAdmin(ServiceAdmin):
    verb = "duty.manage"
    may_add = False
    list_display = ("name", "code", "district", "programme", "level", "confidential", "retired_at")
    list_filter = ("district", "programme", "level")
    search_fields = ("code", "name")


class AssignmentForm(forms.ModelForm[Assignment]):
    in_district = forms.CharField(label=gettext_lazy("区划代码（区）"), max_length=12)
    duty = forms.CharField(label=gettext_lazy("岗位代码"), help_text=gettext_lazy("如 grid_worker"))
    account = forms.CharField(label=gettext_lazy("任岗人的账号"))
    codes = forms.CharField(
        label=gettext_lazy("区划代码"), required=False, help_text=gettext_lazy("多个代码用空格分开")
    )

    class Meta:
        model = Assignment
        fields = (
            "in_district", "duty", "account", "codes", "category", "organisation", "rank", "shift", "valid_from",
            "valid_to",
        )  # fmt: skip


@admin.register(Assignment)
class AssignmentAdmin(ServiceAdmin):
    verb = "duty.manage"
    form = AssignmentForm
    list_display = (
        "kind", "who", "where", "category", "organisation", "rank", "valid_from", "valid_to", "is_demo",
    )  # fmt: skip
    list_filter = ("district", "kind", "is_demo")
    list_select_related = ("kind", "organisation", "holder")
    actions = ("end_assignments",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Assignment]:
        return super().get_queryset(request).prefetch_related("areas")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"in_district": home_of(request)}

    @admin.display(description=gettext_lazy("任岗人"))
    def who(self, row: Assignment) -> str:
        """Colleagues go by their names."""
        return row.holder.name

    @admin.display(description=gettext_lazy("范围"))
    def where(self, row: Assignment) -> str:
        """The areas that stand."""
        return " ".join(area.code for area in row.areas.all() if area.valid_to is None)

    def write(self, actor: Actor, values: dict[str, Any], row: Any) -> models.Model:
        scope = {key: values[key] for key in ("category", "organisation", "rank", "valid_from", "valid_to")}
        holder = parties.person_of_account(values["account"])
        if holder is None:
            raise Invalid(_("没有这个账号"), field="account")
        return services.assign(
            actor=actor,
            district=values["in_district"],
            kind=values["duty"],
            holder=holder,
            areas=values["codes"].replace(",", " ").split(),
            shift=values["shift"],
            **scope,
        )

    @admin.action(description=gettext_lazy("销岗"))
    def end_assignments(self, request: HttpRequest, rows: models.QuerySet[Assignment]) -> None:
        for row in rows.filter(valid_to__isnull=True):
            services.end_assignment(actor=actor_of(request), assignment=row)
