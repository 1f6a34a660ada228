"""The words of a programme: what `programme.yaml` may say, typed. Anything else is refused.

Names come in two languages, codes are lower-case Latin, limits are a number and a unit (工作时, 工作日,
自然时, 自然日), conditions are CEL. Each key is explained in `docs/developer/programmes.md`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from youlin.apps.indicators.definitions import Indicator
from youlin.programmes.figure_schema import Scorecard

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Dotted = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=128)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Text = Annotated[str, StringConstraints(min_length=1)]
Level = Literal["city", "district", "street", "community", "grid"]


class Declared(BaseModel):
    """Strict and closed: no conversion of types, no unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Named(Declared):
    """A thing with a name in both languages."""

    name: Name
    name_en: Name


class DutyKind(Named):
    """A kind of duty: at which level it is held, what it grants, who answers when it is vacant.

    `door` is where its holders work and what is sent to them leads to: the desk, or the field (a phone).
    """

    level: Level
    verbs: list[str] = Field(default_factory=list)
    climbs_to: list[Code] = Field(default_factory=list)
    confidential: bool = False
    door: Literal["desk", "field"] = "desk"
    description: str = ""


class CaseType(Named):
    """A type of case. A changed workflow becomes a new version; cases keep the one they were born with.

    `workflow` is the transition table as `cases.workflow` reads it; `workflow_of` takes that of another type.
    `moderation` says whether a public case waits for a person before it shows; `script` is what a follow-up
    caller says.
    """

    confidential: bool = False
    public: bool = True
    moderation: Literal["required", "after"] = "required"
    script: str = ""
    script_en: str = ""
    workflow: dict[str, Any] = Field(default_factory=dict)
    workflow_of: Code | None = None


class Exception_(Declared):
    """A routing exception: when the condition holds, this duty answers, at this level if one is named."""

    when: Text
    duty: Code
    reason: Text
    level: Level | None = None


class Choice(Named):
    """One thing that may be chosen, by its key."""


class Attribute(Named):
    """One question a category asks besides; the name is the question. See `cases.attributes`."""

    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    hint: str = ""
    hint_en: str = ""
    variable: bool = True
    required: bool = False
    public: bool = False
    values: dict[Code, Choice] = Field(default_factory=dict)


class Allowance(Declared):
    """How far a measure (extension, pause …) may go for a category, where the workflow says otherwise."""

    limit: Text | None = None
    times: Annotated[int, Field(ge=0)] | None = None


class Category(Declared):
    """What a case is about. What is not said here is taken from the nearest class above (dotted prefix)."""

    name: Name
    name_en: Name
    official_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]*$", max_length=32)] = ""
    case_type: Code | None = None
    duty: Code | None = None
    limits: dict[Code, Text] = Field(default_factory=dict)
    measures: dict[Code, Allowance] = Field(default_factory=dict)
    source: str = ""
    keywords: list[Text] = Field(default_factory=list)
    attributes: dict[Code, Attribute] = Field(default_factory=dict)
    routing: list[Exception_] = Field(default_factory=list)
    description: str = ""
    description_en: str = ""
    reportable: bool | None = None
    approximate_place: bool | None = None


class Reaction(Declared):
    """When one of these acts is journalled and the condition holds, do this."""

    name: Name
    when: list[Text] = Field(min_length=1)
    if_: str = Field(default="", alias="if")
    do: Text
    with_: dict[str, str | int | bool | list[str]] = Field(default_factory=dict, alias="with")


class MenuEntry(Named):
    """An entry in a door's menu: the address inside the house and the verb without which it is not shown."""

    door: Literal["portal", "desk", "field", "cockpit"]
    link: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9/_?=&.-]*$")]
    verb: str = ""


class PlaceKind(Named):
    """A kind of place: whether it serves people itself (`point`), holds points (`scene`) or is a mere position
    (`spot`); whose duty it is; after how many days without confirmation its steward is asked (0: never)."""

    icon: str = ""
    role: Literal["point", "scene", "spot"] = "point"
    steward_duty: Code | None = None
    confirm_days: Annotated[int, Field(ge=0, le=3650)] = 0
    makeup_days: bool = False
    description: str = ""


class Facility(Named):
    """Something a place has for people; `need` says whether one can look for it."""

    icon: str = ""
    need: bool = True


class OfferKind(Named):
    """A kind of offer: taken by entitled people one by one (`person`), or counted as person-times (`tally`)."""

    icon: str = ""
    counted: Literal["person", "tally"] = "tally"


