"""Numbers of Canadian laws: what both languages have in common, how each cites it, and where Justice Laws has it."""

import re
from typing import NamedTuple

from lxml import etree

from app.publishing.importers.wording import slug
from app.publishing.importers.xml_reader import text_of

# Statutes by their chapter, under the ids that the dossier has for them.
STATUTES = {
    "U-2": "united-nations-act",
    "S-14.5": "special-economic-measures-act",
    "E-19": "export-and-import-permits-act",
    "I-2.5": "immigration-and-refugee-protection-act",
}
_SERIES = {"SOR": ("SOR", "DORS"), "DORS": ("SOR", "DORS"), "SI": ("SI", "TR"), "TR": ("SI", "TR")}
_IN_SERIES = re.compile(r"(SOR|DORS|SI|TR)/(\d{2,4}-\d+)", re.IGNORECASE)
_REVISED = re.compile(r"C\.R\.C\., ch?\. ?(\S+)", re.IGNORECASE)
_ANNUAL = ("AnnualStatuteNumber", "YYYY")
_SITE = "https://laws-lois.justice.gc.ca"


class LawNumber(NamedTuple):
    """Number of a law, with the same `id` in both languages. `official` says that the law is cited by it."""

    id: str
    en: str
    fr: str
    en_address: str
    fr_address: str
    official: bool = True

    @property
    def citation(self) -> dict[str, str] | None:
        """Citation in both languages; None where the number only serves to find the law."""
        return {"en": self.en, "fr": self.fr} if self.official else None


def number_of(identification: etree._Element | None, *, statute: bool) -> LawNumber | None:
    """Number that a file gives, in either language; None if it gives none."""
    if identification is None:
        return None
    if statute:
        return _chapter(identification)
    number = text_of(identification.find("InstrumentNumber"))
    return regulation_number(number) if number else None


def regulation_number(number: str) -> LawNumber:
    """Number of a regulation, by its own in either language: SOR/2006-287, TR/97-5, `C.R.C., ch. 870`."""
    if found := _IN_SERIES.fullmatch(number):
        english, french = (f"{series}/{found[2]}" for series in _SERIES[found[1].upper()])
    elif found := _REVISED.fullmatch(number):
        english, french = f"C.R.C., c. {found[1]}", f"C.R.C., ch. {found[1]}"
    else:
        english = french = number
    return LawNumber(slug(english), english, french, *_addresses("regulations", "reglements", english, french))


def regulations_in(text: str) -> list[LawNumber]:
    """Regulations that a text names by number, each once."""
    return [*dict.fromkeys(regulation_number(found[0]) for found in _IN_SERIES.finditer(text))]


def _chapter(identification: etree._Element) -> LawNumber | None:
    """Chapter of a statute: of the Revised Statutes, or of its year where the number in them is not official."""
    consolidated = identification.find("Chapter/ConsolidatedNumber")
    number = text_of(consolidated)
    if consolidated is None or number is None:
        return None
    annual, year = (text_of(identification.find(f"Chapter/AnnualStatuteId/{name}")) for name in _ANNUAL)
    official = consolidated.get("official") != "no"
    english, french = f"R.S.C. 1985, c. {number}", f"L.R.C. 1985, ch. {number}"
    if not official:
        english = french = number
        if annual and year:
            official, english, french = True, f"S.C. {year}, c. {annual}", f"L.C. {year}, ch. {annual}"
    id = STATUTES.get(number) or slug("act", number)
    return LawNumber(id, english, french, *_addresses("acts", "lois", number, number), official)


def _addresses(english_kind: str, french_kind: str, english: str, french: str) -> tuple[str, str]:
    parts = (number.replace("/", "-").replace(" ", "_") for number in (english, french))
    return (f"{_SITE}/eng/{english_kind}/{next(parts)}/", f"{_SITE}/fra/{french_kind}/{next(parts)}/")
