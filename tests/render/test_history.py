"""The words of the change log."""

from salescli.models import all_tables
from salescli.record_words import KINDS, column_words
from salescli.services.changes import SETTING
from salescli.services.histories import _SILENT
from salescli.vocabulary import _FIELDS


def test_every_table_has_a_word_that_people_use() -> None:
    assert set(all_tables().tables) - {"change"} | {SETTING} == set(KINDS)


def test_every_column_has_a_word_that_people_use() -> None:
    names = {column.name for table in all_tables().tables.values() if table.name != "change" for column in table.c}
    unsaid = {name for name in names - set(_SILENT) - set(_FIELDS) if column_words(name) == name and "_" in name}
    assert unsaid == set()
