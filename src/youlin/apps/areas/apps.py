from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.apps.areas"
    label = "areas"
