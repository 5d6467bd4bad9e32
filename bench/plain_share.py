"""What `sales target share` is measured against: a plain loop over names and days, `plain_share.py DATABASE WEIGHTS`.

It writes the same rows (targets, splits, the log of changes) with executemany and checks nothing. Each name gets
total × weight ÷ weights rounded down, each day its part of that rounded down, the last name and day what is left:
so the names do not add up to the target on any day, which is what the real one is for.
"""

import csv
import json
import sqlite3
import sys
import uuid
from contextlib import closing
from typing import Any

Rows = list[dict[str, Any]]


def main(database: str, weights_file: str) -> None:
    """Share the one split target in ``database`` by the names and weights of a CSV."""
    with open(weights_file, encoding="utf-8", newline="") as file:  # noqa: PTH123 - no import more than it needs
        weights = [(row["name"], int(row["weight"])) for row in csv.DictReader(file)]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.row_factory = sqlite3.Row
        parent = dict(connection.execute("SELECT * FROM target").fetchone())
        split = dict(connection.execute("SELECT * FROM targetsplit").fetchone())
        change = dict(connection.execute("SELECT * FROM change ORDER BY id DESC").fetchone())
        targets, splits = _shared(parent, split, weights)
        changes = [
            {**change, "id": None, "batch": change["batch"] + 1, "entity": entity, "record": row["id"],
             "before": None, "after": json.dumps(row)}
            for entity, rows in (("target", targets), ("targetsplit", splits))
            for row in rows
        ]  # fmt: skip
        for table, rows in (("target", targets), ("targetsplit", splits), ("change", changes)):
            _write(connection, table, rows)


def _shared(parent: dict[str, Any], split: dict[str, Any], weights: list[tuple[str, int]]) -> tuple[Rows, Rows]:
    cells, total = json.loads(split["cells"]), parent["amount"]
    whole, left = sum(weight for _name, weight in weights), total
    targets, splits = [], []
    for place, (name, weight) in enumerate(weights):
        amount = left if place == len(weights) - 1 else total * weight // whole
        left -= amount
        days = [cell * amount // total for cell in cells[:-1]]
        days.append(amount - sum(days))
        number, rules = parent["id"] + 1 + place, {"weight": str(weight), "share_of": split["id"]}
        scope = {"id": number, "uuid": str(uuid.uuid4()), "scope": f"product:{name}", "amount": amount}
        targets.append({**parent, **scope, "parent_id": parent["id"]})
        cut = {"id": split["id"] + 1 + place, "uuid": str(uuid.uuid4()), "target_id": number}
        splits.append({**split, **cut, "cells": json.dumps(days), "rules": json.dumps(rules)})
    return targets, splits


def _write(connection: sqlite3.Connection, table: str, rows: Rows) -> None:
    columns = ", ".join(f'"{name}"' for name in rows[0])
    marks = ", ".join(f":{name}" for name in rows[0])
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - names of ours


if __name__ == "__main__":
    main(*sys.argv[1:])
