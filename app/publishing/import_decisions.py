"""Decisions on imports: which imported records are published ones of another id, as a person wrote it into a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomli
from pydantic import BaseModel, ConfigDict, ValidationError

from app.model.fields import Slug
from app.paths import packaged
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.input_files import read_text
from app.publishing.submission import faults_of

_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Decisions:
    """Decisions: imported id to the id of the record that it is (`same`), and pairs that are two records."""

    same: Mapping[str, str] = field(default_factory=dict)
    different: frozenset[tuple[str, str]] = frozenset()


class _Pair(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    imported: Slug
    record: Slug


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    same: list[_Pair] = []
    different: list[_Pair] = []


def read_decisions(importer: str, file: Path | None) -> Decisions:
    """Decisions of the package on an importer's records, and of a file. The file's come first.

    A file is TOML with tables `[[same]]` and `[[different]]`, each with `imported` and `record`, ids both. Raises
    PublicationError if it cannot be read as that, or says two things of one record.
    """
    shipped = packaged("seed") / "matches" / f"{importer}.toml"
    files = [one for one in (shipped if shipped.exists() else None, file) if one]
    same: dict[str, str] = {}
    different: set[tuple[str, str]] = set()
    for one in files:
        content = _read(one)
        mine = {pair.imported: pair.record for pair in content.same}
        if len(mine) < len(content.same):
            raise PublicationError(RecordFault("matched-twice", origin=str(one)))
        pairs = {(pair.imported, pair.record) for pair in content.different}
        if both := pairs & mine.items():
            raise PublicationError(RecordFault("same-and-different", {"id": min(both)[0]}, str(one)))
        same = {id: record for id, record in same.items() if (id, record) not in pairs} | mine
        different = (different - mine.items()) | pairs
    return Decisions(same, frozenset(different))


def _read(file: Path) -> _File:
    try:
        return _File.model_validate(tomli.loads(read_text(file, _MOST_BYTES)))
    except (tomli.TOMLDecodeError, RecursionError) as error:
        raise PublicationError(RecordFault("unreadable-file", {"reason": str(error)}, str(file))) from error
    except ValidationError as error:
        raise PublicationError(*faults_of(error, str(file))) from error
