"""What importers of funding have in common: exact amounts as text, names of the two states, and who delivers aid."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from hashlib import sha256
from typing import Any

from app.publishing.importers.base import InputFile, LeftOut, Reading, SeedForm, UnreadableFile
from app.publishing.importers.wording import of_file, slug

MILLION = 1_000_000
_EXACT = Context(prec=100)  # nothing that `_NUMBER` matches is rounded
# Exponents have two digits at most: `1e999999` is a number too, and would be a text of a million digits.
_NUMBER = re.compile(r"(?:[0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_RECORDABLE = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,4})?")  # as in funding records
_CANADA = frozenset(
    {
        "canada",
        "government of canada",
        "canada government of",
        "gouvernement du canada",
        "global affairs canada",
        "affaires mondiales canada",
        "foreign affairs trade and development canada",
        "affaires etrangeres commerce et developpement canada",
        "canadian international development agency",
        "agence canadienne de developpement international",
    }
)
_DEMOCRATIC = frozenset({"dpr", "rpd", "north", "nord"})
# Organizations that the dossier has under ids of its own, by their names and numbers in the files.
_ORGANIZATIONS = {
    "world food programme": "world-food-programme",
    "world food program": "world-food-programme",
    "programme alimentaire mondial": "world-food-programme",
    "wfp": "world-food-programme",
    "pam": "world-food-programme",
    "united nations childrens fund": "unicef",
    "fonds des nations unies pour lenfance": "unicef",
}


def plain(name: str) -> str:
    """A name to compare: its words in small ASCII letters, without accents, points and apostrophes."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall("[a-z0-9]+", re.sub("['.`]", "", letters.replace("’", ""))))


def is_north_korea(name: str) -> bool:
    """Whether a name is North Korea's in English or French, such as `Korea, Dem. Rep.`: South Korea's has no `Dem`."""
    words = plain(name).split()
    korea = any(word in ("korea", "coree") for word in words)
    democratic = any(word.startswith("dem") or word in _DEMOCRATIC for word in words)
    return (korea and democratic) or words in (["dprk"], ["rpdc"])


def is_canada(name: str) -> bool:
    """Whether a name is that of Canada, its government, or one of the departments that gave aid."""
    return plain(name) in _CANADA


def read_amount(text: str, unit: int = 1) -> Decimal | None:
    """Exact amount of a cell, in a unit such as a million; None if it is no number, below zero, or too long to keep."""
    if not _NUMBER.fullmatch(text):
        return None
    amount = _EXACT.multiply(Decimal(text), Decimal(unit))
    return amount if _RECORDABLE.fullmatch(amount_text(amount)) else None


def amount_text(amount: Decimal) -> str:
    """Amount as the text of an exact decimal number, without an exponent and without zeros at its end."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def actor(id: str, kind: str, names: tuple[str, str], source: str, code: str | None = None) -> SeedForm:
    """Supporting actor: submitted only where none of this id is published."""
    en, fr = names
    return {
        "id": id,
        "kind": kind,
        **({"code": code} if code else {}),
        "title": {"en": en, "fr": fr},
        "summary": {"en": f"{en}, as the cited source names it.", "fr": f"{fr}, selon la source citée."},
        "citations": [{"source": source, "section": {"en": "rows", "fr": "lignes"}}],
    }


def states(source: str) -> list[SeedForm]:
    """Canada and North Korea, as supporting actors that cite a source."""
    return [
        actor("canada", "state", ("Canada", "Canada"), source, "CA"),
        actor("north-korea", "state", ("North Korea", "Corée du Nord"), source, "KP"),
    ]


def organization(names: tuple[str, str], source: str) -> SeedForm:
    """Supporting actor for an organization that delivers aid, by its names in English and French."""
    en, _ = names
    id = _ORGANIZATIONS.get(plain(en)) or slug(en) or f"organization-{sha256(en.encode()).hexdigest()[:8]}"
    return actor(id, "organization", names, source)


@dataclass
class Funding:
    """Funding that an importer collects: records and actors, each id once, and the rows that it leaves out."""

    reading: Reading = field(default_factory=lambda: Reading(records={"funding-records": []}))
    _ids: set[str] = field(default_factory=set)
    _actors: dict[str, SeedForm] = field(default_factory=dict)

    def add(self, file: InputFile, line: int | None, row: str, record: SeedForm) -> bool:
        """Add the record of a row, or report the row if an earlier one has the same id; returns whether it is new."""
        id = str(record["id"])
        if id in self._ids:
            self.leave_out(file, line, row, "row-repeated", {"id": row})
            return False
        self._ids.add(id)
        self.reading.records["funding-records"].append(record)
        return True

    def add_source(self, file: InputFile, source: SeedForm) -> str:
        """Add the source record of a file; returns its id. Raises UnreadableFile if an earlier file has this id."""
        id = str(source["id"])
        if any(one["id"] == id for one in self.reading.sources):
            raise UnreadableFile(file, "second-file-of-source", source=id)
        self.reading.sources.append(of_file(file, source))
        return id

    def leave_out(
        self,
        file: InputFile,
        line: int | None,
        row: str,
        code: str,
        values: Mapping[str, Any] | None = None,
        *,
        expected: bool = False,
    ) -> None:
        """Leave out a row. `expected` ones, such as other countries, are counted and not listed."""
        self.reading.left_out.append(LeftOut(file.name, line, row or "?", code, values or {}, expected))

    def support(self, *actors: SeedForm) -> None:
        """Add actors that records name, each with the first form that is given."""
        for one in actors:
            self._actors.setdefault(str(one["id"]), one)

    def done(self, totals: dict[str, int]) -> Reading:
        """The reading, with its actors and with counts for the report, by what was counted."""
        self.reading.supporting["actors"] = [*self._actors.values()]
        self.reading.totals = totals
        return self.reading


def section(english: str, french: str = "") -> Mapping[str, str]:
    """Section of a citation in both languages, the same where they do not differ."""
    return {"en": english, "fr": french or english}


def years_in(text: str) -> set[str]:
    """Years from 1900 to 2099 that a text such as a file's name has."""
    return {*_YEAR.findall(text)}


def file_stem(file: InputFile) -> str:
    """Name of a file without its folders, query and ending."""
    return re.split(r"[/\\]", file.name.partition("?")[0].rstrip("/\\"))[-1].partition(".")[0]


def columns_of(header: Iterable[str], names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Column of a header for each meaning, by the names that files give it, whatever their case; empty if none."""
    there = {_compact(name): name for name in reversed([*header])}
    return {
        what: next((there[one] for one in map(_compact, known) if one in there), "") for what, known in names.items()
    }


def _compact(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "")
