"""Importer of IATI activity files (XML, version 2.03): what Canada gave to North Korea, one record a transaction.

A transaction counts as given to North Korea if it says so itself, or if its activity has no other recipient: shares of
activities in several countries are never computed.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, NamedTuple

from lxml import etree

from app.publishing.importers.base import Floor, Importer, InputFile, LeftOut, Reading, SeedForm
from app.publishing.importers.funding import actor, amount_text, states
from app.publishing.importers.wording import day_in_words, of_file, slug
from app.publishing.importers.xml_reader import read_elements, text_of

_COUNTRY, _DONOR = "KP", "CA"
_WHOLE = 100  # percent
# Transaction types that are money given, by the bases here (IATI code list TransactionType). Others, such as loans, are
# passed over.
_BASES = {
    "1": "received",
    "2": "commitment",
    "3": "disbursement",
    "4": "disbursement",
    "11": "commitment",
}
_VERBS = {
    "received": ("received", "reçu"),
    "commitment": ("committed", "engagé"),
    "disbursement": ("disbursed", "versé"),
}
_FUNDING = "1"  # role of a participating organization


class _Activity(NamedTuple):
    """What an activity says for all of its transactions."""

    identifier: str
    currency: str
    humanitarian: bool
    countries: dict[str, str]  # percentage by code, empty where there is none
    donors: set[str]
    partner: str | None
    source: str


def read(files: Sequence[InputFile]) -> Reading:
    """Funding records of the transactions. Those of other countries and donors are counted as left out."""
    reading = Reading()
    reading.records["funding-records"] = []
    for file in files:
        source = _source(file)
        reading.sources.append(of_file(file, source))
        for element in read_elements(file, "iati-activities", {"iati-activity"}):
            _add(reading, file, _activity(element, source["id"]), element)
        reading.supporting.setdefault("actors", []).extend(states(source["id"]))
    actors = reading.supporting.get("actors", [])
    reading.supporting["actors"] = [*{one["id"]: one for one in reversed(actors)}.values()]  # the first of each id
    reading.totals["transactions"] = len(reading.records["funding-records"])
    return reading


def _activity(element: etree._Element, source: str) -> _Activity:
    countries = {str(one.get("code")): str(one.get("percentage", "")) for one in element.iterfind("recipient-country")}
    reporting = element.find("reporting-org")
    funding = [one for one in element.iterfind("participating-org") if one.get("role") == _FUNDING]
    donors = {str(one.get("ref", ""))[:2] for one in (funding or ([reporting] if reporting is not None else []))}
    partners = [one for one in element.iterfind("participating-org") if one.get("role") == "4"]  # implementing
    partner = text_of(partners[0].find("narrative")) if len(partners) == 1 else None
    return _Activity(
        text_of(element.find("iati-identifier")) or "",
        element.get("default-currency", ""),
        element.get("humanitarian") in ("1", "true"),
        countries,
        donors,
        partner,
        source,
    )


def _add(reading: Reading, file: InputFile, activity: _Activity, element: etree._Element) -> None:
    """Add the transactions of an activity."""
    seen = Counter[str]()
    found = reading.records["funding-records"]
    for transaction in element.iterfind("transaction"):
        row = f"{activity.identifier} {transaction.get('ref', '')}".strip()
        if fault := _fault(activity, transaction):
            code, values, expected = fault
            reading.left_out.append(LeftOut(file.name, transaction.sourceline, row or "?", code, values, expected))
            continue
        id = _id(activity, transaction, seen)
        if all(id != one["id"] for one in found):
            found.append(_record(activity, transaction, id))
            if (partner := _partner(activity, transaction)) and slug(partner):
                known = reading.supporting.setdefault("actors", [])
                known.append(actor(slug(partner), "organization", (partner, partner), activity.source))


def _fault(activity: _Activity, transaction: etree._Element) -> tuple[str, dict[str, Any], bool] | None:
    """Code and values of why a transaction is left out, and whether that is what one expects."""
    own = _attribute(transaction, "recipient-country", "code")
    kind = _attribute(transaction, "transaction-type", "code")
    if own not in ("", _COUNTRY) or not (own or _COUNTRY in activity.countries):
        return "other-country", {}, True
    if activity.donors != {_DONOR}:
        return "other-donor", {}, True
    if kind not in _BASES:
        return "other-transaction-type", {"value": kind}, True
    if not own and (len(activity.countries) > 1 or not _is_whole(activity.countries[_COUNTRY])):
        return "share-of-country", {}, False
    needed = {
        "iati-identifier": activity.identifier,
        "transaction-date": _day(transaction),
        "value": _amount(transaction) is not None,
        "currency": _currency(activity, transaction),
    }
    missing = [field for field, value in needed.items() if not value]
    return ("row-without-value", {"field": missing[0]}, False) if missing else None


def _is_whole(percentage: str) -> bool:
    try:
        return not percentage or Decimal(percentage) == _WHOLE
    except InvalidOperation:
        return False


def _attribute(element: etree._Element, child: str, name: str) -> str:
    found = element.find(child)
    return str(found.get(name, "")) if found is not None else ""


def _day(transaction: etree._Element) -> str:
    try:
        return date.fromisoformat(_attribute(transaction, "transaction-date", "iso-date")[:10]).isoformat()
    except ValueError:
        return ""


def _amount(transaction: etree._Element) -> Decimal | None:
    """Value of a transaction; None if there is none, or one below zero, which takes money back."""
    try:
        value = Decimal(text_of(transaction.find("value")) or "")
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None


def _currency(activity: _Activity, transaction: etree._Element) -> str:
    return _attribute(transaction, "value", "currency") or activity.currency


def _partner(activity: _Activity, transaction: etree._Element) -> str | None:
    return text_of(transaction.find("receiver-org/narrative")) or activity.partner


def _id(activity: _Activity, transaction: etree._Element, seen: Counter[str]) -> str:
    """Id of a transaction: by its reference, else by its content. Those with the same content are numbered."""
    own = transaction.get("ref") or sha256(_content(transaction)).hexdigest()[:10]
    seen[own] += 1
    number = f" {seen[own]}" if seen[own] > 1 else ""
    return slug("iati", activity.identifier, f"{own}{number}")


def _content(transaction: etree._Element) -> bytes:
    parts = (
        _attribute(transaction, "transaction-type", "code"),
        _attribute(transaction, "transaction-date", "iso-date"),
        text_of(transaction.find("value")) or "",
        text_of(transaction.find("receiver-org")) or "",
        text_of(transaction.find("description")) or "",
    )
    return "\n".join(parts).encode()


def _record(activity: _Activity, transaction: etree._Element, id: str) -> SeedForm:
    basis = _BASES[_attribute(transaction, "transaction-type", "code")]
    day, partner, amount = _day(transaction), _partner(activity, transaction), _amount(transaction)
    assert amount is not None
    en, fr = _VERBS[basis]
    when = day_in_words(day)
    through = {"en": "", "fr": ""}
    if partner:
        through = {"en": f" through {partner}", "fr": f" par l’intermédiaire de {partner}"}
    humanitarian = activity.humanitarian or transaction.get("humanitarian") in ("1", "true")
    return {
        "id": id,
        "title": {
            "en": f"Canadian aid to North Korea {en} on {when['en']}{through['en']}",
            "fr": f"Aide du Canada à la Corée du Nord, montant {fr} le {when['fr']}{through['fr']}",
        },
        "summary": {
            "en": f"Transaction of the activity {activity.identifier} in IATI: an amount {en} on {when['en']}.",
            "fr": f"Opération de l’activité {activity.identifier} de l’IITA : montant {fr} le {when['fr']}.",
        },
        "amount": amount_text(amount),
        "currency": _currency(activity, transaction),
        "basis": basis,
        "cumulative": False,
        "sector": "humanitarian" if humanitarian else "all",
        "period": day,
        "donor": "canada",
        "delivery_channels": [slug(partner)] if partner and slug(partner) else [],
        "recipient": "north-korea",
        "citations": [
            {
                "source": activity.source,
                "section": {"en": f"activity {activity.identifier}", "fr": f"activité {activity.identifier}"},
            }
        ],
    }


def _source(file: InputFile) -> SeedForm:
    name = file.name.rstrip("/").replace("\\", "/").rpartition("/")[2].partition(".")[0]
    return {
        "id": slug("iati", name),
        "kind": "dataset",
        "title": {"en": f"IATI activities ({name})", "fr": f"Activités de l’IITA ({name})"},
        "summary": {
            "en": "Activities and transactions of aid, as the donor reports them in the IATI standard.",
            "fr": "Activités et opérations d’aide, telles que le donneur les déclare selon la norme de l’IITA.",
        },
        "publisher": {"en": "Global Affairs Canada", "fr": "Affaires mondiales Canada"},
        "address": file.address or "https://iatistandard.org/",
        "language": "en",
        "licence": {"en": "Open Government Licence – Canada", "fr": "Licence du gouvernement ouvert – Canada"},
    }


IMPORTER = Importer(
    name="iati",
    about="Canadian transactions for North Korea from IATI activity files (XML 2.03), as funding records",
    licence="Open Government Licence – Canada",
    media_types=("application/xml", "text/xml"),
    read=read,
    floors=(Floor("funding-records", 1),),
    most_bytes=100_000_000,
)
