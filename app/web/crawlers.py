"""Files for programs that visit a site: robots.txt, llms.txt, the sitemap and the icons."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response

from app.about import DISCLAIMER, NAME
from app.messages import sentence
from app.model.fields import LANGUAGES
from app.resources.params import NoParams
from app.serving.fixed import FixedAnswer
from app.serving.visitor_questions import VISITOR_QUESTIONS
from app.settings import Settings
from app.web import sitemap
from app.web.query import read_query

_ICONS = Path(__file__).parent / "icons"
_DAY = {"Cache-Control": "public, max-age=86400"}
# What each question of a visitor gives, and what to change in its address
_ABOUT = {
    "today": "sanctions measures that are or may be in force on a day, with law, exceptions and permits; put today's "
    "date",
    "year": "what happened in a period (years, months or days), in order; `kind`, `actor` and `topic` filter",
    "topics": "the subjects on which official contact is permitted",
    "aid": "sums of Canada's aid; `group_by=year` gives years; sums of different sources, bases and currencies stay "
    "apart",
    "name": "listed parties whose names are like a name; show the `notice` of the answer, as it is no legal advice",
}
_LINKS = {
    "Look up": (
        ("Search", "/v1/search?q=embassy", "all records, by words in English or French"),
        ("Collections", "/v1", "every collection with its size and links"),
        ("OpenAPI schema", "/openapi.json", "every operation, parameter and field"),
        ("Documentation", "/docs", "the same to try in a browser"),
    ),
    "Take all of it": (
        ("JSON Lines", "/v1/dataset.jsonl", "the whole dataset, both languages"),
        ("SQLite", "/v1/dataset.sqlite", "the same as a database"),
        ("Changes", "/v1/changes", "what each revision changed; `since=N` gives what came after revision N"),
        ("Catalogue", "/v1/catalog", "DCAT 3 with checksums"),
    ),
}


def install(app: FastAPI, settings: Settings) -> None:
    """Add /robots.txt, /llms.txt, /sitemap.xml with its parts, /favicon.svg and /favicon.ico to an application."""
    fixed = {
        "/robots.txt": FixedAnswer(robots_txt(settings).encode(), "text/plain"),
        "/llms.txt": FixedAnswer(llms_txt(settings).encode(), "text/plain"),
        "/favicon.svg": FixedAnswer((_ICONS / "favicon.svg").read_bytes(), "image/svg+xml", _DAY),
        "/favicon.ico": FixedAnswer((_ICONS / "favicon.ico").read_bytes(), "image/x-icon", _DAY),
    }
    for path, answer in fixed.items():
        app.router.add_api_route(path, _answering(answer), include_in_schema=False)
    sitemap.install(app)


def _answering(answer: FixedAnswer) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        read_query(NoParams, request.query_params.multi_items())
        return answer.respond(request)

    return respond


def robots_txt(settings: Settings) -> str:
    """Robots exclusion (RFC 9309): all may be read but the screening of names, whose addresses name somebody.

    It names the sitemap, which exists where the settings have a public address. Crawlers read it at the root of a host:
    behind a path prefix the operator has to put it there.
    """
    prefix = settings.path_prefix
    # Before `Allow`: by the standard the longest rule counts, but some programs take the first one.
    lines = ["User-agent: *", f"Disallow: {prefix}/v1/designations/screen"]
    # The form of a page at a revision sends that first. `*` and a bare `?` are not known to all programs.
    lines += [f"Disallow: {prefix}/{lang}/names?{first}=" for lang in LANGUAGES for first in ("name", "revision")]
    lines += ["Allow: /"]
    if settings.public_url:
        lines += ["", f"Sitemap: {settings.public_url}{sitemap.INDEX}"]
    return "\n".join([*lines, ""])


def llms_txt(settings: Settings) -> str:
    """Description for language models (llmstxt.org), in Markdown: what the service is, its questions, and links.

    Addresses are absolute where the settings have a public one, else paths.
    """
    base = settings.public_url or settings.path_prefix
    return "\n".join(_llms_lines(base))


def _llms_lines(base: str) -> Iterator[str]:
    def link(name: str, path: str, about: str) -> str:
        return f"- [{name}]({base}{path}): {about}"

    yield from (f"# {NAME['en']}", "", f"> {DISCLAIMER['en']}", "")
    yield (
        "A JSON API, read with GET, without a key. Each record cites its sources with the section and an address: cite "
        "those. Dates are EDTF: 2018-04 is a month, 2003/2009 a period. Each answer names the revision of the dataset "
        "that it was made from, and `revision=N` gives the same answer again. `lang=fr` gives French. Errors say what "
        "to correct."
    )
    yield from ("", "## Questions", "")
    yield from (link(sentence(one.title), f"/{one.example}", _ABOUT[one.name]) for one in VISITOR_QUESTIONS)
    for heading, links in _LINKS.items():
        yield from ("", f"## {heading}", "")
        yield from (link(*one) for one in links)
    yield from ("", "## Pages for people", "")
    yield from (link(NAME[lang], f"/{lang}/", _IN[lang]) for lang in LANGUAGES)
    yield from ("", "## Optional", "")
    yield "- The command `dossier mcp` of this software answers the same questions in the Model Context Protocol."
    yield ""


_IN: Mapping[str, str] = {"en": "in English", "fr": "in French"}
