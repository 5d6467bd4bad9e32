"""The work, a module a subject: functions over a Session that neither print, prompt, commit nor read the clock.

``from salescli import services`` costs nothing: a subject is imported when it is first used, because the
data stack is the larger part of a command's time and help or completion need none of it.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salescli.services import bookings as bookings
    from salescli.services import briefs as briefs
    from salescli.services import burn_up as burn_up
    from salescli.services import cadence as cadence
    from salescli.services import calendar_import as calendar_import
    from salescli.services import changes as changes
    from salescli.services import client_import as client_import
    from salescli.services import clients as clients
    from salescli.services import contacts as contacts
    from salescli.services import credits as credits
    from salescli.services import day_plans as day_plans
    from salescli.services import deal_tables as deal_tables
    from salescli.services import deals as deals
    from salescli.services import file_columns as file_columns
    from salescli.services import forecasts as forecasts
    from salescli.services import funnels as funnels
    from salescli.services import gaps as gaps
    from salescli.services import gradings as gradings
    from salescli.services import health as health
    from salescli.services import imports as imports
    from salescli.services import invoices as invoices
    from salescli.services import kpi_rows as kpi_rows
    from salescli.services import kpis as kpis
    from salescli.services import order_import as order_import
    from salescli.services import orders as orders
    from salescli.services import products as products
    from salescli.services import profile as profile
    from salescli.services import quotations as quotations
    from salescli.services import quoting as quoting
    from salescli.services import receipt_import as receipt_import
    from salescli.services import receipts as receipts
    from salescli.services import receivables as receivables
    from salescli.services import records_then as records_then
    from salescli.services import refunds as refunds
    from salescli.services import replans as replans
    from salescli.services import reports as reports
    from salescli.services import stages as stages
    from salescli.services import statements as statements
    from salescli.services import target_done as target_done
    from salescli.services import target_files as target_files
    from salescli.services import target_lookup as target_lookup
    from salescli.services import target_progress as target_progress
    from salescli.services import target_scopes as target_scopes
    from salescli.services import target_seasons as target_seasons
    from salescli.services import target_shares as target_shares
    from salescli.services import target_tables as target_tables
    from salescli.services import targets as targets
    from salescli.services import visit_lines as visit_lines
    from salescli.services import visits as visits
    from salescli.services import weeks as weeks
    from salescli.services import why as why
    from salescli.services import work_calendar as work_calendar


def __getattr__(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as missing:
        if missing.name != f"{__name__}.{name}":
            raise
        raise AttributeError(name) from missing
