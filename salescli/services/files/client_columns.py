"""The columns of a client file: which header is which field, and each cell as the value that is stored."""

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from salescli.amounts import excerpt
from salescli.checks import checked_degrees, checked_email, checked_phone, checked_uscc
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.services.files.file_columns import (
    NO_FIELDS,
    NOTHING,
    Columns,
    FileFields,
    RowError,
    cell_day,
    cell_text,
    header_key,
    nothing_holds,
    read_cells,
)
from salescli.tabular.table import Row, Table, Value
from salescli.texts import NAME_LIMIT, NOTE_LIMIT, clean, visible
from salescli.vocabulary import ContactRole, Grade, Lifecycle, parse_word

# What files call each field, the surest name first. The first Chinese and English ones are those of our own exports.
HEADERS: dict[str, tuple[str, ...]] = {
    "code": ("编号", "code", "客户编号", "客户编码", "客户代码", "编码", "代码", "client code", "client id"),
    "name": (
        *("客户名称", "客户", "client", "公司名称", "单位名称", "企业名称", "客户全称", "公司全称", "全称", "名称"),
        *("公司", "单位", "name", "company name", "client name", "customer name", "account name", "company"),
        *("customer", "account", "organization", "organisation"),
    ),
    "short_name": ("简称", "short name", "客户简称", "公司简称"),
    "aliases": ("别名", "aliases", "alias", "曾用名", "other names", "aka"),
    "uscc": (
        *("统一社会信用代码", "credit code", "社会信用代码", "信用代码", "税号", "纳税人识别号", "uscc"),
        *("tax number", "tax id"),
    ),
    "grade": ("等级", "grade", "客户等级", "级别", "客户级别", "客户分级", "分级", "class"),
    "grade_reason": ("分级理由", "reason for the grade", "定级理由", "分级依据", "等级说明", "grade reason"),
    "lifecycle": ("阶段", "lifecycle", "客户状态", "客户阶段", "生命周期", "状态", "stage", "status"),
    "industry": ("行业", "industry", "所属行业", "sector"),
    "source": ("来源", "source", "客户来源", "lead source"),
    "territory": ("区域", "territory", "销售区域", "大区", "region"),
    "district": ("片区", "district", "区县", "城区", "行政区", "area"),
    "address": ("地址", "address", "公司地址", "客户地址", "单位地址", "详细地址", "联系地址", "street"),
    "lat": ("纬度", "latitude", "lat"),
    "lon": ("经度", "longitude", "lon", "lng"),
    "tags": ("标签", "tags", "tag", "客户标签", "labels"),
    "need": ("需求", "need", "客户需求", "needs", "requirement", "requirements"),
    "note": ("备注", "note", "说明", "notes", "remark", "remarks", "comment", "comments", "memo"),
    "owner": ("负责人", "owner", "业务员", "销售", "销售员", "客户经理", "归属人", "sales rep", "account owner"),
    "last_contact_on": (
        *("最近拜访", "last contact", "上次拜访", "最近联系", "上次联系", "最近跟进", "最近拜访日期", "上次拜访日期"),
        *("最近拜访时间", "最近联系时间", "最后拜访", "最后联系", "last contact on", "last visit", "last contacted"),
    ),
    "archived": ("已归档", "archived", "归档"),
    "contact": ("联系人", "contact", "联系人姓名", "姓名", "客户姓名", "contact name", "contact person"),
    "title": ("职务", "title", "职位", "岗位", "job title", "position"),
    "department": ("部门", "department", "所属部门", "科室", "dept"),
    "role": ("角色", "role", "联系人角色", "决策角色"),
    "mobile": (
        *("手机", "mobile", "手机号", "手机号码", "移动电话", "cell", "cell phone", "mobile phone", "mobile number"),
        *("联系电话", "联系方式", "联系手机"),
    ),
    "phone": ("电话", "phone", "座机", "固定电话", "固话", "办公电话", "公司电话", "电话号码", "telephone", "tel"),
    "wechat": ("微信", "wechat", "微信号", "wechat id"),
    "email": ("邮箱", "e-mail", "电子邮箱", "电子邮件", "邮件", "email address", "mail"),
    "birthday": ("生日", "birthday", "出生日期", "date of birth"),
}
_PERSONAL = ("title", "department", "role", "mobile", "phone", "wechat", "email", "birthday")
OF_CONTACT = {"contact": "name", **{name: name for name in _PERSONAL}}
# Columns that our own files carry for people to read: known, and not fields.
FIELDS = FileFields(
    HEADERS,
    no_fields=(*NO_FIELDS, "next due", "下次应联系", "next due on", "days overdue", "逾期天数"),
    second={"mobile": "phone"},
)
_PERSON_NAMES = ("姓名", "客户姓名")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_BETWEEN_NUMBERS = re.compile(r"\s*[/、,;|\n]\s*|(?<=\d{7})\s+(?=\+?\d{7})")
_MOBILE = re.compile(r"(?:\+?86|0086)?1\d{10}")
_IN_LIST = re.compile(r'"((?:[^"]|"")*)"|([^、,，;；|\n"]+)')
_OUR_CODE = re.compile(r"[Cc]0*([1-9]\d{0,6})")