class OfferCategory(Named):
    """A class of the catalogue of offers."""

    icon: str = ""


class EntitlementKind(Named):
    """As what somebody may have an offer, how one proves it, and for how many days it holds at most (0: no end)."""

    icon: str = ""
    proof: str = ""
    proof_en: str = ""
    most_days: Annotated[int, Field(ge=0, le=3650)] = 0


Shown = Literal["name", "body", "label", "area", "since"]


class PassKind(Named):
    """A kind of code: who issues and checks it (verbs), for whom, for how many days, what is inside beside its number.

    `rotates`: seconds a step, 0 where it stands still; `skew`: how far two clocks may differ; `offline_hours`: how long
    a phone shows it without a network. `shows`: what a checker sees, in full or masked. `by_holder`: people take it
    themselves; `by_number`: its number alone suffices; `public`: whoever scans it learns what it stands for; `anyone`:
    what whoever scans a person's or a household's code learns, never the name in full. `comes_with`: a card for whoever
    has this, and as long as they have it: `duty:<kind of duty>` or what an app knows (`responder`); then there are
    `area` and `since`, as there are for places and subjects.
    """

    icon: str = ""
    holder: Literal["person", "place", "organisation", "producer"] = "person"
    issue_verb: str = "pass.issue"
    check_verb: str = "pass.check"
    days: Annotated[int, Field(ge=1, le=3660)]
    rotates: Annotated[int, Field(ge=15, le=120)] | Literal[0] = 0
    skew: Annotated[int, Field(ge=0, le=300)] = 30
    offline_hours: Annotated[int, Field(ge=0, le=24)] = 0
    inside: list[Literal["label"]] = Field(default_factory=list)
    shows: dict[Shown, Literal["full", "masked"]] = Field(default_factory=dict)
    anyone: dict[Shown, Literal["full", "masked"]] = Field(default_factory=dict)
    comes_with: Annotated[str, StringConstraints(pattern=r"^([a-z_]+(:[a-z_0-9]+)?)?$", max_length=96)] = ""
    by_holder: bool = False
    by_number: bool = False
    public: bool = False
    paper: Literal["", "card", "sticker"] = ""
    description: str = ""
    description_en: str = ""


Most = Annotated[int, Field(ge=0)] | None


class LedgerUnit(Named):
    """What is counted in the books. Amounts are whole numbers of 10^-`scale` of what people say (2 for cents)."""

    scale: Annotated[int, Field(ge=0, le=6)] = 0
    symbol: Annotated[str, Field(max_length=16)] = ""
    symbol_en: Annotated[str, Field(max_length=16)] = ""
    purpose: Annotated[str, Field(max_length=300)] = ""
    purpose_en: Annotated[str, Field(max_length=400)] = ""


class AccountKind(Named):
    """A kind of account: of which unit, whose, what it may not pass; a programme's own is a pot, there is one of it.

    `issuing` may go below nothing. `expires_days`: what comes in stays so long, then it goes to the pot `returns_to`.
    """

    unit: Code
    owner_kind: Literal["programme", "person", "organisation", "place", "reward"]
    issuing: bool = False
    most: Most = None
    most_out_day: Most = None
    most_in_day: Most = None
    expires_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    returns_to: Code | Literal[""] = ""


class EarningRule(Named):
    """For acts `when` for which `condition` holds, so much goes from a pot to whoever earned it. Texts are CEL.

    `words` may name `facts` in braces. Caps are amounts by this rule; a count or a pause of 0 is none.
    """

    when: Annotated[list[str], Field(min_length=1)]
    condition: str = ""
    pot: Code
    account: Code
    who: Annotated[str, Field(max_length=300)]
    amount: Annotated[str, Field(max_length=600)]
    at: Annotated[str, Field(max_length=300)] = ""
    pair: Annotated[str, Field(max_length=300)] = ""
    place: Annotated[str, Field(max_length=300)] = ""
    instead_of: Annotated[str, Field(max_length=300)] = ""
    facts: dict[Code, str] = Field(default_factory=dict)
    words: Annotated[str, Field(max_length=200)]
    words_en: Annotated[str, Field(max_length=260)] = ""
    most_day: Most = None
    most_month: Most = None
    pause_minutes: Annotated[int, Field(ge=0, le=44_640)] = 0
    same_pair_month: Annotated[int, Field(ge=0, le=1_000)] = 0
    same_place_day: Annotated[int, Field(ge=0, le=1_000)] = 0
    fastest_kmh: Annotated[int, Field(ge=0, le=1_000)] = 0


