"""Cases in the configuration admin: to look at only. Programmes declare types and categories, services write."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from youlin.apps.cases import lookup, workflow
from youlin.apps.cases.models import CaseType, Category, ImportRun


class LookOnly(ModelAdmin):  # type: ignore[misc]
    """Shows rows and lets nobody change them here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CaseType)
class CaseTypeAdmin(LookOnly):
    """Case types with the picture of their workflow."""

    list_display = (
        "name",
        "code",
        "version",
        "district",
        "programme",
        "is_current",
        "confidential",
        "retired_at",
    )
    list_filter = ("district", "programme", "is_current", "confidential")
    search_fields = ("code", "name", "name_en")
    readonly_fields = ("picture",)

    @admin.display(description=_("流程图"))
    def picture(self, case_type: CaseType) -> SafeString:
        """The picture is built from escaped words only."""
        return mark_safe(workflow.draw_svg(lookup.table_of(case_type)))


@admin.register(Category)
class CategoryAdmin(LookOnly):
    """Categories with duty, exceptions and limits."""

    list_display = (
        "name",
        "code",
        "official_code",
        "district",
        "case_type",
        "duty",
        "reportable",
        "retired_at",
    )
    list_filter = ("district", "programme", "case_type", "reportable")
    search_fields = ("code", "name", "name_en", "official_code")
    ordering = ("district", "position", "code")


@admin.register(ImportRun)
class ImportRunAdmin(LookOnly):
    """What was imported from where, and what came of it."""

    list_display = (
        "source",
        "district",
        "rows_read",
        "rows_taken",
        "rows_known",
        "rows_unplaced",
        "finished_at",
    )
    list_filter = ("district",)
    ordering = ("-started_at",)
