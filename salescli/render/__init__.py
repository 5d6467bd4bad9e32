"""The look: columns once per kind of row, shown on a terminal, as JSON or CSV, or in a workbook.

``from salescli import render`` costs nothing; a module is imported when it is first used.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salescli.render import admissions as admissions
    from salescli.render import assessment_sheet as assessment_sheet
    from salescli.render import assessments as assessments
    from salescli.render import briefs as briefs
    from salescli.render import checklists as checklists
    from salescli.render import clients as clients
    from salescli.render import copies as copies
    from salescli.render import day_calendar as day_calendar
    from salescli.render import day_notes as day_notes
    from salescli.render import day_sheet as day_sheet
    from salescli.render import deals as deals
    from salescli.render import duplicates as duplicates
    from salescli.render import feedback as feedback
    from salescli.render import files as files
    from salescli.render import funnels as funnels
    from salescli.render import gaps as gaps
    from salescli.render import health as health
    from salescli.render import history as history
    from salescli.render import invariants as invariants
    from salescli.render import learning as learning
    from salescli.render import market as market
    from salescli.render import market_file as market_file
    from salescli.render import needs as needs
    from salescli.render import output as output
    from salescli.render import plans as plans
    from salescli.render import products as products
    from salescli.render import profile as profile
    from salescli.render import promises as promises
    from salescli.render import purging as purging
    from salescli.render import quotation_sheet as quotation_sheet
    from salescli.render import quotations as quotations
    from salescli.render import receipts as receipts
    from salescli.render import reports as reports
    from salescli.render import standing as standing
    from salescli.render import surveys as surveys
    from salescli.render import target_chart as target_chart
    from salescli.render import target_picture as target_picture
    from salescli.render import target_shares as target_shares
    from salescli.render import target_words as target_words
    from salescli.render import targets as targets
    from salescli.render import tasks as tasks
    from salescli.render import tickets as tickets
    from salescli.render import timelines as timelines
    from salescli.render import vcards as vcards
    from salescli.render import visits as visits
    from salescli.render import week_answers as week_answers
    from salescli.render import week_fields as week_fields
    from salescli.render import week_mail as week_mail
    from salescli.render import week_text as week_text
    from salescli.render import weeks as weeks
    from salescli.render import why as why


def __getattr__(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as missing:
        if missing.name != f"{__name__}.{name}":
            raise
        raise AttributeError(name) from missing
