from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.doors.accounts"
    label = "accounts"
