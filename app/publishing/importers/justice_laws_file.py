"""File of Justice Laws: what it says of its law, in one language."""

from dataclasses import dataclass
from datetime import date

from lxml import etree

from app.model.fields import LANGUAGES
from app.publishing.importers.base import InputFile, UnreadableFile
from app.publishing.importers.justice_laws_numbers import LawNumber, number_of, regulations_in
from app.publishing.importers.justice_laws_text import LIMS, Paragraph, paragraphs
from app.publishing.importers.wording import day_of
from app.publishing.importers.xml_reader import read_root, text_of


@dataclass(slots=True)
class LawText:
    """Text of an instrument in one language, as its file has it."""

    file: InputFile
    lang: str
    number: LawNumber
    title: str
    current: str  # ISO day
    registered: str | None
    enabling: list[str]
    repealed: bool
    repealed_from: str | None  # ISO day
    in_force: bool
    amendments: dict[LawNumber, str | None]  # the latest texts that amended it, with the ISO day of the change
    made_by_council: bool
    statute: bool
    paragraphs: list[Paragraph]


def read_law(file: InputFile) -> LawText:
    """What a file says. Raises UnreadableFile where it is no law, or does not say which or of what day."""
    name = "Statute" if b"<Statute" in file.body[:2000] else "Regulation"
    root = read_root(file, name)
    lang = root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    identification = root.find("Identification")
    statute = name == "Statute"
    number = number_of(identification, statute=statute)
    titles = ("ShortTitle", "LongTitle") if statute else ("LongTitle", "ShortTitle")  # as it is called
    title = text_of(_within(identification, *titles))
    if lang not in LANGUAGES or number is None or not title:
        raise UnreadableFile(file, "law-without-identification")
    repealed = root.find("Repealed")
    return LawText(
        file,
        lang,
        number,
        title,
        _current_day(file, root),
        _registered(identification),
        [str(link.get("link")) for link in root.iterfind("Identification/EnablingAuthority//XRefExternal")],
        repealed is not None,
        day_of(repealed.get(f"{LIMS}inforce-start-date")) if repealed is not None else None,
        root.get("in-force") != "no",
        _amendments(root),
        text_of(root.find("Identification/RegulationMakerOrder/RegulationMaker")) in ("P.C.", "C.P."),
        statute,
        [*paragraphs(root, lang)],
    )


def _amendments(root: etree._Element) -> dict[LawNumber, str | None]:
    """The latest regulations that amended the text, with the day of the change."""
    return {
        number: day_of(text_of(amendment.find("AmendmentDate")))
        for amendment in root.iterfind("RecentAmendments/Amendment")
        for number in regulations_in(text_of(amendment.find("AmendmentCitation")) or "")
    }


def _within(element: etree._Element | None, *paths: str) -> etree._Element | None:
    if element is None:
        return None
    found = (element.find(path) for path in paths)
    return next((one for one in found if one is not None), None)


def _current_day(file: InputFile, root: etree._Element) -> str:
    """Day to which the text is current. Raises UnreadableFile if it does not say."""
    if day := day_of(root.get(f"{LIMS}current-date")):
        return day
    raise UnreadableFile(file, "file-without-date", field="current-date")


def _registered(identification: etree._Element | None) -> str | None:
    """Day of registration, whose month and day may have one digit; None if there is none."""
    day = _within(identification, "RegistrationDate/Date", "BillHistory/Stages[@stage='assented-to']/Date")
    if day is None:
        return None
    try:
        year, month, number = (int(text_of(day.find(part)) or "") for part in ("YYYY", "MM", "DD"))
        return date(year, month, number).isoformat()
    except ValueError:
        return None
