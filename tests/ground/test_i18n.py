"""Two languages: how one is chosen, and how sentences are put together in it."""

import errno
import os
from collections.abc import Iterator

import pytest

from salescli.errors import system_reason
from salescli.i18n import _, _n, activate, language, language_for, one_after_another


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    activate("en")


@pytest.mark.parametrize(
    ("environ", "asked", "setting", "chosen"),
    [
        ({}, "zh", "", "zh"),
        ({"SALES_LANG": "zh"}, "en", "", "en"),
        ({"SALES_LANG": "zh", "LANG": "en_US.UTF-8"}, None, "en", "zh"),
        ({"SALES_LANG": "en", "LANG": "zh_CN.UTF-8"}, None, "zh", "en"),
        ({"LANG": "en_US.UTF-8"}, None, "zh", "zh"),
        ({"LANG": "zh_CN.UTF-8"}, None, "", "zh"),
        ({"LANG": "zh_TW.Big5"}, None, "", "zh"),
        ({"LANG": "zh_HK"}, None, "", "zh"),
        ({"LANG": "ZH_cn"}, None, "", "zh"),
        ({"LANG": "de_DE.UTF-8"}, None, "", "en"),
        ({"LANG": "C.UTF-8"}, None, "", "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, None, "", "zh"),
        ({"LC_ALL": "C", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, None, "", "en"),
        ({"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, None, "", "zh"),
        ({"LC_ALL": "", "SALES_LANG": "", "LANG": "zh_CN"}, None, "", "zh"),
    ],
)
def test_the_language_is_the_option_s_the_variable_s_the_setting_s_the_locale_s(
    environ: dict[str, str], asked: str | None, setting: str, chosen: str
) -> None:
    assert language_for(environ, asked, setting) == chosen


def test_activating_a_language_changes_the_words_and_can_be_taken_back() -> None:
    activate("zh")
    assert (language(), _("There is no client “{ref}”.")) == ("zh", "没有客户“{ref}”。")
    assert _system(errno.ENOSPC) == "磁盘已满"
    activate("en")
    assert (language(), _("There is no client “{ref}”.")) == ("en", "There is no client “{ref}”.")
    assert _system(errno.ENOSPC) == "the disk is full"


def _system(number: int) -> str:
    return system_reason(OSError(number, os.strerror(number)))


def test_a_file_too_large_for_the_system_is_told_in_our_words() -> None:
    assert _system(errno.EFBIG) == "there is no room for a file of that size"


def test_the_empty_text_is_not_the_catalogue_s_header() -> None:
    activate("zh")
    assert _("") == ""


def test_a_count_chooses_its_form() -> None:
    sentence = ("{count} thing to mend.", "{count} things to mend.")
    assert [_n(*sentence, count) for count in (0, 1, 2)] == [sentence[1], sentence[0], sentence[1]]
    activate("zh")
    assert len({_n(*sentence, count) for count in (0, 1, 2)}) == 1
    assert _n(*sentence, 1) not in sentence


@pytest.mark.parametrize(
    ("sentences", "line"),
    [
        (("A.", "B."), "A. B."),
        (("没有。", "请看。"), "没有。请看。"),
        (("没有。", ""), "没有。"),
        (("", ""), ""),
        (("A.", "请看？", "B."), "A. 请看？B."),
    ],
)
def test_sentences_follow_each_other_as_their_language_writes_them(sentences: tuple[str, ...], line: str) -> None:
    assert one_after_another(*sentences) == line
