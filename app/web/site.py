"""Site: mounts the pages in both languages, answers them, and turns problems into pages."""

import functools
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers
from starlette.types import Scope

from app import clock
from app.errors import DossierError, UnknownPath, UnknownRecord, WithdrawnRecord
from app.model.fields import LANGUAGES, Language
from app.resources.registry import COLLECTIONS
from app.serving.conditional import joined
from app.serving.negotiation import language, prefers_html
from app.serving.page_style import page_policy
from app.serving.problems import prefixed_paths, problem_body
from app.serving.responses import MEDIA_TYPES, MINUTE, Responder
from app.serving.state import state_of
from app.settings import Settings
from app.store.snapshot import RevisionSelector, open_snapshot
from app.web.assets import Assets
from app.web.page import PageRequest, Redirect, Values, WebPage
from app.web.query import read_query
from app.web.registry import PAGES
from app.web.templating import Place, Templates

_HEADERS = {"Content-Security-Policy": page_policy("'self'")}


class Site:
    """Site: pages for people in both languages, `/en/…` and `/fr/…`."""

    def __init__(self, settings: Settings) -> None:
        self._assets = Assets()
        self._templates = Templates(settings, self._assets)
        self._prefix = settings.path_prefix
        self._others: Callable[[], frozenset[str]] = frozenset

    def install(self, app: FastAPI) -> None:
        """Add the pages and their assets to an application."""
        self._assets.mount(app.router)
        self._others = functools.cache(partial(_others, app))
        for lang in LANGUAGES:
            app.router.add_api_route(f"/{lang}", partial(self._home, lang), include_in_schema=False)
            for page in PAGES:
                self._mount(app.router, page, lang)

    def _mount(self, router: APIRouter, page: WebPage, lang: Language) -> None:
        async def show(request: Request) -> Response:
            return await state_of(request).threads.run(self._answer, request, page, lang)

        # A path for each collection: a record then has one parameter, and the route table finds it.
        names = COLLECTIONS if "{collection}" in page.path else [""]
        for name in names:
            path = page.path.replace("{collection}", name)
            router.add_api_route(f"/{lang}{path}", show, include_in_schema=False)
            if path != "/":
                moved = partial(self._without_slash, page)
                router.add_api_route(f"/{lang}{path}/", moved, include_in_schema=False)

    async def _home(self, lang: Language, request: Request) -> Response:
        return self._moved(request, f"/{lang}/", stored=True)

    async def _without_slash(self, page: WebPage, request: Request) -> Response:
        return self._moved(request, request.scope["path"].removesuffix("/"), stored=page.stored)

    def _moved(self, request: Request, path: str, *, stored: bool) -> Response:
        """Permanent redirect (308) to the one address of a page, with the query; for a page that is `stored` or not."""
        query = f"?{request.url.query}" if request.url.query else ""
        headers = {"Cache-Control": "public, max-age=86400" if stored else "no-store"}
        return RedirectResponse(f"{self._prefix}{quote(path)}{query}", 308, headers)

    def _answer(self, request: Request, page: WebPage, lang: Language) -> Response:
        params = read_query(page.params, request.query_params.multi_items())
        variant = clock.now().date().isoformat() if page.daily else ""
        responder = Responder(request, params, ["html"], languages=[lang], variant=variant)
        state, selector = responder.state, RevisionSelector(params.revision, params.as_of)
        with open_snapshot(state.database, state.results, selector, prefix=responder.prefix) as snapshot:
            path: str = request.scope["path"].removeprefix(f"/{lang}")
            ask = PageRequest(snapshot, lang, params, path, _path_params(request, page, path))
            response = self._respond(responder, page, ask)
        response.headers.update(_HEADERS)
        return response

    def _respond(self, responder: Responder, page: WebPage, ask: PageRequest) -> Response:
        revision, place = ask.snapshot.revision, _place(ask)
        values = page.read(ask)
        if isinstance(values, Redirect):
            address = place.linker(self._prefix)(values.path, **values.query)
            return RedirectResponse(address, 302, {"Cache-Control": "no-store"})

        def body() -> bytes:
            given: Values = values() if callable(values) else values
            asked = dict.fromkeys(ask.asked)  # a question that was asked twice is shown once
            return self._templates.render(page.template, place, {**given, "revision": revision, "asked": asked})

        if page.stored:
            response = responder.respond(revision, body)
            if page.daily:  # at a pinned revision too: tomorrow the page says something else
                response.headers["Cache-Control"] = f"public, max-age={MINUTE}"
            return response
        headers = {"Cache-Control": "no-store", "Content-Language": ask.lang, "Dataset-Revision": str(revision.number)}
        return Response(body(), headers=headers, media_type=MEDIA_TYPES["html"])

    def problem_page(self, error: DossierError, request_id: str, scope: Scope) -> Response | None:
        """Problem as a page in the language of its path; None where the client did not ask for a page.

        An unknown path outside of the pages is one, too, for a client that prefers HTML, such as a browser.
        """
        path: str = scope["path"]
        headers = Headers(scope=scope)
        first, _, rest = path.lstrip("/").partition("/")
        if first in LANGUAGES:
            lang: Language = first
        elif isinstance(error, UnknownPath) and first not in self._others() and prefers_html(joined(headers, "accept")):
            lang, rest = language(None, joined(headers, "accept-language")), ""
        else:
            return None
        body = problem_body(error, request_id, lang)
        if not isinstance(error, UnknownPath):  # whose paths have the prefix
            body = prefixed_paths(body, self._prefix)
        unknown = error.values if isinstance(error, UnknownRecord) else None
        missing = _missing(error, self._prefix) if isinstance(error, UnknownPath) else None
        pieces = error.pieces if isinstance(error, WithdrawnRecord) else ()
        told: Values = {"problem": body, "unknown": unknown, "missing": missing, "pieces": pieces}
        shown = {**told, "revision": None, "asked": []}
        content = self._templates.render("problem.html", Place(lang, quote(f"/{rest}"), {}), shown)
        given = {"Cache-Control": "no-store", "Content-Language": lang, "X-Request-ID": request_id}
        given["Vary"] = "Accept, Accept-Language"
        return Response(content, body["status"], given | _HEADERS, MEDIA_TYPES["html"])


def _missing(error: UnknownPath, prefix: str) -> Values | None:
    """Path that is unknown, and the page that is near to it, if one is; None if the error says something else."""
    if error.code != "unknown-path":
        return None
    near: str = error.values["suggestion"] or ""
    is_page = near.removeprefix(prefix).lstrip("/").split("/")[0] in LANGUAGES
    return {"path": error.values["path"], "page": near if is_page else None}


def _others(app: FastAPI) -> frozenset[str]:
    """First parts of paths that are no pages, whatever the client accepts: all that the application has routes for.

    To be called once everything is installed.
    """
    routes = iter_route_contexts(app.routes)
    firsts = {route.path.split("/")[1] for route in routes if route.path and route.methods}
    return frozenset(firsts - {"", *LANGUAGES})


def _path_params(request: Request, page: WebPage, path: str) -> Mapping[str, str]:
    """Parameters in the path of a page; the collection is not one of its route."""
    params = dict(request.path_params)
    return params | ({"collection": path.split("/")[1]} if "{collection}" in page.path else {})


def _place(ask: PageRequest) -> Place:
    given = ask.params.model_dump(by_alias=True, exclude_defaults=True)
    query = {name: value for name, value in given.items() if name not in ("revision", "as_of")}
    revision = ask.snapshot.revision
    return Place(ask.lang, ask.path, query, revision.number if revision.pinned else None)
