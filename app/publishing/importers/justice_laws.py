"""Importer of Justice Laws (XML): regulations, orders and statutes of Canada with their provisions.

A file is in one language. Two files of one instrument and one day make one record in both; one file alone gives the
words in its language. Nothing of the words is altered but white space.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.model.fields import LANGUAGES
from app.publishing.importers.base import XML_TYPES, Floor, Importer, InputFile, Reading, SeedForm, UnreadableFile
from app.publishing.importers.justice_laws_file import LawText, read_law
from app.publishing.importers.justice_laws_numbers import STATUTES, LawNumber
from app.publishing.importers.justice_laws_text import Paragraph
from app.publishing.importers.wording import day_in_words, of_file, slug

_ORDERS = ("order", "décret", "arrêté")


def read(files: Sequence[InputFile]) -> Reading:
    """Instruments of the files, each with its provisions. Raises UnreadableFile for languages of different days."""
    reading = Reading()
    instruments: defaultdict[str, dict[str, LawText]] = defaultdict(dict)
    for file in files:
        text = read_law(file)
        together = instruments[text.number.id]
        if text.lang in together:
            raise UnreadableFile(file, "second-file-of-kind")
        together[text.lang] = text
    for texts in instruments.values():
        _add(reading, {lang: texts[lang] for lang in LANGUAGES if lang in texts})
    reading.supporting["legal-instruments"] = [*_amending([*instruments.values()])]
    provisions = [part for one in reading.records.get("legal-instruments", []) for part in one["provisions"]]
    reading.totals["provisions"] = len(provisions)
    if alone := sum(len(part["text"]) == 1 for part in provisions):
        reading.totals["of them in one language"] = alone
    return reading


def _add(reading: Reading, texts: Mapping[str, LawText]) -> None:
    one = next(iter(texts.values()))
    if len({text.current for text in texts.values()}) > 1:
        raise UnreadableFile(one.file, "languages-of-different-days")
    reading.sources += [of_file(text.file, _source(text)) for text in texts.values()]
    reading.records.setdefault("legal-instruments", []).append(_instrument(texts))


def _instrument(texts: Mapping[str, LawText]) -> SeedForm:
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


def _amending(instruments: Iterable[Mapping[str, LawText]]) -> Iterator[SeedForm]:
    """Records of the texts that amended the instruments, each with the day of the change."""
    amended: defaultdict[LawNumber, list[LawText]] = defaultdict(list)
    for texts in instruments:
        one = texts.get("en") or texts["fr"]
        for number in one.amendments:
            amended[number].append(one)
    read = {(texts.get("en") or texts["fr"]).number.id for texts in instruments}
    for number, them in amended.items():
        if number.id not in read:
            yield _amendment(number, them)


def _amendment(number: LawNumber, amended: Sequence[LawText]) -> SeedForm:
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


def _kind(text: LawText) -> str:
    if text.statute:
        return "statute"
    return "order" if any(word in text.title.lower().split() for word in _ORDERS) else "regulation"


def _issuer(text: LawText) -> str | None:
    if text.statute:
        return "parliament-of-canada"
    return "governor-in-council" if text.made_by_council else None


def _day_before(day: str) -> str:
    return date.fromordinal(max(1, date.fromisoformat(day).toordinal() - 1)).isoformat()


def _status(text: LawText) -> str:
    if text.repealed:
        return "ended"
    return "in-force" if text.in_force else "not-yet"


def _summary(text: LawText) -> dict[str, str]:
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


def _provisions(texts: Mapping[str, LawText]) -> Iterator[SeedForm]:
    """Provisions in order, those of both languages together, by what they are numbered or define.

    What one language alone has, such as a definition that is repealed, comes after all that comes before it there.
    """
    parts = {lang: {part.key: part for part in text.paragraphs} for lang, text in texts.items()}
    first, *others = parts.values()
    place = {key: number for number, key in enumerate(first)}
    following: defaultdict[str | None, list[str]] = defaultdict(list)
    for other in others:
        before, furthest = None, -1
        for key in other:
            if key not in place:
                following[before].append(key)
            elif place[key] > furthest:
                before, furthest = key, place[key]
    in_order = [*following[None], *(one for key in first for one in (key, *following[key]))]
    for key in in_order:
        yield _provision({lang: mine[key] for lang, mine in parts.items() if key in mine})


def _provision(both: Mapping[str, Paragraph]) -> SeedForm:
    one = next(iter(both.values()))
    words: dict[str, Any] = {"label": {lang: both.get(lang, one).label for lang in LANGUAGES}}
    for name in ("heading", "marginal_note", "text"):
        said = {lang: value for lang, part in both.items() if (value := getattr(part, name))}
        if said:
            words[name] = said
    return {**words, **({"in_force_from": one.since} if one.since else {})}


def _citation(text: LawText) -> SeedForm:
    current = day_in_words(text.current)
    return {
        "source": _source_id(text),
        "section": {
            "en": f"consolidation current to {current['en']}",
            "fr": f"codification à jour au {current['fr']}",
        },
    }


def _source_id(text: LawText) -> str:
    return slug("justice-laws-xml", text.number.id, text.lang)


def _source(text: LawText) -> SeedForm:
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
    media_types=XML_TYPES,
    read=read,
    floors=(Floor("legal-instruments", 1),),
    keys={"legal-instruments": _key},
    optional={"legal-instruments": ("issuer", "enabled_by", "amends")},
    most_bytes=20_000_000,
)
