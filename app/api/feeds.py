"""Feeds: a page of a list as Atom."""

from collections.abc import Callable, Mapping
from typing import Any

from app.about import DISCLAIMER
from app.api.exports import list_title
from app.formats import atom
from app.model.fields import LANGUAGES, Language
from app.model.labels import label
from app.reading.changes import CHANGE_FEED
from app.reading.cursor import fingerprint
from app.reading.pages import PageOf
from app.reading.timeline import TIMELINE
from app.resources.registry import COLLECTIONS
from app.serving.responses import Responder


def atom_page(responder: Responder, page: PageOf) -> bytes:
    """Atom feed (RFC 4287) of one page of a list, in UTF-8; `updated` is the UTC time of the revision.

    Its id depends only on list, order, filters and language, because it must never change (RFC 4287 §4.2.6). Raises
    KeyError for a list that has no feed.
    """
    lang, name, request = responder.lang, page.view.spec.name, page.request
    links = responder.page_links(page.next_cursor)
    feed = atom.Feed(
        key=f"feed/{name}/{request.keyset.sort}/{fingerprint(request.filters_given())}/{lang}",
        title=list_title(page.view, lang),
        subtitle=DISCLAIMER[lang],
        lang=lang,
        updated=page.snapshot.revision.published_at,
        self_path=responder.address(format="atom", lang=lang),
        alternate_path=responder.address(format="json", lang=lang, cursor=None),
        first_path=links["first"],
        next_path=links.get("next"),
        translations={
            other: responder.address(format="atom", lang=other, cursor=None) for other in LANGUAGES if other != lang
        },
    )
    entries = (_ENTRIES[name](row, lang) for row in page.details())
    return atom.feed(feed, entries, lambda path: responder.absolute(path) or path)


def _timeline_entry(record: Mapping[str, Any], lang: Language) -> atom.Entry:
    topics = ((topic, "/v1/engagement-topics") for topic in record["topics"])
    return atom.Entry(
        key=f"{record['collection']}/{record['id']}",
        title=f"{record['date']} · {record['title']}",
        summary=record["summary"],
        updated=record["published_at"],
        path=f"{record['url']}?lang={lang}",
        categories=[(record["collection"], "/v1"), *topics],
    )


def _change_entry(change: Mapping[str, Any], lang: Language) -> atom.Entry:
    """Atom entry of a change. The entry of a withdrawal links to the history of the record."""
    collection, id, revision = change["collection"], change["id"], change["revision"]
    record = change["record"]
    path = COLLECTIONS[collection].address(id) + ("" if record else "/history")
    return atom.Entry(
        key=f"changes/{revision}/{collection}/{id}",
        title=f"{label(change['action'], lang)} · {change['title']}",
        summary=record["summary"] if record else change["reason"],
        updated=change["published_at"],
        path=f"{path}?revision={revision}&lang={lang}",
        categories=[(collection, "/v1"), (change["action"], "/v1/changes")],
    )


_ENTRIES: dict[str, Callable[[Mapping[str, Any], Language], atom.Entry]] = {
    TIMELINE.spec.name: _timeline_entry,
    CHANGE_FEED.spec.name: _change_entry,
}
