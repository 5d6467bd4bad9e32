"""The look: columns once per kind of row, shown on a terminal, as JSON or CSV, or in a workbook.

``from salescli import render`` costs nothing; a module is imported when it is first used.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salescli.render import briefs as briefs
    from salescli.render import clients as clients
    from salescli.render import deals as deals
    from salescli.render import funnels as funnels
    from salescli.render import gaps as gaps
    from salescli.render import health as health
    from salescli.render import output as output
    from salescli.render import plans as plans
    from salescli.render import products as products
    from salescli.render import profile as profile
    from salescli.render import quotation_sheet as quotation_sheet
    from salescli.render import quotations as quotations
    from salescli.render import receipts as receipts
    from salescli.render import reports as reports
    from salescli.render import standing as standing
    from salescli.render import target_chart as target_chart
    from salescli.render import target_picture as target_picture
    from salescli.render import target_shares as target_shares
    from salescli.render import target_words as target_words
    from salescli.render import targets as targets
    from salescli.render import visits as visits
    from salescli.render import weeks as weeks
    from salescli.render import why as why


def __getattr__(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as missing:
        if missing.name != f"{__name__}.{name}":
            raise
        raise AttributeError(name) from missing
