"""Routing: a route class that reads the query straight into its model, and a table that finds a route by look-up.

Both do what FastAPI does, for a tenth of its time, and leave to it whatever is unusual. Endpoints, schema and errors
are FastAPI's as everywhere.
"""

import inspect
from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast, get_origin

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


def install(app: FastAPI) -> None:
    """Put the table in front of all routes, and make the route class that of the application's own ones."""
    app.router.route_class = QueryRoute
    app.router.routes.insert(0, RouteTable(app.router.routes))


class QueryReader:
    """Query reader: the parameter model of a query whose parameters are all known, valid, and given once."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        self._is_list = {name: get_origin(info.annotation) is list for name, info in fields.items()}

    def read(self, pairs: Sequence[tuple[str, str]]) -> BaseModel | None:
        """Parameters of a query; None for one that FastAPI has to refuse."""
        values: dict[str, Any] = {}
        for name, value in pairs:
            is_list = self._is_list.get(name)
            if is_list is None or (name in values and not is_list):
                return None
            if is_list:
                values.setdefault(name, []).append(value)
            else:
                values[name] = value
        try:
            return self._model.model_validate(values)
        except ValidationError:
            return None


class QueryRoute(APIRoute):
    """Route class for endpoints that return a Response and take no more than request, texts of the path, and one model.

    FastAPI solves the dependencies again for each request, in 110 µs where the model itself takes 10. Here they are
    looked at once. A request that FastAPI would refuse is given to it, so that its errors are the same.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._usual_app = self.app
        dependency = _only_dependency(self.dependant)
        returns = inspect.signature(self.endpoint).return_annotation
        if dependency is None or returns is not Response:
            return
        self._reader = QueryReader(cast("type[BaseModel]", dependency.query_params[0].field_info.annotation))
        self._params_name = dependency.name  # None if the endpoint does not take the model
        self.app = self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        params = self._reader.read(request.query_params.multi_items())
        if params is None:
            await self._usual_app(scope, receive, send)
            return
        values = {**scope["path_params"], self.dependant.request_param_name: request}
        if self._params_name:
            values[self._params_name] = params
        response: Response = await self.endpoint(**values)
        await response(scope, receive, send)


def _only_dependency(dependant: Dependant) -> Dependant | None:
    """The dependency that reads the query, if an endpoint has no other and takes nothing else but texts of its path."""
    match dependant.dependencies:
        case [Dependant(query_params=[query], dependencies=[]) as only] if dependant.request_param_name:
            others = (*dependant.query_params, *dependant.header_params, *dependant.cookie_params)
            texts = all(field.field_info.annotation is str for field in dependant.path_params)
            is_model = inspect.isclass(query.field_info.annotation)
            return only if texts and is_model and not (others or dependant.body_params) else None
    return None


class RouteTable(BaseRoute):
    """Route table in front of all routes: finds the one of a GET by its path, or by the path around one parameter.

    The router tries one pattern after the other, in 90 µs for the last. What the table does not find is left to it.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes

    @cached_property
    def _by_path(self) -> dict[tuple[str, str], tuple[APIRoute, str | None]]:
        """Routes with the name of their parameter, by what comes before and after it in the path."""
        found: dict[tuple[str, str], tuple[APIRoute, str | None]] = {}
        for route in self._routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and len(route.param_convertors) <= 1:
                name = next(iter(route.param_convertors), None)
                before, _, after = route.path_format.partition(f"{{{name}}}")
                found.setdefault((before, after), (route, name))
        return found

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route. It never matches in part: a wrong method is the router's to refuse."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope.get("root_path"):
            return Match.NONE, {}
        path: str = scope["path"]
        if found := self._by_path.get((path, "")):
            route, name = found
            return (Match.FULL, _selected(route, {})) if name is None else (Match.NONE, {})
        for before, value, after in _splits(path):
            if value and (found := self._by_path.get((before, after))):
                route, name = found
                return (Match.FULL, _selected(route, {name: value})) if name else (Match.NONE, {})
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route that was found answer."""
        await scope["route"].app(scope, receive, send)


def _selected(route: APIRoute, path_params: dict[str, str]) -> Scope:
    return {"endpoint": route.endpoint, "route": route, "path_params": path_params}


def _splits(path: str) -> Sequence[tuple[str, str, str]]:
    """A path around its last segment, and around the last but one."""
    folder, _, last = path.rpartition("/")
    outer, _, inner = folder.rpartition("/")
    return (f"{folder}/", last, ""), (f"{outer}/", inner, f"/{last}")
