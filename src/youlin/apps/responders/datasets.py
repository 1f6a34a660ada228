"""What of responders leaves for figures: how many are addressed and enrolled, calls, turns, hours, thanks. No names."""

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models import ExpressionWrapper as Wrapped

from youlin.apps.responders.models import (
    AddressedGroup,
    Call,
    CallOut,
    Occupation,
    Responder,
    Seat,
    Service,
    Shift,
    TaskKind,
    Thanks,
)
from youlin.kernel.datasets import Column, Dataset, by_table, seconds_between
from youlin.kernel.datasets.people import forgotten

_CALL, _OUT, _SEAT, _SHIFT = "responders.call", "responders.callout", "responders.seat", "responders.shift"
_OCCUPATIONS, _SCENES = by_table(Occupation), by_table(TaskKind)
_DEMO = Column("is_demo", "演示", "Demonstration", "bool")
_DISTRICT = Column("area", "区", "District", "code", "district")


def _is(condition: Q) -> Any:
    return Wrapped(condition, output_field=BooleanField())


def _called_with(named: QuerySet[Any, Any]) -> Q:
    """Whoever is enough releases the others who were called."""
    return Q(call_out_id__in=Call.objects.filter(id__in=named).values("call_out_id"))


def _called_by(named: QuerySet[Any, Any]) -> Q:
    """An answer changes the call-out, too."""
    return Q(id__in=Call.objects.filter(id__in=named).values("call_out_id"))


def _with_seats(named: QuerySet[Any, Any]) -> Q:
    """A seat taken or left changes the turn, too."""
    return Q(id__in=Seat.objects.filter(id__in=named).values("shift_id"))


def _served(named: QuerySet[Any, Any]) -> Q:
    """What corrects another row changes that, too."""
    return Q(id__in=named) | Q(id__in=Service.objects.filter(id__in=named).values("corrects_id"))


def _services() -> QuerySet[Service]:
    newer = Service.objects.filter(district=OuterRef("district"), corrects=OuterRef("pk"))
    return Service.objects.annotate(was_corrected=Exists(newer))


ADDRESSED = Dataset(
    name="responders.addressed",
    name_zh="面向的响应人",
    name_en="Responders addressed",
    rows=AddressedGroup.objects.all,
    area="area",
    about="名单和单位报来的人数，不是登记的人；两者不相加。",
    columns=(
        _DISTRICT,
        Column("occupation", "职业", "Occupation", "code", "occupation__code", named=_OCCUPATIONS),
        Column("number", "人数", "People", "count"),
        Column("counted_on", "统计日期", "Counted on", "day"),
        Column("retired_at", "职业停用于", "Occupation retired", "moment", "occupation__retired_at"),
        _DEMO,
    ),
)

SCENES = Dataset(
    name="responders.scenes",
    name_zh="响应场景",
    name_en="Scenes of response",
    rows=TaskKind.objects.all,
    area="area",
    follows={"responders.": ""},
    columns=(
        _DISTRICT,
        Column("code", "代码", "Code", "code"),
        Column("programme", "所属方案", "Programme", "code"),
        Column("way", "方式", "Way", "code"),
        Column("named", "来源列出", "Named by the source", "bool"),
        Column("retired_at", "停用于", "Retired", "moment"),
    ),
)

RESPONDERS = Dataset(
    name="responders.responders",
    name_zh="登记的响应人",
    name_en="Responders enrolled",
    rows=Responder.objects.all,
    area="area",
    follows={"responders.": "", "parties.organisation": ""},
    marks=forgotten(),
    columns=(
        Column("area", "现区划", "Area", "code", "area_now"),
        Column("occupation", "职业", "Occupation", "code", "occupation__code", named=_OCCUPATIONS),
        Column("organisation", "单位", "Body", "code", "organisation__code"),
        Column("created_at", "登记时间", "Enrolled", "moment"),
        Column("verified_at", "核实于", "Verified", "moment"),
        Column("ended_at", "退出于", "Left", "moment"),
        _DEMO,
    ),
)

CALL_OUTS = Dataset(
    name="responders.call_outs",
    name_zh="召集",
    name_en="Call-outs",
    rows=CallOut.objects.all,
    month="made_at",
    area="area",
    follows={_OUT: "id", _CALL: _called_by},
    marks=forgotten("call"),
    columns=(
        Column("area", "现区划", "Area", "code", "area_now"),
        Column("area_at_event", "发起时区划", "Area then", "code"),
        Column("kind", "场景", "Scene", "code", "kind__code", named=_SCENES),
        Column("state", "状态", "State", "code"),
        Column("emergency", "紧急", "Emergency", "bool"),
        Column("wanted", "需要几人", "Wanted", "count"),
        Column("accepted", "接受几人", "Accepted", "count"),
        Column("waves", "轮数", "Waves", "count", "wave"),
        Column("made_at", "发起", "Called out", "moment"),
        Column("first_accepted_at", "首次接受", "First accepted", "moment"),
        Column("ended_at", "结束", "Ended", "moment"),
        Column(
            "first_seconds",
            "首次接受用时（秒）",
            "Seconds to the first acceptance",
            "count",
            computed=seconds_between("made_at", "first_accepted_at"),
        ),
        _DEMO,
    ),
)