class Offer(Named):
    """Something people can have. Prices are cents; where it is given is for the district to say.

    `audience`: kinds of entitlement of which any suffices, none for everybody; `condition`: CEL over the holder.
    """

    kind: Code
    category: Code | None = None
    what: str = ""
    what_en: str = ""
    how: str = ""
    how_en: str = ""
    price: Most = None
    usual_price: Most = None
    hours: str = ""
    audience: list[Code] = Field(default_factory=list)
    condition: str = ""
    per_person_day: Most = None
    per_person_month: Most = None
    per_place_day: Most = None
    in_total: Most = None


class ResponderWord(Named):
    """An occupation of responders, or a skill."""

    icon: str = ""


class ResponderTask(Named):
    """A scene in which responders help: by a call, a report or a session. `skills` are all needed; `named` says
    whether the published source names the scene."""

    icon: str = ""
    way: Literal["call", "report", "session"] = "call"
    what: Annotated[str, StringConstraints(max_length=200)] = ""
    what_en: Annotated[str, StringConstraints(max_length=240)] = ""
    skills: list[Code] = Field(default_factory=list)
    verified: bool = True
    within_m: Annotated[int, Field(ge=300, le=20_000)] = 3000
    emergency: bool = False
    named: bool = True


class ResponderBadge(Named):
    """A badge for something done: `rule` in CEL over one's own record, `words` the same in words."""

    icon: str = ""
    rule: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    words: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    words_en: Annotated[str, StringConstraints(min_length=1, max_length=240)]


class CallRules(Named):
    """How responders are called: at night not at all, in waves; what makes one dearer; hours for each star."""

    night: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[03]0-([01]\d|2[0-3]):[03]0$")]
    wave_factor: Annotated[int, Field(ge=1, le=10)] = 2
    wave_minutes: Annotated[int, Field(ge=1, le=60)] = 3
    most_waves: Annotated[int, Field(ge=1, le=20)] = 4
    open_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    call_cost: Annotated[int, Field(ge=0, le=100_000)] = 400
    unverified_cost: Annotated[int, Field(ge=0, le=100_000)] = 1000
    adult_age: Annotated[int, Field(ge=14, le=25)] = 18
    stars: list[Annotated[int, Field(ge=1)]] = Field(default_factory=list)


class Wording(Declared):
    """The words of a notice in both languages; `{number}` and the like are filled in."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    title_en: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    body: str = ""
    body_en: str = ""
    urgent: bool = False


class Declarations(Named):
    """A whole programme."""

    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)*$", max_length=32)]
    description: str = ""
    description_en: str = ""
    depends: list[Code] = Field(default_factory=list)
    limits_source: str = ""
    duty_kinds: dict[Code, DutyKind] = Field(default_factory=dict)
    case_types: dict[Code, CaseType] = Field(default_factory=dict)
    categories: dict[Dotted, Category] = Field(default_factory=dict)
    place_kinds: dict[Code, PlaceKind] = Field(default_factory=dict)
    facilities: dict[Code, Facility] = Field(default_factory=dict)
    pass_kinds: dict[Code, PassKind] = Field(default_factory=dict)
    ledger_units: dict[Code, LedgerUnit] = Field(default_factory=dict)
    account_kinds: dict[Code, AccountKind] = Field(default_factory=dict)
    earning_rules: dict[Code, EarningRule] = Field(default_factory=dict)
    offer_kinds: dict[Code, OfferKind] = Field(default_factory=dict)
    offer_categories: dict[Code, OfferCategory] = Field(default_factory=dict)
    entitlement_kinds: dict[Code, EntitlementKind] = Field(default_factory=dict)
    offers: dict[Code, Offer] = Field(default_factory=dict)
    responder_occupations: dict[Code, ResponderWord] = Field(default_factory=dict)
    responder_skills: dict[Code, ResponderWord] = Field(default_factory=dict)
    responder_tasks: dict[Code, ResponderTask] = Field(default_factory=dict)
    responder_rules: dict[Code, CallRules] = Field(default_factory=dict)
    responder_badges: dict[Code, ResponderBadge] = Field(default_factory=dict)
    reactions: dict[Code, Reaction] = Field(default_factory=dict)
    indicators: dict[Code, Indicator] = Field(default_factory=dict)
    scorecards: dict[Code, Scorecard] = Field(default_factory=dict)
    menu: dict[Code, MenuEntry] = Field(default_factory=dict)
    notices: dict[Code, Wording] = Field(default_factory=dict)
