from django.urls import path

from youlin.doors.open import health, metrics, pages
from youlin.doors.open.exchange import pages as exchange
from youlin.doors.open.indicators import machines as indicator_files
from youlin.doors.open.indicators import pages as indicators
from youlin.doors.open.ogc import views as ogc
from youlin.doors.open.open311 import requests, services
from youlin.doors.open.tiles import views as tiles

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
    path("exchange/", exchange.overview, name="exchange"),
    path("exchange/systems/new/", exchange.new_system, name="exchange-new-system"),
    path("exchange/systems/<uuid:id>/", exchange.system, name="exchange-system"),
    path("exchange/systems/<uuid:id>/<slug:act>/", exchange.system_act, name="exchange-system-act"),
    path("exchange/forwardings/<uuid:id>/retry/", exchange.retry, name="exchange-retry"),
    path("exchange/hooks/new/", exchange.new_hook, name="exchange-new-hook"),
    path("exchange/hooks/<uuid:id>/", exchange.hook, name="exchange-hook"),
    path("exchange/hooks/<uuid:id>/<slug:act>/", exchange.hook_act, name="exchange-hook-act"),
    path("exchange/events/<uuid:id>/replay/", exchange.replay, name="exchange-replay"),
    path("exchange/forward/<str:number>/", exchange.forward, name="exchange-forward"),
    path("ogc/", ogc.landing, name="ogc"),
    path("ogc/conformance", ogc.conformance),
    path("ogc/openapi", ogc.openapi),
    path("ogc/collections", ogc.collections),
    path("ogc/collections/<str:collection>", ogc.collection),
    path("ogc/collections/<str:collection>/schema", ogc.schema),
    path("ogc/collections/<str:collection>/queryables", ogc.queryables),
    path("ogc/collections/<str:collection>/items", ogc.items),
    path("ogc/collections/<str:collection>/items/<str:identifier>", ogc.item),
    path("tiles/<str:district>.json", tiles.described, name="tiles"),
    path("tiles/<str:district>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("open/indicators.json", indicator_files.listed, name="indicators-json"),
    path("open/indicators/", indicators.dictionary, name="indicators"),
    path("open/indicators/<str:district>/<slug:code>/", indicators.indicator, name="indicator"),
    path(
        "open/indicators/<str:district>/<slug:code>.<str:form>", indicator_files.file, name="indicator-file"
    ),
    path("api/v1/docs", pages.reading_page, name="api-docs"),
]
