"""A data file of ten years: clients, visits and orders by the hundred thousand, made with a fixed seed.

The rows are written as tuples, not through the services, which would take hours; what the program keeps beside
them (last contacts, due days, search keys) is written as the services would have left it, so that `sales doctor`
finds nothing to mend.
"""

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from salescli import db
from salescli.services.accounts.clients import search_keys

TODAY = date(2026, 11, 25)  # a Wednesday
_BEGIN = date(2017, 1, 2)
_STAMP = "2026-01-01T00:00:00+00:00"
_SIGNS = "海天恒瑞华明远大金长风新科信达永兴嘉禾百川志诚同济雅致翔宇东升"
_RHYTHM = {"A": 14, "B": 30, "C": 60}
_PURSUED = 200


@dataclass(frozen=True)
class Size:
    """How many records of each kind."""

    clients: int
    visits: int
    orders: int


def make(path: Path, size: Size, seed: int = 20261122) -> None:
    """Make the file: ``size.clients`` clients, their visits and orders over ten years, each order paid in part or all.

    Two hundred clients are pursued today whatever the size: what grows is the past, not a salesperson's week.
    """
    with db.reading(path):
        pass  # made and migrated
    chance = random.Random(seed)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        last = _visits(connection, size, chance)
        _clients(connection, size, last, chance)
        _orders(connection, size, chance)
        connection.execute("COMMIT")  # and no ANALYZE: the program asks without statistics, so the plans are a user's


def _pursued(size: Size) -> int:
    return min(_PURSUED, size.clients)


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
    names = f"id, uuid, created_at, updated_at, {columns}"
    marks = ", ".join("?" * (names.count(",") + 1))
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
    whole = ((number, f"{table}-{number}", _STAMP, _STAMP, *row) for number, row in enumerate(rows, 1))
    connection.executemany(statement, whole)


def _working_days() -> list[date]:
    days = (TODAY - _BEGIN).days
    every = (_BEGIN + timedelta(days=place) for place in range(days))
    return [day for day in every if day.weekday() < 5]


def _visits(connection: sqlite3.Connection, size: Size, chance: random.Random) -> dict[int, date]:
    """Write the visits in the order of their days; returns each client's last one."""
    days = _working_days()
    pursued, last = _pursued(size), dict[int, date]()
    recent = 12 * 60  # the last sixty working days are a salesperson's own: twelve visits a day to those pursued

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(1, size.visits + 1):
            left = size.visits - number
            old = left >= recent or size.visits <= recent
            day = days[number * (len(days) - 60) // size.visits] if old else days[-1 - left // 12]
            client = chance.randint(1, size.clients) if old else chance.randint(1, pursued)
            last[client] = day
            settled, outcome = day + timedelta(days=7), chance.choice(("interested", "maintained", "neutral", "order"))
            yield (
                f"V{number:04}", client, "visit", "done", day, f"{9 + number % 8:02}:00:00.000000", 40, "例行拜访",
                day, f"{9 + number % 8:02}:30:00.000000", outcome,
                f"第{number}次，谈了价格", "跟进报价", settled, settled, number % 5 == 0,
            )  # fmt: skip

    _insert(
        connection,
        "visit",
        "code, client_id, channel, status, planned_on, planned_at, minutes, purpose, done_on, done_at, outcome, note,"
        " next_step, next_on, next_settled_on, unplanned",
        rows(),
    )
    return last


def _clients(connection: sqlite3.Connection, size: Size, last: dict[int, date], chance: random.Random) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(1, size.clients + 1):
            name = f"杭州{''.join(chance.choices(_SIGNS, k=4))}{number}有限公司"
            grade = chance.choice("ABC")
            lifecycle = "customer" if number <= _pursued(size) else "lost"
            day = last.get(number)
            due = None
            if lifecycle == "customer":
                due = TODAY if day is None else day + timedelta(days=_RHYTHM[grade])
            keys = search_keys({"name": name})
            district = chance.choice(("滨江", "萧山", "西湖", "余杭"))
            yield (
                f"C{number:04}", name, "[]", "机电", district, f"江南大道{number}号", grade, lifecycle, "[]", False,
                day, due, keys["name_key"], keys["search"], keys["pinyin"], keys["initials"],
            )  # fmt: skip

    _insert(
        connection,
        "client",
        "code, name, aliases, industry, district, address, grade, lifecycle, tags, archived, last_contact_on,"
        " next_due_on, name_key, search, pinyin, initials",
        rows(),
    )
    contacts = (
        (number, f"{chance.choice('张李王赵陈')}工", f"1410{number:07d}", True) for number in range(1, size.clients + 1)
    )
    _insert(connection, "contact", 'client_id, name, mobile, "primary"', contacts)


def _orders(connection: sqlite3.Connection, size: Size, chance: random.Random) -> None:
    days = _working_days()
    signed = [days[number * (len(days) - 1) // size.orders] for number in range(size.orders)]
    clients = [chance.randint(1, size.clients) for _day in signed]
    amounts = [chance.randint(1_000, 90_000) * 100 for _day in signed]
    # Of this year's orders one in fifty is still open.
    open_ = [day.year == TODAY.year and number % 50 == 0 for number, day in enumerate(signed)]
    whole = list(zip(clients, signed, amounts, open_, strict=True))
    codes = range(1, size.orders + 1)
    _insert(
        connection,
        "order",
        "code, client_id, state, signed_on, amount, currency, value",
        ((f"O{code:04}", client, "confirmed", day, amount, "CNY", amount)
         for code, (client, day, amount, _open) in zip(codes, whole, strict=True)),
    )  # fmt: skip
    _insert(
        connection,
        "receivable",
        "order_id, client_id, position, kind, event, due_on, amount",
        ((code, client, 1, "payment", "signed", day + timedelta(days=30), amount)
         for code, (client, day, amount, _open) in zip(codes, whole, strict=True)),
    )  # fmt: skip
    paid = [(code, *order[:3]) for code, order in zip(codes, whole, strict=True) if not order[3]]
    _insert(
        connection,
        "receipt",
        "code, client_id, order_id, received_on, amount, currency, value",
        ((f"R{number:04}", client, code, min(day + timedelta(days=25), TODAY), amount, "CNY", amount)
         for number, (code, client, day, amount) in enumerate(paid, 1)),
    )  # fmt: skip
    _insert(
        connection,
        "allocation",
        "receipt_id, receivable_id, amount",
        ((number, code, amount) for number, (code, _client, _day, amount) in enumerate(paid, 1)),
    )
