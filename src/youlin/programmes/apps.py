from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.programmes"
    label = "programmes"
