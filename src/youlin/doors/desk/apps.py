from django.apps import AppConfig


class Config(AppConfig):
    name = "youlin.doors.desk"
    label = "desk"
