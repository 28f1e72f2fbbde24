"""Importer of IATI activity files (XML, version 2): what Canada gave to North Korea, one record a transaction.

A transaction counts as given to North Korea if it says so itself, or if its activity has no other recipient: shares of
activities in several countries are never computed.
"""

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from lxml import etree

from app.publishing.importers.base import XML_TYPES, Floor, Importer, InputFile, Reading, SeedForm, UnreadableFile
from app.publishing.importers.funding import (
    Funding,
    amount_text,
    file_stem,
    organization,
    read_amount,
    section,
    states,
)
from app.publishing.importers.iati_parties import (
    Party,
    country_fault,
    donor_fault,
    is_humanitarian,
    parties,
    partner_of,
)
from app.publishing.importers.wording import day_in_words, day_of, slug
from app.publishing.importers.xml_reader import read_elements, read_root_attributes, text_of

_ROOT = "iati-activities"
# Transaction types that are money given, by the bases here (IATI code list TransactionType). Others, such as loans, are
# passed over.
_BASES = {"1": "received", "2": "commitment", "3": "disbursement", "4": "disbursement", "11": "commitment"}
_INCOMING = ("1", "11")
_VERBS = {
    "received": ("received", "reçu"),
    "commitment": ("committed", "engagé"),
    "disbursement": ("disbursed", "versé"),
}
_CURRENCY = re.compile("[A-Z]{3}")
_DATES = re.compile("[-_ ]?(?:19|20)[0-9]{2}[-_]?[0-9]{2}(?:[-_]?[0-9]{2})?(?:T?[0-9]{4,6}Z?)?")  # in names of files
_ID_LENGTH = 100


class _Gift(NamedTuple):
    """What the record of a transaction is made of."""

    identifier: str
    id: str
    basis: str
    day: str
    amount: Decimal
    currency: str
    humanitarian: bool
    partner: SeedForm | None
    source: str


def read(files: Sequence[InputFile]) -> Reading:
    """Funding records of the transactions. Those of other countries and donors are counted as left out.

    Raises UnreadableFile for other XML, version 1 of the standard, and a second file of one name.
    """
    funding = Funding()
    for file in files:
        source = slug("iati", _DATES.sub("", file_stem(file)) or "activities")
        reporters, day = set[Party](), _generated_on(file)
        for activity in read_elements(file, _ROOT, {"iati-activity"}):
            reporters.update(parties(activity, "reporting-org"))
            _add(funding, file, activity, source)
        funding.add_source(file, _source(file, source, reporters, day))
        funding.support(*states(source))
    return funding.done({"transactions": len(funding.reading.records["funding-records"])})


def _generated_on(file: InputFile) -> str | None:
    """Day on which a file was generated, None if it does not say. Raises UnreadableFile if it is of version 1."""
    root = read_root_attributes(file, _ROOT)
    version = root.get("version", "")
    if version.startswith("1."):
        raise UnreadableFile(file, "iati-other-version", version=version)
    return day_of(root.get("generated-datetime"))


def _add(funding: Funding, file: InputFile, activity: etree._Element, source: str) -> None:
    """Add the transactions of an activity, or why they are left out."""
    identifier = text_of(activity.find("iati-identifier")) or ""
    transactions = [*activity.iterfind("transaction")]
    names = _names(transactions)
    for transaction, name in zip(transactions, names, strict=True):
        row = f"{identifier} {transaction.get('ref', '')}".strip()
        if fault := _not_ours(activity, transaction):
            code, expected = fault
            values = {"value": _attribute(transaction, "transaction-type", "code")}
            funding.leave_out(file, transaction.sourceline, row, code, values, expected=expected)
            continue
        gift = _gift(activity, transaction, name, source)
        if isinstance(gift, _Gift):
            if funding.add(file, transaction.sourceline, row, _record(gift)) and gift.partner:
                funding.support(gift.partner)
        else:
            code, value = gift
            values = {"value": value} if code == "cell-not-an-amount" else {"field": value}
            funding.leave_out(file, transaction.sourceline, row, code, values)


def _not_ours(activity: etree._Element, transaction: etree._Element) -> tuple[str, bool] | None:
    """Code of why a transaction is no gift from Canada alone to North Korea alone, and whether one expects such."""
    kind = _attribute(transaction, "transaction-type", "code")
    country = country_fault(activity, transaction)
    if country and country[1]:
        return country
    donor = donor_fault(activity, transaction, incoming=kind in _INCOMING)
    if donor and donor[1]:
        return donor
    if kind not in _BASES:
        return "other-transaction-type", True
    return country or donor


