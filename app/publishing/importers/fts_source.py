"""Source records of files of OCHA's Financial Tracking Service."""

import re

from app.publishing.importers.base import InputFile, SeedForm

_AS_OF = re.compile(r"(?<!\d)((?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)(?!\d)", re.ASCII)


def fts_source(file: InputFile, id: str, title: tuple[str, str], summary: tuple[str, str]) -> SeedForm:
    """Source record of a file, current to the month or day that its name has, if it has one."""
    as_of = _AS_OF.search(file.name.rpartition("/")[2])
    return {
        "id": id,
        "kind": "dataset",
        "title": dict(zip(("en", "fr"), title, strict=True)),
        "summary": dict(zip(("en", "fr"), summary, strict=True)),
        "publisher": {
            "en": "United Nations Office for the Coordination of Humanitarian Affairs",
            "fr": "Bureau de la coordination des affaires humanitaires des Nations Unies",
        },
        "address": "https://fts.unocha.org/",
        "language": "en",
        "licence": {"en": "Terms of use of OCHA FTS", "fr": "Conditions d’utilisation d’OCHA FTS"},
        **({"content_as_of": as_of[1]} if as_of else {}),
    }
