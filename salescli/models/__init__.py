"""The tables, a file a family. A command imports the families it needs: each table class costs start-up time."""

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import MetaData


def all_tables() -> "MetaData":
    """Every table there is, with all families imported now: for what goes for rows of any kind."""
    for family in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{family.name}")
    metadata: MetaData = importlib.import_module(f"{__name__}.base").SQLModel.metadata
    return metadata
