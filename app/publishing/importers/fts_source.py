"""Source records of files of OCHA's Financial Tracking Service: one for each year that a file is named after."""

import re

from app.publishing.importers.base import InputFile, SeedForm
from app.publishing.importers.funding import years_in

_AS_OF = re.compile(r"(?<!\d)((?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)(?!\d)", re.ASCII)


def fts_source(file: InputFile, id: str, title: tuple[str, str], summary: tuple[str, str]) -> SeedForm:
    """Source record of a file. If its name has one year, so have id and title; if a month or day, it is current to it.

    The id stays the same from one file to the next: records are known again by it.
    """
    name = file.name.rpartition("/")[2]
    as_of, years = _AS_OF.search(name), years_in(_AS_OF.sub("", name))
    year = years.pop() if len(years) == 1 else ""
    return {
        "id": f"{id}-{year}" if year else id,
        "kind": "dataset",
        "title": {
            "en": f"FTS: {title[0]}{year and f', {year}'} (file)",
            "fr": f"FTS : {title[1]}{year and f', {year}'} (fichier)",
        },
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
