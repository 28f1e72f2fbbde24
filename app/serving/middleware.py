"""ASGI middleware around the whole application, for every request: stored answers, checks, uncaught errors, access log.

It is not added by FastAPI's `add_middleware`: Starlette answers uncaught exceptions outside of that, and those answers
would lack the headers that all answers are promised to have.
"""

import contextlib
import errno
import logging
from collections.abc import Iterator

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import DossierError, InternalError, TooManyRequests, Unavailable
from app.serving.access_log import AccessLog
from app.serving.answer_store import AnswerStore
from app.serving.descriptors import DescriptorLog
from app.serving.exchange import Exchange
from app.serving.metrics import Metrics
from app.serving.metrics_server import listening
from app.serving.problems import ALLOW, ProblemPage, problem_response
from app.serving.rate_limit import RateLimit
from app.serving.request_checks import refusal
from app.settings import Settings

_PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOW,
    "Access-Control-Allow-Headers": "*, Authorization",  # `*` has all but that one
    "Access-Control-Max-Age": "86400",  # seconds
}
# Errors that do not name memory: a thread without room for its stack, and a bitmap without room. Damaged bitmaps do not
# come so far: they have checksums.
_SHORTAGES = {"can't start new thread", "Could not deserialize bitmap"}
_HEALTH = "/health/"

_log = logging.getLogger("dossier")


class EdgeMiddleware:
    """Edge middleware: request ids, HEAD, OPTIONS, CORS, security headers, URL checks, uncaught errors, access log.

    What the answer store has is answered without the application. It never reads the body of a request. Only HTTP is
    wrapped: lifespan and websockets pass through. The protocol finds it in the lifespan state as `edge`.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        answers: AnswerStore | None = None,
        metrics: Metrics | None = None,
        problem_page: ProblemPage | None = None,
    ) -> None:
        self._app = app
        self.max_url_bytes = settings.max_url_bytes
        self.max_connections = settings.max_connections
        self._shared = {"path_prefix": settings.path_prefix, "problem_page": problem_page}
        self.answers = answers
        self.rate_limit = RateLimit.of(settings)
        self._descriptors = DescriptorLog()
        self.metrics = metrics
        self._metrics_address = settings.metrics_address
        self.access_log = AccessLog(settings.log, metrics.record if metrics else None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._live(scope, receive, send)
            else:
                await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, send, self._shared)
        try:
            if self.rate_limit and (error := self._over_limit(exchange, self.rate_limit)):
                await exchange.reply(problem_response(error, exchange.id, exchange.scope))
            elif self.answers and (found := exchange.look_up(self.answers)):
                await exchange.send_finished(found)
            else:
                await self._answer(exchange, receive)
        finally:
            exchange.record(self.access_log)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lifespan of the application, and of its metrics."""
        if "state" in scope:
            scope["state"]["edge"] = self
        with contextlib.ExitStack() as stack:
            if self.metrics and self._metrics_address:
                stack.enter_context(listening(self.metrics, *self._metrics_address))
            await self._app(scope, receive, send)

    def _over_limit(self, exchange: Exchange, limit: RateLimit) -> TooManyRequests | None:
        """Refusal of a request beyond the rate limit, which health checks and preflights do not count towards.

        An orchestrator would restart a service that refuses its health check. A preflight is answered with less work
        than a refusal takes, and a script would not see the refusal.
        """
        scope = exchange.scope
        if scope["path"].startswith(_HEALTH) or exchange.is_preflight():
            return None
        return limit.refusal(scope.get("client"), scope["headers"])

    async def _answer(self, exchange: Exchange, receive: Receive) -> None:
        try:
            if exchange.is_preflight():  # first: a script sees the problem of its request only if its preflight passes
                await exchange.reply(Response(status_code=204, headers=_PREFLIGHT))
            elif error := refusal(exchange.scope, self.max_url_bytes):
                await exchange.reply(problem_response(error, exchange.id, exchange.scope))
            else:
                await self._app(exchange.scope, receive, exchange.send)
        except Exception as error:
            if exchange.cut_short:
                return
            if self._descriptors.is_among(_chain(error)):
                if exchange.status is None:
                    await exchange.reply(problem_response(Unavailable("too-busy"), exchange.id, exchange.scope))
                return  # otherwise incomplete, so that the server closes the connection
            if exchange.status is not None:
                _log.error("request %s: the answer broke off", exchange.id)
                raise  # so that the server closes the connection, and no client takes a part for the whole answer
            await exchange.reply(problem_response(_reported(error, exchange.id), exchange.id, exchange.scope))


def _reported(error: Exception, request_id: str) -> DossierError:
    """Log an error that is no refusal; what the client gets: 503 where memory is short, else 500."""
    if any(map(_is_shortage, _chain(error))):
        _log.error("request %s: not enough memory: %s: %s", request_id, type(error).__name__, error)
        return Unavailable("not-enough-memory")
    _log.error("request %s failed", request_id, exc_info=error)
    return InternalError()


def _is_shortage(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or str(error) in _SHORTAGES


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that led to it: one without memory to clean up hides the first."""
    while error:
        yield error
        error = error.__cause__ or error.__context__
