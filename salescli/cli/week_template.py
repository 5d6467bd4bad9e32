"""`week sheet --template FILE --map FILE`: the company's own workbook, filled in."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from salescli import render
from salescli.errors import BadValue
from salescli.i18n import _

if TYPE_CHECKING:
    from salescli.services.reporting.weeks import WeekReport
    from salescli.tabular.filling import Workbook
    from salescli.tabular.template_map import TemplateMap

_ENDINGS = (".xlsx", ".xlsm")


@dataclass
class Form:
    """A workbook to fill in and its map; ``left`` is what could not be filled, in sentences."""

    book: "Workbook"
    wanted: "TemplateMap"
    ending: str
    left: list[str] = field(default_factory=list)

    def filled(self, report: "WeekReport", *, mask: bool) -> bytes:
        """The bytes of the workbook with the week in it."""
        from salescli.tabular import template_map  # for imports and templates alone

        self.left = template_map.fill(self.book, self.wanted, render.week_fields.week_fields(report, mask=mask))
        return self.book.to_bytes()


def read(template: Path | None, map_file: Path | None) -> Form | None:
    """The form that the options name; None without any. BadValue for one without the other, or no workbook's name."""
    if template is None and map_file is None:
        return None
    if template is None or map_file is None:
        raise BadValue(
            _("--template and --map go together."), hint=_("The map says which cell or table takes which field.")
        )
    if template.suffix.lower() not in _ENDINGS:
        raise BadValue(
            _("“{file}” does not end in .xlsx.").format(file=template.name),
            hint=_("Save the template as .xlsx in Excel or WPS."),
        )
    from salescli.tabular import filling, guard, table, template_map  # for imports and templates alone

    book = filling.Workbook(template.name, guard.read_bytes(template, table.DEFAULT_LIMITS))
    return Form(book, template_map.read_map(map_file), template.suffix.lower())