def _gift(activity: etree._Element, transaction: etree._Element, name: str, source: str) -> _Gift | tuple[str, str]:
    """What a transaction gives, or the code of what is wrong with it, and the field or value."""
    kind = _attribute(transaction, "transaction-type", "code")
    identifier = text_of(activity.find("iati-identifier")) or ""
    day = day_of(_attribute(transaction, "transaction-date", "iso-date")) or ""
    currency = (_attribute(transaction, "value", "currency") or activity.get("default-currency", "")).upper()
    value = text_of(transaction.find("value")) or ""
    needed = {"iati-identifier": identifier, "transaction-date": day, "value": value}
    missing = [field for field, text in needed.items() if not text]
    if missing or not _CURRENCY.fullmatch(currency):
        return "row-without-value", (*missing, "currency")[0]
    amount = read_amount(value)  # below zero it takes money back, which no record can say
    if amount is None:
        return "cell-not-an-amount", value
    partner = partner_of(activity, transaction, incoming=kind in _INCOMING)
    return _Gift(
        identifier,
        _id(identifier, name),
        _BASES[kind],
        day,
        amount,
        currency,
        is_humanitarian(activity, transaction),
        organization(partner.names, source) if partner else None,
        source,
    )


def _attribute(element: etree._Element, child: str, name: str) -> str:
    found = element.find(child)
    return str(found.get(name, "")).strip() if found is not None else ""


def _names(transactions: Sequence[etree._Element]) -> list[str]:
    """Names of transactions within their activity, whatever their order.

    The reference if no other has it, else a hash of the content. Only those with the same content are numbered.
    """
    references = Counter(str(one.get("ref", "")).strip() for one in transactions)
    seen, names = Counter[str](), list[str]()
    for one in transactions:
        reference = str(one.get("ref", "")).strip()
        name = reference if reference and references[reference] == 1 else _hash(reference, *_content(one))
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


def _content(transaction: etree._Element) -> tuple[str, ...]:
    return (
        _attribute(transaction, "transaction-type", "code"),
        _attribute(transaction, "transaction-date", "iso-date"),
        _attribute(transaction, "value", "currency"),
        *(text_of(transaction.find(name)) or "" for name in ("value", "receiver-org", "description")),
    )


def _hash(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:10]


def _id(identifier: str, name: str) -> str:
    """Id of a transaction. One that would be cut off ends in a hash of the whole."""
    whole = "-".join(("iati", slug(identifier), slug(name)))
    if len(whole) < _ID_LENGTH:  # `slug` has cut nothing off
        return whole
    return f"{whole[:85].rstrip('-')}-{_hash(identifier, name)}"


def _record(gift: _Gift) -> SeedForm:
    en, fr = _VERBS[gift.basis]
    when = day_in_words(gift.day)
    through = {"en": "", "fr": ""}
    if gift.partner:
        names = gift.partner["title"]
        through = {"en": f" through {names['en']}", "fr": f" par l’intermédiaire de {names['fr']}"}
    return {
        "id": gift.id,
        "title": {
            "en": f"Canadian aid to North Korea {en} on {when['en']}{through['en']}",
            "fr": f"Aide du Canada à la Corée du Nord, montant {fr} le {when['fr']}{through['fr']}",
        },
        "summary": {
            "en": f"Transaction of the activity {gift.identifier} in IATI: an amount {en} on {when['en']}.",
            "fr": f"Opération de l’activité {gift.identifier} de l’IITA\u00a0: montant {fr} le {when['fr']}.",
        },
        "amount": amount_text(gift.amount),
        "currency": gift.currency,
        "basis": gift.basis,
        "cumulative": False,
        "sector": "humanitarian" if gift.humanitarian else "all",
        "period": gift.day,
        "donor": "canada",
        "delivery_channels": [gift.partner["id"]] if gift.partner else [],
        "recipient": "north-korea",
        "citations": [
            {
                "source": gift.source,
                "section": section(f"activity {gift.identifier}", f"activité {gift.identifier}"),
            }
        ],
    }


_SEVERAL = ("Several organizations", "Plusieurs organisations")
_UNNAMED = ("Not named in the file", "Non nommé dans le fichier")
_OPEN = ("Open Government Licence – Canada", "Licence du gouvernement ouvert – Canada")
_NO_LICENCE = ("Not stated in the file", "Non précisée dans le fichier")


def _source(file: InputFile, id: str, reporters: set[Party], day: str | None) -> SeedForm:
    """Source record of a file. Its publisher is who reports, and the licence is known of Canada's files alone."""
    name = _DATES.sub("", file_stem(file)) or "activities"
    publisher = next((one.names for one in reporters), _UNNAMED) if len(reporters) <= 1 else _SEVERAL
    licence = _OPEN if reporters and all(one.is_canada for one in reporters) else _NO_LICENCE
    return {
        "id": id,
        "kind": "dataset",
        "title": {"en": f"IATI activities ({name})", "fr": f"Activités de l’IITA ({name})"},
        "summary": {
            "en": "Activities and transactions of aid, as organizations report them in the IATI standard.",
            "fr": "Activités et opérations d’aide, telles que des organisations les déclarent selon la norme de "
            "l’IITA.",
        },
        "publisher": section(*(publisher if publisher[0] else _UNNAMED)),
        "address": file.address or "https://iatistandard.org/",
        "language": "en",
        "licence": section(*licence),
        **({"content_as_of": day} if day else {}),
    }


IMPORTER = Importer(
    name="iati",
    about="Canadian transactions for North Korea from IATI activity files (XML 2.03), as funding records",
    media_types=XML_TYPES,
    read=read,
    floors=(Floor("funding-records", 1),),
    most_bytes=100_000_000,
)