def known_headers(mapping: Mapping[str, str]) -> frozenset[str]:
    """Every header that may stand in a client file, and those of ``mapping``."""
    return FIELDS.known_headers(mapping)


def recognised(table: Table, mapping: Mapping[str, str]) -> Columns:
    """The fields of the table's columns, those of ``mapping`` first.

    Raises BadValue when a mapped header isn't there, BadRows when no column holds the client's name.
    """
    columns = FIELDS.placed(table, mapping)
    if "name" not in columns.places and _is_person_column(columns):
        columns.places["name"] = columns.places.pop("contact")
    if "name" not in columns.places:
        sentence = _("No column of {file} is known to hold the client's name: {headers}.")
        raise nothing_holds(sentence, columns, table.path, "name")
    return columns


def _is_person_column(columns: Columns) -> bool:
    place = columns.places.get("contact")
    return place is not None and header_key(columns.headers[place]) in _PERSON_NAMES


@dataclass(slots=True)
class Incoming:
    """A row that can be taken: the columns of Client and of Contact that it has something for."""

    number: int
    client: dict[str, Any]
    person: dict[str, Any]


@dataclass
class RowReader:
    """Reads rows; ``errors`` gathers what is wrong with them, ``rounded`` and ``foreign`` are rows to speak of.

    ``rounded``: a phone number stood as 1.38E+10, so its last digits may be gone. ``foreign``: the code is not one
    of ours, so it says nothing here.
    """

    columns: Columns
    today: date
    errors: list[RowError] = field(default_factory=list)
    rounded: list[int] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)

    def incoming(self, row: Row) -> Incoming | None:
        """The row as values to store, or None when something in it can't be taken."""
        known = len(self.errors)
        if row.problem:
            self.errors.append(RowError(row.number, "", "", row.problem))
            return None
        values = read_cells(row, self.columns, partial(self._read, number=row.number), self.errors)
        if "name" not in values:
            self._note_nameless(row, known)
        if len(self.errors) > known:
            return None
        self._settle_code(row.number, values)
        person = {OF_CONTACT[name]: values.pop(name) for name in self._of_contact if name in values}
        self._settle_numbers(person)
        return Incoming(row.number, values, person)

    def _note_nameless(self, row: Row, known: int) -> None:
        header = self.columns.header("name")
        if not any(error.column == header for error in self.errors[known:]):
            self.errors.append(RowError(row.number, header, "", _("The {field} is empty.").format(field=header)))

    @functools.cached_property
    def _of_contact(self) -> list[str]:
        return [name for name in OF_CONTACT if name in self.columns.places]

    def notes(self) -> list[str]:
        """What is to be said of the rows read."""
        notes = []
        if self.rounded:
            notes.append(
                _n(
                    "{count} phone number stood as 1.38E+10, so its last digits may be lost (row {row}).",
                    "{count} phone numbers stood as 1.38E+10, so their last digits may be lost (first in row {row}).",
                    len(self.rounded),
                ).format(count=len(self.rounded), row=self.rounded[0])
            )
        if self.foreign:
            notes.append(
                _n(
                    "{count} code is none of this program's and was left out (row {row}).",
                    "{count} codes are none of this program's and were left out (first in row {row}).",
                    len(self.foreign),
                ).format(count=len(self.foreign), row=self.foreign[0])
            )
        return notes

    def _read(self, name: str, cell: Value, number: int) -> Any:
        if name == "last_contact_on" and isinstance(cell, date):
            return self._past(cell_day(cell, ""))
        text = cell_text(cell, self.columns.header(name), _LIMITS.get(name, NAME_LIMIT))
        if text is None or name in _FREE:
            return text
        if text.casefold() in NOTHING:
            return None
        if name == "last_contact_on":
            return self._past(cell_day(cell, text))
        if name in ("mobile", "phone"):
            if _plain_number(text):
                return [text]
            if _ROUNDED.search(text):
                self.rounded.append(number)
        return _READERS[name](text)

    def _past(self, day: date) -> date:
        if day > self.today:
            raise BadValue(_("{day} lies in the future.").format(day=day.isoformat()))
        return day

    def _settle_code(self, number: int, values: dict[str, Any]) -> None:
        code = values.pop("code", None)
        found = _OUR_CODE.fullmatch(code) if code else None
        if found:
            values["code"] = f"C{int(found[1]):04d}"
        elif code:
            self.foreign.append(number)

    def _settle_numbers(self, person: dict[str, Any]) -> None:
        """One number is the mobile, the others are the phone; where there is one column, by what they look like."""
        mobiles, phones = person.pop("mobile", []), person.pop("phone", [])
        if len(mobiles) == 1 and not phones:  # as in most rows
            person["mobile"] = mobiles[0]
            return
        candidates = mobiles if "mobile" in self.columns.places else phones
        mobile = next(filter(_is_mobile, candidates), mobiles[0] if mobiles else None)
        others = [number for number in dict.fromkeys([*mobiles, *phones]) if number != mobile]
        if mobile:
            person["mobile"] = mobile
        if others:
            person["phone"] = " / ".join(others)


