"""CSL-JSON citation of a record at its revision, for reference managers.

Variables and types are those of https://github.com/citation-style-language/schema, version 1.0.2.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.about import MAINTAINERS, NAME
from app.model.fields import Language

_DATED = ("date", "period", "stated_on")  # fields for when something happened; the start of a measure is not among them
_PART = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?(?:-XX)*([?~%]?)")


def citation(record: Mapping[str, Any], *, collection: str, lang: Language, address: str) -> list[dict[str, Any]]:
    """CSL-JSON list of one item, for a record as served in `lang`.

    It cites the revision that published this version, so that two citations of the same words are equal; `issued` is
    the UTC day of that publication. `address` is the absolute address of the record, pinned to `record["revision"]`.
    """
    # `webpage`, although `entry` (of a database) is more precise: reference managers know it, with address and site
    # name, and few know `entry`. No publisher: together with container-title it would name the dossier twice.
    item = {
        "id": f"{collection}/{record['id']}@{record['revision']}",
        "type": "webpage",
        "title": record["title"],
        "container-title": NAME[lang],
        "author": [{"literal": MAINTAINERS[lang]}],
        "issued": {"date-parts": [[int(number) for number in record["published_at"][:10].split("-")]]},
        "version": {"en": "revision {}", "fr": "révision {}"}[lang].format(record["revision"]),
        "URL": address,
        "language": lang,
        "abstract": record["summary"],
    }
    date = next((record[field] for field in _DATED if record.get(field)), None)
    csl_date = event_date(date) if date else None
    return [item | ({"event-date": csl_date} if csl_date else {})]


def event_date(edtf: str) -> dict[str, Any] | None:
    """The CSL date of an EDTF date: a year, a month or a day, or two of these for an interval.

    A qualifier becomes `circa`. None for dates that CSL cannot express: a decade or century, an open or unknown end.
    """
    found = [_PART.fullmatch(part) for part in edtf.split("/")]
    matches = [match for match in found if match]
    if len(matches) < len(found):
        return None
    parts = [[int(number) for number in match.groups()[:3] if number] for match in matches]
    circa = {"circa": True} if any(match[4] for match in matches) else {}
    return {"date-parts": parts[:1] if parts[0] == parts[-1] else parts} | circa
