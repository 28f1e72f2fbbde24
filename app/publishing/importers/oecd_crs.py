"""Importer of OECD CRS tables of donor by recipient (CSV): what Canada disbursed to North Korea in a year.

The layout changes nearly every year. It is told by what is in it: a row with donors' names or codes, and rows of
recipients that begin with their name or code. The year is in the file's name alone. What the table does not say of
Canada and North Korea is left out with the reason, and is never zero.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from app.publishing.importers.base import CSV_TYPES, Floor, Importer, InputFile, Reading, SeedForm, UnreadableFile
from app.publishing.importers.csv_reader import read_lines
from app.publishing.importers.funding import (
    MILLION,
    Funding,
    amount_text,
    file_stem,
    is_north_korea,
    plain,
    read_amount,
    states,
    years_in,
)

_DONOR_CODE = "301"
_RECIPIENT_CODES = frozenset({"740", "PRK"})
_MOST_HEADERS = 20  # rows above the first recipient: titles, donors' codes and names
_LABELS = 3  # columns before the values in which a recipient's name and code may stand
_CODE = re.compile(r"[0-9]{1,5}|[A-Z]{3}")
_Line = tuple[int, list[str]]


def read(files: Sequence[InputFile]) -> Reading:
    """Funding records, one at most for each file: exact amounts in US dollars.

    Raises UnreadableFile for a file without a year in its name or a column of Canada, and for the second one of a year.
    """
    funding = Funding()
    for file in files:
        year = _year(file)
        source = funding.add_source(file, _source(year))
        _read_table(funding, file, year)
        funding.support(*states(source))
    return funding.done({"tables": len(files)})


def _year(file: InputFile) -> str:
    """Year of a table, from the file's name. Raises UnreadableFile if it has none, or several."""
    years = years_in(file_stem(file))
    if len(years) != 1:
        raise UnreadableFile(file, "file-name-without-year")
    return years.pop()


def _read_table(funding: Funding, file: InputFile, year: str) -> None:
    """Add the record of a table, or why it gives none. Raises UnreadableFile if it has no column of Canada."""
    rows = [*read_lines(file)]
    heads = [cells for _, cells in rows[:_MOST_HEADERS]]
    head = _donors(file, heads)
    column = _canada(head)
    found = _recipients(rows)
    if len(found) != 1:
        funding.leave_out(file, None, "740", "table-without-recipient", {"count": len(found)})
        return
    line, cells = found[0]
    cell = cells[column] if column < len(cells) else ""
    amount = read_amount(cell, MILLION)
    if len(cells) > len(head):
        funding.leave_out(file, line, cells[0], "csv-too-many-cells", {"most": len(head)})
    elif "constant" in plain(" ".join(cell for cells in heads for cell in cells)):
        funding.leave_out(file, line, cells[0], "constant-prices")
    elif amount is None:
        code, values = ("cell-not-an-amount", {"value": cell}) if cell else ("cell-empty", {})
        funding.leave_out(file, line, cells[0], code, values)
    else:
        funding.add(file, line, cells[0], _record(year, amount))


def _donors(file: InputFile, heads: Sequence[list[str]]) -> list[str]:
    """Row of the donors: that of their names if Canada is in one, else that of their codes."""
    for cells in heads:
        if sum(map(_is_canada, cells)) == 1:
            return cells
    for cells in heads:
        if _are_codes(cells) and cells.count(_DONOR_CODE) == 1:
            return cells
    raise UnreadableFile(file, "table-without-donor", donor="Canada")


def _canada(head: Sequence[str]) -> int:
    names = [position for position, cell in enumerate(head) if _is_canada(cell)]
    return names[0] if names else head.index(_DONOR_CODE)


def _is_canada(cell: str) -> bool:
    """Whether a cell is Canada's name, as in `Canada` or `Canada (301)`."""
    return [word for word in plain(cell).split() if not word.isdigit()] == ["canada"]


def _are_codes(cells: Sequence[str]) -> bool:
    """Whether a row is that of donors' codes: numbers without a fraction, after labels that are no numbers."""
    codes = [cell for cell in cells[1:] if cell.isdigit()]
    others = [cell for cell in cells if cell and not cell.isdigit()]
    labelled = any("code" in plain(cell) or "don" in plain(cell) for cell in cells[:_LABELS])
    return labelled and len(others) <= _LABELS and len({*codes}) == len(codes) > 1


def _recipients(rows: Sequence[_Line]) -> list[_Line]:
    """Rows of North Korea by its name, else by its code in a column of codes."""
    named = [(line, cells) for line, cells in rows if any(map(is_north_korea, cells[:_LABELS]))]
    if named:
        return named
    columns = [column for column in range(_LABELS) if _is_code_column(rows, column)]
    return [
        (line, cells)
        for line, cells in rows
        if any(column < len(cells) and cells[column] in _RECIPIENT_CODES for column in columns)
    ]


def _is_code_column(rows: Sequence[_Line], column: int) -> bool:
    """Whether a column has recipients' codes: its head says so. 740 may be an amount too."""
    heads = (plain(cells[column]) for _, cells in rows[:_MOST_HEADERS] if column < len(cells))
    if not any("code" in head and "don" not in head for head in heads):
        return False
    values = [cells[column] for _, cells in rows if column < len(cells)]
    return sum(bool(_CODE.fullmatch(value)) for value in values) * 2 > len(values)


def _record(year: str, amount: Decimal) -> SeedForm:
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
        "amount": amount_text(amount),
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
    media_types=CSV_TYPES,
    read=read,
    floors=(Floor("funding-records", 1),),
    most_bytes=20_000_000,
)
