"""What the forms of those who work on cases ask, and what stands there already instead of being asked (减负).

The data from which minutes saved are counted: an act in the journal is a form that somebody filled in. What a form
asks is held to the forms of the doors and to the workflows of the programmes by tests; what it knows, to the case
itself. Facts are asked once in the life of a case; what somebody says of their own deed (a note, a photo) is new.
"""

from dataclasses import dataclass

FACTS = frozenset({"text", "category", "place", "contact"})
"""What belongs to the matter: asked again of anybody, it would be asked twice."""
FIELDS = {
    "text": ("事情", "What it is"),
    "category": ("类别", "Category"),
    "place": ("地点", "Where"),
    "contact": ("联系方式", "Contact"),
    "photo": ("照片", "Photo"),
    "note": ("说明", "Note"),
    "person": ("交给谁", "To whom"),
    "asked_for": ("表里要的", "What the workflow asks for"),
    "reached": ("接通了吗", "Reached"),
    "solved": ("解决了吗", "Solved"),
    "satisfied": ("满意吗", "Satisfied"),
    "call_at": ("约定再拨", "When to call again"),
    "behalf": ("替谁反映", "On whose behalf"),
    "answer": ("当场答复", "Answer on the phone"),
    "who": ("经办人", "Who does it"),
    "when": ("时间", "When"),
    "number": ("编号", "Number"),
    "area": ("街道、社区、网格", "Street, community, grid"),
    "holder": ("责任人", "Whose it is"),
    "due": ("时限", "By when"),
}
"""Every field, Chinese and English."""
BORN = ("who", "when", "number", "area", "holder", "due")
"""What a report does not ask: who is signed in, the clock, the map and the lists of duties know it."""
GOING_ON = ("who", "when", "number", "text", "category", "place", "area", "due")
"""What nobody who works on a case is asked any more."""


@dataclass(frozen=True)
class Form:
    """A form: its name in both languages, the journal acts by which it is known (`via` doors, any if empty), its fields.

    `asks` are fields to be filled in, `knows` those that stand there already.
    """

    name: tuple[str, str]
    acts: tuple[str, ...]
    asks: tuple[str, ...]
    knows: tuple[str, ...]
    via: tuple[str, ...] = ()


FORMS: dict[str, Form] = {
    "patrol": Form(
        ("巡查上报", "Report on patrol"), ("cases.reported",), ("text", "category", "place", "photo"), BORN, ("field",)
    ),
    "call": Form(
        ("来电登记", "Taking down a call"),
        ("cases.reported",),
        ("text", "category", "place", "contact", "behalf", "answer"),
        BORN,
        ("desk",),
    ),
    "file": Form(("立案受理", "Filing"), ("cases.filed",), ("note", "asked_for"), GOING_ON),
    "dispatch": Form(("派遣", "Dispatch"), ("cases.dispatched",), ("person", "note", "asked_for"), GOING_ON),
    "accept": Form(("接单", "Taking on"), ("cases.accepted",), ("note",), GOING_ON),
    "contact": Form(("联系诉求人", "Contacting"), ("cases.contacted",), ("note", "asked_for"), (*GOING_ON, "contact")),
    "handle": Form(("处置反馈", "Handling"), ("cases.handled",), ("note", "photo", "asked_for"), GOING_ON),
    "reply": Form(("答复", "Answer"), ("cases.replied",), ("note", "photo", "asked_for"), (*GOING_ON, "contact")),
    "verify": Form(("核查", "Check"), ("cases.verified",), ("note", "photo", "asked_for"), GOING_ON),
    "send_back": Form(("退回", "Sending back"), ("cases.sent_back",), ("note", "asked_for"), GOING_ON),
    "rework": Form(("返工", "Rework"), ("cases.reworked",), ("note", "photo", "asked_for"), GOING_ON),
    "follow_up": Form(
        ("回访", "Follow-up call"),
        ("cases.followed_up",),
        ("reached", "solved", "satisfied", "note", "call_at"),
        (*GOING_ON, "contact"),
    ),
    "close": Form(("结案", "Closing"), ("cases.closed",), ("note", "photo", "asked_for"), GOING_ON),
}  # fmt: skip
"""Every form, by its code in figures."""
ACTS = tuple(sorted({act for form in FORMS.values() for act in form.acts}))


def forms_asking(fact: str) -> tuple[Form, ...]:
    """The forms that ask a fact."""
    return tuple(form for form in FORMS.values() if fact in form.asks)
