"""The columns of a file that is imported: which header is which field, and cells as text; for every kind of file."""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from salescli.amounts import excerpt
from salescli.dates import FIRST_YEAR, LAST_YEAR
from salescli.errors import BadRows, BadValue
from salescli.i18n import _, _n, one_after_another
from salescli.tabular.guard import read_bytes
from salescli.tabular.table import MIB, Limits, Row, Table, Value, as_text
from salescli.texts import clean, visible

ERROR_HEADERS = ("错误", "Error")
# Columns that our own files carry for people to read, and row numbers: known, and not fields.
NO_FIELDS = (*ERROR_HEADERS, "序号", "no", "#")
# How people write that they have nothing to write.
NOTHING = frozenset(
    ("-", "--", "—", "——", "/", "\\", "无", "暂无", "没有", "未知", "不详", "n/a", "na", "none", "null", "nil", "#n/a")
)
_MAPPING_LIMITS = Limits(csv_bytes=MIB, workbook_bytes=MIB)
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
    r"|(\d{4})(\d{2})(\d{2})"
)


def header_key(header: str) -> str:
    """A header for comparing: NFKC, case folded, without blanks, joining signs, ``*``, ``:`` and hints in brackets."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    bare = re.sub(r"[(\[【<].*?[)\]】>]", "", folded)
    return re.sub(r"[\s*:：_\-./\u200b\ufeff]", "", bare) or folded.strip()


def read_mapping(path: Path, fields: Collection[str]) -> dict[str, str]:
    """The file of ``--map``: TOML whose table ``[columns]`` says field = "header".

    Raises NotFound for a missing file, Refused for what is none or too big, BadValue for what isn't TOML, has no such
    table or names an unknown field.
    """
    try:
        columns = tomllib.loads(read_bytes(path, _MAPPING_LIMITS).decode("utf-8-sig")).get("columns")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise BadValue(
            _("{path} can't be read: {problem}.").format(path=path, problem=problem), hint=_mapping_hint()
        ) from problem
    if not isinstance(columns, dict) or not all(isinstance(header, str) for header in columns.values()):
        raise BadValue(_("{path} has no table [columns] of texts.").format(path=path), hint=_mapping_hint())
    for name in columns:
        if name not in fields:
            raise BadValue(
                _("{path}: there is no field “{field}”.").format(path=path, field=excerpt(name)),
                hint=_("Use one of: {allowed}.").format(allowed=", ".join(fields)),
            )
    return columns


def _mapping_hint() -> str:
    return _('Write a line [columns] and below it lines such as name = "Firm".')


@dataclass
class Columns:
    """Where each field stands in a row (``places``, from 0), and ``notes`` on the columns left out."""

    headers: tuple[str, ...]
    places: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def header(self, name: str) -> str:
        """The header under which a field stands in the file."""
        return self.headers[self.places[name]]


class FileFields:
    """The fields of a kind of file: ``names`` are what files call each, the surest name first.

    ``no_fields`` are headers of columns that are known and left out without a word. A further column of a field
    that ``second`` names is the other field: a second column of numbers is the other kind of number.
    """

    def __init__(
        self,
        names: Mapping[str, tuple[str, ...]],
        no_fields: tuple[str, ...] = NO_FIELDS,
        second: Mapping[str, str] | None = None,
    ) -> None:
        self.names = names
        self._second = second or {}
        self._field_of = {
            header_key(name): (rank, key) for key, known in names.items() for rank, name in enumerate(known)
        }
        self._known = self._field_of.keys() | frozenset(map(header_key, no_fields))

    def known_headers(self, mapping: Mapping[str, str]) -> frozenset[str]:
        """Every header that may stand in such a file, and those of ``mapping``: the header row is found by them."""
        return frozenset([*(name for names in self.names.values() for name in names), *mapping.values()])

    def placed(self, table: Table, mapping: Mapping[str, str]) -> Columns:
        """The fields of the table's columns, those of ``mapping`` first; BadValue when a mapped header isn't there."""
        columns = Columns(table.headers)
        _place_mapped(columns, mapping, table.path)
        left_out = self._place_known(columns)
        if left_out:
            columns.notes.append(
                _n(
                    "Column not known, left out: {headers}. (--map FILE can name its field.)",
                    "Columns not known, left out: {headers}. (--map FILE can name their fields.)",
                    len(left_out),
                ).format(headers=_(", ").join(left_out))
            )
        return columns

    def _place_known(self, columns: Columns) -> list[str]:
        """Place the columns whose header is known, the surest names first; gives back the unknown headers."""
        taken = set(columns.places.values())
        free = [(place, header) for place, header in enumerate(columns.headers) if header and place not in taken]
        keys = [(place, header_key(header)) for place, header in free]
        found = [(*self._field_of[key], place) for place, key in keys if key in self._field_of]
        for _rank, name, place in sorted(found, key=lambda hit: (hit[0], hit[2])):
            if name in columns.places and self._second.get(name, name) not in columns.places:
                name = self._second[name]
            if name in columns.places:
                columns.notes.append(
                    _("The column “{header}” (column {place}) was left out: “{other}” is taken for the same.").format(
                        header=columns.headers[place], place=place + 1, other=columns.header(name)
                    )
                )
            else:
                columns.places[name] = place
        return [
            excerpt(header) for (_place, header), (_same, key) in zip(free, keys, strict=True) if key not in self._known
        ]


def _place_mapped(columns: Columns, mapping: Mapping[str, str], path: Path) -> None:
    keys = [header_key(header) for header in columns.headers]
    for name, header in mapping.items():
        exact = columns.headers.index(header) if header in columns.headers else None
        if exact is None and header_key(header) not in keys:
            raise BadValue(
                _("{file} has no column “{header}”.").format(file=path.name, header=excerpt(header)),
                hint=_("It has: {headers}.").format(headers=excerpt(_(", ").join(filter(None, columns.headers)))),
            )
        columns.places[name] = keys.index(header_key(header)) if exact is None else exact


def nothing_holds(sentence: str, columns: Columns, path: Path, name: str) -> BadRows:
    """The refusal of a file none of whose columns is known to hold the field ``name``.

    ``sentence`` says so, with places for ``{file}`` and its ``{headers}``.
    """
    return BadRows(
        sentence.format(file=path.name, headers=excerpt(_(", ").join(filter(None, columns.headers)))),
        hint=_('Say which one does: --map FILE with [columns] and {name} = "its header".').format(name=name),
    )


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one cell: ``row`` as the file counts, ``column`` as its header says, ``value`` as it stands."""

    row: int
    column: str
    value: str
    message: str


