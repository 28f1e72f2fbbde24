"""Page for people: its path, parameters and template, and the function that reads what it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.model.fields import Language
from app.store.snapshot import Snapshot
from app.web.query import PageQuery
from app.web.questions import Questions

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Redirect:
    """Redirect (302) to another page in the same language: its path without language, and its query."""

    path: str
    query: Mapping[str, str]


class PageRequest(Questions):
    """Request for a page: its parameters, and the questions that the page asks (`list`, `item`, `totals`, `screen`).

    `path` is that of the page without language, `path_params` are the parameters in it.
    """

    __slots__ = ("params", "path", "path_params")

    def __init__(
        self, snapshot: Snapshot, lang: Language, params: Any, path: str, path_params: Mapping[str, str]
    ) -> None:
        super().__init__(snapshot, lang)
        self.params = params
        self.path = path
        self.path_params = path_params


@dataclass(frozen=True, kw_only=True)
class WebPage:
    """Page: `read` asks its questions, which refuses what is wrong, and gives the values of the `template`.

    Values that take time are given by a function, which is not called if the client has the page already (304).
    The answer of a `daily` page depends on the day (UTC) too. One that is not `stored` is kept by no cache, because
    its address names somebody.
    """

    path: str
    template: str
    read: Callable[[PageRequest], Values | Callable[[], Values] | Redirect]
    params: type[PageQuery] = PageQuery
    daily: bool = False
    stored: bool = True
