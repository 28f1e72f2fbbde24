"""Parties and shares of IATI activities: who gives, who receives, and for which country."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, Self

from lxml import etree

from app.publishing.importers.funding import is_canada
from app.publishing.importers.xml_reader import text_of

COUNTRY = "KP"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Numbers of Canada's departments, as its agencies and as the OECD's donor 301. `CA-CRA_ACR-…` is a charity.
_OF_CANADA = re.compile(r"CA-[0-9]+(?:-.*)?|XM-DAC-301(?:-.*)?")
_KNOWN = {"XM-DAC-41140": "World Food Programme", "XM-DAC-41122": "UNICEF"}
_HUMANITARIAN = re.compile("7[234][0-9]{1,3}")  # sectors of the OECD: response, reconstruction, prevention
_OECD_SECTORS = ("", "1", "2")  # vocabularies; the first is what an activity means that names none
_YES, _NO = ("1", "true"), ("0", "false")
_WHOLE = 100  # percent


class Party(NamedTuple):
    """Organization of an activity or transaction: its number, and its names in English and French."""

    ref: str
    names: tuple[str, str]

    @classmethod
    def of(cls, element: etree._Element) -> Self:
        """Party of an element; the names are empty if it has neither a name nor a number that is known."""
        ref = str(element.get("ref", "")).strip()
        names: dict[str, str] = {}
        for narrative in element.iterfind("narrative"):
            if text := text_of(narrative):
                names.setdefault(str(narrative.get(_LANG, "")).lower()[:2], text)
        other = next(iter(names.values()), _KNOWN.get(ref, ""))
        main = names.get("en") or names.get("") or other
        return cls(ref, (main, names.get("fr") or main))

    @property
    def is_canada(self) -> bool:
        """Whether it is the Canadian government."""
        return bool(_OF_CANADA.fullmatch(self.ref)) or any(map(is_canada, self.names))


def parties(element: etree._Element, path: str, role: str | None = None) -> list[Party]:
    """Parties of an element at a path, those of one role if one is given."""
    return [Party.of(one) for one in element.iterfind(path) if role is None or one.get("role") == role]


def country_fault(activity: etree._Element, transaction: etree._Element) -> tuple[str, bool] | None:
    """Code of why a transaction is not for North Korea alone, and whether one expects such; None if it is.

    The transaction's own country or region decides. Without them it has those of its activity, whose percentages are
    of all transactions together and say nothing of a single one.
    """
    own = [str(one.get("code", "")).upper() for one in transaction.iterfind("recipient-country")]
    if own or transaction.find("recipient-region") is not None:
        return ("other-country", True) if COUNTRY not in own else None if {*own} == {COUNTRY} else _SHARE
    countries = [*activity.iterfind("recipient-country")]
    if COUNTRY not in [str(one.get("code", "")).upper() for one in countries]:
        return "other-country", True
    shares = [one.get("percentage") for one in countries if str(one.get("code", "")).upper() == COUNTRY]
    whole = len(countries) == 1 and activity.find("recipient-region") is None and shares == [None]
    return None if whole or _is_whole(shares) else _SHARE


_SHARE = ("share-of-country", False)


def _is_whole(shares: Iterable[str | None]) -> bool:
    try:
        return sum(Decimal(share or "0") for share in shares) == _WHOLE
    except InvalidOperation:
        return False


def donor_fault(activity: etree._Element, transaction: etree._Element, *, incoming: bool) -> tuple[str, bool] | None:
    """Code of why a transaction is not Canada's alone, and whether one expects such; None if it is.

    Its provider decides. Without one, the provider of money that goes out is who reports, unless it reports for others;
    that of money that comes in is who funds the activity.
    """
    providers = parties(transaction, "provider-org")
    reporting = activity.find("reporting-org")
    if not providers and not incoming and reporting is not None and reporting.get("secondary-reporter") not in _YES:
        providers = [Party.of(reporting)]
    providers = providers or parties(activity, "participating-org", role="1")
    ours = [one.is_canada for one in providers]
    if not any(ours):
        return "other-donor", True
    return None if all(ours) else ("share-of-donor", False)


def partner_of(activity: etree._Element, transaction: etree._Element, *, incoming: bool) -> Party | None:
    """Who delivers the aid: the receiver, else who reports what came in, else the one who implements the activity.

    None if the file names nobody.
    """
    found = parties(transaction, "receiver-org")
    if not found and incoming:
        found = parties(activity, "reporting-org")
    if not found and len(implementing := parties(activity, "participating-org", role="4")) == 1:
        found = implementing
    named = [one for one in found if one.names[0]]
    return named[0] if named else None


def is_humanitarian(activity: etree._Element, transaction: etree._Element) -> bool:
    """Whether a transaction is humanitarian: by its own flag, else by that of its activity, else by all its sectors."""
    for element in (transaction, activity):
        flag = element.get("humanitarian")
        if flag in _YES or flag in _NO:
            return flag in _YES
    sectors = [*transaction.iterfind("sector")] or [*activity.iterfind("sector")]
    codes = [str(one.get("code", "")) for one in sectors if str(one.get("vocabulary", "")) in _OECD_SECTORS]
    return bool(codes) and all(_HUMANITARIAN.fullmatch(code) for code in codes)
