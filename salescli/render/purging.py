"""What a purge erases: counts, and who stays named where."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.i18n import _, _n
from salescli.record_words import kind_words
from salescli.render.output import Form, print_json, print_pairs, print_text

if TYPE_CHECKING:
    from salescli.services.purging import Purge


def show(purge: "Purge", copies: Sequence[Path], form: Form) -> None:
    """Print what a purge erases."""
    counts = {table: len(keys) for table, keys in sorted(purge.records.items())}
    if form == "json":
        clients = [{"code": code, "name": name} for code, name in purge.clients]
        mentions = [{"record": record, "client": client} for record, client in purge.mentions]
        print_json(
            {
                "records": counts,
                "clients": clients,
                "merged": [{"client": code, "into": into} for code, into in purge.merged],
                "log_rows": purge.log_rows,
                "weeks": list(purge.weeks),
                "mentions": mentions,
                "copies": [str(path) for path in copies],
            }
        )
        return
    if purge.is_empty:
        return
    pairs = [(_("Client"), f"{code} {name}") for code, name in purge.clients]
    pairs += [(kind_words(table), f"{count:,}") for table, count in counts.items() if table != "client"]
    pairs.append((_("Rows of the log"), f"{purge.log_rows:,}"))
    pairs += [(_("Frozen week"), week) for week in purge.weeks]
    print_pairs(pairs)
    print_text(_("Codes, days, states and amounts stay, without a name, so that no past figure changes."))
    for code, into in purge.merged:
        print_text(_("{code} was merged into {into} and goes with it.").format(code=code, into=into))
    if purge.mentions:
        said = _n(
            "{count} record of others names a client in its own words, which stay: {records}.",
            "{count} records of others name a client in their own words, which stay: {records}.",
            len(purge.mentions),
        )
        records = _(", ").join(record for record, _client in purge.mentions)
        print_text(said.format(count=len(purge.mentions), records=records))
