"""A record as CSL-JSON, from which a reference manager cites the statement as it stood at its revision.

Variables and types are those of https://github.com/citation-style-language/schema, version 1.0.2.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.about import MAINTAINERS, NAME
from app.model.fields import Language

_DATED = ("date", "period", "stated_on")  # fields for when it happened; from when a measure applies is not that
_PART = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?(?:-XX)*([?~%]?)")


def citation(record: Mapping[str, Any], *, collection: str, lang: Language, address: str) -> list[dict[str, Any]]:
    """A list of one CSL item for a record as an answer holds it in `lang`.

    It cites the revision that published this version, so that all who cite the same words cite them alike:
    `address` is the record's, absolute and pinned to `record["revision"]`.
    """
    # `webpage`, although `entry` (of a database) says more: reference managers have a type for the one, with address
    # and site name, and few for the other. No publisher: beside container-title it would name the dossier twice.
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
    when = next((record[field] for field in _DATED if record.get(field)), None)
    happened = event_date(when) if when else None
    return [item | ({"event-date": happened} if happened else {})]


def event_date(when: str) -> dict[str, Any] | None:
    """An EDTF date of the profile as a CSL date: year, year and month, or day, and two of these for an interval.

    A qualifier becomes `circa`. None where CSL cannot say it: a decade or century, an open or unknown end.
    """
    found = [_PART.fullmatch(part) for part in when.split("/")]
    known = [match for match in found if match]
    if len(known) < len(found):
        return None
    parts = [[int(number) for number in match.groups()[:3] if number] for match in known]
    circa = {"circa": True} if any(match[4] for match in known) else {}
    return {"date-parts": parts[:1] if parts[0] == parts[-1] else parts} | circa
