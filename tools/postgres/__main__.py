"""Start a PostgreSQL server in a temporary folder, print its URL, and remove it at Ctrl-C."""

import signal
import sys
import threading

from tools.postgres.server import PostgresError, PostgresServer


def main() -> int:
    """Exit code: 0 after Ctrl-C or SIGTERM, 1 if there is no server."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with PostgresServer() as server:
            print(server.url, flush=True)
            ended.wait()
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
