from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.apps.cases"
    label = "cases"