_LIMITS = dict.fromkeys(("note", "need", "aliases", "tags"), NOTE_LIMIT)


def split_list(text: str) -> list[str]:
    """The parts of a cell that lists several; a part that holds a separator stands in double quotes."""
    parts = [found[1].replace('""', '"') if found[1] else found[2] or "" for found in _IN_LIST.finditer(text)]
    return [clean(part, field=_("entry")) for part in parts if visible(part)]


def _plain_number(text: str) -> bool:
    """Whether a cell is one number of nothing but digits, as most are: there is nothing to take apart."""
    return 5 <= len(text) <= 20 and text.isascii() and text.isdigit()


def _numbers(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    pieces = [piece for piece in _BETWEEN_NUMBERS.split(plain) if piece]
    if any(sum(map(str.isdigit, piece)) < 5 for piece in pieces):
        pieces = [plain]
    return [checked_phone(_whole(piece)) for piece in pieces]


def _whole(number: str) -> str:
    """A number that a spreadsheet took for a quantity, as digits again."""
    if re.fullmatch(r"\d+\.0+", number):
        return number.split(".")[0]
    return str(int(Decimal(number))) if _ROUNDED.fullmatch(number) else number


def _is_mobile(number: str) -> bool:
    return _MOBILE.fullmatch(re.sub(r"[\s()-]", "", number)) is not None


def _yes_or_no(text: str) -> bool:
    asked = text.casefold()
    if asked in ("yes", "是", "true", "1", "y"):
        return True
    if asked in ("no", "否", "false", "0", "n"):
        return False
    raise BadValue(_("“{text}” is neither yes nor no.").format(text=excerpt(text)))


# The same few words stand in every row, so each is looked up once.
@functools.lru_cache(maxsize=1000)
def _word(text: str, kind: type[Any]) -> str:
    return str(parse_word(text, kind).value)


_READERS: dict[str, Callable[[str], Any]] = {
    "grade": lambda text: _word(text, Grade),
    "lifecycle": lambda text: _word(text, Lifecycle),
    "role": lambda text: _word(text, ContactRole),
    "uscc": checked_uscc,
    "lat": lambda text: checked_degrees(text, 90),
    "lon": lambda text: checked_degrees(text, 180),
    "aliases": split_list,
    "tags": split_list,
    "archived": _yes_or_no,
    "contact": str,
    "mobile": _numbers,
    "phone": _numbers,
    "email": checked_email,
    "birthday": lambda text: cell_day(text, text, first_year=1900),
}
_FREE = HEADERS.keys() - _READERS.keys() - {"last_contact_on"}
