"""Text of a Justice Laws file: its provisions in order, each with number, headings and the day of its words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from app.publishing.importers.wording import day_of
from app.publishing.importers.xml_reader import text_of

LIMS = "{http://justice.gc.ca/lims}"
_NUMBERED = ("Section", "Subsection", "Paragraph", "Subparagraph", "Clause", "Subclause", "Item")
_CONTINUED = "Continued"  # words after the paragraphs of a provision; they have no number of their own
_WHOLE = ("AmendedText", "ReadAsText", "FormulaGroup", "Oath", "Provision", "row")  # words without an own number
_PASSED_OVER = ("HistoricalNote", "MarginalNote", "Label", "Text", "RelatedOrNotInForce", "RegulationPiece", "Order")
_TERMS = ("DefinedTermEn", "DefinedTermFr")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Paragraph: a provision with words of its own, in one language.

    `key` is the same in both languages: the number without brackets, and what a definition defines.
    """

    key: str
    label: str
    text: str
    heading: str | None = None
    marginal_note: str | None = None
    since: str | None = None  # ISO day


@dataclass
class _Place:
    """Place in the text: the number so far, and the heading and schedule that it belongs to."""

    lang: str
    heading: str | None = None
    schedule: "_Number | None" = None
    seen: dict[str, int] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """Key of a paragraph: the number, and how often it came before."""
        self.seen[name] = self.seen.get(name, 0) + 1
        return name if self.seen[name] == 1 else f"{name} #{self.seen[name]}"


class _Number(NamedTuple):
    """Number of a provision: as a reader cites it, and as both languages have it, in parts without brackets."""

    label: str = ""
    key: str = ""
    before_part: str = ""  # the text between the label and that of a part

    def within(self, label: str) -> "_Number":
        """Number of a part of this provision."""
        part = self.before_part + label if label else ""
        return _Number(self.label + part, f"{self.key} {label.strip('()')}".strip())


def paragraphs(root: etree._Element, lang: str) -> Iterator[Paragraph]:
    """Provisions of a file, in order."""
    place = _Place(lang)
    for element in root.iterfind("Body"):
        yield from _within(element, place, _Number())
    for count, element in enumerate(root.iterfind("Schedule"), 1):
        place.heading = text_of(element.find("ScheduleFormHeading/TitleText"))
        label = text_of(element.find("ScheduleFormHeading/Label")) or ("Schedule", "Annexe")[lang == "fr"]
        place.schedule = _Number(label, f"schedule {count}")
        yield from _within(element, place, _Number())


def _within(element: etree._Element, place: _Place, number: _Number) -> Iterator[Paragraph]:
    for child in element:
        name = etree.QName(child).localname
        if name == "Heading":
            place.heading = text_of(child.find("TitleText"))
        elif name in _NUMBERED:
            yield from _provision(child, place, number)
        elif name == "Definition":
            yield from _definition(child, place, number)
        elif name.startswith(_CONTINUED):
            yield from _paragraph(child, place, number, _words(child))
            yield from _within(child, place, number)
        elif name in _WHOLE:
            yield from _paragraph(child, place, number if number.label else place.schedule or number, _joined(child))
        elif name not in _PASSED_OVER:
            yield from _within(child, place, number)


def _provision(element: etree._Element, place: _Place, within: _Number) -> Iterator[Paragraph]:
    label = text_of(element.find("Label")) or ""
    number = within.within(label) if within.label or not place.schedule else _item(place, place.schedule, label)
    repealed = element.find("Repealed")
    words = _words(element)
    if words is None and repealed is not None:
        words = text_of(repealed)
    yield from _paragraph(element, place, number, words)
    yield from _within(element, place, number)


def _item(place: _Place, schedule: _Number, label: str) -> _Number:
    word = ("item", "article")[place.lang == "fr"]
    return _Number(f"{schedule.label}, {word} {label}" if label else schedule.label, f"{schedule.key} {label}")


def _definition(element: etree._Element, place: _Place, number: _Number) -> Iterator[Paragraph]:
    """Definition: its label has the term. Its key has it in both languages, since each sorts in its own way."""
    terms = {name: text_of(element.find(f".//{name}")) for name in _TERMS}
    own = terms[_TERMS[place.lang == "fr"]]
    defined = number
    if own and number.label:
        both = " / ".join((term or "").casefold() for term in terms.values())
        defined = _Number(f"{number.label}, {own}", f"{number.key} {both}", " ")
    yield from _paragraph(element, place, defined, _words(element))
    yield from _within(element, place, defined)


def _paragraph(element: etree._Element, place: _Place, number: _Number, words: str | None) -> Iterator[Paragraph]:
    if words and number.label:
        yield Paragraph(
            place.key(number.key),
            number.label,
            words,
            place.heading,
            text_of(element.find("MarginalNote")),
            day_of(element.get(f"{LIMS}inforce-start-date")),
        )


def _words(element: etree._Element) -> str | None:
    """Words of a provision's own text; a repeal within it is set off by a blank."""
    text = element.find("Text")
    return _joined(text) if text is not None and text.find("Repealed") is not None else text_of(text)


def _joined(element: etree._Element) -> str | None:
    """Words of all parts of an element, with a blank between two of them."""
    return " ".join(" ".join(map(str, element.itertext())).split()) or None
