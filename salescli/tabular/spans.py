"""XML parts with the place of every element in their bytes, so that a few can be replaced and the rest stays as it is.

Reading a part into a tree and writing it again loses what the library doesn't know: prefixes, line breaks in
attributes, extensions. Here only the bytes of what changes are touched.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE_END = re.compile(rb"\s*/?>$")


@dataclass(eq=False)
class Element:
    """An element and its bytes: ``begin`` to ``end``, its content from ``inner_begin`` to ``inner_end``.

    ``name`` is without the prefix; ``prefix`` ends in a colon, or is empty.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    begin: int
    inner_begin: int
    inner_end: int = 0
    end: int = 0
    children: "list[Element]" = field(default_factory=list)

    def all(self, name: str) -> "Iterator[Element]":
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next(self.all(name), None)

    def below(self) -> "Iterator[Element]":
        """It and everything in it, in order."""
        yield self
        for child in self.children:
            yield from child.below()


@dataclass(frozen=True)
class Splice:
    """Bytes to stand in place of those from ``begin`` to ``end``."""

    begin: int
    end: int
    content: bytes


def root_of(data: bytes) -> Element:
    """The root of an XML part in UTF-8. Raises ValueError for what isn't one."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("not in UTF-8")
    parser = expat.ParserCreate()
    outside = Element("", "", {}, 0, 0)
    open_elements = [outside]

    def begin(name: str, attributes: dict[str, str]) -> None:
        place = parser.CurrentByteIndex
        tag = _TAG.match(data, place)
        assert tag is not None
        prefix, colon, local = name.rpartition(":")
        element = Element(local, prefix + colon, attributes, place, tag.end())
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(_name: str) -> None:
        element = open_elements.pop()
        if data[element.inner_begin - 2 : element.inner_begin] == b"/>":
            element.inner_end = element.end = element.inner_begin
        else:
            element.inner_end = parser.CurrentByteIndex
            element.end = data.index(b">", element.inner_end) + 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return outside.children[0]


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """``data`` with the splices made, which must not overlap."""
    pieces, place = [], 0
    for splice in sorted(splices, key=lambda one: (one.begin, one.end)):
        pieces += [data[place : splice.begin], splice.content]
        place = splice.end
    return b"".join([*pieces, data[place:]])


def tag_with(data: bytes, element: Element, **attributes: str | None) -> bytes:
    """The opening tag of ``element`` with these attributes set, or taken out where they are None."""
    tag = data[element.begin : element.inner_begin]
    closing = _ATTRIBUTE_END.search(tag)
    assert closing is not None
    inside, closing_bytes = tag[: closing.start()], closing.group().strip()
    for name, value in attributes.items():
        inside = re.sub(rf"""\s{name}\s*=\s*("[^"]*"|'[^']*')""".encode(), b"", inside)
        if value is not None:
            inside += f' {name}="{escape(value, {chr(34): "&quot;"})}"'.encode()
    return inside + closing_bytes
