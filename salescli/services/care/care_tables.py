"""The tables of serving clients as plain columns, for pages that show a few rows of many of them.

Loading a model costs start-up time, and the page before a visit and the plan of a day are asked for all day long.
"""

from typing import Any

import sqlalchemy as sa

from salescli.models.base import Moment


def _table(name: str, *columns: str, days: tuple[str, ...] = (), moments: tuple[str, ...] = ()) -> sa.TableClause:
    made: list[sa.ColumnClause[Any]] = [sa.column(column) for column in ("id", *columns)]
    made += [sa.column(day, sa.Date) for day in days]
    made += [sa.column(moment, Moment) for moment in (*moments, "created_at")]
    return sa.table(name, *made, sa.column("deleted_at", sa.String))


PROMISES = _table(
    "promise",
    *("code", "client_id", "visit_id", "contact_id", "direction", "text", "state", "reason", "amount", "currency"),
    days=("due_on", "kept_on"),
)
TICKETS = _table(
    "ticket",
    *("code", "client_id", "contact_id", "visit_id", "kind", "severity", "status", "text", "workaround"),
    *("confirmed_by", "score", "reopened", "improvement"),
    days=("promised_by",),
    moments=("received_at", "respond_by", "responded_at", "confirmed_at", "closed_at"),
)
TICKET_STEPS = _table("ticketstep", "ticket_id", "step", "note", moments=("at",))
TASKS = _table(
    "task",
    *("code", "title", "requirement", "from_whom", "priority", "parent_id", "client_id", "state", "reason"),
    *("completeness", "quality", "effect", "feedback"),
    days=("due_on", "done_on", "moved_from", "archived_on"),
)
NEEDS = _table(
    "need",
    *("code", "client_id", "deal_id", "product", "spec", "quantity", "delivery", "budget", "currency"),
    *("decider", "timing", "state", "note"),
    days=("wanted_on", "raised_on"),
)
SAMPLES = _table("needsample", "need_id", "item", "quantity", "result", "note", days=("given_on", "tested_on"))
ADMISSIONS = _table("admission", "client_id", "state", "reason", days=("submitted_on", "decided_on", "told_on"))
SURVEYS = _table(
    "survey", *("code", "client_id", "year", "quarter", "state", "score", "reason"), days=("asked_on", "answered_on")
)
FEEDBACK = _table(
    "feedback",
    *("code", "client_id", "to_whom", "kind", "text", "support", "urgent", "state", "answer"),
    days=("due_on", "raised_on", "answered_on", "acknowledged_on"),
)
INSIGHTS = _table(
    "insight",
    *("code", "client_id", "competitor_id", "kind", "text", "seen_at", "importance", "confidence", "state"),
    days=("seen_on", "reported_on"),
)
COMPETITORS = _table("competitor", "name")
MERGES = _table("clientmerge", "kept_id", "gone_id", days=("merged_on",))
