"""Who uses the program, and how they work."""

from datetime import date

import pytest
from sqlmodel import Session

from salescli.errors import BadValue
from salescli.services.office import profile


def test_a_file_nobody_has_claimed_has_an_empty_profile(session: Session) -> None:
    found = profile.view(profile.of(session))
    assert (found.name, found.manager, found.working_week, found.long_week, found.currency) == (
        "",
        "",
        "双休",
        None,
        "CNY",
    )


def test_what_is_said_is_kept_and_the_rest_stays(session: Session) -> None:
    profile.save(session, name=" 张三 ", manager="李经理", manager_email="li@example.com", territory=None)
    profile.save(session, territory="滨江", name=None)
    found = profile.view(profile.of(session))
    assert (found.name, found.manager, found.manager_email, found.territory) == (
        "张三", "李经理", "li@example.com", "滨江",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "名" * 301),
        ("territory", " "),
        ("email", "me"),
        ("manager_email", "a b@c.de"),
        ("name", "\x00a"),
    ],
)
def test_what_is_no_text_or_address_is_refused(session: Session, field: str, value: str) -> None:
    with pytest.raises(BadValue):
        profile.save(session, **{field: value})


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("双休", "双休"), ("五天", "双休"), ("five-day", "双休"), ("5", "双休"), (" Five-Day ", "双休"),
        ("单休", "单休"), ("六天", "单休"), ("six-day", "单休"), ("6", "单休"),
        ("大小周", "大小周"), ("ALTERNATING", "大小周"),
    ],
)  # fmt: skip
def test_a_working_week_is_named_in_both_languages(typed: str, kind: str) -> None:
    assert profile.parse_working_week(typed) == kind


@pytest.mark.parametrize("typed", ["", "三休", "7"])
def test_another_working_week_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        profile.parse_working_week(typed)


def test_an_alternating_week_needs_a_long_one(session: Session) -> None:
    with pytest.raises(BadValue):
        profile.save(session, working_week="大小周")
    saved = profile.save(session, working_week="大小周", long_week=date(2026, 11, 25))
    week = profile.working_week(saved)
    assert week.works_on(date(2026, 11, 28))
    assert not week.works_on(date(2026, 12, 5))
