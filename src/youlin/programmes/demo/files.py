"""The files of a demonstration pack, typed: places, people, texts. A mistake is told with its line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from youlin.programmes import marks
from youlin.programmes.faults import Fault, Refused


class Read(BaseModel):
    """Strict and closed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


Weight = Annotated[int, Field(ge=0)]


class Street(Read):
    """A street (街道) with roads in it, its share of reports, and how many people are said to live there."""

    weight: Weight
    population: Annotated[int, Field(ge=1)]
    roads: list[str]


class Places(Read):
    """`places.yaml`."""

    streets: dict[str, Street]
    spots: list[str]


class CastMember(Read):
    """One of the named cast, and what a newcomer may try as them.

    `areas` names levels of the home street: its own grid, community, street, district or city. Who has a `district`
    works in a neighbouring one.
    """

    username: str
    name: str
    role: str
    role_en: str
    try_: str = Field(alias="try")
    try_en: str
    home: str
    phone: str = ""
    duty: str = ""
    areas: list[str] = Field(default_factory=list)
    category: str = ""
    organisation: str = ""
    district: str = ""


class OrganisationName(Read):
    """A made-up department."""

    name: str


class Department(Read):
    """Which department answers for which class of cases."""

    organisation: str
    category: str


class People(Read):
    """`people.yaml`."""

    cast: list[CastMember]
    home_street: str
    grids_per_community: Weight
    vacant_grids: Weight
    workers_per_street: Weight
    clerks_per_street: Weight
    vacancies: dict[str, list[str]]
    residents: Weight
    organisations: dict[str, OrganisationName]
    departments: list[Department]
    surnames: list[str]
    given_names: list[str]


class Texts(Read):
    """What is written about one category, and the handler's note when it is done."""

    weight: Weight
    report: list[str]
    done: list[str]


class Phrases(Read):
    """`texts_events.yaml`: phrases that fill the texts, and those of the acts."""

    since: list[str]
    wish: list[str]
    back: list[str]
    again: list[str]
    void: list[str]
    reopen: list[str]
    praise: list[str]
    grumble: list[str]
    me_too: list[str]
    events: dict[str, Texts]


class MoreTexts(Read):
    """`texts_components.yaml`."""

    components: dict[str, Texts]
    hotline: dict[str, Texts]
    tip_offs: dict[str, Texts]


class Scene(Read):
    """One case laid out by hand for the named cast, with the acts done on it so far."""

    reporter: str
    hours_ago: Annotated[int, Field(ge=1)]
    at: Literal["grid", "vacant", "community", "street"]
    category: str
    text: str
    acts: list[str] = Field(default_factory=list)
    photo: bool = False


class Told(Read):
    """One case of the neighbouring district, with the acts done on it so far."""

    street: str
    hours_ago: Annotated[int, Field(ge=1)]
    category: str
    text: str
    acts: list[str] = Field(default_factory=list)


class Crossing(Read):
    """A case that the home district hands to the neighbouring one; `answer` is what came of it so far."""

    hours_ago: Annotated[int, Field(ge=1)]
    category: str
    text: str
    reason: str
    answer: Literal["", "accept"] = ""


class Neighbour(Read):
    """`neighbour.yaml`: a second, small district beside the first."""

    district: str
    streets: list[str]
    cases: list[Told]
    crossings: list[Crossing]


class Scenes(Read):
    """`scenes.yaml`."""

    scenes: list[Scene]


class Sown(Read):
    """How many places of a kind there are, what they are called after the road, what they have and when."""

    count: Weight
    names: list[str]
    each_street: bool = False
    hours: list[str] = Field(default_factory=list)
    always: list[str] = Field(default_factory=list)
    often: list[str] = Field(default_factory=list)
    entrances: list[str] = Field(default_factory=list)


class Friendly(Read):
    """`friendly.yaml`: the friendly map; `vacant_streets` have no steward."""

    vacant_streets: list[str]
    scenes: dict[str, Sown]
    points: dict[str, Sown]
    spots: Sown
    closures: list[str]


class Body(Read):
    """A made-up body."""

    code: str
    name: str


class MealOffer(Read):
    """A set meal; prices in cents."""

    name: str
    name_en: str
    what: str
    what_en: str
    how: str
    how_en: str
    price: Weight
    usual_price: Weight
    hours: str
    per_person_day: Weight | None = None
    per_person_month: Weight | None = None
    per_place_day: Weight | None = None


class SeasonHeld(Read):
    """A season with all services of some categories; it starts so many days after the load."""

    brand: str
    name: str
    name_en: str
    what: str
    what_en: str
    starts_in: int
    days: Annotated[int, Field(ge=1)]
    categories: list[str]


