"""Importer of OCHA's Financial Tracking Service (CSV): requirements and funding of plans, and single flows.

Which of the two a file has is told by its header. Both are in US dollars. Requirements and funding are of all donors
together, and so never of Canada; flows are of Canada: by their donor column, or by the file's name if they have none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from app.publishing.importers.base import Floor, Importer, InputFile, LeftOut, Reading, SeedForm, UnreadableFile
from app.publishing.importers.csv_reader import read_lines, read_rows
from app.publishing.importers.funding import actor, amount_text, states
from app.publishing.importers.wording import of_file, slug

_Row = Mapping[str, str]
_PLANS = ("countryCode", "year", "requirements", "funding")
_FLOWS_SOURCE, _PLANS_SOURCE = "fts-flows-canada", "fts-requirements-funding"
# Columns of flow files by what they mean: of extracts, and of the service's own files.
_FLOW_COLUMNS = {
    "year": ("usage_year", "destUsageYearStart", "budgetYear"),
    "flow": ("flow_id", "id"),
    "amount": ("amount_usd", "amountUSD"),
    "status": ("status",),
    "type": ("contribution_type", "contributionType"),
    "recipient": ("recipient_org", "destOrganization"),
    "donor": ("srcLocations",),
    "country": ("destLocations",),
    "original_amount": ("original_amount", "originalAmount"),
    "original_currency": ("original_currency", "originalCurrency"),
}
_NEEDED = ("year", "flow", "amount", "status", "recipient")
_BASES = {"commitment": "commitment", "paid": "disbursement"}
_IN_KIND = {"in kind": True, "in-kind": True, "financial": False}
_COUNTRY, _DONOR = "PRK", "CAN"
_YEAR = re.compile(r"(?:19|20)\d\d")
_AS_OF = re.compile(r"(?<!\d)((?:19|20)\d\d-[01]\d(?:-[0-3]\d)?)(?!\d)")  # in the name of a file
# Organizations that the dossier has under ids of its own.
_ORGANIZATIONS = {
    "world food programme": "world-food-programme",
    "united nations children's fund": "unicef",
}
_DONORS = actor("fts-all-donors", "group", ("All donors", "Ensemble des donneurs"), _PLANS_SOURCE)


def read(files: Sequence[InputFile]) -> Reading:
    """Funding records of both kinds of files."""
    reading = Reading()
    rows = flows = 0
    for file in files:
        _, header = next(read_lines(file), (1, list[str]()))
        if "requirements" in header:
            rows += _read_plans(reading, file)
        else:
            flows += _read_flows(reading, file, header)
    if rows:
        reading.totals["rows of requirements and funding"] = rows
    if flows:
        reading.totals["flows"] = flows
    return reading


def _read_plans(reading: Reading, file: InputFile) -> int:
    """Requirements and funding for North Korea; returns how many rows there are."""
    _add_source(reading, file, _plans_source(file))
    count = 0
    for line, row in read_rows(file, _PLANS):
        if row["countryCode"].startswith("#"):  # a second header, of HXL tags
            continue
        if row["countryCode"] != _COUNTRY:
            reading.left_out.append(LeftOut(file.name, line, row["countryCode"], "other-country", expected=True))
            continue
        count += 1
        if not _YEAR.fullmatch(row["year"]):
            _leave_out(reading, file, line, row.get("name", ""), "row-without-value", field="year")
            continue
        _add(reading, "funding-records", _plan_records(reading, file, line, row))
    _support(reading, [_DONORS, *states(_PLANS_SOURCE)])
    return count


def _plan_records(reading: Reading, file: InputFile, line: int, row: _Row) -> Iterator[SeedForm]:
    """Record of the requirement of a row, and of what was received, as far as it has them."""
    plan = row.get("name", "") or "Not specified"
    for column, basis in (("requirements", "requirement"), ("funding", "received")):
        if not row[column]:
            continue
        amount = _amount(row[column])
        if amount is None:
            _leave_out(reading, file, line, f"{row['year']} {plan}", "cell-not-an-amount", value=row[column])
            continue
        yield _plan_record(row, plan, basis, amount)


def _plan_record(row: _Row, plan: str, basis: str, amount: Decimal) -> SeedForm:
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
        "amount": amount_text(amount),
        "currency": "USD",
        "basis": basis,
        "cumulative": False,
        "sector": "humanitarian",
        "period": year,
        "donor": "fts-all-donors",
        "recipient": "north-korea",
        "citations": [_citation(_PLANS_SOURCE, f"{year} {code}")],
    }


_NO_PLAN = {"en": "outside of any plan", "fr": "hors de tout plan"}
_REQUIRED = {"en": "Humanitarian requirement", "fr": "Besoin humanitaire"}
_RECEIVED = {"en": "Humanitarian funding received", "fr": "Financement humanitaire reçu"}


def _read_flows(reading: Reading, file: InputFile, header: Sequence[str]) -> int:
    """Flows from Canada to North Korea; returns how many became records."""
    columns = {what: next((name for name in names if name in header), "") for what, names in _FLOW_COLUMNS.items()}
    if missing := [_FLOW_COLUMNS[what][0] for what in _NEEDED if not columns[what]]:
        raise UnreadableFile(file, "csv-other-header", 1, missing=missing, found=",".join(header)[:100])
    if not columns["donor"] and "canada" not in file.name.rpartition("/")[2].lower():
        raise UnreadableFile(file, "file-without-donor", donor="Canada")
    _add_source(reading, file, _flows_source(file))
    records = []
    for line, row in read_rows(file, [columns[what] for what in _NEEDED]):
        cells = {what: row.get(name, "") if name else "" for what, name in columns.items()}
        if row[columns["year"]].startswith("#"):
            continue
        if not _is_ours(cells, columns):
            reading.left_out.append(LeftOut(file.name, line, cells["flow"], "other-country", expected=True))
        elif fault := _flow_fault(cells):
            _leave_out(reading, file, line, cells["flow"] or cells["year"], *fault[:1], **fault[1])
        else:
            records.append(_flow_record(cells))
            _support(reading, [_organization(cells["recipient"])])
    _support(reading, states(_FLOWS_SOURCE))
    return _add(reading, "funding-records", records)


def _is_ours(cells: _Row, columns: _Row) -> bool:
    donor = not columns["donor"] or _DONOR in cells["donor"]
    return donor and (
        not columns["country"] or cells["country"] in (_COUNTRY, "Korea, Democratic People's Republic of")
    )


def _flow_fault(cells: _Row) -> tuple[str, dict[str, Any]] | None:
    if not _YEAR.fullmatch(cells["year"]):
        return "row-without-value", {"field": "usage_year"}
    if not cells["flow"]:
        return "row-without-value", {"field": "flow_id"}
    if _amount(cells["amount"]) is None:
        return "cell-not-an-amount", {"value": cells["amount"]}
    if cells["status"] not in _BASES:
        return "status-without-basis", {"value": cells["status"]}
    return None


def _flow_record(cells: _Row) -> SeedForm:
    year, flow, through = cells["year"], cells["flow"], cells["recipient"]
    amount = _amount(cells["amount"])
    assert amount is not None
    original = _original(cells)
    in_kind = _IN_KIND.get(cells["type"].lower())
    paid = cells["status"] == "paid"
    en, fr = ("paid", "versé") if paid else ("committed", "engagé")
    return {
        "id": slug("fts-flow", flow),
        "title": {
            "en": f"Canadian humanitarian aid {en} in {year} through {through} (flow {flow})",
            "fr": f"Aide humanitaire du Canada, montant {fr} en {year} par l’intermédiaire de {through} (flux {flow})",
        },
        "summary": {
            "en": f"Flow {flow} of FTS: an amount that Canada {en} for North Korea in {year}, in US dollars."
            f"{original['en']}",
            "fr": f"Flux {flow} de FTS : montant que le Canada a {fr} pour la Corée du Nord en {year}, en dollars "
            f"américains.{original['fr']}",
        },
        "amount": amount_text(amount),
        "currency": "USD",
        "basis": _BASES[cells["status"]],
        "cumulative": False,
        "sector": "humanitarian",
        "period": year,
        "donor": "canada",
        "delivery_channels": [_organization_id(through)] if through else [],
        "recipient": "north-korea",
        **({"in_kind": in_kind} if in_kind is not None else {}),
        "citations": [_citation(_FLOWS_SOURCE, f"flow {flow}", f"flux {flow}")],
    }


def _original(cells: _Row) -> dict[str, str]:
    """The amount in the currency of the donor, where the flow has it, as a sentence."""
    amount, currency = _amount(cells["original_amount"]), cells["original_currency"]
    if amount is None or not currency or currency == "USD":
        return {"en": "", "fr": ""}
    number = amount_text(amount)
    return {
        "en": f" The original amount is {number} {currency}.",
        "fr": f" Le montant d’origine est de {number} {currency}.",
    }


def _amount(text: str) -> Decimal | None:
    """Amount of a cell; None if it has none, or one below zero."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _organization_id(name: str) -> str:
    return _ORGANIZATIONS.get(name.lower().replace("’", "'")) or slug(name)


