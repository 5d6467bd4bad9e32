"""Words for the records behind a figure."""

from typing import get_args

import pytest

from salescli.render import why
from salescli.services.visiting.week_visits import State
from salescli.vocabulary import Outcome, Ratio


@pytest.mark.parametrize("state", [*get_args(State), *Outcome])
def test_everything_that_may_become_of_a_visit_has_a_word(state: str) -> None:
    column = next(column for column in why.row_columns(Ratio.VISIT_RATE) if column.key == "state")
    assert column.word is not None
    assert "_" not in column.word(state)
