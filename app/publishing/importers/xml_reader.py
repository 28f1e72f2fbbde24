"""XML reader: elements of a file, by a parser that resolves no entity, reads no other file and has libxml2's limits.

The limits: 256 levels, 10 MB for one text, no growth by entities. A document type is refused: no publisher's file has
one, and all attacks by entities need one.
"""

import re
from collections.abc import Collection, Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from app.publishing.importers.base import InputFile, UnreadableFile

_SHOWN = 100  # characters of a name that a message repeats
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def read_root(file: InputFile, name: str) -> etree._Element:
    """Root element of a small file, with its whole tree. Raises UnreadableFile if it is not XML with a root `name`."""
    try:
        root = etree.fromstring(file.body, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _broken(file, error) from None
    _check_root(file, root, name)
    return root


def read_root_attributes(file: InputFile, name: str) -> dict[str, str]:
    """Attributes of the root element; nothing below it is read. Raises UnreadableFile as `read_root`."""
    try:
        _, root = next(iter(etree.iterparse(BytesIO(file.body), events=("start",), **_SAFE)))
    except (etree.XMLSyntaxError, StopIteration, ValueError) as error:
        raise _broken(file, error) from None
    _check_root(file, root, name)
    return {str(key): str(value) for key, value in root.attrib.items()}


def read_elements(file: InputFile, root: str, names: Collection[str]) -> Iterator[etree._Element]:
    """Elements of some names below the root, one after the other; each is emptied when the next is asked for.

    Memory stays at the size of one element. Raises UnreadableFile if the file is not XML with a root `root`, also
    after elements were given: nothing may be published before all are read.
    """
    events = etree.iterparse(BytesIO(file.body), events=("start", "end"), **_SAFE)
    open_elements = 0
    try:
        for event, element in events:
            if event == "start":
                if not open_elements:
                    _check_root(file, element, root)
                open_elements += 1
                continue
            open_elements -= 1
            if etree.QName(element).localname in names:
                yield element
                _forget(element)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _broken(file, error) from None


def text_of(element: etree._Element | None) -> str | None:
    """Text of an element with its descendants, white space normalised; None where it is missing or empty."""
    if element is None:
        return None
    return " ".join("".join(map(str, element.itertext())).split()) or None


def _forget(element: etree._Element) -> None:
    """Free an element that was read, and all elements before it in its parent."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)


def _check_root(file: InputFile, root: etree._Element, name: str) -> None:
    if root.getroottree().docinfo.doctype:
        raise UnreadableFile(file, "xml-document-type")
    found = etree.QName(root).localname
    if found != name:
        raise UnreadableFile(file, "xml-other-root", root.sourceline, found=found[:_SHOWN], expected=name)


def _broken(file: InputFile, error: Exception) -> UnreadableFile:
    line = getattr(error, "lineno", None) or None
    reason = re.split(r",? \(?line ", str(error))[0].partition("\n")[0]
    return UnreadableFile(file, "not-xml", line, reason=reason)
