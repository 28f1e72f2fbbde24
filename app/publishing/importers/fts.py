"""Importer of OCHA's Financial Tracking Service (CSV): requirements and funding of plans, and single flows.

Which of the two a file has is told by its header. Both are in US dollars. Requirements and funding are of all donors
together, and so never of Canada; flows are of Canada (`fts_flows.py`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from app.publishing.importers.base import CSV_TYPES, Floor, Importer, InputFile, Reading, SeedForm, UnreadableFile
from app.publishing.importers.csv_reader import read_lines, read_rows
from app.publishing.importers.fts_flows import is_hxl, read_flows
from app.publishing.importers.fts_source import fts_source
from app.publishing.importers.funding import (
    Funding,
    actor,
    amount_text,
    columns_of,
    file_stem,
    read_amount,
    section,
    states,
)
from app.publishing.importers.wording import slug

_SOURCE = "fts-requirements-funding"
# Names of the columns over the years; their case does not matter.
_COLUMNS = {
    "country": ("countryCode", "country"),
    "id": ("id",),
    "name": ("name",),
    "code": ("code",),
    "year": ("year",),
    "requirements": ("requirements", "revisedRequirements"),
    "funding": ("funding", "totalFunding"),
    "cluster": ("cluster", "clusterName", "clusterCode"),
}
_NEEDED = ("country", "year", "requirements", "funding")
_COUNTRY = "PRK"
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_UNNAMED = ("", "not specified")
_NO_PLAN = {"en": "outside of any plan", "fr": "hors de tout plan"}
_REQUIRED = {"en": "Humanitarian requirement", "fr": "Besoin humanitaire"}
_RECEIVED = {"en": "Humanitarian funding received", "fr": "Financement humanitaire reçu"}


def read(files: Sequence[InputFile]) -> Reading:
    """Funding records of both kinds of files: of each kind one file, and any number of files named after a year.

    A row that several files have is of the first of them by name. Raises UnreadableFile for a file of neither kind,
    and for a second one that its name does not tell from the first.
    """
    funding, totals = Funding(), Counter[str]()
    for file in sorted(files, key=file_stem):
        _, header = next(read_lines(file), (1, list[str]()))
        columns = columns_of(header, _COLUMNS)
        if columns["requirements"]:
            totals["rows of requirements and funding"] += _read_plans(funding, file, columns)
        else:
            totals["flows"] += read_flows(funding, file)
    return funding.done({**totals})


def _read_plans(funding: Funding, file: InputFile, columns: Mapping[str, str]) -> int:
    """Requirements and funding for North Korea; returns how many rows there are."""
    _check_whole(file, columns)
    source = funding.add_source(file, _source(file))
    count = 0
    for line, cells in read_rows(file, [columns[what] or _COLUMNS[what][0] for what in _NEEDED]):
        if is_hxl(cells):
            continue
        row = {what: cells[column] if column else "" for what, column in columns.items()}
        if row["country"].upper() != _COUNTRY:
            funding.leave_out(file, line, row["country"], "other-country", expected=True)
            continue
        count += 1
        if _YEAR.fullmatch(row["year"]):
            for record in _records(funding, file, line, row, source):
                funding.add(file, line, _label(row), record)
        else:
            funding.leave_out(file, line, row["name"], "row-without-value", {"field": "year"})
    funding.support(actor("fts-all-donors", "group", ("All donors", "Ensemble des donneurs"), source), *states(source))
    return count


def _check_whole(file: InputFile, columns: Mapping[str, str]) -> None:
    """Refuse files that divide the same plans: their rows have the keys of whole plans, and the amounts of parts."""
    if columns["cluster"] or "covid" in file_stem(file).lower():
        raise UnreadableFile(file, "parts-of-plans", 1)


def _label(row: Mapping[str, str]) -> str:
    return f"{row['year']} {row['name'] or 'Not specified'}"


def _records(funding: Funding, file: InputFile, line: int, row: Mapping[str, str], source: str) -> Iterator[SeedForm]:
    """Record of the requirement of a row, and of what was received, as far as it has them."""
    if not row["requirements"] and not row["funding"]:
        funding.leave_out(file, line, _label(row), "cell-empty")
    for column, basis in (("requirements", "requirement"), ("funding", "received")):
        if not row[column]:
            continue
        amount = read_amount(row[column])
        if amount is None:
            funding.leave_out(file, line, _label(row), "cell-not-an-amount", {"value": row[column]})
        else:
            yield _record(row, basis, amount, source)


def _record(row: Mapping[str, str], basis: str, amount: Decimal, source: str) -> SeedForm:
    year, plan, code = row["year"], row["name"], row["code"] or row["id"] or "not-specified"
    named = plan.lower() not in _UNNAMED
    of = {"en": f"plan “{plan}”", "fr": f"plan « {plan} »"} if named else _NO_PLAN
    what = _REQUIRED if basis == "requirement" else _RECEIVED
    return {
        "id": slug("fts-prk", year, code, basis),
        "title": {
            "en": f"{what['en']} for North Korea in {year}: {of['en']}",
            "fr": f"{what['fr']} pour la Corée du Nord en {year} : {of['fr']}",
        },
        "summary": {
            "en": f"{what['en']} in {year}, {of['en']}, in United States dollars, of all donors together. FTS does not "
            "say here what Canada gave.",
            "fr": f"{what['fr']} en {year}, {of['fr']}, en dollars américains, tous donneurs confondus. FTS n’indique "
            "pas ici la part du Canada.",
        },
        "amount": amount_text(amount),
        "currency": "USD",
        "basis": basis,
        "cumulative": False,
        "sector": "humanitarian",
        "period": year,
        "donor": "fts-all-donors",
        "recipient": "north-korea",
        "citations": [{"source": source, "section": section(f"{year} {code}")}],
    }


def _source(file: InputFile) -> SeedForm:
    return fts_source(
        file,
        _SOURCE,
        ("requirements and funding by country", "besoins et financement par pays"),
        (
            "What humanitarian plans required and what was received for them by year, of all donors together.",
            "Besoins des plans humanitaires et montants reçus, par année, tous donneurs confondus.",
        ),
    )


IMPORTER = Importer(
    name="fts",
    about="humanitarian requirements, funding and Canadian flows from OCHA's FTS (CSV), as funding records",
    media_types=CSV_TYPES,
    read=read,
    floors=(Floor("funding-records", 1),),
    most_bytes=50_000_000,
)
