"""Examples of a request: how to send it with curl, Python and TypeScript."""

import json
from typing import NamedTuple


class RequestExamples(NamedTuple):
    """A request in three forms that can be copied."""

    curl: str
    python: str
    typescript: str


def request_examples(address: str) -> RequestExamples:
    """Examples of a GET request for an absolute address that answers with JSON."""
    address = address.replace("'", "%27")  # which would end the quotation in a shell
    quoted = json.dumps(address, ensure_ascii=False)
    return RequestExamples(
        f"curl '{address}'",
        f"import httpx\n\nanswer = httpx.get({quoted}).raise_for_status().json()",
        f"const answer = await fetch({quoted}).then((response) => response.json());",
    )