def _organization(name: str) -> SeedForm:
    return actor(_organization_id(name), "organization", (name, name), _FLOWS_SOURCE)


def _citation(source: str, section: str, french: str = "") -> SeedForm:
    return {"source": source, "section": {"en": section, "fr": french or section}}


def _add(reading: Reading, collection: str, records: Iterable[SeedForm]) -> int:
    """Add records that no earlier file has; returns how many."""
    found = reading.records.setdefault(collection, [])
    known = {record["id"] for record in found}
    added = [record for record in records if record["id"] not in known]
    found += added
    return len(added)


def _support(reading: Reading, actors: Iterable[SeedForm]) -> None:
    known = reading.supporting.setdefault("actors", [])
    known += [one for one in actors if one["id"] and one["id"] not in {other["id"] for other in known}]


def _add_source(reading: Reading, file: InputFile, source: SeedForm) -> None:
    if any(one["id"] == source["id"] for one in reading.sources):
        raise UnreadableFile(file, "second-file-of-kind")
    reading.sources.append(of_file(file, source))


def _leave_out(reading: Reading, file: InputFile, line: int, row: str, code: str, **values: Any) -> None:
    reading.left_out.append(LeftOut(file.name, line, row, code, values))


def _flows_source(file: InputFile) -> SeedForm:
    return _source(
        file,
        _FLOWS_SOURCE,
        ("FTS: flows from Canada to North Korea (file)", "FTS : flux du Canada vers la Corée du Nord (fichier)"),
        (
            "Flows of humanitarian aid that donors and organizations report to FTS, one in each row.",
            "Flux d’aide humanitaire que donneurs et organisations déclarent à FTS, à raison d’un par ligne.",
        ),
    )


def _plans_source(file: InputFile) -> SeedForm:
    return _source(
        file,
        _PLANS_SOURCE,
        ("FTS: requirements and funding by country (file)", "FTS : besoins et financement par pays (fichier)"),
        (
            "What humanitarian plans required and what was received for them by year, of all donors together.",
            "Besoins des plans humanitaires et montants reçus, par année, tous donneurs confondus.",
        ),
    )


def _source(file: InputFile, id: str, title: tuple[str, str], summary: tuple[str, str]) -> SeedForm:
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


IMPORTER = Importer(
    name="fts",
    about="humanitarian requirements, funding and Canadian flows from OCHA's FTS (CSV), as funding records",
    licence="terms of use of OCHA FTS",
    media_types=("text/csv", "text/plain", "application/csv", "application/octet-stream"),
    read=read,
    floors=(Floor("funding-records", 1),),
    most_bytes=50_000_000,
)
