"""Provisions of a legal instrument, read from the canonical text of one version."""

import json
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Integer, bindparam, select

from app.model.fields import Language
from app.model.provisions import Provision
from app.reading.bodies import with_check
from app.resources.instruments import INSTRUMENTS
from app.store.checksums import checked
from app.store.snapshot import Snapshot
from app.store.statements import Statement

_TABLE = INSTRUMENTS.table
_RECORD = Statement(
    select(_TABLE.c.number, *with_check(_TABLE, "record")).where(_TABLE.c.number == bindparam("number", type_=Integer))
)
_PROVISIONS = TypeAdapter(list[Provision])


def read_provisions(snapshot: Snapshot, number: int, lang: Language) -> list[dict[str, Any]]:
    """Provisions of a version as JSON values, in the order of the text; empty where none were imported."""
    _, text, check = _RECORD.first(snapshot.connection, {"number": number})
    record = json.loads(checked(text, check, number))
    provisions = _PROVISIONS.validate_python(record.get("provisions", []))
    found: list[dict[str, Any]] = _PROVISIONS.dump_python(provisions, mode="json", context={"lang": lang})
    return found
