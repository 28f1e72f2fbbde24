"""Importer of provocations: the CSV file of CSIS's Beyond Parallel, one timeline event for each incident.

The file has no identifiers. An id is made of day and event, which do not change when a description is reworded or the
rows are sorted otherwise; incidents that have both in common are numbered in the order of their web addresses.
Nothing is taken from the descriptions, which are CSIS's own sentences.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.publishing.importers.base import (
    CSV_TYPES,
    Floor,
    Importer,
    InputFile,
    LeftOut,
    Reading,
    SeedForm,
)
from app.publishing.importers.csis_terms import TYPES, EventTerm, events
from app.publishing.importers.csv_reader import read_rows
from app.publishing.importers.funding import actor
from app.publishing.importers.wording import day_in_words, day_of, of_file, slug

_SOURCE = "csis-provocations"
_COLUMNS = ("date", "type", "event", "description", "resources")
_EARLIEST = "1945-08-15"  # before it there was no state of which the file could speak
_LONGEST = 95  # characters of an id of 100, which leaves room for a number
_Row = Mapping[str, str]


def read(files: Sequence[InputFile]) -> Reading:
    """Events of the file. Rows without a valid day, of an unknown type, or repeated word by word are left out.

    Raises UnreadableFile for what is not this file in CSV.
    """
    reading = Reading(complete=True)
    (file,) = files
    groups = _by_id(file, reading.left_out)
    for id, rows in groups.items():
        rows.sort(key=lambda row: (row["resources"], row["description"]))
        for number, row in enumerate(rows, 1):
            event = _event(row, f"{id}-{number}" if number > 1 else id, number)
            reading.records.setdefault("timeline-events", []).append(event)
    listed = [row for rows in groups.values() for row in rows]
    reading.sources.append(of_file(file, _source(row["date"] for row in listed)))
    reading.supporting["actors"] = [actor("north-korea", "state", ("North Korea", "Corée du Nord"), _SOURCE, "KP")]
    types = Counter(row["type"] for row in listed)
    reading.totals = {TYPES[name].en: types[name] for name in TYPES}
    return reading


def _by_id(file: InputFile, left_out: list[LeftOut]) -> Mapping[str, list[_Row]]:
    """Rows by what their ids begin with; the others are added to those that were left out."""
    groups: defaultdict[str, list[_Row]] = defaultdict(list)
    seen = set[tuple[str, ...]]()
    for line, row in read_rows(file, _COLUMNS):
        fault = _fault(row)
        id = slug("csis", row["date"], row["event"])[:_LONGEST].rstrip("-")
        if not fault and (cells := tuple(row.values())) in seen:
            fault = "row-repeated", {"id": id}
        if fault:
            left_out.append(LeftOut(file.name, line, f"{row['date']} {row['event']}", *fault))
        else:
            groups[id].append(row)
            seen.add(cells)
    return groups


def _fault(row: _Row) -> tuple[str, dict[str, Any]] | None:
    """Code and values of what is wrong with a row."""
    try:
        day = date.fromisoformat(row["date"]).isoformat()
    except ValueError:
        return "row-without-day", {"value": row["date"]}
    if day != row["date"] or day < _EARLIEST:
        return "row-without-day", {"value": row["date"]}
    if (year := row.get("year")) and year != day[:4]:
        return "row-of-two-years", {"value": day, "year": year}
    if row["type"] not in TYPES:
        return "row-of-unknown-type", {"value": row["type"]}
    return None if row["event"] else ("row-without-value", {"field": "event"})


def _term(row: _Row) -> EventTerm:
    """Words and kind of an event; of its type where the event is a new one."""
    return events().get(row["event"]) or TYPES[row["type"]]


def _event(row: _Row, id: str, number: int) -> SeedForm:
    term, kind, day = _term(row), TYPES[row["type"]], day_in_words(row["date"])
    which = {"en": f" (no. {number} of the day)", "fr": f" (nº {number} de la journée)"} if number > 1 else {}
    en, fr = (f"{words[:1].upper()}{words[1:]}" for words in (term.en, term.fr))
    return {
        "id": id,
        "kind": term.kind,
        "date": row["date"],
        "title": {
            "en": f"{en}, {day['en']}{which.get('en', '')}",
            "fr": f"{fr}, {day['fr']}{which.get('fr', '')}",
        },
        "summary": {
            "en": f"CSIS lists this incident by North Korea on {day['en']}: {term.en}. Its type there is: {kind.en}.",
            "fr": f"Le CSIS recense cet incident imputé à la Corée du Nord le {day['fr']} : {term.fr}. "
            f"Type selon lui : {kind.fr}.",
        },
        "actors": ["north-korea"],
        "topics": ["regional-security"],
        "citations": [
            {"source": _SOURCE, "section": {"en": f"row {row['date']}", "fr": f"ligne {row['date']}"}},
        ],
    }


def _source(days: Iterable[str]) -> SeedForm:
    newest = max(days, default=None)
    return {
        "id": _SOURCE,
        "kind": "dataset",
        "title": {
            "en": "Beyond Parallel: provocations of North Korea since 1958 (file)",
            "fr": "Beyond Parallel : provocations de la Corée du Nord depuis 1958 (fichier)",
        },
        "summary": {
            "en": "CSV file in which CSIS lists incidents day by day. Days are local ones. It numbers no incident.",
            "fr": "Fichier CSV dans lequel le CSIS recense les incidents jour par jour. Les jours sont ceux du lieu. "
            "Aucun incident n’y est numéroté.",
        },
        "publisher": {
            "en": "Center for Strategic and International Studies",
            "fr": "Center for Strategic and International Studies",
        },
        "address": "https://beyondparallel.csis.org/database-north-korean-provocations/",
        "language": "en",
        "licence": {"en": "CC0", "fr": "CC0"},
        **({"content_as_of": newest} if newest else {}),
    }


def _alike(read_event: SeedForm, published: SeedForm) -> bool:
    """Whether two events are of one kind, and on the same day or on neighbouring ones."""
    day = str(published.get("date", ""))
    if published["kind"] != read_event["kind"] or day_of(day) != day:
        return False
    return abs(date.fromisoformat(day) - date.fromisoformat(read_event["date"])).days <= 1


IMPORTER = Importer(
    name="csis",
    about="incidents by North Korea from CSIS's Beyond Parallel (CSV), as timeline events",
    media_types=CSV_TYPES,
    read=read,
    one_file=True,  # several would be numbered as one
    floors=(Floor("timeline-events", 400),),
    alike=_alike,
    optional={"timeline-events": ("topics",)},
    most_bytes=20_000_000,
)
