"""How the configuration admin writes: through the services, which check, journal and say no in words."""

from typing import Any, ClassVar

from django.db import models, transaction
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from youlin.apps.parties import permission
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import actor_for
from youlin.kernel.actors import Actor
from youlin.kernel.errors import YoulinError


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in the admin. An operator (superuser) acts as the system, with their name on the entry."""
    user = request.user
    if isinstance(user, Account) and user.is_superuser:
        return Actor("system", person_id=user.person_id, via="admin", label=user.username)
    return actor_for(user, via="admin")


class ServiceAdmin(ModelAdmin):  # type: ignore[misc]
    """A table whose rows are written by a service. Who holds `verb` in their home district works with it."""

    verb: ClassVar[str]
    may_add = True
    may_change = False
    show_full_result_count = False

    def write(self, actor: Actor, values: dict[str, Any], row: Any) -> models.Model:
        """Call the service; `row` is the row as it stands, None for a new one."""
        raise NotImplementedError

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request)
        if actor_of(request).kind == "system":
            return rows
        return rows.filter(**{self.district_field: home_of(request)})

    district_field = "district"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form that tries the service before it is saved, so that a refusal stands beside its field."""
        base = super().get_form(request, obj, change=change, **kwargs)
        admin = self

        class Tried(base):  # type: ignore[misc, valid-type]
            def _post_clean(self) -> None:
                super()._post_clean()
                if not self.errors:
                    admin.try_out(request, self, obj)

        return Tried

    def try_out(self, request: HttpRequest, form: Any, row: Any) -> None:
        """Do it, note what the service says, and undo it."""
        try:
            with transaction.atomic():
                self.write(actor_of(request), form.cleaned_data, row)
                transaction.set_rollback(True)
        except YoulinError as error:
            for problem in error.problems:
                field = problem.field if problem.field in form.fields else None
                form.add_error(field, f"{problem.message} {problem.remedy}".strip())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        row = type(obj)._default_manager.get(pk=obj.pk) if change else None
        written = self.write(actor_of(request), form.cleaned_data, row)
        obj.__dict__.update(written.__dict__)

    def _may(self, request: HttpRequest) -> bool:
        user = request.user
        if not isinstance(user, Account) or not user.is_active or not user.is_staff:
            return False
        return permission.may(actor_of(request), self.verb, district=user.home_district)


def home_of(request: HttpRequest) -> str:
    """The district of the account that asks."""
    return request.user.home_district if isinstance(request.user, Account) else ""


def renamed(values: dict[str, Any]) -> dict[str, Any]:
    """Form values for a service: `district` may not be a form field, because rows never change theirs."""
    return {("district" if name == "in_district" else name): value for name, value in values.items()}
