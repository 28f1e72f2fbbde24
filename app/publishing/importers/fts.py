"""Importer of OCHA's Financial Tracking Service (CSV): requirements and funding of plans, and single flows.

Which of the two a file has is told by its header. Both are in US dollars. Requirements and funding are of all donors
together, and so never of Canada; flows are of Canada: by their donor column, or by the file's name if they have none.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from app.publishing.importers.base import Floor, Importer, InputFile, LeftOut, Reading, SeedForm
from app.publishing.importers.csv_reader import read_lines, read_rows
from app.publishing.importers.fts_common import (
    COUNTRY,
    YEAR,
    add,
    add_source,
    amount,
    citation,
    leave_out,
    source,
    support,
)
from app.publishing.importers.fts_flows import read_flows
from app.publishing.importers.funding import actor, amount_text, states
from app.publishing.importers.wording import slug

_Row = Mapping[str, str]
_PLANS = ("countryCode", "year", "requirements", "funding")
_SOURCE = "fts-requirements-funding"
_DONORS = actor("fts-all-donors", "group", ("All donors", "Ensemble des donneurs"), _SOURCE)


def read(files: Sequence[InputFile]) -> Reading:
    """Funding records of both kinds of files."""
    reading = Reading()
    rows = flows = 0
    for file in files:
        _, header = next(read_lines(file), (1, list[str]()))
        if "requirements" in header:
            rows += _read_plans(reading, file)
        else:
            flows += read_flows(reading, file, header)
    if rows:
        reading.totals["rows of requirements and funding"] = rows
    if flows:
        reading.totals["flows"] = flows
    return reading


def _read_plans(reading: Reading, file: InputFile) -> int:
    """Requirements and funding for North Korea; returns how many rows there are."""
    add_source(reading, file, _plans_source(file))
    count = 0
    for line, row in read_rows(file, _PLANS):
        if row["countryCode"].startswith("#"):  # a second header, of HXL tags
            continue
        if row["countryCode"] != COUNTRY:
            reading.left_out.append(LeftOut(file.name, line, row["countryCode"], "other-country", expected=True))
            continue
        count += 1
        if not YEAR.fullmatch(row["year"]):
            leave_out(reading, file, line, row.get("name", ""), "row-without-value", field="year")
            continue
        add(reading, "funding-records", _plan_records(reading, file, line, row))
    support(reading, [_DONORS, *states(_SOURCE)])
    return count


def _plan_records(reading: Reading, file: InputFile, line: int, row: _Row) -> Iterator[SeedForm]:
    """Record of the requirement of a row, and of what was received, as far as it has them."""
    plan = row.get("name", "") or "Not specified"
    for column, basis in (("requirements", "requirement"), ("funding", "received")):
        if not row[column]:
            continue
        dollars = amount(row[column])
        if dollars is None:
            leave_out(reading, file, line, f"{row['year']} {plan}", "cell-not-an-amount", value=row[column])
            continue
        yield _plan_record(row, plan, basis, dollars)


def _plan_record(row: _Row, plan: str, basis: str, dollars: Decimal) -> SeedForm:
    year, code = row["year"], row.get("code", "") or "not-specified"
    named = row.get("name", "") not in ("", "Not specified")
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
        "amount": amount_text(dollars),
        "currency": "USD",
        "basis": basis,
        "cumulative": False,
        "sector": "humanitarian",
        "period": year,
        "donor": "fts-all-donors",
        "recipient": "north-korea",
        "citations": [citation(_SOURCE, f"{year} {code}")],
    }


_NO_PLAN = {"en": "outside of any plan", "fr": "hors de tout plan"}
_REQUIRED = {"en": "Humanitarian requirement", "fr": "Besoin humanitaire"}
_RECEIVED = {"en": "Humanitarian funding received", "fr": "Financement humanitaire reçu"}


def _plans_source(file: InputFile) -> SeedForm:
    return source(
        file,
        _SOURCE,
        ("FTS: requirements and funding by country (file)", "FTS : besoins et financement par pays (fichier)"),
        (
            "What humanitarian plans required and what was received for them by year, of all donors together.",
            "Besoins des plans humanitaires et montants reçus, par année, tous donneurs confondus.",
        ),
    )


IMPORTER = Importer(
    name="fts",
    about="humanitarian requirements, funding and Canadian flows from OCHA's FTS (CSV), as funding records",
    licence="terms of use of OCHA FTS",
    media_types=("text/csv", "text/plain", "application/csv", "application/octet-stream"),
    read=read,
    floors=(Floor("funding-records", 1),),
    most_bytes=50_000_000,
)
