"""People and bodies for tests, through the services."""

from itertools import count

from youlin.apps.parties import services
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel.actors import SYSTEM, Actor

_numbers = count(13900000000)


def person(name: str = "李小哥", **fields) -> Person:
    """A registered person."""
    return services.register_person(actor=SYSTEM, name=name, **fields)


def phone() -> str:
    """A mobile number nobody else has in this run."""
    return str(next(_numbers))


def actor(person: Person) -> Actor:
    """The person as one who acts."""
    return Actor("person", person_id=person.id, via="test")


def organisation(district: str = "110102", code: str = "U1", **fields) -> Organisation:
    """A registered body."""
    fields.setdefault("name", "环卫中心")
    return services.register_organisation(actor=SYSTEM, district=district, code=code, **fields)
