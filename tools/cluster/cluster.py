"""Cluster on this machine, without containers: PostgreSQL with a replica, two nodes, nginx before them."""

import contextlib
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from app.publishing.bootstrap import bootstrap
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from app.store.engines.base import Database
from tools.cluster.nginx import Nginx
from tools.cluster.tcp_proxy import TcpProxy
from tools.postgres.server import DATABASE, USER, PostgresServer
from tools.processes import DOSSIER, HOST, Server

NODES = 2
_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=port )\"[0-9]+\"|(?<=127\.0\.0\.1:)[0-9]+")
# Enough for two nodes, and few enough to be taken all at once by a trial
_CONNECTIONS = {"max_connections": "40"}
# A reader that stays away makes the replica wait with what it has to replay: 30 seconds, if nothing else is said.
_REPLICA = {"hot_standby_feedback": "on", "max_standby_streaming_delay": "2s"}
_FAST_PROXY = (("rate=50r/s", "rate=5000r/s"), ("limit_conn connections 40", "limit_conn connections 400"))


class Links:
    """Links of one node, or of the publisher, to primary and replica: each a proxy that can be cut."""

    def __init__(self, primary: PostgresServer, replica: PostgresServer) -> None:
        self._password = primary.password
        self.primary, self.replica = TcpProxy(primary.port), TcpProxy(replica.port)

    def url(self) -> str:
        """DOSSIER_DATABASE_URL: whichever server takes writes."""
        return self._url(self.primary, self.replica, "read-write")

    def read_url(self) -> str:
        """DOSSIER_READ_DATABASE_URL: the replica, and the primary where it cannot be reached."""
        return self._url(self.replica, self.primary, "any")

    def _url(self, first: TcpProxy, second: TcpProxy, kind: str) -> str:
        hosts = f"host={HOST}:{first.port}&host={HOST}:{second.port}"
        return f"postgresql+psycopg://{USER}:{self._password}@/{DATABASE}?{hosts}&target_session_attrs={kind}"


class Cluster:
    """Cluster while the block runs: `primary`, `replica`, `nodes`, `proxy`; everything is removed with it.

    `links` has those of each node, and those of the publisher last. The proxy limits nobody if `unlimited`.
    """

    def __init__(self, *, unlimited: bool = False) -> None:
        self._stack = contextlib.ExitStack()
        self._changes: Sequence[tuple[str, str]] = _FAST_PROXY if unlimited else ()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dossier-cluster-")))
            self.primary = stack.enter_context(PostgresServer(settings=_CONNECTIONS))
            self.replica = stack.enter_context(PostgresServer.replica_of(self.primary, _REPLICA))
            self.links = [Links(self.primary, self.replica) for _ in range(NODES + 1)]
            for links in self.links:
                stack.enter_context(links.primary)
                stack.enter_context(links.replica)
            self.database: Database = open_database(Settings(database_url=self.links[-1].url()))
            stack.callback(self.database.close)
            bootstrap(self.database, COLLECTIONS)
            self.nodes = [stack.enter_context(self._node(number)) for number in range(NODES)]
            ports = [node.port for node in self.nodes]
            self.proxy = stack.enter_context(Nginx(self.folder, ports, self._changes))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _node(self, number: int) -> Server:
        links = self.links[number]
        settings: Mapping[str, str] = {
            "DOSSIER_DATABASE_URL": links.url(),
            "DOSSIER_READ_DATABASE_URL": links.read_url(),
            "DOSSIER_CACHE_DIR": str(self.folder / f"downloads{number}"),
            "DOSSIER_TRUSTED_PROXIES": HOST,
            "DOSSIER_LOG": "off",
        }
        command = [str(DOSSIER), "serve", "--port", "PORT"]
        return Server(command, "/health/ready", settings, output=self.folder / f"node{number}.log")

    def addresses(self) -> str:
        """Addresses of all parts, a line each."""
        parts = [("proxy", f"http://{HOST}:{self.proxy.port}/v1")]
        parts += [(f"node {number}", f"http://{HOST}:{node.port}/v1") for number, node in enumerate(self.nodes, 1)]
        parts += [("primary", self.primary.url), ("replica", self.replica.url), ("files", str(self.folder))]
        return "\n".join(f"{name:8} {address}" for name, address in parts)

    def complaints(self) -> list[str]:
        """Lines that the nodes have written, without numbers of requests and ports, each once."""
        files = sorted(self.folder.glob("node*.log"))
        lines = (line for file in files for line in file.read_text(errors="replace").splitlines())
        return list(dict.fromkeys(_NUMBERS.sub("…", line) for line in lines))
