"""Importer of Justice Laws (XML): regulations, orders and statutes of Canada with their provisions.

A file is in one language. Two files of one instrument and one day make one record in both; one file alone gives the
words in its language. Nothing of the words is altered but white space.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lxml import etree

from app.publishing.importers.base import Floor, Importer, InputFile, LeftOut, Reading, SeedForm, UnreadableFile
from app.publishing.importers.justice_laws_numbers import (
    STATUTES,
    LawNumber,
    number_of,
    regulations_in,
)
from app.publishing.importers.justice_laws_text import LIMS, Paragraph, paragraphs
from app.publishing.importers.wording import day_in_words, day_of, of_file, slug
from app.publishing.importers.xml_reader import read_root, text_of

_LANGUAGES = ("en", "fr")
_ORDERS = ("order", "décret", "arrêté")


@dataclass(slots=True)
class _Text:
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
    paragraphs: list[Paragraph] = field(default_factory=list)


def read(files: Sequence[InputFile]) -> Reading:
    """Instruments of the files, each with its provisions. Raises UnreadableFile for languages of different days."""
    reading = Reading()
    instruments: defaultdict[str, dict[str, _Text]] = defaultdict(dict)
    for file in files:
        text = _read_text(file)
        together = instruments[text.number.id]
        if text.lang in together:
            raise UnreadableFile(file, "second-file-of-kind")
        together[text.lang] = text
    for texts in instruments.values():
        _add(reading, {lang: texts[lang] for lang in _LANGUAGES if lang in texts})
    reading.supporting["legal-instruments"] = [*_amending([*instruments.values()])]
    reading.totals["provisions"] = sum(len(one["provisions"]) for one in reading.records.get("legal-instruments", []))
    return reading


def _read_text(file: InputFile) -> _Text:
    name = "Statute" if b"<Statute" in file.body[:2000] else "Regulation"
    root = read_root(file, name)
    lang = root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    identification = root.find("Identification")
    statute = name == "Statute"
    number = number_of(identification, statute=statute)
    titles = ("ShortTitle", "LongTitle") if statute else ("LongTitle", "ShortTitle")  # as it is called
    title = text_of(_within(identification, *titles))
    if lang not in _LANGUAGES or number is None or not title:
        raise UnreadableFile(file, "law-without-identification")
    repealed = root.find("Repealed")
    return _Text(
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


def _add(reading: Reading, texts: Mapping[str, _Text]) -> None:
    one = next(iter(texts.values()))
    if len({text.current for text in texts.values()}) > 1:
        raise UnreadableFile(one.file, "languages-of-different-days")
    reading.sources += [of_file(text.file, _source(text)) for text in texts.values()]
    reading.left_out += _unpaired(texts)
    reading.records.setdefault("legal-instruments", []).append(_instrument(texts))


def _instrument(texts: Mapping[str, _Text]) -> SeedForm:
    """Record of an instrument. What one language alone does not have, it has of the other."""
    one = texts.get("en") or texts["fr"]
    english, french = texts.get("en", one), texts.get("fr", one)
    registered, ended = one.registered, one.repealed_from
    record: dict[str, Any] = {
        "id": one.number.id,
        "kind": _kind(one),
        "title": {"en": english.title, "fr": french.title},
        "summary": _summary(one),
        "legal_citation": one.number.citation,
        "issuer": _issuer(one),
        "date": registered,
        "in_force_from": registered if any(part.since == registered for part in one.paragraphs) else None,
        "in_force_to": _day_before(ended) if ended else None,
        "status": _status(one),
        "status_as_of": one.current,
        "enabled_by": [STATUTES[link] for link in dict.fromkeys(one.enabling) if link in STATUTES],
        "provisions": [*_provisions(texts)],
        "citations": [_citation(text) for text in texts.values()],
    }
    return {name: value for name, value in record.items() if value is not None}


def _amending(instruments: Iterable[Mapping[str, _Text]]) -> Iterator[SeedForm]:
    """Records of the texts that amended the instruments, each with the day of the change."""
    amended: defaultdict[LawNumber, list[_Text]] = defaultdict(list)
    for texts in instruments:
        one = texts.get("en") or texts["fr"]
        for number in one.amendments:
            amended[number].append(one)
    read = {(texts.get("en") or texts["fr"]).number.id for texts in instruments}
    for number, them in amended.items():
        if number.id not in read:
            yield _amendment(number, them)


def _amendment(number: LawNumber, amended: Sequence[_Text]) -> SeedForm:
    english = " and ".join(one.number.en for one in amended)
    french = " et ".join(one.number.fr for one in amended)
    one, since = amended[0], amended[0].amendments[number]
    return {
        "id": number.id,
        "kind": _kind(one),
        "title": {"en": f"{number.en}, which amends {english}", "fr": f"{number.fr}, qui modifie {french}"},
        "summary": {
            "en": f"Text that the consolidation of {english} names among its latest amendments.",
            "fr": f"Texte que la codification de {french} cite parmi ses dernières modifications.",
        },
        "legal_citation": number.citation,
        "amends": [one.number.id for one in amended],
        "citations": [_citation(one) for one in amended],
        **({"in_force_from": since, "status": "in-force", "status_as_of": one.current} if since else {}),
    }


def _kind(text: _Text) -> str:
    if text.statute:
        return "statute"
    return "order" if any(word in text.title.lower().split() for word in _ORDERS) else "regulation"


def _issuer(text: _Text) -> str | None:
    if text.statute:
        return "parliament-of-canada"
    return "governor-in-council" if text.made_by_council else None


def _day_before(day: str) -> str:
    return date.fromordinal(max(1, date.fromisoformat(day).toordinal() - 1)).isoformat()


def _status(text: _Text) -> str:
    if text.repealed:
        return "ended"
    return "in-force" if text.in_force else "not-yet"


def _summary(text: _Text) -> dict[str, str]:
    current = day_in_words(text.current)
    if text.repealed_from:
        end = day_in_words(text.repealed_from)
        return {
            "en": f"Canadian law, repealed on {end['en']}.",
            "fr": f"Texte de droit canadien abrogé le {end['fr']}.",
        }
    return {
        "en": f"Canadian law, as consolidated to {current['en']}.",
        "fr": f"Texte de droit canadien, codification à jour au {current['fr']}.",
    }


def _provisions(texts: Mapping[str, _Text]) -> Iterator[SeedForm]:
    """Provisions in order: those of both languages together, by what they are numbered or define."""
    others = {lang: {part.key: part for part in text.paragraphs} for lang, text in texts.items()}
    first = texts.get("en") or texts["fr"]
    for part in first.paragraphs:
        both = {lang: parts[part.key] for lang, parts in others.items() if part.key in parts}
        if len(both) == len(texts):
            yield _provision(both)


def _provision(both: Mapping[str, Paragraph]) -> SeedForm:
    one = next(iter(both.values()))
    words: dict[str, Any] = {"label": {lang: both.get(lang, one).label for lang in _LANGUAGES}}
    for name in ("heading", "marginal_note", "text"):
        said = {lang: value for lang, part in both.items() if (value := getattr(part, name))}
        if said:
            words[name] = said
    return {**words, **({"in_force_from": one.since} if one.since else {})}


def _unpaired(texts: Mapping[str, _Text]) -> Iterator[LeftOut]:
    """Provisions that only one of two languages has, such as definitions repealed in both under one term each."""
    if len(texts) < len(_LANGUAGES):
        return
    keys = {lang: {part.key for part in text.paragraphs} for lang, text in texts.items()}
    for lang, text in texts.items():
        for part in text.paragraphs:
            if any(part.key not in other for other in keys.values()):
                yield LeftOut(text.file.name, part.line, part.label, "provision-in-one-language", {"lang": lang})


def _citation(text: _Text) -> SeedForm:
    current = day_in_words(text.current)
    return {
        "source": _source_id(text),
        "section": {
            "en": f"consolidation current to {current['en']}",
            "fr": f"codification à jour au {current['fr']}",
        },
    }


def _source_id(text: _Text) -> str:
    return slug("justice-laws-xml", text.number.id, text.lang)


def _source(text: _Text) -> SeedForm:
    number, language = text.number, {"en": ("English", "anglais"), "fr": ("French", "français")}[text.lang]
    return {
        "id": _source_id(text),
        "kind": "legislation",
        "title": {
            "en": f"Justice Laws: {number.en} ({language[0]} XML)",
            "fr": f"Site Web de la législation : {number.fr} (XML {language[1]})",
        },
        "summary": {
            "en": f"Consolidated text of {number.en} in {language[0]}, as the Department of Justice publishes it.",
            "fr": f"Texte codifié de {number.fr} en {language[1]}, tel que le publie le ministère de la Justice.",
        },
        "publisher": {"en": "Department of Justice Canada", "fr": "Ministère de la Justice du Canada"},
        "address": number.en_address if text.lang == "en" else number.fr_address,
        "language": text.lang,
        "licence": {"en": "Open Government Licence – Canada", "fr": "Licence du gouvernement ouvert – Canada"},
        "content_as_of": text.current,
    }


def _key(record: SeedForm) -> str | None:
    citation = record.get("legal_citation")
    return str(citation["en"] if isinstance(citation, Mapping) else citation).upper() if citation else None


IMPORTER = Importer(
    name="justice-laws",
    about="Canadian regulations and statutes with their provisions from Justice Laws (XML, both languages together)",
    licence="Open Government Licence – Canada",
    media_types=("application/xml", "text/xml"),
    read=read,
    floors=(Floor("legal-instruments", 1),),
    keys={"legal-instruments": _key},
    optional={"legal-instruments": ("issuer", "enabled_by", "amends")},
    most_bytes=20_000_000,
)
