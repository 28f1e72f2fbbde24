"""Flows of FTS: single amounts that Canada gave for North Korea."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.publishing.importers.base import InputFile, LeftOut, Reading, SeedForm, UnreadableFile
from app.publishing.importers.csv_reader import read_rows
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
from app.publishing.importers.funding import actor, amount_text, states
from app.publishing.importers.wording import slug

_Row = Mapping[str, str]
_SOURCE = "fts-flows-canada"
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
_DONOR = "CAN"
_COUNTRIES = (COUNTRY, "Korea, Democratic People's Republic of")
# Organizations that the dossier has under ids of its own.
_ORGANIZATIONS = {
    "world food programme": "world-food-programme",
    "united nations children's fund": "unicef",
}


def read_flows(reading: Reading, file: InputFile, header: Sequence[str]) -> int:
    """Flows from Canada to North Korea; returns how many became records."""
    columns = {what: next((name for name in names if name in header), "") for what, names in _FLOW_COLUMNS.items()}
    if missing := [_FLOW_COLUMNS[what][0] for what in _NEEDED if not columns[what]]:
        raise UnreadableFile(file, "csv-other-header", 1, missing=missing, found=",".join(header)[:100])
    if not columns["donor"] and "canada" not in file.name.rpartition("/")[2].lower():
        raise UnreadableFile(file, "file-without-donor", donor="Canada")
    add_source(reading, file, _flows_source(file))
    records = []
    for line, row in read_rows(file, [columns[what] for what in _NEEDED]):
        cells = {what: row.get(name, "") if name else "" for what, name in columns.items()}
        if row[columns["year"]].startswith("#"):
            continue
        if not _is_ours(cells, columns):
            reading.left_out.append(LeftOut(file.name, line, cells["flow"], "other-country", expected=True))
        elif fault := _flow_fault(cells):
            leave_out(reading, file, line, cells["flow"] or cells["year"], *fault[:1], **fault[1])
        else:
            records.append(_flow_record(cells))
            support(reading, [_organization(cells["recipient"])])
    support(reading, states(_SOURCE))
    return add(reading, "funding-records", records)


def _is_ours(cells: _Row, columns: _Row) -> bool:
    donor = not columns["donor"] or _DONOR in cells["donor"]
    return donor and (not columns["country"] or cells["country"] in _COUNTRIES)


def _flow_fault(cells: _Row) -> tuple[str, dict[str, Any]] | None:
    if not YEAR.fullmatch(cells["year"]):
        return "row-without-value", {"field": "usage_year"}
    if not cells["flow"]:
        return "row-without-value", {"field": "flow_id"}
    if amount(cells["amount"]) is None:
        return "cell-not-an-amount", {"value": cells["amount"]}
    if cells["status"] not in _BASES:
        return "status-without-basis", {"value": cells["status"]}
    return None


def _flow_record(cells: _Row) -> SeedForm:
    year, flow, through = cells["year"], cells["flow"], cells["recipient"]
    dollars = amount(cells["amount"])
    assert dollars is not None
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
        "amount": amount_text(dollars),
        "currency": "USD",
        "basis": _BASES[cells["status"]],
        "cumulative": False,
        "sector": "humanitarian",
        "period": year,
        "donor": "canada",
        "delivery_channels": [_organization_id(through)] if _organization_id(through) else [],
        "recipient": "north-korea",
        **({"in_kind": in_kind} if in_kind is not None else {}),
        "citations": [citation(_SOURCE, f"flow {flow}", f"flux {flow}")],
    }


def _original(cells: _Row) -> dict[str, str]:
    """The amount in the currency of the donor, where the flow has it, as a sentence."""
    original, currency = amount(cells["original_amount"]), cells["original_currency"]
    if original is None or not currency or currency == "USD":
        return {"en": "", "fr": ""}
    number = amount_text(original)
    return {
        "en": f" The original amount is {number} {currency}.",
        "fr": f" Le montant d’origine est de {number} {currency}.",
    }


def _organization_id(name: str) -> str:
    return _ORGANIZATIONS.get(name.lower().replace("’", "'")) or slug(name)


def _organization(name: str) -> SeedForm:
    return actor(_organization_id(name), "organization", (name, name), _SOURCE)


def _flows_source(file: InputFile) -> SeedForm:
    return source(
        file,
        _SOURCE,
        ("FTS: flows from Canada to North Korea (file)", "FTS : flux du Canada vers la Corée du Nord (fichier)"),
        (
            "Flows of humanitarian aid that donors and organizations report to FTS, one in each row.",
            "Flux d’aide humanitaire que donneurs et organisations déclarent à FTS, à raison d’un par ligne.",
        ),
    )
