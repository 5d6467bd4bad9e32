"""The columns of a sheet, and what its sections begin with: a bar with the title, or one line that says: none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from salescli.i18n import N_, _
from salescli.render.sheets.layout import Cell, Line, columns_between, shortened


@dataclass(frozen=True)
class Frame:
    """A sheet's columns; the titles of sections go up to ``middle``, what there is to say beside them goes on from it.

    ``nothing`` is what an empty section says.
    """

    widths: Mapping[str, float]
    middle: str
    nothing: str = N_("None this week")

    @property
    def all(self) -> str:
        """Over all columns."""
        return f"A:{self._last}"

    @property
    def _last(self) -> str:
        return list(self.widths)[-1]

    def bar(self, title: str, aside: str = "") -> Line:
        """The title of a section, with what there is to say beside it."""
        return replace(self._bar(title, aside), keep=True)

    def empty(self, title: str, aside: str = "") -> Line:
        """A section without anything in it: one line."""
        return self._bar(title, _("; ").join(filter(None, [_(self.nothing), aside])))

    def _bar(self, title: str, aside: str) -> Line:
        after = columns_between(self.middle, self._last)[1]
        cells = Cell(title, "section", f"A:{self.middle}"), Cell(aside or None, "aside", f"{after}:{self._last}")
        return Line(cells, height=23)

    def note(self, text: str) -> Line:
        """A line of small text below a table."""
        return Line((Cell(text, "note", self.all),))

    def short_line(self, cells: Iterable[Cell], rest: str, head: Line | None, most: int) -> Line:
        """A row whose texts are cut where they would make it too high; ``rest`` says that more follows."""
        return Line(tuple(self.short(cell, rest, most) for cell in cells), head=head)

    def short(self, cell: Cell, rest: str, most: int) -> Cell:
        """A cell whose text is cut after ``most`` lines; ``rest`` says that more follows."""
        if not isinstance(cell.value, str):
            return cell
        text = shortened(cell.value, cell.span, self.widths, most, rest)
        return cell if text == cell.value else replace(cell, value=text)

    def figures(self, told: Iterable[tuple[str, Cell]]) -> list[Line]:
        """Big figures under their names."""
        found = list(told)
        names = tuple(Cell(name, "label", cell.span) for name, cell in found)
        return [Line(names, keep=True), Line(tuple(cell for _name, cell in found), height=26)]


def gap() -> Line:
    """A little air before a section."""
    return Line((), height=8, keep=True)
