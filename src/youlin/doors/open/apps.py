from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.doors.open"
    label = "open"

    def ready(self) -> None:
        from django.core.checks import register

        from youlin.doors import pace

        register(pace.check)
