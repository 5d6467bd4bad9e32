"""Stages: the shipped sets, one's own, and what a person may call them."""

from typing import Any

import pytest

from salescli import i18n
from salescli.config import DEFAULTS, Settings
from salescli.errors import BadValue
from salescli.services.selling import stages


def with_settings(defaults: Settings, **values: Any) -> Settings:
    return Settings(defaults.path, {**DEFAULTS, **{f"deals.{key}": value for key, value in values.items()}})


def test_the_handbooks_five_are_the_default_and_the_fifth_comes_after_winning(defaults: Settings) -> None:
    found = stages.of(defaults)
    assert [(stage.chinese, stage.probability) for stage in found] == [
        ("客户开发", 10),
        ("需求调研", 25),
        ("解决方案", 50),
        ("谈判与签约", 75),
    ]
    after = stages.after_winning(defaults)
    assert after is not None
    assert after.chinese == "后期服务"


@pytest.mark.parametrize(("name", "count"), [("three", 3), ("four", 4), ("five", 4), ("seven", 7)])
def test_a_set_rises_in_probability_and_has_a_token_for_every_stage(name: str, count: int, defaults: Settings) -> None:
    found = stages.of(with_settings(defaults, stages=name))
    chances = [stage.probability for stage in found]
    assert len(found) == len({stage.code for stage in found}) == count
    assert chances == sorted(set(chances))
    assert chances[0] > 0
    assert chances[-1] < 100
    assert all(stage.code.isascii() and stage.code.islower() and stage.most_days > 0 for stage in found)


def test_a_code_has_the_same_names_in_every_set() -> None:
    every = [stage for found in stages.SETS.values() for stage in found]
    assert len({(stage.code, stage.english, stage.chinese) for stage in every}) == len({stage.code for stage in every})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("needs", "needs"),
        ("NEEDS", "needs"),
        ("需求调研", "needs"),
        ("Needs Analysis", "needs"),
        ("签约", "negotiation"),
        ("方案", "solution"),
        ("develop", "development"),
    ],
)
def test_a_stage_is_named_by_code_by_either_language_or_by_a_part(text: str, code: str, defaults: Settings) -> None:
    assert stages.parse(text, stages.of(defaults)).code == code


@pytest.mark.parametrize("text", ["won", "", "n", "报价", "赢单"])
def test_what_is_no_stage_is_refused_with_the_list(text: str, defaults: Settings) -> None:
    with pytest.raises(BadValue) as refused:
        stages.parse(text, stages.of(defaults))
    assert "negotiation" in refused.value.hint


def test_the_stage_after_winning_is_pointed_to_the_verb(defaults: Settings) -> None:
    with pytest.raises(BadValue) as refused:
        stages.parse("后期服务", stages.of(defaults))
    assert "deal win" in refused.value.hint


def test_own_stages_stand_before_the_set_and_take_over_shipped_ones_by_name(defaults: Settings) -> None:
    settings = with_settings(defaults, stages="seven", own_stages=["试用:40:14", "需求调研：20%：10天"])
    found = stages.of(settings)
    assert [(stage.code, stage.probability, stage.most_days) for stage in found] == [
        ("试用", 40, 14),
        ("needs", 20, 10),
    ]
    assert stages.after_winning(settings) is None
    assert stages.parse("试用", found) == found[0]


def test_two_names_of_one_stage_are_refused(defaults: Settings) -> None:
    with pytest.raises(BadValue):
        stages.of(with_settings(defaults, own_stages=["needs:10:10", "需求调研:20:10"]))


def test_names_follow_the_language_and_outlive_their_set(defaults: Settings) -> None:
    five = stages.of(defaults)
    assert stages.name_of("approval", five) == "approval at the client"
    assert stages.name_of("试用", five) == "试用"
    i18n.activate("zh")
    try:
        assert stages.name_of("needs", five) == "需求调研"
    finally:
        i18n.activate("en")
