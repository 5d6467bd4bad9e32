"""`sales demo` through the real program."""

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Sales


@pytest.mark.parametrize(
    ("lang", "today"),
    [
        ("zh", "2026-10-05"),  # the National Day holiday: the demo's week is an earlier one
        ("en", "2027-01-02"),  # the first days of a year, in week 53 of the last
    ],
)
def test_the_demo_ends_with_the_path_of_its_workbook_and_leaves_the_users_data_alone(
    sales: Sales, data_file: Path, lang: str, today: str
) -> None:
    before = data_file.read_bytes()
    shown = sales("demo", lang=lang, today=today)
    workbook = Path(shown.out.splitlines()[-1])
    assert openpyxl.load_workbook(workbook).sheetnames[0] == {"zh": "目标管理表", "en": "Weekly goals"}[lang]
    assert data_file.read_bytes() == before
