"""Areas in the admin: to look at, and to rename. Everything else is a service with its own page or command."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from youlin.apps.areas import services
from youlin.apps.areas.models import Area, AreaSuccession, Boundary
from youlin.kernel.actors import Actor


class Shown:
    """Rows that are looked at here and written elsewhere."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BoundaryInline(Shown, TabularInline):  # type: ignore[misc]
    model = Boundary
    fields = readonly_fields = ("source", "synthesised", "area_m2", "valid_from", "valid_to")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Area)
class AreaAdmin(Shown, ModelAdmin):  # type: ignore[misc]
    list_display = ("code", "name", "level", "valid_from", "valid_to", "is_demo")
    list_filter = ("level", "is_demo")
    search_fields = ("code", "name", "name_en")
    fields = ("code", "name", "name_en", "level", "valid_from", "valid_to", "is_demo", "extra")
    readonly_fields = ("code", "level", "valid_from", "valid_to", "is_demo", "extra")
    inlines = (BoundaryInline,)
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Area, form: Any, change: bool) -> None:
        person = getattr(request.user, "person_id", None)
        actor = Actor("person" if person else "anonymous", person_id=person, via="admin")
        services.rename(actor=actor, code=obj.code, name=obj.name, name_en=obj.name_en)


@admin.register(AreaSuccession)
class AreaSuccessionAdmin(Shown, ModelAdmin):  # type: ignore[misc]
    list_display = ("old_code", "new_code", "share", "on")
    search_fields = ("old_code", "new_code")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
