"""Importer of OECD CRS tables of donor by recipient (CSV): what Canada disbursed to North Korea in a year.

The layout changes nearly every year. It is told by what is in it: a row with donors' names or codes, and rows of
recipients that begin with their name. The year is in the file's name alone.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from app.publishing.importers.base import Floor, Importer, InputFile, LeftOut, Reading, SeedForm, UnreadableFile
from app.publishing.importers.csv_reader import read_lines
from app.publishing.importers.funding import MILLION, amount_text, states
from app.publishing.importers.wording import of_file

_DONOR, _DONOR_CODE = "canada", "301"
_RECIPIENT_CODE = "740"
_RECIPIENTS = frozenset(
    {
        "korea, dem. rep.",
        "korea, dem. people's rep.",
        "korea, democratic people's republic of",
        "democratic people's republic of korea",
        "dem. people's republic of korea",
        "dpr korea",
        "north korea",
    }
)
_MOST_HEADERS = 3  # rows above the first recipient
_CODES = 2  # columns before the values in which a recipient's code may stand
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def read(files: Sequence[InputFile]) -> Reading:
    """Funding records, one for each file: exact amounts in dollars. An empty cell gives none, and is left out."""
    reading = Reading()
    reading.records["funding-records"] = []
    for file in files:
        year = _year(file)
        rows = [*read_lines(file)]
        column = _donor_column(file, rows)
        line, cells = _recipient_row(file, rows)
        reading.sources.append(of_file(file, _source(year)))
        cell = cells[column] if column < len(cells) else ""
        try:
            millions = Decimal(cell)
        except InvalidOperation:
            code = "cell-not-a-number" if cell else "cell-empty"
            reading.left_out.append(LeftOut(file.name, line, cells[0], code, {"value": cell} if cell else {}))
            continue
        if not millions.is_finite() or millions < 0:
            reading.left_out.append(LeftOut(file.name, line, cells[0], "cell-not-an-amount", {"value": cell}))
            continue
        reading.records["funding-records"].append(_record(year, millions))
    reading.supporting["actors"] = states(f"oecd-crs-{_year(files[0])}")
    return reading


def _year(file: InputFile) -> str:
    """Year of a table, from the file's name. Raises UnreadableFile if it has none, or several."""
    years = {*_YEAR.findall(re.split(r"[/\\]", file.name)[-1])}
    if len(years) != 1:
        raise UnreadableFile(file, "file-name-without-year")
    return str(years.pop())


def _donor_column(file: InputFile, rows: Sequence[tuple[int, list[str]]]) -> int:
    """Column of Canada, by its name in one of the first rows, else by its code. Raises UnreadableFile without one."""
    heads = [[cell.casefold() for cell in cells] for _, cells in rows[:_MOST_HEADERS]]
    for wanted in (_DONOR, _DONOR_CODE):
        for cells in heads:
            if cells.count(wanted) == 1 and (wanted == _DONOR or "donor_code" in cells[:_CODES]):
                return cells.index(wanted)
    raise UnreadableFile(file, "table-without-donor", donor="Canada")


def _recipient_row(file: InputFile, rows: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """Row of North Korea, by its name or code. Raises UnreadableFile if there is none, or several."""
    found = [(line, cells) for line, cells in rows if _is_recipient(cells)]
    if len(found) != 1:
        raise UnreadableFile(file, "table-without-recipient", count=len(found))
    return found[0]


def _is_recipient(cells: Sequence[str]) -> bool:
    name = " ".join(cells[0].casefold().replace("''", "'").replace("’", "'").split())
    return name in _RECIPIENTS or (cells[1:_CODES] == [_RECIPIENT_CODE] and not cells[0].isdigit())


def _record(year: str, millions: Decimal) -> SeedForm:
    amount = amount_text(millions * MILLION)
    return {
        "id": f"crs-canada-{year}",
        "title": {
            "en": f"Canadian aid disbursed to North Korea in {year} (OECD)",
            "fr": f"Aide canadienne versée à la Corée du Nord en {year} (OCDE)",
        },
        "summary": {
            "en": f"Canada’s disbursements to North Korea in {year} as the OECD’s Creditor Reporting System has them, "
            "in United States dollars. They are for all sectors, not only humanitarian.",
            "fr": f"Versements du Canada à la Corée du Nord en {year} selon le Système de notification des pays "
            "créanciers de l’OCDE, en dollars américains. Ils visent tous les secteurs, et non seulement l’aide "
            "humanitaire.",
        },
        "amount": amount,
        "currency": "USD",
        "basis": "disbursement",
        "cumulative": False,
        "sector": "all",
        "period": year,
        "donor": "canada",
        "recipient": "north-korea",
        "citations": [
            {
                "source": f"oecd-crs-{year}",
                "section": {
                    "en": "row of North Korea, column Canada",
                    "fr": "ligne de la Corée du Nord, colonne Canada",
                },
            }
        ],
    }


def _source(year: str) -> SeedForm:
    return {
        "id": f"oecd-crs-{year}",
        "kind": "dataset",
        "title": {
            "en": f"OECD aid statistics: donors by recipients, {year} (file)",
            "fr": f"Statistiques de l’aide de l’OCDE : donneurs et bénéficiaires, {year} (fichier)",
        },
        "summary": {
            "en": f"Table of the aid that each donor disbursed to each recipient in {year}, in millions of US dollars.",
            "fr": f"Tableau de l’aide que chaque donneur a versée à chaque bénéficiaire en {year}, en millions de "
            "dollars américains.",
        },
        "publisher": {
            "en": "Organisation for Economic Co-operation and Development",
            "fr": "Organisation de coopération et de développement économiques",
        },
        "address": "https://stats.oecd.org/",
        "language": "en",
        "licence": {"en": "OECD terms and conditions", "fr": "Conditions d’utilisation de l’OCDE"},
        "content_as_of": year,
    }


IMPORTER = Importer(
    name="oecd-crs",
    about="Canada's disbursements from the OECD's tables of donors by recipients (CSV, year in the file's name)",
    licence="terms and conditions of the OECD",
    media_types=("text/csv", "text/plain", "application/csv", "application/octet-stream"),
    read=read,
    floors=(Floor("funding-records", 1),),
    most_bytes=20_000_000,
)
