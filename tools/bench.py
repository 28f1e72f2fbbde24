"""Answers per second, compared with a bare server with the same bytes (`make bench`): ratios count.

Each case has a server process of its own, is warmed up, and is then asked by 16 connections at a time for some seconds.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS, CONNECTIONS = 5, 16
BARE = """
import sys
body = open(sys.argv[2], "rb").read()
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})
import uvicorn
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False, lifespan="off")
"""
PATHS = [
    "/v1/timeline-events",
    "/v1/timeline-events?kind=nuclear-test",
    "/v1/timeline-events/first-nuclear-test",
    "/v1/timeline",
    "/v1/timeline?facets=collection,actor",
    "/v1/timeline-events?include=actors,sources",
    "/v1/changes",
    "/v1/search?q=nuclear+test",
    "/v1/funding-records/totals",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def ask(port: int, path: str, until: float) -> int:
    """Ask over one connection until the time is up; how often it was answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    answered = 0
    while time.monotonic() < until:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert b" 200 " in head.split(b"\r\n")[0]
        await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        answered += 1
    writer.close()
    return answered


async def rate(port: int, path: str) -> float:
    """Answers per second of one address."""
    await ask(port, path, time.monotonic() + 0.5)
    counts = await asyncio.gather(*(ask(port, path, time.monotonic() + SECONDS) for _ in range(CONNECTIONS)))
    return sum(counts) / SECONDS


def fetched(port: int, path: str) -> bytes:
    """The body of an answer, once the server is there."""
    import httpx

    for _ in range(200):
        try:
            return httpx.get(f"http://127.0.0.1:{port}{path}").content
        except httpx.TransportError:
            time.sleep(0.05)
    raise SystemExit("the server did not start")


def main() -> None:
    """Print a line a case."""
    with tempfile.TemporaryDirectory() as folder:
        port, bare_port = free_port(), free_port()
        command = [str(Path(sys.executable).parent / "dossier"), "serve", "--port", str(port)]
        environment = {**os.environ, "DOSSIER_DATABASE_URL": f"sqlite:///{folder}/bench.db", "DOSSIER_LOG": "off"}
        server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            for path in PATHS:
                body = Path(folder, "body")
                body.write_bytes(fetched(port, path))
                bare = subprocess.Popen([sys.executable, "-c", BARE, str(bare_port), str(body)])
                try:
                    fetched(bare_port, "/")
                    ours, theirs = asyncio.run(rate(port, path)), asyncio.run(rate(bare_port, "/"))
                finally:
                    bare.terminate()
                    bare.wait()
                print(
                    f"{path}: {ours:,.0f}/s, bare server {theirs:,.0f}/s, {ours / theirs:.0%} ({body.stat().st_size} B)"
                )
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
