from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.doors.operations"
    label = "operations"