class Offered(Read):
    """`offers.yaml`: meals in several districts, services, and what was taken of both."""

    partners: dict[str, Weight]
    restaurant_names: list[str]
    restaurant_hours: list[str]
    giver: Body
    company: Body
    meals: list[MealOffer]
    riders: Weight
    meals_taken: Weight
    months: Annotated[int, Field(ge=1)]
    person_times: Weight
    given_at: list[str]
    places_per_item: Annotated[list[int], Field(min_length=2, max_length=2)]
    seasons: list[SeasonHeld]


class Platform(Read):
    """A made-up platform company: how many outlets it has, and partners that run some of them."""

    name: str
    outlets: Weight
    partners: list[str] = Field(default_factory=list)


class Talk(Read):
    """What consultations of a kind are about, how many there were, and how many lie ahead."""

    topics: list[str]
    held: Weight
    ahead: Weight


class Resolved(Read):
    """What a consultation decided, which department does it in how many days, and how far it is."""

    text: str
    unit: str
    days: int
    stage: Literal["dispatched", "accepted", "reported", "closed"]


class Task(Read):
    """One task of the list; `set_before` days ago it was set, in `days` from then it is due."""

    title: str
    text: str
    unit: str
    set_before: Weight
    days: int
    stage: Literal["dispatched", "accepted", "reported", "closed"]


class Linked(Read):
    """`linkage.yaml`: companies and outlets, consultations and their decisions, the task list."""

    vacant_owners: list[str]
    no_contact: Weight
    companies: list[Platform]
    outlet_names: list[str]
    matters: list[str]
    talks: dict[str, Talk]
    minutes: list[str]
    decided: list[Resolved]
    list_name: str
    tasks: list[Task]


class Gated(Read):
    """A compound: who keeps it and answers, since when (`joined_days` ago; 0: not yet), its rules as their forms say
    them, and between how many minutes the way took before and since."""

    name: str
    name_en: str
    street: str
    firm: str
    gates: list[str]
    head: str = ""
    guard: bool = False
    joined_days: Weight = 0
    vehicles: Weight = 0
    rules: list[dict[str, Any]] = Field(default_factory=list)
    walks: Weight = 0
    before: list[float] = Field(default=[8.0, 12.0], min_length=2, max_length=2)
    since: list[float] = Field(default=[4.0, 7.0], min_length=2, max_length=2)


class Gates(Read):
    """`gates.yaml`: compounds that take visit codes, and what stands in writing there."""

    duties: str
    duties_en: str
    compounds: list[Gated]


Share = Annotated[float, Field(ge=0, le=1)]


class Appeal(Read):
    """A figure that the home street contests: so many of the cases that it missed, on a ground of exclusion."""

    indicator: str
    cases: Annotated[int, Field(ge=1)]
    ground: str
    reason: str
    checked: str
    upheld: str = ""


class Aims(Read):
    """`targets.yaml`: what the district aims at in the year, its streets, the home street in the month, and appeals.

    `waiting` are proposals that nobody has decided on.
    """

    district: dict[str, Share]
    streets: dict[str, dict[str, Share]]
    month: dict[str, Share]
    waiting: dict[str, Share]
    reason: str
    month_reason: str
    source: str
    approved: str
    appeals: list[Appeal]


@dataclass(frozen=True)
class Pack:
    """A demonstration pack as read."""

    folder: Path
    places: Places
    people: People
    phrases: Phrases
    more: MoreTexts
    scenes: Scenes
    neighbour: Neighbour
    friendly: Friendly
    linkage: Linked
    offers: Offered
    gates: Gates
    aims: Aims


Model = TypeVar("Model", bound=Read)


def read(folder: Path) -> Pack:
    """The pack in `folder`; raises `Refused` with file, line and column."""
    return Pack(
        folder,
        _file(folder, "places.yaml", Places),
        _file(folder, "people.yaml", People),
        _file(folder, "texts_events.yaml", Phrases),
        _file(folder, "texts_components.yaml", MoreTexts),
        _file(folder, "scenes.yaml", Scenes),
        _file(folder, "neighbour.yaml", Neighbour),
        _file(folder, "friendly.yaml", Friendly),
        _file(folder, "linkage.yaml", Linked),
        _file(folder, "offers.yaml", Offered),
        _file(folder, "gates.yaml", Gates),
        _file(folder, "targets.yaml", Aims),
    )


def _file(folder: Path, name: str, model: type[Model]) -> Model:
    marked = marks.read(folder / name, f"{folder.name}/{name}")
    try:
        return model.model_validate(marked.data)
    except ValidationError as error:
        faults = [
            Fault(marked.place(tuple(part for part in detail["loc"] if part != "[key]")), detail["msg"], "")
            for detail in error.errors()
        ]
        raise Refused(faults) from None
