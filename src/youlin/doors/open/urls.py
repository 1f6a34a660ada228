from django.urls import path

from youlin.doors.open import health, metrics, pages
from youlin.doors.open.open311 import requests, services

app_name = "open"
urlpatterns = [
    path("metrics", metrics.metrics, name="metrics"),
    path("healthz", health.healthz, name="healthz"),
    path("open311/discovery", services.discovery),
    path("open311/v2/services", services.services),
    path("open311/v2/requests", requests.requests),
    path("open311/discovery.<str:form>", services.discovery, name="discovery"),
    path("open311/v2/services.<str:form>", services.services, name="services"),
    path("open311/v2/services/<str:code>.<str:form>", services.definition, name="definition"),
    path("open311/v2/requests.<str:form>", requests.requests, name="requests"),
    path("open311/v2/requests/<str:number>.<str:form>", requests.one, name="request"),
    path("open311/v2/tokens/<str:token>.<str:form>", requests.token, name="token"),
    path("open311/v2/services/<str:code>", services.definition),
    path("open311/v2/requests/<str:number>", requests.one),
    path("open311/v2/tokens/<str:token>", requests.token),
    path("api/v1/docs", pages.reading_page, name="api-docs"),
]
