"""What of cases leaves for figures: cases, their clocks, measures and rounds of calling back; never confidential ones."""

from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Case as When_
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce, Least

from youlin.apps.cases.filled import FILLED
from youlin.apps.cases.models import Case, CaseClock, CaseType, Category, FollowUpRound, Measure
from youlin.kernel import calendars
from youlin.kernel.calendars import many
from youlin.kernel.datasets import Column, Computed, Dataset, by_table, days_between, seconds_between

if TYPE_CHECKING:
    import pyarrow as pa

_CASE = "cases.case"
_UNIT = "parties.organisation"
_FIRST_YEAR, _LAST_YEAR = 2000, 2040
_CATEGORIES, _CASE_TYPES = by_table(Category), by_table(CaseType)
OUTCOMES = {
    "": ("未结", "Open"),
    "solved": ("已解决", "Solved"),
    "void": ("作废", "Void"),
    "duplicate": ("并案", "Duplicate"),
}
CLOCKS_NAMED = {
    "file": ("立案", "Filing"),
    "accept": ("受理", "Acceptance"),
    "dispatch": ("派遣", "Dispatch"),
    "respond": ("响应", "Response"),
    "handle": ("处置", "Handling"),
    "answer": ("答复", "Answer"),
    "verify": ("核查", "Check"),
    "follow_up": ("回访", "Follow-up"),
    "close": ("结案", "Closing"),
    "hold": ("召开", "Meeting"),
    "conclude": ("议定", "Decisions"),
}
"""What the clocks of workflows measure; a case type may call a step otherwise on its own pages."""
MEASURE_KINDS = {
    "extension": ("延期", "Extension"),
    "deferral": ("缓办", "Deferral"),
    "pause": ("补正停表", "Pause"),
    "carry_over": ("挂账", "Carried over"),
    "whistle": ("吹哨", "Whistle"),
    "supervision": ("督办", "Supervision"),
    "exclusion": ("剔除", "Exclusion"),
    "appeal": ("评价申诉", "Appeal against an answer"),
}
MEASURE_STATES = {
    "asked": ("待批准", "Asked"),
    "granted": ("已批准", "Granted"),
    "refused": ("未批准", "Refused"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "lapsed": ("已失效", "Lapsed"),
    "revoked": ("已撤销", "Revoked"),
    "running": ("进行中", "Running"),
    "ended": ("已结束", "Ended"),
    "called": ("待报到", "Called"),
    "arrived": ("已报到", "Arrived"),
    "reported": ("已反馈", "Reported back"),
    "declined": ("不属职责", "Declined"),
    "released": ("已解除", "Released"),
    "standing": ("待回复", "Standing"),
    "answered": ("已回复", "Answered"),
    "lifted": ("督办已解除", "Lifted"),
}
ROUND_STATES = {
    "waiting": ("待回访", "Waiting"),
    "reached": ("已接通", "Reached"),
    "unreachable": ("三次未接通", "Not reached in three calls"),
}
CHANNELS_NAMED = {
    "web": ("网页", "Web"),
    "portal": ("居民端", "Portal"),
    "place": ("地点页", "Page of a place"),
    "field": ("网格员上报", "Grid workers"),
    "patrol": ("巡查", "Patrols"),
    "desk": ("坐席登记", "Desk"),
    "hotline": ("热线", "Hotline"),
    "open311": ("开放接口", "Open311"),
    "api": ("接口", "API"),
    "import": ("导入", "Import"),
    "district": ("外区移交", "Another district"),
    "linkage": ("联动", "Linkage"),
    "system": ("系统", "System"),
}
CLOCK_OUTCOMES = {
    "": ("未到期", "Running"),
    "kept": ("按期", "Kept"),
    "late": ("超期", "Late"),
    "void": ("不计", "Void"),
}


def _cases() -> QuerySet[Case]:
    late = CaseClock.objects.filter(district=OuterRef("district"), case=OuterRef("pk"), outcome="late")
    return Case.objects.annotate(was_late=Exists(late))


def _clocks() -> QuerySet[CaseClock]:
    """`decided_at`: when it was settled whether the promise is kept: at the deed, at the latest when due.

    A clock that stands still has settled nothing yet.
    """
    settled = Least(Coalesce(F("stopped_at"), F("due_at")), F("due_at"))
    still = When(stopped_at__isnull=True, suspended_at__isnull=False, then=None)
    return CaseClock.objects.annotate(decided_at=When_(still, default=settled, output_field=DateTimeField()))


def _worked(start: str, end: str) -> Computed:
    """Working minutes from one moment of a row to another, by the calendar of the installation."""

    def minutes(rows: "pa.Table") -> "pa.Array":
        import pyarrow as pa

        starts, ends = (_floats(rows, name) for name in (start, end))
        return pa.array(many.working_seconds(calendars.default(), starts, ends) / 60, from_pandas=True)

    return minutes


def _floats(rows: "pa.Table", name: str) -> Any:
    return np.asarray(rows.column(name).cast("float64").to_numpy()).astype("float64")


def _calendar() -> str:
    return many.fingerprint(calendars.default(), _FIRST_YEAR, _LAST_YEAR)


def _top(rows: "pa.Table") -> "pa.Array":
    """The first part of a dotted category."""
    import pyarrow as pa

    encoded = rows.column("category").combine_chunks().dictionary_encode()
    tops = pa.array([code.partition(".")[0] for code in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, tops).cast(pa.string())


_ABOUT_TAKEN = "从反映（或派遣）到结案（或处置）的时间；未发生的为空"

CASES = Dataset(
    name="cases.cases",
    name_zh="案件",
    name_en="Cases",
    rows=_cases,
    month="reported_at",
    area="area",
    follows={_CASE: "id", _UNIT: "lead_unit_id"},
    excludes=Q(confidential=True),
    columns=(
        Column("area", "现区划", "Area", "code", "area_now"),
        Column("area_at_event", "发生时区划", "Area then", "code"),
        Column("category", "类别", "Category", "code", named=_CATEGORIES),
        Column("category_class", "大类", "Class of category", "code", computed=_top, named=_CATEGORIES),
        Column("case_type", "案件类型", "Case type", "code", "case_type__code", named=_CASE_TYPES),
        Column("programme", "所属方案", "Programme", "code", "case_type__programme"),
        Column("channel", "渠道", "Channel", "code", values=CHANNELS_NAMED),
        Column("state", "状态", "State", "code"),
        Column("is_open", "未结", "Open", "bool"),
        Column("outcome", "结果", "Outcome", "code", values=OUTCOMES),
        Column("reported_at", "反映时间", "Reported", "moment"),
        Column("filed_at", "立案时间", "Filed", "moment"),
        Column("dispatched_at", "派遣时间", "Dispatched", "moment"),
        Column("handled_at", "处置时间", "Handled", "moment"),
        Column("verified_at", "核查时间", "Verified", "moment"),
        Column("closed_at", "结案时间", "Closed", "moment"),
        Column("answered_at", "诉求人答复时间", "Answered", "moment"),
        Column("due_at", "时限", "Due", "moment"),
        Column("sent_back", "退回次数", "Sent back", "count"),
        Column("reworked", "返工次数", "Reworked", "count"),
        Column("reopened", "重开次数", "Reopened", "count"),
        Column("excluded", "剔除考核", "Left out", "bool"),
        Column("solved", "诉求人称已解决", "Solved", "bool"),
        Column("satisfied", "诉求人满意", "Satisfied", "bool"),
        Column("set_aside", "评价不计", "Answer set aside", "bool", "answer_set_aside"),
        Column("was_late", "曾超期", "Was late", "bool"),
        Column("me_too_count", "同感人数", "Joined by", "count"),
        Column("escalation", "上报级数", "Escalated", "count"),
        Column("public", "公开", "Public", "bool"),
        Column("anonymous", "匿名", "Anonymous", "bool"),
        Column("lead_unit", "主责单位", "Lead unit", "code", "lead_unit__code"),
        Column("is_demo", "演示", "Demonstration", "bool"),
        Column(
            "closing_seconds",
            "结案用时（秒）",
            "Seconds to close",
            "count",
            computed=seconds_between("reported_at", "closed_at"),
            about=_ABOUT_TAKEN,
        ),
        Column(
            "closing_days",
            "结案用时（日历天）",
            "Calendar days to close",
            "count",
            computed=days_between("reported_at", "closed_at"),
            about=_ABOUT_TAKEN,
        ),
        Column(
            "closing_minutes",
            "结案用时（工作分钟）",
            "Working minutes to close",
            "number",
            computed=_worked("reported_at", "closed_at"),
            depends=_calendar,
            about=_ABOUT_TAKEN,
        ),
        Column(
            "handling_minutes",
            "处置用时（工作分钟）",
            "Working minutes to handle",
            "number",
            computed=_worked("dispatched_at", "handled_at"),
            depends=_calendar,
            about=_ABOUT_TAKEN,
        ),
    ),
)

_OF_CASE = (
    Column("area", "现区划", "Area", "code", "case__area_now"),
    Column("category", "类别", "Category", "code", "case__category", named=_CATEGORIES),
    Column("category_class", "大类", "Class of category", "code", computed=_top, named=_CATEGORIES),
    Column("case_type", "案件类型", "Case type", "code", "case__case_type__code", named=_CASE_TYPES),
    Column("programme", "所属方案", "Programme", "code", "case__case_type__programme"),
    Column("channel", "渠道", "Channel", "code", "case__channel", values=CHANNELS_NAMED),
    Column("excluded", "剔除考核", "Left out", "bool", "case__excluded"),
    Column("is_demo", "演示", "Demonstration", "bool", "case__is_demo"),
)

CLOCKS = Dataset(
    name="cases.clocks",
    name_zh="案件时钟",
    name_en="Clocks of cases",
    rows=_clocks,
    month="started_at",
    area="area",
    follows={_CASE: "case_id"},
    excludes=Q(case__confidential=True),
    columns=(
        *_OF_CASE,
        Column("clock", "环节", "Step", "code", "name", values=CLOCKS_NAMED),
        Column("outcome", "结果", "Outcome", "code", values=CLOCK_OUTCOMES),
        Column("started_at", "开始", "Started", "moment"),
        Column("due_at", "时限", "Due", "moment"),
        Column("stopped_at", "停止", "Stopped", "moment"),
        Column("decided_at", "判定", "Decided", "moment"),
        Column("suspended_at", "停表于", "Suspended", "moment"),
        Column("extensions", "延期次数", "Extensions", "count"),
        Column("unit", "主责单位", "Lead unit", "code", "case__lead_unit__code"),
    ),
)

MEASURES = Dataset(
    name="cases.measures",
    name_zh="办案措施",
    name_en="Measures",
    rows=Measure.objects.all,
    month="requested_at",
    area="area",
    follows={_CASE: "case_id"},
    excludes=Q(case__confidential=True),
    columns=(
        *_OF_CASE,
        Column("kind", "种类", "Kind", "code", values=MEASURE_KINDS),
        Column("state", "状态", "State", "code", values=MEASURE_STATES),
        Column("is_open", "未了", "Open", "bool"),
        Column("outcome", "结果", "Outcome", "code", values=CLOCK_OUTCOMES),
        Column("requested_at", "申请时间", "Requested", "moment"),
        Column("until", "至", "Until", "moment"),
        Column("decided_at", "审批时间", "Decided", "moment"),
        Column("arrived_at", "到场时间", "Arrived", "moment"),
        Column("ended_at", "结束", "Ended", "moment"),
        Column("unit", "被叫单位", "Unit", "code", "unit__code"),
    ),
)

ROUNDS = Dataset(
    name="cases.follow_up_rounds",
    name_zh="回访轮次",
    name_en="Rounds of calling back",
    rows=FollowUpRound.objects.all,
    month="opened_at",
    area="area",
    follows={_CASE: "case_id"},
    excludes=Q(case__confidential=True),
    columns=(
        *_OF_CASE,
        Column("number", "第几轮", "Round", "count"),
        Column("state", "状态", "State", "code", values=ROUND_STATES),
        Column("attempts", "未接通次数", "Missed", "count"),
        Column("opened_at", "开始", "Opened", "moment"),
        Column("settled_at", "结束", "Settled", "moment"),
    ),
)

DATASETS = (CASES, CLOCKS, MEASURES, ROUNDS, FILLED)
