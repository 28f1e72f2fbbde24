"""Importer of the United Nations Security Council Consolidated List (XML): the parties of list type DPRK.

Facts are taken: names, dates, numbers, places, and functions of up to eleven words. The list's own sentences, comments
and longer functions, are not.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from app.model import edtf
from app.publishing.importers.base import (
    XML_TYPES,
    Floor,
    Importer,
    InputFile,
    LeftOut,
    Reading,
    SeedForm,
    UnreadableFile,
)
from app.publishing.importers.wording import day_in_words, day_of, of_file, slug
from app.publishing.importers.xml_reader import read_elements, read_root_attributes, text_of

_SOURCE = "un-consolidated-list"
_ROOT = "CONSOLIDATED_LIST"
_KINDS = {"INDIVIDUAL": "person", "ENTITY": "entity"}
_LIST_TYPE = "DPRK"
_DAY_LENGTH = len("1944-10-13")  # older lists add the zone of a day
_MOST_WORDS = 11  # of a function: longer ones are sentences of the list
_NUMBER = re.compile(r"KP[ei]\.\d+")  # of the committee on North Korea, whatever a file in another language calls it
_QUALITIES = {"good": "good", "low": "low"}  # of entities the list says only a.k.a. and f.k.a., which is no quality
_COUNTRY_FIELDS = ("COUNTRY_OF_ISSUE", "ISSUING_COUNTRY")
_SCRIPTS = (("HANGUL", "Kore"), ("CJK", "Hani"))  # by the beginning of the names of their characters
_ADDRESS = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
_SANCTIONS = "unscr-1718"  # created the list: its committee names parties too
_MEASURES = {
    "person": ["un-asset-freeze", "un-property-disclosure-duty", "un-travel-ban"],
    "entity": ["un-asset-freeze", "un-property-disclosure-duty"],
}
# Resolutions that listed parties in their annexes, by the day of their adoption, which is the day of listing.
_RESOLUTIONS = {
    "2013-01-22": "unscr-2087",
    "2013-03-07": "unscr-2094",
    "2016-03-02": "unscr-2270",
    "2016-11-30": "unscr-2321",
    "2017-06-02": "unscr-2356",
    "2017-08-05": "unscr-2371",
    "2017-09-11": "unscr-2375",
    "2017-12-22": "unscr-2397",
}


def read(files: Sequence[InputFile]) -> Reading:
    """Designations of the list. Entries without number, name or day of listing are left out, and those of others.

    Raises UnreadableFile for what is not this list in XML, or does not say of which day it is.
    """
    (file,) = files
    day = day_of(read_root_attributes(file, _ROOT).get("dateGenerated"))
    if not day:
        raise UnreadableFile(file, "file-without-date", field="dateGenerated")
    reading = Reading([of_file(file, _source(day))], complete=True)
    found: dict[str, SeedForm] = {}
    for element in read_elements(file, _ROOT, _KINDS.keys()):
        _add(reading, found, file, element, day)
    reading.records["designations"] = [*found.values()]
    persons = sum(record["kind"] == "person" for record in found.values())
    reading.totals = {"persons": persons, "entities": len(found) - persons}
    return reading


def _add(reading: Reading, found: dict[str, SeedForm], file: InputFile, element: etree._Element, day: str) -> None:
    """Add the designation of an entry to those found so far, by id, or why it is left out."""
    number = (text_of(element.find("REFERENCE_NUMBER")) or "").strip()
    if text_of(element.find("UN_LIST_TYPE")) != _LIST_TYPE and not _NUMBER.fullmatch(number):
        reading.left_out.append(LeftOut(file.name, element.sourceline, number, "other-list-type", expected=True))
        return
    name = _name(element)
    listed = day_of(text_of(element.find("LISTED_ON")))
    missing = [
        field for field, value in (("REFERENCE_NUMBER", number), ("name", name), ("LISTED_ON", listed)) if not value
    ]
    if missing:
        fault = "row-without-value", {"field": missing[0]}
        reading.left_out.append(LeftOut(file.name, element.sourceline, number or name or "?", *fault))
        return
    record = _designation(element, number, name, str(listed), day)
    if record["id"] in found:
        fault = "row-repeated", {"id": number}
        reading.left_out.append(LeftOut(file.name, element.sourceline, number, *fault))
        return
    found[record["id"]] = record


def _designation(element: etree._Element, number: str, name: str, listed: str, day: str) -> dict[str, Any]:
    kind = _KINDS[etree.QName(element).localname]
    prefix = "INDIVIDUAL" if kind == "person" else "ENTITY"
    days = (day_of(text_of(one)) for one in element.iterfind("LAST_DAY_UPDATED/VALUE"))
    amended = max(filter(None, days), default=None)
    record: dict[str, Any] = {
        "id": slug("un", number),
        "kind": kind,
        "reference_number": number,
        "title": {"en": name, "fr": name},
        "summary": _summary(kind, number, listed, amended),
        "names": [*_names(element, name, prefix)],
        "birth_dates": [*_birth_dates(element)],
        "birth_places": [*_places(element, "INDIVIDUAL_PLACE_OF_BIRTH")],
        "nationalities": [*_texts(element, "NATIONALITY/VALUE")],
        "positions": [one for one in _texts(element, "DESIGNATION/VALUE") if len(one.split()) <= _MOST_WORDS],
        "documents": [*_documents(element)],
        "addresses": [*_places(element, f"{prefix}_ADDRESS")],
        "listed_on": listed,
        "amended_on": amended,
        "status": "in-force",
        "status_as_of": day,
        "resolutions": [*dict.fromkeys((_RESOLUTIONS.get(listed, _SANCTIONS), _SANCTIONS))],
        "measures": _MEASURES[kind],
        "citations": [{"source": _SOURCE, "section": {"en": number, "fr": number}}],
    }
    return {field: value for field, value in record.items() if value not in (None, [])}


def _name(element: etree._Element) -> str:
    parts = (text_of(element.find(f"{which}_NAME")) for which in ("FIRST", "SECOND", "THIRD", "FOURTH"))
    return " ".join(part for part in parts if part)


def _names(element: etree._Element, name: str, prefix: str) -> Iterator[SeedForm]:
    """Primary name, aliases without their quotation marks, each once, and the name in its own script."""
    yield {"name": name, "kind": "primary"}
    seen = {name}
    for alias in element.iterfind(f"{prefix}_ALIAS"):
        text = (text_of(alias.find("ALIAS_NAME")) or "").strip("\"“”'‘’ ")
        if text and text not in seen:
            seen.add(text)
            quality = _QUALITIES.get((text_of(alias.find("QUALITY")) or "").lower())
            yield {"name": text, "kind": "alias", **({"quality": quality} if quality else {})}
    if original := text_of(element.find("NAME_ORIGINAL_SCRIPT")):
        script = _script(original)
        yield {"name": original, "kind": "original-script", **({"script": script} if script else {})}


def _script(text: str) -> str | None:
    """Script of a name (ISO 15924): `Kore` if it has Hangul, `Hani` if only Chinese characters; None for others."""
    found = {script for sign in text for start, script in _SCRIPTS if unicodedata.name(sign, "").startswith(start)}
    return "Kore" if "Kore" in found else min(found, default=None)


def _birth_dates(element: etree._Element) -> Iterator[str]:
    """Dates of birth as EDTF, each once: a day, a year, or the years between which it is; those of aliases are last."""
    given = [_birth_date(birth) for birth in element.iterfind("INDIVIDUAL_DATE_OF_BIRTH")]
    given += [(text_of(one) or "")[:_DAY_LENGTH] for one in element.iterfind("INDIVIDUAL_ALIAS/DATE_OF_BIRTH")]
    yield from dict.fromkeys(date for date in given if _is_date(date))


def _birth_date(birth: etree._Element) -> str:
    first, last = text_of(birth.find("FROM_YEAR")), text_of(birth.find("TO_YEAR"))
    if first and last:
        return f"[{first}..{last}]"
    date = (text_of(birth.find("DATE")) or "")[:_DAY_LENGTH] or text_of(birth.find("YEAR")) or ""
    return f"{date}~" if text_of(birth.find("TYPE_OF_DATE")) == "APPROXIMATELY" else date


def _is_date(text: str) -> bool:
    try:
        edtf.bounds(text)
    except edtf.EdtfError:
        return False
    return True


def _documents(element: etree._Element) -> Iterator[SeedForm]:
    seen = set[tuple[str, str]]()
    for document in element.iterfind("INDIVIDUAL_DOCUMENT"):
        number = text_of(document.find("NUMBER"))
        kind = text_of(document.find("TYPE_OF_DOCUMENT"))
        if kind and "pas" in kind.lower():
            kind = "Passport"  # the list says it in three languages
        if number and kind and (kind, number) not in seen:
            seen.add((kind, number))
            country = next((text for name in _COUNTRY_FIELDS if (text := text_of(document.find(name)))), None)
            yield {"kind": kind, "number": number, **({"country": country} if country else {})}


def _places(element: etree._Element, name: str) -> Iterator[str]:
    """Places in one line each, from the parts of an address; a country alone is one too."""
    seen = set[str]()
    for place in element.iterfind(name):
        text = ", ".join(part for field in _ADDRESS if (part := text_of(place.find(field))))
        if text and text not in seen:
            seen.add(text)
            yield text


def _texts(element: etree._Element, path: str) -> Iterator[str]:
    yield from dict.fromkeys(text for one in element.iterfind(path) if (text := text_of(one)))


def _summary(kind: str, number: str, listed: str, amended: str | None) -> dict[str, str]:
    since, changed = day_in_words(listed), day_in_words(amended) if amended else None
    what = {"person": ("Person", "Personne"), "entity": ("Entity", "Entité")}[kind]
    en = f"{what[0]} on the Security Council’s list for North Korea since {since['en']}, under number {number}."
    fr = (
        f"{what[1]} inscrite sur la liste du Conseil de sécurité visant la Corée du Nord depuis le {since['fr']}, sous "
        f"le numéro {number}."
    )
    if changed:
        en += f" The entry was last changed on {changed['en']}."
        fr += f" L’inscription a été modifiée pour la dernière fois le {changed['fr']}."
    return {"en": en, "fr": fr}


def _source(day: str) -> SeedForm:
    return {
        "id": _SOURCE,
        "kind": "dataset",
        "title": {
            "en": "United Nations Security Council Consolidated List (XML)",
            "fr": "Liste récapitulative du Conseil de sécurité de l’ONU (XML)",
        },
        "summary": {
            "en": "File with all parties that the Security Council and its committees list. Those of the committee on "
            "North Korea are here.",
            "fr": "Fichier de toutes les parties inscrites par le Conseil de sécurité et ses comités. Celles du comité "
            "sur la Corée du Nord se trouvent ici.",
        },
        "publisher": {"en": "United Nations", "fr": "Organisation des Nations Unies"},
        "address": {
            "en": "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
            "fr": "https://main.un.org/securitycouncil/fr/content/un-sc-consolidated-list",
        },
        "language": "en",
        "licence": {
            "en": "United Nations document; terms of use of the United Nations website",
            "fr": "Document des Nations Unies; conditions d’utilisation du site Web de l’ONU",
        },
        "content_as_of": day,
    }


def _key(record: SeedForm) -> str | None:
    return str(record["reference_number"]).strip().lower()


def ended(record: SeedForm, before: str | None, now: str | None) -> SeedForm:
    """A designation that the list no longer has: taken off it after the earlier list and by the newer one."""
    if record.get("status") == "ended":
        return record
    between = f"[{before}..{now}]" if before and now and before != now else now or before
    return {**record, "status": "ended", "status_as_of": now or before, "delisted_on": between}


IMPORTER = Importer(
    name="un-list",
    about="persons and entities that the Security Council lists for North Korea (XML), as designations",
    media_types=XML_TYPES,
    read=read,
    one_file=True,
    floors=(
        Floor("designations", 100),
        Floor("designations", 0.3, "birth_dates"),  # half of the parties are persons
        Floor("designations", 0.3, "nationalities"),
        Floor("designations", 0.3, "addresses"),
    ),
    keys={"designations": _key},
    optional={"designations": ("resolutions", "measures")},
    ended=ended,
    most_bytes=50_000_000,
)
