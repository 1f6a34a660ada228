from typing import Any

from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "youlin.apps.areas"
    label = "areas"
    verbose_name = _("区域")

    def ready(self) -> None:
        from django.core import checks

        from youlin.apps.areas import datasets, profiles, versions
        from youlin.apps.areas.acts import ACTS
        from youlin.apps.areas.models import Area, Boundary
        from youlin.kernel import datasets as exported
        from youlin.kernel import journal

        journal.register_acts(ACTS)
        checks.register(profiles.check)
        exported.register(*datasets.DATASETS)
        exported.register_area_successors(datasets.successors)
        for model in (Area, Boundary):
            post_save.connect(_changed, sender=model)
            post_delete.connect(_changed, sender=model)
        post_migrate.connect(versions.forget, sender=self)
        request_started.connect(versions.begin_request)
        request_finished.connect(versions.end_request)


def _changed(instance: Any, **_: Any) -> None:
    from youlin.apps.areas import versions

    versions.bump(instance.district)