def read_cells(row: Row, columns: Columns, read: Callable[[str, Value], Any], errors: list[RowError]) -> dict[str, Any]:
    """What ``read`` (field, cell) makes of every cell that has something; a BadValue of it goes to ``errors``."""
    values: dict[str, Any] = {}
    for name, place in columns.places.items():
        cell = row.values[place]
        if cell is None or cell == "":
            continue
        try:
            value = read(name, cell)
        except BadValue as problem:
            message = one_after_another(problem.message, problem.hint)
            errors.append(RowError(row.number, columns.headers[place], shortened(cell), message))
        else:
            if value is not None and value != []:
                values[name] = value
    return values


def shortened(cell: Value) -> str:
    """A cell as an error shows it."""
    text = as_text(cell)
    return text if len(text) <= 100 else text[:100] + "…"


def cell_text(cell: Value, header: str, limit: int) -> str | None:
    """The text of a cell, ``None`` if nothing of it can be seen; BadValue if it is over ``limit`` or no text."""
    text = cell if isinstance(cell, str) else as_text(cell)
    # What can all be printed and has no blanks around it is clean: this spares most cells the long way.
    if len(text) <= limit and text.isprintable() and text[:1] != " " and text[-1:] != " ":
        return text
    return clean(text, field=header, limit=limit) if visible(text) else None


def cell_day(cell: Value, text: str, first_year: int = FIRST_YEAR) -> date:
    """The day that a cell holds, whose ``text`` names year, month and day unless the file keeps it as a day."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    return _day_in(text, first_year)


# The same days stand in many rows, so each is read once.
@functools.lru_cache(maxsize=1000)
def _day_in(text: str, first_year: int) -> date:
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        raise BadValue(_("“{text}” is not clearly one day.").format(text=excerpt(text)), _("Write it as 2026-11-02."))
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        if first_year <= year <= LAST_YEAR:
            return date(year, month, day)
    except ValueError:
        pass
    raise BadValue(_("There is no such day as “{text}”.").format(text=excerpt(text)), _("Write it as 2026-11-02."))
