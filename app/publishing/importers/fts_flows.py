"""Flow files of OCHA's Financial Tracking Service: what Canada gave for North Korea, one record a flow.

Donor and country are told by their columns. Extracts without these columns need both in the file's name: nothing in
such a file says whose flows they are. A flow of several donors, or for several countries, has no amount of its own.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from app.publishing.importers.base import InputFile, SeedForm, UnreadableFile
from app.publishing.importers.csv_reader import read_lines, read_rows
from app.publishing.importers.fts_source import fts_source
from app.publishing.importers.funding import (
    Funding,
    amount_text,
    columns_of,
    file_stem,
    is_canada,
    is_north_korea,
    organization,
    plain,
    read_amount,
    section,
    states,
)
from app.publishing.importers.wording import slug

_SOURCE = "fts-flows-canada"
# Names of the columns, of extracts and of the service's own files; their case and `_` do not matter.
_COLUMNS = {
    "year": ("usage_year", "destUsageYearStart", "destUsageYears"),
    "last_year": ("destUsageYearEnd",),
    "flow": ("flow_id", "id"),
    "amount": ("amount_usd",),
    "status": ("status",),
    "type": ("contribution_type",),
    "flow_type": ("flow_type",),
    "recipient": ("recipient_org", "destOrganization", "destOrganizations"),
    "donor": ("donor", "donor_org", "srcOrganization", "srcOrganizations"),
    "donor_country": ("srcLocations",),
    "country": ("recipient_country", "destLocations"),
    "original_amount": ("original_amount",),
    "original_currency": ("original_currency",),
}
_NEEDED = ("year", "flow", "amount", "status", "recipient")
_BASES = {"commitment": "commitment", "paid": "disbursement"}
_IN_KIND = {"in kind": True, "financial": False}
_COUNTRY, _DONOR = "PRK", "CAN"
_NAMED_COUNTRY = re.compile(r"prk|dprk|north.?korea|coree.?du.?nord")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class _Fault(NamedTuple):
    """Why a flow is left out, and whether that is what one expects."""

    code: str
    values: Mapping[str, Any]
    expected: bool = False


def is_hxl(row: Mapping[str, str]) -> bool:
    """Whether a row is a second header, of HXL tags such as `#country+code`."""
    cells = [cell for cell in row.values() if cell]
    return bool(cells) and all(cell.startswith("#") for cell in cells)


def read_flows(funding: Funding, file: InputFile) -> int:
    """Flows from Canada to North Korea; returns how many became records. Raises UnreadableFile for other files."""
    line, header = next(read_lines(file), (1, list[str]()))
    columns = columns_of(header, _COLUMNS)
    if missing := [_COLUMNS[what][0] for what in _NEEDED if not columns[what]]:
        raise UnreadableFile(file, "csv-other-header", line, missing=missing, found=",".join(header)[:100])
    _check_name(file, columns)
    source = funding.add_source(file, _source(file))
    count = 0
    for line, cells in read_rows(file, []):
        if is_hxl(cells):
            continue
        row = {what: cells[column] if column else "" for what, column in columns.items()}
        if fault := _not_ours(row, columns) or _unreadable(row):
            funding.leave_out(file, line, row["flow"], fault.code, fault.values, expected=fault.expected)
            continue
        through = organization((row["recipient"], row["recipient"]), source) if row["recipient"] else None
        if funding.add(file, line, row["flow"], _record(row, through, source)):
            count += 1
            funding.support(*([through] if through else []))
    funding.support(*states(source))
    return count


def _check_name(file: InputFile, columns: Mapping[str, str]) -> None:
    """Refuse a file of which neither columns nor name say whose flows it has, and for which country."""
    name = plain(file_stem(file))
    if not columns["donor"] and not columns["donor_country"] and "canada" not in name:
        raise UnreadableFile(file, "file-without-donor", donor="Canada")
    if not columns["country"] and not _NAMED_COUNTRY.search(name):
        raise UnreadableFile(file, "file-without-recipient")


def _not_ours(row: Mapping[str, str], columns: Mapping[str, str]) -> _Fault | None:
    """Why a flow is not one from Canada alone to North Korea alone."""
    donor = not columns["donor"] or is_canada(row["donor"])
    if not columns["donor"] and columns["donor_country"]:
        donor = row["donor_country"] == _DONOR
    country = not columns["country"] or row["country"] == _COUNTRY or is_north_korea(row["country"])
    if not country and _COUNTRY not in row["country"].split(","):
        return _Fault("other-country", {}, expected=True)
    if not donor and not _has_canada(row, columns):
        return _Fault("other-donor", {}, expected=True)
    if not country:
        return _Fault("share-of-country", {})
    return None if donor else _Fault("share-of-donor", {})


def _has_canada(row: Mapping[str, str], columns: Mapping[str, str]) -> bool:
    """Whether Canada is among several donors."""
    if columns["donor"]:
        return "canada government of" in plain(row["donor"])
    return _DONOR in row["donor_country"].split(",")


def _unreadable(row: Mapping[str, str]) -> _Fault | None:
    """Why a flow of ours gives no record."""
    if not _period(row):
        return _Fault("row-without-value", {"field": "usage_year"})
    if not row["flow"]:
        return _Fault("row-without-value", {"field": "flow_id"})
    amount = read_amount(row["amount"])
    if amount is None:
        return _Fault("cell-not-an-amount", {"value": row["amount"]}) if row["amount"] else _Fault("cell-empty", {})
    if row["status"].lower() not in _BASES:
        return _Fault("status-without-basis", {"value": row["status"]})
    kind = row["flow_type"].lower()
    # Carried over: the money of an earlier year once more. Parked without an amount: all of it is in other flows.
    if kind == "carryover" or (kind == "parked" and amount == 0):
        return _Fault("flow-of-other-flows", {"value": row["flow_type"]})
    return None


def _period(row: Mapping[str, str]) -> str:
    """Years in which a flow is used, as EDTF; empty if they are not told."""
    years = [year.strip() for year in row["year"].split(",")]
    years = sorted([*years, *([row["last_year"]] if row["last_year"] else [])])
    if not all(_YEAR.fullmatch(year) for year in years):
        return ""
    return years[0] if years[0] == years[-1] else f"{years[0]}/{years[-1]}"


def _record(row: Mapping[str, str], through: SeedForm | None, source: str) -> SeedForm:
    flow, period, amount = row["flow"], _period(row), read_amount(row["amount"])
    assert amount is not None  # `_unreadable` has looked
    years, status = period.replace("/", "–"), row["status"].lower()
    en, fr = ("paid", "versé") if status == "paid" else ("committed", "engagé")
    by = {"en": f" through {row['recipient']}", "fr": f" par l’intermédiaire de {row['recipient']}"}
    original, in_kind = _original(row), _IN_KIND.get(plain(row["type"]))
    return {
        "id": slug("fts-flow", flow),
        "title": {
            "en": f"Canadian humanitarian aid {en} in {years}{by['en'] if through else ''} (flow {flow})",
            "fr": f"Aide humanitaire du Canada, montant {fr} en {years}{by['fr'] if through else ''} (flux {flow})",
        },
        "summary": {
            "en": f"Flow {flow} of FTS: an amount that Canada {en} for North Korea in {years}, in US dollars."
            f"{original['en']}",
            "fr": f"Flux {flow} de FTS : montant que le Canada a {fr} pour la Corée du Nord en {years}, en dollars "
            f"américains.{original['fr']}",
        },
        "amount": amount_text(amount),
        "currency": "USD",
        "basis": _BASES[status],
        "cumulative": False,
        "sector": "humanitarian",
        "period": period,
        "donor": "canada",
        "delivery_channels": [through["id"]] if through else [],
        "recipient": "north-korea",
        **({"in_kind": in_kind} if in_kind is not None else {}),
        "citations": [{"source": source, "section": section(f"flow {flow}", f"flux {flow}")}],
    }


def _original(row: Mapping[str, str]) -> dict[str, str]:
    """The amount in the currency of the donor, where the flow has it, as a sentence."""
    amount, currency = read_amount(row["original_amount"]), row["original_currency"].upper()
    if amount is None or not _CURRENCY.fullmatch(currency) or currency == "USD":
        return {"en": "", "fr": ""}
    number = amount_text(amount)
    return {
        "en": f" The original amount is {number} {currency}.",
        "fr": f" Le montant d’origine est de {number} {currency}.",
    }


def _source(file: InputFile) -> SeedForm:
    return fts_source(
        file,
        _SOURCE,
        ("flows from Canada to North Korea", "flux du Canada vers la Corée du Nord"),
        (
            "Flows of humanitarian aid that donors and organizations report to FTS, one in each row.",
            "Flux d’aide humanitaire que donneurs et organisations déclarent à FTS, à raison d’un par ligne.",
        ),
    )
