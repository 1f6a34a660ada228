from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.ui"
    label = "ui"
