"""Pages of a list as an Atom feed."""

import json
from collections.abc import Iterable, Mapping

from app.about import DISCLAIMER
from app.api.exports import title
from app.formats import atom
from app.reading.cursor import fingerprint
from app.reading.list_request import Inquiry
from app.serving.responses import Moment


def page(inquiry: Inquiry, texts: Iterable[str], at: Moment, links: Mapping[str, str]) -> bytes:
    """One page of a list as Atom; each text has the members of an entry, `links` the paths of first and next page.

    Its id rests on the filters given alone: the id of a feed is for ever (RFC 4287 §4.2.6).
    """
    asked = inquiry.asked
    about = atom.Feed(
        key=f"feed/{inquiry.listing.name}/{inquiry.walk.sort}/{fingerprint(inquiry.given())}/{asked.lang}",
        title=title(inquiry),
        subtitle=DISCLAIMER[asked.lang],
        lang=asked.lang,
        updated=at.published_at,
        self_path=asked.address(format="atom", lang=asked.lang),
        alternate_path=asked.address(format="json", lang=asked.lang, cursor=None),
        first_path=links["first"],
        next_path=links.get("next"),
    )
    entries = (atom.Entry(**json.loads(text)) for text in texts)
    return atom.feed(about, entries, lambda path: asked.absolute(path) or path)
