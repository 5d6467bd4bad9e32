"""Names of firms: their parts, and which of them are likely those of one firm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.company_names import Alike, compare, taken_apart

PARTS = [
    ("杭州市蓝海机电设备有限公司", "杭州", "蓝海", "机电 设备", "company", ""),
    ("蓝海（杭州）机电有限公司", "杭州", "蓝海", "机电", "company", ""),
    ("杭州蓝海机电(集团)股份有限公司", "杭州", "蓝海", "机电", "group", ""),
    ("浙江省杭州市西湖区蓝海机电经营部", "杭州 浙江 西湖", "蓝海", "机电", "shop", ""),
    ("蓝海", "", "蓝海", "", "", ""),
    ("杭州", "", "杭州", "", "", ""),
    ("台州机械厂", "", "台州", "机械", "works", ""),
    ("红星机械二厂", "", "红星", "机械", "works", "2厂"),
    ("红星机械第2厂", "", "红星", "机械", "works", "2厂"),
    ("华联超市三店", "", "华联", "超市", "shop", "3店"),
    ("上海市第六人民医院东院", "上海", "第六人民", "医院", "", "东院"),
    ("杭州蓝海机电有限公司宁波分公司", "杭州", "蓝海", "机电", "company", "宁波分公司"),
    ("中国移动浙江分公司", "中国", "移动", "", "", "浙江分公司"),
    ("杭州蓝海机电有限公司采购部", "杭州", "蓝海", "机电", "company", ""),
    ("超级市场管理有限公司", "", "超级市场", "管理", "company", ""),
    ("上海市政工程有限公司", "", "上海", "市政 工程", "company", ""),
    ("Siemens Co., Ltd.", "", "siemens", "", "", ""),
    ("ＡＢＣ 机电有限公司", "", "abc", "机电", "company", ""),
]


@pytest.mark.parametrize(("name", "places", "brand", "trades", "form", "unit"), PARTS)
def test_a_name_is_taken_apart(name: str, places: str, brand: str, trades: str, form: str, unit: str) -> None:
    found = taken_apart(name)
    assert (found.places, found.brand, found.trades, found.form, found.unit) == (
        frozenset(places.split()), brand, frozenset(trades.split()), form, unit,
    )  # fmt: skip


# Points: 60 and more are listed as likely, below 45 there is nothing in it without other evidence.
LIKELY, WEAK = 60, 45
SAME = [
    ("杭州蓝海机电有限公司", "杭州蓝海机电有限公司"),
    ("杭州蓝海机电有限公司", "杭州市蓝海机电设备有限公司"),
    ("杭州蓝海机电有限公司", "杭州蓝海机电"),
    ("杭州蓝海机电有限公司", "蓝海（杭州）机电有限公司"),
    ("杭州蓝海机电有限公司", "蓝海机电"),
    ("杭州蓝海机电有限公司", "蓝海机电（杭州）"),
    ("杭州蓝海机电有限公司", "杭州蓝海机电有限责任公司"),
    ("杭州蓝海机电有限公司", "杭州蓝海机电股份有限公司"),
    ("杭州蓝海机电有限公司", "浙江省杭州市蓝海机电有限公司"),
    ("杭州蓝海机电有限公司", "浙江杭州蓝海机电设备有限公司"),
    ("杭州蓝海机电有限公司", "杭州市西湖区蓝海机电有限公司"),
    ("杭州蓝海机电有限公司", "杭州 蓝海·机电 有限公司"),
    ("杭州蓝海机电有限公司", "杭州蓝海机电有限公司采购部"),
    ("杭州蓝海机电有限公司", "杭州蓝海机电(集团)有限公司"),
    ("杭州蓝海机电有限公司", "蓝海"),
    ("杭州蓝海商贸有限公司", "杭州蓝海贸易有限公司"),
    ("浙江蓝海机电有限公司", "杭州蓝海机电有限公司"),
    ("中国普天通信有限公司", "普天通信"),
    ("杭州蓝海机械厂", "杭州蓝海机械有限公司"),
    ("红星机械二厂", "红星机械2厂"),
    ("义康", "义康公司"),
    ("Siemens Co., Ltd.", "SIEMENS Limited"),
    ("博世（中国）投资有限公司", "博世投资"),
]
OTHERS = [
    ("杭州蓝海机电有限公司", "杭州蓝天机电有限公司"),
    ("杭州蓝海机电有限公司", "上海蓝海机电有限公司"),
    ("杭州蓝海机电有限公司", "上海蓝海机电设备有限公司"),
    ("杭州蓝海机电有限公司", "杭州蓝海机电有限公司宁波分公司"),
    ("杭州蓝海机电有限公司杭州分公司", "杭州蓝海机电有限公司宁波分公司"),
    ("中国移动浙江分公司", "中国移动江苏分公司"),
    ("红星机械一厂", "红星机械二厂"),
    ("红星机械厂", "红星机械二厂"),
    ("杭州第一机床厂", "杭州第二机床厂"),
    ("蓝海纺织东区", "蓝海纺织西区"),
    ("上海第六人民医院东院", "上海第六人民医院西院"),
    ("华联超市（文一店）", "华联超市（文二店）"),
    ("华为技术有限公司", "华美技术有限公司"),
    ("杭州机械有限公司", "杭州机电有限公司"),
    ("杭州机械有限公司", "宁波机械有限公司"),
    ("杭州中天机电有限公司", "杭州天中机电有限公司"),
    ("三一重工", "三二重工"),
    ("宁波红山机械", "宁波青山机械"),
    ("博世汽车部件（苏州）有限公司", "博世汽车部件（长沙）有限公司"),
    ("江苏恒力液压有限公司", "浙江恒力液压有限公司"),
    ("东方（红日）商贸", "东方（蓝日）商贸"),
    ("甲", "乙"),
]
DOUBTFUL = [
    ("杭州蓝海机电有限公司", "杭州蓝海食品有限公司"),
    ("杭州蓝海机电有限公司", "杭州兰海机电有限公司"),
    ("杭州蓝海机电有限公司", "杭州蓝海星辰机电有限公司"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_of_one_firm_are_likely(one: str, other: str) -> None:
    assert compare(taken_apart(one), taken_apart(other)).points >= LIKELY


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_of_two_firms_are_not(one: str, other: str) -> None:
    assert compare(taken_apart(one), taken_apart(other)).points < WEAK


@pytest.mark.parametrize(("one", "other"), DOUBTFUL)
def test_what_needs_more_evidence_stands_between(one: str, other: str) -> None:
    assert WEAK <= compare(taken_apart(one), taken_apart(other)).points < LIKELY


def test_the_more_agrees_the_more_points() -> None:
    name = taken_apart("杭州蓝海机电有限公司")
    others = [
        "杭州蓝海机电有限公司",
        "杭州蓝海机电",
        "蓝海机电",
        "蓝海",
        "杭州蓝海食品",
        "上海蓝海机电",
        "杭州蓝天机电",
    ]
    points = [compare(name, taken_apart(other)).points for other in others]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) == len(points)


def test_the_reasons_name_what_agrees_and_what_does_not() -> None:
    found = compare(taken_apart("杭州蓝海机电有限公司"), taken_apart("上海蓝海机械设备有限公司"))
    assert found.reasons == (Alike.SAME_BRAND, Alike.OTHER_PLACE, Alike.OTHER_TRADE)


@given(st.text(max_size=12), st.text(alphabet="杭州市蓝海机电有限公司厂一二东区（）()分", max_size=14))
def test_any_two_texts_compare_the_same_both_ways(one: str, other: str) -> None:
    first, second = taken_apart(one), taken_apart(other)
    assert compare(first, second) == compare(second, first)
    assert compare(first, first).points >= 75
