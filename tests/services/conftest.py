"""What the tests of services share."""

import pytest
from sqlmodel import Session

from salescli.config import Settings
from tests.services.desk import Desk


@pytest.fixture
def desk(session: Session, defaults: Settings) -> Desk:
    """A salesperson's desk on the test's data file."""
    return Desk(session, defaults)
