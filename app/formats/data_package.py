"""Frictionless Data Package (version 2): describes the CSV files of the collections, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.about import LICENCE_PAGE, NAME
from app.formats.columns import ColumnType
from app.messages.spreadsheets import column_meaning
from app.model.fields import Language
from app.model.labels import label

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Dates are EDTF, which the standard has no type for; amounts are exact decimals, as its numbers are.
_TYPES: Mapping[ColumnType, str] = {
    "text": "string",
    "words": "string",
    "date": "string",
    "decimal": "number",
    "integer": "integer",
    "boolean": "boolean",
    "list": "array",
    "object": "object",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Table of a data package: the name of a collection, the path of its list, and the types of its columns."""

    name: str
    path: str
    columns: Mapping[str, ColumnType]


@dataclass(frozen=True, slots=True)
class DataPackage:
    """Data package of the CSV files in one language at one revision; `base` is the public address, or empty."""

    revision: int
    published_at: str
    tables: Sequence[Table]
    lang: Language
    base: str

    def document(self) -> dict[str, Any]:
        """The descriptor, as JSON values."""
        return {
            "$schema": _PROFILE,
            "name": "dossier",
            "id": f"{self.base}/v1/datapackage.json?revision={self.revision}",
            "title": NAME[self.lang],
            "version": str(self.revision),
            "created": self.published_at,
            "licenses": [{"name": "CC-BY-4.0", "path": LICENCE_PAGE}],
            "resources": [self._resource(table) for table in self.tables],
        }

    def _resource(self, table: Table) -> dict[str, Any]:
        return {
            "name": table.name,
            "title": label(table.name, self.lang),
            "type": "table",
            "path": f"{self.base}{table.path}?format=csv&lang={self.lang}&revision={self.revision}",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {"name": name, "type": _TYPES[kind], "description": column_meaning(table.name, name, self.lang)}
                    for name, kind in table.columns.items()
                ],
                "primaryKey": ["id"],
            },
        }
