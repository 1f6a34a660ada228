from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.kernel"
    label = "kernel"
