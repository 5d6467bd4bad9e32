"""The goal sheet as a workbook, read back with openpyxl."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session

from salescli import db, i18n
from salescli.calendars import Calendar
from salescli.config import DEFAULTS, Settings
from salescli.dates import Period
from salescli.errors import BadValue, NotWritten, Refused
from salescli.formulas import Counting
from salescli.render.sheets.layout import (
    MOST_HEIGHT,
    Cell,
    Line,
    cell_text,
    height_of,
    page_height,
    pieces,
    place,
    shortened,
    text_width,
)
from salescli.render.week_sheet import blocks, save, sections, target_path, workbook
from salescli.render.week_sheet.file import file_name
from salescli.render.week_sheet.mask import masked
from salescli.render.weeks import catch_up_words
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.goals import replans, target_lookup, targets
from salescli.services.office import profile
from salescli.services.reporting import weeks
from salescli.services.reporting.weeks import WeekReport
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep
from salescli.vocabulary import Measure, Tier

TODAY = date(2026, 11, 27)
WEEK = Period.week_of(TODAY)
NOW = datetime.fromisoformat("2026-11-25T17:05").astimezone()
SECTIONS = [
    "1. Goals reached",
    "2. This week's work",
    "3. Deals and quotations",
    "4. Orders and receipts",
    "5. Client service",
    "6. Market and competitors",
    "7. Problems, suggestions and support needed",
    "8. Goals for next week",
    "9. Visits and work planned for next week",
    "10. What was learnt",
    "11. The manager's approval",
]
FORMULAS = ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "=1+1"]
WIDTHS = {"A": 20.0, "B": 30.0}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.activate("en")
    yield
    i18n.activate("en")


@pytest.fixture(scope="module")
def week(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., WeekReport]:
    """A week of ``count`` visits, noted with the lines of ``note`` in turn; with targets unless ``bare``."""

    @cache
    def call(
        count: int = 5,
        note: str = "met Zhang",
        *,
        bare: bool = False,
        name: str = "张三",
        replanned: date | None = None,
    ) -> WeekReport:
        i18n.activate("en")
        path = shutil.copy(template, tmp_path_factory.mktemp("week") / "sales.db")
        with db.writing(Path(path)) as session:
            changes.watch(session, "test", NOW)
            return made_week(session, count, note, name, bare=bare, replanned=replanned)

    return call


@pytest.fixture(scope="module")
def book(week: Callable[..., WeekReport]) -> Callable[..., Workbook]:
    """The workbook of such a week, read back; only to be looked at, because tests share it."""

    @cache
    def call(count: int = 5, note: str = "met Zhang", **options: Any) -> Workbook:
        return opened(week(count, note, **options))

    return call


def made_week(session: Session, count: int, note: str, name: str, *, bare: bool, replanned: date | None) -> WeekReport:
    calendar, rules = Calendar(), Settings(Path("config.toml"), DEFAULTS)
    profile.save(session, name=name, manager="李经理")
    for measure, amount in ((Measure.AMOUNT, 1_200_000_000), (Measure.VISITS, 1_200)) if not bare else ():
        targets.set_target(session, Period.year_of(TODAY), amount, measure, Tier.TARGET)
        targets.split(session, Period.year_of(TODAY), measure, Tier.TARGET, calendar)
    notes = note.split("\n")
    for number in range(count):
        contact = {"name": "张工", "mobile": "13900001111"}
        fields = {"name": f"客户{number}有限公司", "grade": "ABC"[number % 3]}
        client = clients.add(session, fields, contact, TODAY, rules, calendar)
        day = WEEK.begin + timedelta(days=number * 5 // count)
        visits.plan(session, client, day, time(9, 30), purpose="offer", contact="张工")
        if number % 4:
            step = NextStep("call", day + timedelta(days=7))
            said = notes[number % len(notes)]
            visits.log(session, client, said, day, step, TODAY, rules, calendar, outcome="order")
    if replanned:
        standing = target_lookup.find(session, Period.year_of(TODAY), Measure.VISITS, Tier.TARGET)
        replans.replan(session, standing, replanned, calendar)
    return weeks.report(session, WEEK, TODAY, NOW, rules, calendar)


def opened(report: WeekReport, **options: Any) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(report, **options)))


def texts(sheet: Worksheet) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def row_of(sheet: Worksheet, text: str) -> int:
    """The row whose first cell holds ``text``."""
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == text)


def heads(sheet: Worksheet, row: int) -> list[str]:
    return [cell.value.replace("\n", " ") for cell in sheet[row] if cell.value is not None]


def at(book: Workbook, name: str) -> Any:
    """The cell that a defined name points at."""
    ((title, coordinate),) = book.defined_names[name].destinations
    return book[title][coordinate.replace("$", "")]


# --- what stands in it ---


def test_it_has_four_sheets(book) -> None:
    assert book().sheetnames == ["Weekly goals", "Daily detail", "Target breakdown", "Definitions"]


@pytest.mark.parametrize("bare", [True, False])
def test_all_eleven_sections_stand_in_order_however_empty(book, bare: bool) -> None:
    sheet = book(0 if bare else 5, bare=bare).worksheets[0]
    first = [row[0].value for row in sheet.iter_rows() if row[0].value in SECTIONS]
    assert first == SECTIONS


def test_an_empty_section_is_one_line_that_says_so(book) -> None:
    sheet = book(0, bare=True).worksheets[0]
    for title in SECTIONS[:-1]:
        row = row_of(sheet, title)
        assert "None this week" in heads(sheet, row), title
        assert sheet.cell(row + 1, 1).value in (*SECTIONS, None) or "No score" in sheet.cell(row + 1, 1).value


def test_the_columns_of_goals_and_visits_stand_in_order(book) -> None:
    sheet = book().worksheets[0]
    assert heads(sheet, row_of(sheet, SECTIONS[0]) + 1) == [
        "Measure", "Weight (%)", "Unit", "Week's target", "Week's actual", "Week's rate", "Main reason",
        "What to do about it", "Self-score", "Score by manager",
    ]  # fmt: skip
    assert heads(sheet, row_of(sheet, SECTIONS[1]) + 3) == [
        "Date", "Time slot", "Client", "Grade", "By", "Planned purpose", "Expected result", "Actual result",
        "Done?", "Why not done", "Next step", "Next on", "Beside the plan",
    ]  # fmt: skip


def test_numbers_days_and_times_are_real_ones(book) -> None:
    sheet = book().worksheets[0]
    goals = row_of(sheet, SECTIONS[0]) + 2
    amount, visited = sheet[goals], sheet[goals + 3]
    assert (amount[3].value, amount[3].number_format) == (241935.45, "#,##0.00")
    assert (visited[4].value, visited[4].number_format) == (3, "#,##0")
    assert (visited[6].value, visited[6].number_format) == (pytest.approx(3 / 23), "0.0%")
    first = sheet[row_of(sheet, SECTIONS[1]) + 4]
    assert (first[0].value, first[0].number_format) == (datetime.combine(WEEK.begin, time()), "yyyy-mm-dd")
    assert (first[1].value, first[1].number_format) == (time(9, 30), "hh:mm")
    assert sheet["I3"].value.date() == date(2026, 11, 25)


def test_the_weeks_visits_are_summed_up_in_figures(book) -> None:
    sheet = book(8).worksheets[0]
    row = row_of(sheet, SECTIONS[1])
    figures = [cell.value for cell in sheet[row + 2] if cell.value is not None]
    assert figures[:4] == [8, 6, 0.75, 0]


def test_every_visit_stands_in_the_daily_detail(week) -> None:
    report = week(40)
    sheet = opened(report).worksheets[1]
    assert [row[2].value for row in sheet.iter_rows(min_row=3)] == [line.visit.code for line in report.visits.lines]


def test_the_breakdown_holds_year_and_days_and_their_curve(book) -> None:
    sheet = book().worksheets[2]
    assert sheet.cell(row_of(sheet, "2026"), 3).value == 12_000_000
    days = [row for row in sheet.iter_rows(min_col=9, max_col=15) if isinstance(row[0].value, datetime)]
    november = [row for row in days if row[0].value.month == 11]
    assert sum(row[2].value for row in november[:30]) == pytest.approx(november[29][5].value)
    assert len(sheet._charts) == 2


def test_a_level_of_days_to_come_is_left_empty(book) -> None:
    sheet = book().worksheets[2]
    days = [row for row in sheet.iter_rows(min_col=9, max_col=15) if isinstance(row[0].value, datetime)]
    visited = {row[0].value.day: row[6].value for row in days[30:]}
    assert (visited[22], visited[27], visited[28]) == (0, 3, None)


def test_the_rolling_target_stands_beside_the_assigned_one_from_the_replan_on(week) -> None:
    report = week(replanned=date(2026, 11, 25))
    sheet = opened(report).worksheets[2]
    found = [row for row in sheet.iter_rows(min_col=9, max_col=16) if isinstance(row[0].value, datetime)]
    days = {row[0].value.day: [cell.value for cell in row] for row in found[30:]}
    assert [days[day][3] for day in (1, 25)] == [None, None]
    rolling = [days[day][3] for day in range(26, 31)]
    assert sum(rolling) > sum(days[day][2] for day in range(26, 31))
    assert [days[day][7] for day in (24, 25)] == [None, days[25][6]]
    assert days[30][7] == days[25][6] + sum(rolling)
    assert not any(row[3].value or row[7].value for row in found[:30])  # the other target was not replanned


def test_the_year_says_what_can_no_longer_be_reached(week) -> None:
    report = week(replanned=date(2026, 11, 25))
    (missed,) = (one.tables[0].unrecoverable for one in report.breakdowns if one.measure == Measure.VISITS)
    assert missed
    notes = [text for text in texts(opened(report).worksheets[2]) if "fits on no day left" in text]
    assert len(notes) == 1
    assert f" {missed:,} fits" in notes[0]
    behind = {row[0].value: row[3].value for row in opened(report).worksheets[3].iter_rows(min_row=3)}
    assert behind["Not recoverable"] == f"Visits: {missed:,}"


def test_only_a_replanned_target_has_a_rolling_curve(week) -> None:
    money, counts = opened(week(replanned=date(2026, 11, 25))).worksheets[2]._charts
    assert (len(money.series), len(counts.series)) == (2, 3)
    assert [int(point.idx) + 1 for point in counts.series[2].val.numRef.numCache.pt] == [25, 26, 27, 28, 29, 30]


def test_a_replan_later_than_the_week_draws_no_rolling_curve(week) -> None:
    _money, counts = opened(week(replanned=date(2026, 11, 28))).worksheets[2]._charts
    assert len(counts.series) == 2


def test_next_weeks_goal_says_what_the_replan_adds(week) -> None:
    goals = {goal.measure: goal for goal in week(replanned=date(2026, 11, 25)).next.goals}
    sheet = opened(week(replanned=date(2026, 11, 25))).worksheets[0]
    rows = [row for row in sheet.iter_rows(min_row=row_of(sheet, "8. Goals for next week")) if row[0].value == "Visits"]
    more = goals["visits"].catch_up
    assert [rows[0][place].value for place in (2, 4, 6)] == [goals["visits"].base, more, goals["visits"].target]
    assert f"replanned: {more} more to catch up" in rows[0][7].value
    assert "needed a day" not in rows[0][7].value


@pytest.mark.parametrize(
    ("catch_up", "said"), [(None, ""), (0, ""), (7, "7 more to catch up"), (-7, "7 less, being ahead of plan")]
)
def test_catching_up_is_said_in_words_both_ways(week, catch_up: int | None, said: str) -> None:
    goal = next(goal for goal in week().next.goals if goal.measure == Measure.VISITS)
    assert catch_up_words(replace(goal, catch_up=catch_up)).removeprefix("replanned: ") == said


def test_a_year_whose_days_off_are_not_official_is_marked(week) -> None:
    report = week()
    provisional = tuple(
        replace(one, tables=tuple(replace(table, provisional=True) for table in one.tables))
        for one in report.breakdowns
    )
    goals, _daily, targets_sheet, _words = opened(replace(report, breakdowns=provisional)).worksheets
    assert sum("provisional" in text for text in texts(goals)) == 2
    assert sum("provisional" in text for text in texts(targets_sheet)) == 2
    assert not any("provisional" in text for sheet in opened(report) for text in texts(sheet))


def test_every_number_has_its_definition(week) -> None:
    report = week()
    sheet = opened(report).worksheets[3]
    rows = {row[0].value: (row[1].value, row[3].value) for row in sheet.iter_rows(min_row=3)}
    done = " ".join(line.visit.code or "" for line in report.visits.done())
    assert rows["Done"] == (3, done)
    assert rows["Visits"] == (3, done)
    assert rows["Completion rate"][0] == 0.6
    assert {"Weighted score", "Base target", "Time gone (working days)", "Class A covered"} <= rows.keys()


def test_what_the_score_leaves_out_is_said(book) -> None:
    assert any("receipts (no target)" in text for text in texts(book().worksheets[0]))


# --- texts that could do harm ---


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_text(book, text: str) -> None:
    sheet = book(10, "\n".join(FORMULAS)).worksheets[1]
    cell, *_same = (cell for row in sheet.iter_rows() for cell in row if cell.value == text)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_only_the_managers_score_is_a_formula(week) -> None:
    session_report = week()
    goal = replace(session_report.goals[0], weight=100.0, week_actual=1, week_rate=0.5, left_out=None)
    report = replace(session_report, goals=(goal, *session_report.goals[1:]), score=50.0)
    book = opened(report)
    formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == ['=IF(SUMPRODUCT((B6:B9<>"")*(N6:N9=""))>0,"",SUMPRODUCT(B6:B9,N6:N9)/100)']


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\x1b[31mb\x00", "a\\x1b[31mb\\x00"),
        ("a\u202eb\ufffe", "a\\u202eb\\ufffe"),
        ("[red]x[/] :smile:", "[red]x[/] :smile:"),
        ("a\tb\nc", "a    b\nc"),
        ("_x0041_", "_x005F_x0041_"),
        ("𠀀é👩‍👩‍👧", "𠀀é👩‍👩‍👧"),
    ],
)
def test_a_text_is_made_harmless_and_else_left_alone(text: str, written: str) -> None:
    assert cell_text(text) == written


def test_a_text_over_excels_limit_is_cut_and_says_so() -> None:
    cut = cell_text("字" * 40_000)
    assert len(cut) == 32_767
    assert cut.endswith("(cut: 40,000 characters)")
    assert cell_text("字" * 32_767) == "字" * 32_767


def test_a_long_note_is_short_on_the_first_sheet_and_whole_on_the_second(book) -> None:
    note = "".join(f"第{number}句话说了很多。" for number in range(2_000))
    made = book(2, note)
    (short,) = (text for text in texts(made.worksheets[0]) if "句话" in text)
    assert short.endswith("… (whole text: daily detail)")
    whole = "".join(text for text in texts(made.worksheets[1]) if "句话" in text)
    assert whole == note
    assert all(size.height <= MOST_HEIGHT for sheet in made for size in sheet.row_dimensions.values())


def test_strange_names_leave_the_workbook_readable(week) -> None:
    report = week(2, "a\x0b]]>&<", name='A&B "零" \x07')
    content = workbook(report)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                ElementTree.fromstring(archive.read(name))
    assert "A&&B" in opened(report).worksheets[0].oddFooter.left.text


# --- looks, page and protection ---


def test_only_the_answers_can_be_typed(book) -> None:
    made = book()
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in made)
    unlocked = {
        cell.coordinate
        for row in made.worksheets[0].iter_rows()
        for cell in row
        if not cell.protection.locked and cell.coordinate not in made.worksheets[0].merged_cells
    }
    single = {at(made, name).coordinate for name in ("sales_score", "sales_decision", "sales_return_reason")}
    assert unlocked == single | {
        at(made, f"sales_score_{measure}").coordinate
        for measure in ("amount", "new_clients", "effective_visits", "visits")
    }
    assert not at(made, "sales_comment").protection.locked
    assert all(cell.protection.locked for sheet in made.worksheets[1:] for row in sheet.iter_rows() for cell in row)


def test_choices_and_scores_are_validated(book) -> None:
    made = book()
    rules = {rule.type: rule for rule in made.worksheets[0].data_validations.dataValidation}
    assert rules["list"].formula1 == '"approved,returned"'
    assert at(made, "sales_decision").coordinate in rules["list"].sqref
    assert (rules["decimal"].formula1, rules["decimal"].formula2) == ("0", "120")
    assert at(made, "sales_score_visits").coordinate in rules["decimal"].sqref


def test_every_sheet_prints_on_a4_landscape_one_page_wide(book) -> None:
    for sheet in book():
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.print_area
        assert sheet.freeze_panes
        assert sheet.oddFooter.center.text == "Page &P of &N"


def test_colour_is_for_being_behind_and_overdue_alone(book) -> None:
    sheet = book().worksheets[0]
    rules = [(str(area.sqref), rule.operator) for area in sheet.conditional_formatting for rule in area.rules]
    assert sorted(operator for _area, operator in rules) == ["greaterThan", "lessThan", "lessThan"]
    coloured = " ".join(area for area, _operator in rules).split()
    assert all(sheet[cell].value is not None for cell in coloured)


@pytest.mark.parametrize("count", [0, 5, 7, 10, 40])
def test_no_page_is_too_long_and_none_ends_with_a_heading(book, count: int) -> None:
    sheet = book(count).worksheets[0]
    ends = [found.id for found in sheet.row_breaks.brk] + [sheet.max_row]
    begin = 1
    recurring = sum(sheet.row_dimensions[row].height for row in range(1, sections.REPEATED + 1))
    for end in ends:
        heights = [sheet.row_dimensions[row].height for row in range(begin, end + 1)]
        assert sum(heights) + (recurring if begin > 1 else 0) <= page_height(blocks.WIDTHS)
        assert sheet.cell(end, 1).style not in ("head", "section", "subhead") or sheet.cell(end, 7).value
        begin = end + 1


def test_a_table_that_goes_on_has_its_heading_on_every_page(book) -> None:
    sheet = book(40).worksheets[0]
    for found in sheet.row_breaks.brk:
        assert sheet.cell(found.id + 1, 1).style in ("head", "section")


def test_there_are_no_charts_without_targets(book) -> None:
    assert [len(sheet._charts) for sheet in book(3, bare=True)] == [0, 0, 0, 0]


def test_the_first_sheet_shows_rates_and_the_curve_of_what_is_recorded(book) -> None:
    bars, curve = book().worksheets[0]._charts
    assert [one.val.numRef.f for one in bars.series] == ["'Weekly goals'!$G$15:$G$16", "'Weekly goals'!$H$15:$H$16"]
    assert curve.series[0].val.numRef.f.startswith("'Target breakdown'!$O$")
    assert len(curve.series[1].val.numRef.numCache.pt) == 30


@pytest.mark.parametrize(
    ("counting", "words"),
    [
        (Counting(), ("Orders on the day signed", "bank acceptances too")),
        (Counting("delivery", "maturity"), ("Orders on the day delivered", "on the day they mature")),
        (Counting("invoice"), ("Invoices on the day issued", "bank acceptances too")),
    ],
)
def test_the_fourth_sheet_says_how_the_settings_have_it_counted(
    week, counting: Counting, words: tuple[str, str]
) -> None:
    told = "\n".join(texts(opened(replace(week(), counting=counting)).worksheets[3]))
    assert all(word in told for word in words)


# --- the same again ---


def test_the_same_report_gives_the_same_bytes(week) -> None:
    report = week()
    assert workbook(report) == workbook(report)
    later = replace(report, made_at=report.made_at + timedelta(minutes=1))
    assert workbook(report) != workbook(later)


def test_the_times_inside_are_those_of_the_report(week) -> None:
    content = workbook(week())
    assert openpyxl.load_workbook(io.BytesIO(content)).properties.created == NOW.replace(tzinfo=None)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- texts in their columns ---


@given(st.text(alphabet="字abc mW。，-\n", max_size=400), st.integers(1, 6))
def test_a_shortened_text_fits_into_its_lines(text: str, most: int) -> None:
    short = shortened(text, "B", WIDTHS, most, " …")
    line = Line((Cell(short, "text", "B"),))
    assert height_of(line, WIDTHS) <= height_of(Line((Cell("\n".join("x" * most), "text", "B"),)), WIDTHS)
    assert short == text or short.endswith(" …")


@given(st.text(alphabet="字abc。\n", max_size=3_000))
@settings(max_examples=25)
def test_pieces_hold_the_whole_text_and_each_fits_a_row(text: str) -> None:
    found = pieces(text, "B", WIDTHS)
    assert "".join("".join(found).split()) == "".join(text.split())
    for piece in found:
        assert height_of(Line((Cell(piece, "text", "B"),)), WIDTHS) < MOST_HEIGHT


def test_a_full_width_sign_takes_more_room_than_a_digit() -> None:
    assert text_width("字") > 1.5 * text_width("1")
    assert text_width("，") == text_width("字")


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("客户问题 T0001、逾期三天了", 14.5, 3),  # the word goes down with the comma that may not begin a line
        ("客户问题 T0001 逾期三天了", 14.5, 2),
        ("甲（乙）", 3.5, 3),
    ],
)
def test_no_line_begins_with_a_closing_sign(text: str, columns: float, lines: int) -> None:
    cell = Cell(text, "word", "A")
    assert height_of(Line((cell,)), {"A": columns + 1.0}) == height_of(
        Line((replace(cell, value="\n".join("甲" * lines)),)), {"A": columns + 1.0}
    )


def test_a_row_is_as_high_as_its_highest_text() -> None:
    low = Line((Cell("字", "text", "A"), Cell("字" * 12, "text", "B")))
    high = Line((Cell("字" * 40, "text", "A"), Cell("字", "text", "B")))
    joined = Line((Cell("字" * 20, "text", "A:B"),))
    assert height_of(low, WIDTHS) == height_of(joined, WIDTHS) < height_of(high, WIDTHS)
    assert height_of(replace(high, height=12, exact=True), WIDTHS) == 12


def test_a_group_of_lines_stays_on_one_page() -> None:
    sheet = Workbook().active
    assert isinstance(sheet, Worksheet)
    lines = [Line((Cell(None, "Normal", "A"),), height=40, keep=number in (2, 3)) for number in range(6)]
    place(sheet, lines, WIDTHS, page=130)
    assert [found.id for found in sheet.row_breaks.brk] == [2, 5]


# --- masking ---


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("打13812345678找他", "打138****5678找他"),
        ("138 1234 5678", "138****5678"),
        ("+86 14101234567", "+86 141****4567"),
        ("0571-88889999 转 8", "******** 转 8"),
        ("mail li@example.com.cn", "mail ***@***"),
        ("在江南大道588号3幢201室见面", "[address]见面"),
        ("12 Long Street, 3 pm", "[address], 3 pm"),
        ("合同号 20261125001，数量 13800 件", "合同号 20261125001，数量 13800 件"),
        ("2026-11-25 报价 350,000.00", "2026-11-25 报价 350,000.00"),
    ],
)
def test_phones_and_addresses_are_taken_out_of_texts(text: str, hidden: str) -> None:
    assert masked(text) == hidden


def test_a_masked_sheet_shows_no_phone(week) -> None:
    report = week(2, "打13812345678找他")
    assert any("13812345678" in text for text in texts(opened(report).worksheets[1]))
    assert not any("13812345678" in text for sheet in opened(report, mask=True) for text in texts(sheet))


def test_the_sheet_shows_no_contacts_phone(week) -> None:
    report = week()
    assert "张工" in texts(opened(report).worksheets[1])
    assert b"13900001111" not in b"".join(unpacked(workbook(report)))


def unpacked(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]


# --- the file ---


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张三", "Weekly_goals_张三_2026W48.xlsx"),
        ("", "Weekly_goals_2026W48.xlsx"),
        ('a/b\\c:d*e?"f<g>|h', "Weekly_goals_a_b_c_d_e_f_g_h_2026W48.xlsx"),
        ("../../x", "Weekly_goals_x_2026W48.xlsx"),
        ("CON", "Weekly_goals_CON_2026W48.xlsx"),
        ("a\x1b\u202eb c", "Weekly_goals_a_b_c_2026W48.xlsx"),
        ("名" * 86, "Weekly_goals_" + "名" * 33 + "_2026W48.xlsx"),
    ],
)
def test_the_file_is_named_after_person_and_week(week, name: str, expected: str) -> None:
    report = week(0, bare=True)
    assert file_name(replace(report, profile=report.profile._replace(name=name))) == expected


def test_a_file_that_is_there_is_not_replaced_unasked(week, tmp_path: Path) -> None:
    report = week(0, bare=True)
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(Refused):
        target_path(path, report, force=False)
    assert target_path(path, report, force=True) == path
    assert target_path(tmp_path, report, force=False) == tmp_path / file_name(report)
    with pytest.raises(BadValue):
        target_path(tmp_path / "x.pdf", report, force=True)
    (tmp_path / "folder.xlsx" / file_name(report)).mkdir(parents=True)
    with pytest.raises(NotWritten):
        target_path(tmp_path / "folder.xlsx", report, force=True)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    blocked = tmp_path / "taken.xlsx"
    blocked.mkdir()
    (blocked / "inside").touch()
    with pytest.raises(NotWritten):
        save(blocked, b"new")
    with pytest.raises(NotWritten):
        save(tmp_path / "missing" / "x.xlsx", b"new")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".xlsx"] == ["taken.xlsx"]
    assert not list(tmp_path.glob(".sales-*"))


def test_saving_replaces_the_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old" * 1000)
    save(path, b"new")
    assert path.read_bytes() == b"new"
    assert not list(tmp_path.glob(".sales-*"))
