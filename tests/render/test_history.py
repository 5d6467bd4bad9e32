"""The words of the change log."""

from salescli.models import all_tables
from salescli.render.history import KINDS
from salescli.services.changes import SETTING


def test_every_table_has_a_word_that_people_use() -> None:
    assert set(all_tables().tables) - {"change"} | {SETTING} == set(KINDS)
