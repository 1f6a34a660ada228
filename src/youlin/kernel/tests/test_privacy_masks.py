"""Masks: what stays to be seen, and what free text gives away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.kernel import privacy


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (privacy.mask_phone, "13800138000", "138****8000"),
        (privacy.mask_phone, "１３８００１３８０００", "138****8000"),
        (privacy.mask_phone, "010-66001234", "010*****1234"),
        (privacy.mask_phone, "12345", "***45"),
        (privacy.mask_phone, "", ""),
        (privacy.mask_id, "11010219900101003X", "110102********003X"),
        (privacy.mask_id, "110102900101003", "110102*****1003"),
        (privacy.mask_id, "E12345678", "E1*****78"),
        (privacy.mask_name, "王小明", "王**"),
        (privacy.mask_name, "王", "*"),
        (privacy.mask_name, "阿卜杜拉·买买提", "阿***"),
        (privacy.mask_name, "", ""),
        (privacy.mask_email, "wang.li@example.cn", "w***@example.cn"),
        (privacy.mask_plate, "京AD12345", "京A****45"),
        (privacy.mask_address, "北京市西城区前门西大街12号院3号楼2单元501", "北京市西城区前门西大街***"),
        (privacy.mask_address, "西城区西单北大街甲131号", "西城区西单北大街***"),
        (privacy.mask_address, "前三门大街十二号", "前三门大街***"),
        (privacy.mask_address, "和平里 501", "和平里 ***"),
        (privacy.mask_address, "月坛街道三里河社区A座9层", "月坛街道三里河社区***"),
        (privacy.mask_address, "大栅栏胡同", "大栅栏胡同"),
        (privacy.mask_address, "老王家后面那栋", "老王家***"),
        (privacy.mask_address, "5400 N LAKEWOOD AVE", "*** N LAKEWOOD AVE"),
        (privacy.mask_address, "", ""),
    ],
)
def test_masks_keep_what_the_rule_says(mask: object, value: str, masked: str) -> None:
    assert mask(value) == masked  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请打13800138000找我", "请打138****8000找我"),
        ("电话138-0013-8000。", "电话138-****-8000。"),
        ("+86 13800138000", "+86 138****8000"),
        ("座机010-66001234", "座机010-6****234".replace("****234", "*****34")),
        ("身份证11010219900101003X在此", "身份证110102********003X在此"),
        ("110102 1990 0101 003x", "110102 **** **** 003x"),
        ("卡号6222021234567890123", "卡号6222***********0123"),
        ("车牌京A12345和京AD12345", "车牌京A***45和京A****45"),
        ("写信到wang@example.cn", "写信到w***@example.cn"),
        ("12345热线，编号XC-7K4M2H9QA，2026年11月22日", "12345热线，编号XC-7K4M2H9QA，2026年11月22日"),
        ("工单202611221234567890已派", "工单202611221234567890已派"),
        ("路灯坏了三天，3号楼前", "路灯坏了三天，3号楼前"),
    ],
)
def test_numbers_in_free_text_are_masked(text: str, masked: str) -> None:
    assert privacy.mask_text(text) == masked
    assert privacy.has_personal_numbers(text) == (text != masked)


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.text(alphabet="在的，。 请打电话", max_size=10))
def test_no_mobile_number_survives_in_text(phone: str, around: str) -> None:
    assert phone not in privacy.mask_text(around + phone + around)


@given(st.text(max_size=30))
def test_any_text_can_be_masked_and_masking_again_hides_no_less(text: str) -> None:
    for mask in (privacy.mask_phone, privacy.mask_id, privacy.mask_name, privacy.mask_text):
        once = mask(text)
        assert mask(once).count("*") >= once.count("*")
    assert isinstance(privacy.mask_address(text), str)
