"""The work, a module a subject: functions over a Session that neither print, prompt, commit nor read the clock.

The subjects stand in rooms, and a room uses those named before it. ``from salescli import services`` costs
nothing: a subject is imported when it is first used, because the data stack is the larger part of a command's
time and help or completion need none of it.
"""

import importlib
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salescli.services import changes as changes
    from salescli.services import histories as histories
    from salescli.services import purging as purging
    from salescli.services import undoing as undoing
    from salescli.services import whole_data as whole_data
    from salescli.services.accounts import admission_results as admission_results
    from salescli.services.accounts import admissions as admissions
    from salescli.services.accounts import cadence as cadence
    from salescli.services.accounts import clients as clients
    from salescli.services.accounts import contacts as contacts
    from salescli.services.accounts import duplicates as duplicates
    from salescli.services.accounts import merges as merges
    from salescli.services.care import feedback as feedback
    from salescli.services.care import learning as learning
    from salescli.services.care import promise_views as promise_views
    from salescli.services.care import promises as promises
    from salescli.services.care import survey_reports as survey_reports
    from salescli.services.care import surveys as surveys
    from salescli.services.care import tasks as tasks
    from salescli.services.care import tickets as tickets
    from salescli.services.cash import amendments as amendments
    from salescli.services.cash import bookings as bookings
    from salescli.services.cash import collections as collections
    from salescli.services.cash import credits as credits
    from salescli.services.cash import invoices as invoices
    from salescli.services.cash import receipt_views as receipt_views
    from salescli.services.cash import receipts as receipts
    from salescli.services.cash import receivables as receivables
    from salescli.services.cash import refunds as refunds
    from salescli.services.cash import statements as statements
    from salescli.services.figures import expired_classes as expired_classes
    from salescli.services.figures import gaps as gaps
    from salescli.services.figures import gradings as gradings
    from salescli.services.figures import kpi_rows as kpi_rows
    from salescli.services.figures import kpis as kpis
    from salescli.services.figures import records_then as records_then
    from salescli.services.figures import why as why
    from salescli.services.files import calendar_import as calendar_import
    from salescli.services.files import client_cards as client_cards
    from salescli.services.files import client_columns as client_columns
    from salescli.services.files import client_export as client_export
    from salescli.services.files import client_import as client_import
    from salescli.services.files import client_matching as client_matching
    from salescli.services.files import file_columns as file_columns
    from salescli.services.files import imports as imports
    from salescli.services.files import order_columns as order_columns
    from salescli.services.files import order_import as order_import
    from salescli.services.files import order_matching as order_matching
    from salescli.services.files import order_rows as order_rows
    from salescli.services.files import quotation_replies as quotation_replies
    from salescli.services.files import receipt_import as receipt_import
    from salescli.services.goals import actuals as actuals
    from salescli.services.goals import burn_up as burn_up
    from salescli.services.goals import funnels as funnels
    from salescli.services.goals import money_tables as money_tables
    from salescli.services.goals import replans as replans
    from salescli.services.goals import standings as standings
    from salescli.services.goals import target_actuals as target_actuals
    from salescli.services.goals import target_done as target_done
    from salescli.services.goals import target_files as target_files
    from salescli.services.goals import target_lookup as target_lookup
    from salescli.services.goals import target_progress as target_progress
    from salescli.services.goals import target_scopes as target_scopes
    from salescli.services.goals import target_seasons as target_seasons
    from salescli.services.goals import target_shares as target_shares
    from salescli.services.goals import target_tables as target_tables
    from salescli.services.goals import targets as targets
    from salescli.services.market import competitors as competitors
    from salescli.services.market import insights as insights
    from salescli.services.market import market_reports as market_reports
    from salescli.services.market import market_sizes as market_sizes
    from salescli.services.office import profile as profile
    from salescli.services.office import work_calendar as work_calendar
    from salescli.services.planning import briefs as briefs
    from salescli.services.planning import calendar_entries as calendar_entries
    from salescli.services.planning import checklists as checklists
    from salescli.services.planning import day_notes as day_notes
    from salescli.services.planning import day_plans as day_plans
    from salescli.services.planning import day_targets as day_targets
    from salescli.services.planning import plan_checks as plan_checks
    from salescli.services.planning import timelines as timelines
    from salescli.services.reporting import closed_weeks as closed_weeks
    from salescli.services.reporting import health as health
    from salescli.services.reporting import invariants as invariants
    from salescli.services.reporting import reports as reports
    from salescli.services.reporting import surroundings as surroundings
    from salescli.services.reporting import week_goals as week_goals
    from salescli.services.reporting import week_money as week_money
    from salescli.services.reporting import week_replies as week_replies
    from salescli.services.reporting import weeks as weeks
    from salescli.services.selling import deal_tables as deal_tables
    from salescli.services.selling import deals as deals
    from salescli.services.selling import forecasts as forecasts
    from salescli.services.selling import last_prices as last_prices
    from salescli.services.selling import need_views as need_views
    from salescli.services.selling import needs as needs
    from salescli.services.selling import order_lines as order_lines
    from salescli.services.selling import order_returns as order_returns
    from salescli.services.selling import order_shares as order_shares
    from salescli.services.selling import order_views as order_views
    from salescli.services.selling import orders as orders
    from salescli.services.selling import priced_lines as priced_lines
    from salescli.services.selling import products as products
    from salescli.services.selling import quotations as quotations
    from salescli.services.selling import quoting as quoting
    from salescli.services.selling import rhythms as rhythms
    from salescli.services.selling import stages as stages
    from salescli.services.visiting import next_steps as next_steps
    from salescli.services.visiting import promise_words as promise_words
    from salescli.services.visiting import visit_lines as visit_lines
    from salescli.services.visiting import visits as visits
    from salescli.services.visiting import week_visits as week_visits

ROOMS = (
    "office",
    "accounts",
    "visiting",
    "goals",
    "selling",
    "cash",
    "care",
    "market",
    "files",
    "planning",
    "figures",
    "reporting",
)
_HERE = Path(__file__).parent


def __getattr__(name: str) -> ModuleType:
    if (_HERE / f"{name}.py").is_file():
        return importlib.import_module(f"{__name__}.{name}")
    for room in ROOMS:
        if (_HERE / room / f"{name}.py").is_file():
            return importlib.import_module(f"{__name__}.{room}.{name}")
    raise AttributeError(name)