CALLS = Dataset(
    name="responders.calls",
    name_zh="召集到人",
    name_en="Calls",
    rows=Call.objects.all,
    month="called_at",
    area="area",
    follows={_CALL: _called_with, _OUT: "call_out_id"},
    marks=forgotten("call"),
    columns=(
        Column("area", "现区划", "Area", "code", "call_out__area_now"),
        Column("kind", "场景", "Scene", "code", "call_out__kind__code", named=_SCENES),
        Column("emergency", "紧急", "Emergency", "bool", "call_out__emergency"),
        Column("wave", "第几轮", "Wave", "count"),
        Column("answer", "回应", "Answer", "code"),
        Column("called_at", "召集于", "Called", "moment"),
        Column("answered_at", "回应于", "Answered", "moment"),
        Column("arrived_at", "到达于", "Arrived", "moment"),
        Column("finished_at", "完成于", "Finished", "moment"),
        Column(
            "reaction_seconds",
            "回应用时（秒）",
            "Seconds to answer",
            "count",
            computed=seconds_between("called_at", "answered_at"),
        ),
        Column("responder", "何人（化名）", "Responder (alias)", "alias", "responder_id"),
        Column("is_demo", "演示", "Demonstration", "bool", "call_out__is_demo"),
    ),
)

SHIFTS = Dataset(
    name="responders.shifts",
    name_zh="定期活动",
    name_en="Turns",
    rows=Shift.objects.all,
    month="made_at",
    area="area",
    follows={_SHIFT: "id", _SEAT: _with_seats},
    marks=forgotten("seat"),
    columns=(
        Column("area", "现区划", "Area", "code", "area_now"),
        Column("kind", "场景", "Scene", "code", "kind__code", named=_SCENES),
        Column("seats", "名额", "Seats", "count"),
        Column("taken", "已报名", "Taken", "count"),
        Column("made_at", "发起", "Planned", "moment"),
        Column("starts_at", "开始", "Starts", "moment"),
        Column("ends_at", "结束", "Ends", "moment"),
        Column("closed_at", "点名结束", "Roll called", "moment"),
        Column("cancelled_at", "取消于", "Cancelled", "moment"),
        _DEMO,
    ),
)

SEATS = Dataset(
    name="responders.attendances",
    name_zh="到场",
    name_en="Attendances",
    rows=Seat.objects.all,
    month="joined_at",
    area="area",
    follows={_SEAT: "id", _SHIFT: "shift_id"},
    marks=forgotten("seat"),
    columns=(
        Column("area", "现区划", "Area", "code", "shift__area_now"),
        Column("kind", "场景", "Scene", "code", "shift__kind__code", named=_SCENES),
        Column("state", "状态", "State", "code"),
        Column("seen", "依据", "Evidence", "code"),
        Column("joined_at", "报名于", "Joined", "moment"),
        Column("starts_at", "开始", "Starts", "moment", "shift__starts_at"),
        Column("in_at", "到场", "Came", "moment"),
        Column("out_at", "离场", "Left", "moment"),
        Column("responder", "何人（化名）", "Responder (alias)", "alias", "responder_id"),
        Column("is_demo", "演示", "Demonstration", "bool", "shift__is_demo"),
    ),
)

SERVICES = Dataset(
    name="responders.services",
    name_zh="服务时长",
    name_en="Service",
    rows=_services,
    month="at",
    area="area",
    follows={"responders.service": _served},
    columns=(
        Column("area", "区划", "Area", "code"),
        Column("kind", "场景", "Scene", "code", "kind__code", named=_SCENES),
        Column("minutes", "分钟", "Minutes", "count"),
        Column("evidence", "依据", "Evidence", "code"),
        Column("began_at", "开始", "Began", "moment"),
        Column("at", "记录于", "Noted", "moment"),
        Column("corrected", "已更正", "Corrected", "bool", "was_corrected"),
        Column("responder", "何人（化名）", "Responder (alias)", "alias", "responder_id"),
        _DEMO,
    ),
)

THANKS = Dataset(
    name="responders.thanks",
    name_zh="感谢",
    name_en="Thanks",
    rows=Thanks.objects.all,
    month="at",
    area="area",
    follows={"responders.thanks": "id"},
    columns=(
        Column("area", "区划", "Area", "code", "service__area"),
        Column("kind", "场景", "Scene", "code", "service__kind__code", named=_SCENES),
        Column("at", "时间", "Given", "moment"),
        Column("is_demo", "演示", "Demonstration", "bool", "service__is_demo"),
    ),
)

DATASETS = (
    ADDRESSED,
    SCENES,
    RESPONDERS,
    CALL_OUTS,
    CALLS,
    SHIFTS,
    SEATS,
    SERVICES,
    THANKS,
)
