"""What both kinds of FTS files have in common: amounts, citations, sources, and how a reading is filled."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from app.publishing.importers.base import InputFile, LeftOut, Reading, SeedForm, UnreadableFile
from app.publishing.importers.wording import of_file

YEAR = re.compile(r"(?:19|20)\d\d")
COUNTRY = "PRK"
_AS_OF = re.compile(r"(?<!\d)((?:19|20)\d\d-[01]\d(?:-[0-3]\d)?)(?!\d)")  # in the name of a file


def amount(text: str) -> Decimal | None:
    """Amount of a cell; None if it has none, or one below zero."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def citation(source: str, section: str, french: str = "") -> SeedForm:
    """Citation of a row of a source, by a section that may be other in French."""
    return {"source": source, "section": {"en": section, "fr": french or section}}


def add(reading: Reading, collection: str, records: Iterable[SeedForm]) -> int:
    """Add records that no earlier file has; returns how many."""
    found = reading.records.setdefault(collection, [])
    known = {record["id"] for record in found}
    added = [record for record in records if record["id"] not in known]
    found += added
    return len(added)


def support(reading: Reading, actors: Iterable[SeedForm]) -> None:
    """Add supporting actors that no earlier row named."""
    known = reading.supporting.setdefault("actors", [])
    known += [one for one in actors if one["id"] and one["id"] not in {other["id"] for other in known}]


def add_source(reading: Reading, file: InputFile, source: SeedForm) -> None:
    """Add the source of a file. Raises UnreadableFile if another file of the call has the same."""
    if any(one["id"] == source["id"] for one in reading.sources):
        raise UnreadableFile(file, "second-file-of-kind")
    reading.sources.append(of_file(file, source))


def leave_out(reading: Reading, file: InputFile, line: int, row: str, code: str, **values: Any) -> None:
    """Leave a row out, with the code and values of the reason."""
    reading.left_out.append(LeftOut(file.name, line, row, code, values))


def source(file: InputFile, id: str, title: tuple[str, str], summary: tuple[str, str]) -> SeedForm:
    """Source record of an FTS file; the file's name may have the month or day to which it is current."""
    as_of = _AS_OF.search(file.name.rpartition("/")[2])
    return {
        "id": id,
        "kind": "dataset",
        "title": dict(zip(("en", "fr"), title, strict=True)),
        "summary": dict(zip(("en", "fr"), summary, strict=True)),
        "publisher": {
            "en": "United Nations Office for the Coordination of Humanitarian Affairs",
            "fr": "Bureau de la coordination des affaires humanitaires des Nations Unies",
        },
        "address": "https://fts.unocha.org/",
        "language": "en",
        "licence": {"en": "Terms of use of OCHA FTS", "fr": "Conditions d’utilisation d’OCHA FTS"},
        **({"content_as_of": as_of[1]} if as_of else {}),
    }
