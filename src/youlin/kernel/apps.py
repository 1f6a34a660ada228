from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Config(AppConfig):
    name = "youlin.kernel"
    label = "kernel"

    def ready(self) -> None:
        from youlin.kernel import crypto

        post_migrate.connect(crypto.prepare, sender=self, dispatch_uid="kernel.crypto.prepare")
