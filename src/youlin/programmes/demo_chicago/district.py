"""The district of the proof: a grid of 0.02° squares over the city, its programme, and the requests in it."""

from collections.abc import Callable

from youlin.apps.areas import services as areas
from youlin.apps.cases.imports import mapping, services
from youlin.kernel.actors import Actor
from youlin.programmes import demo_chicago, loader
from youlin.programmes import services as programmes


def prepare(*, actor: Actor) -> None:
    """Areas, boundaries and programme of district 840170; again changes nothing."""
    areas.import_areas(actor=actor, path=demo_chicago.AREAS, is_demo=True)
    areas.import_boundaries(
        actor=actor, path=demo_chicago.BOUNDARIES, source="grid of 0.02 degrees", synthesised=True
    )
    programmes.apply(actor=actor, district=demo_chicago.DISTRICT, programme=loader.load("demo_chicago"))


def load(*, actor: Actor, progress: Callable[[int], None] = lambda rows: None) -> services.Outcome:
    """The district with all requests in it. What is there already is left; a load cut short goes on."""
    prepare(actor=actor)
    return services.run(
        actor=actor,
        path=demo_chicago.FILE,
        mapping=mapping.load(demo_chicago.MAPPING),
        progress=progress,
    )
