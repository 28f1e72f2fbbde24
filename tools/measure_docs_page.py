"""Measures what the documentation page costs a browser: `python -m tools.measure_docs_page [OPERATION …]`.

Prints for the page, and for each operation that it opens while all others are closed, the milliseconds of CPU that the
thread of the page spends in scripts and in drawing, from Chromium's own trace. Needs Debian's Chromium.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tools.write_docs import packaged

CHROMIUM = Path("/usr/bin/chromium")
ROUNDS = 3
OPERATIONS = (
    *("get_service_document", "list_timeline", "list_search", "list_changes", "get_funding_totals"),
    *("list_timeline_events", "get_timeline_event", "get_timeline_event_history", "list_sanctions_measures"),
    *("get_sanctions_measure", "get_catalog", "get_dataset_sqlite", "get_liveness"),
)
_CATEGORIES = [
    "__metadata",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "v8",
    "disabled-by-default-v8.gc",
]
_KINDS = {
    "script": (
        *("EvaluateScript", "FunctionCall", "RunMicrotasks", "TimerFire", "EventDispatch", "FireAnimationFrame"),
        *("FireIdleCallback", "XHRReadyStateChange", "XHRLoad", "v8.compile", "v8.run", "v8.callFunction"),
        *("MinorGC", "MajorGC"),
    ),
    "draw": ("Layout", "UpdateLayoutTree", "PrePaint", "Paint", "Layerize", "Commit", "HitTest", "ParseHTML"),
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}

Event = dict[str, Any]


def costs(events: list[Event]) -> Counter[str]:
    """CPU by kind of work on the page's thread, in milliseconds.

    An event counts without those within it, and as what it is within where it is no work of its own.
    """
    sums: Counter[str] = Counter()
    open_events: list[tuple[float, str]] = []  # end and kind of the events that the present one is within
    for event in sorted(_of_page(events), key=lambda one: (one["ts"], -one["dur"])):
        while open_events and open_events[-1][0] <= event["ts"]:
            open_events.pop()
        above = open_events[-1][1] if open_events else "other"
        kind = _KIND_OF.get(event["name"]) or ("script" if event["name"].startswith("V8.GC") else above)
        if open_events:
            sums[above] -= event["tdur"]
        sums[kind] += event["tdur"]
        open_events.append((event["ts"] + event["dur"], kind))
    return Counter({kind: round(microseconds / 1000) for kind, microseconds in sums.items()})


def _of_page(events: list[Event]) -> list[Event]:
    """The complete events of the busiest thread that renders a page."""
    named = {(one["pid"], one["tid"]) for one in events if one["args"].get("name") == "CrRendererMain"}
    threads: dict[tuple[int, int], list[Event]] = {thread: [] for thread in named}
    for event in events:
        if event["ph"] == "X" and "tdur" in event and (event["pid"], event["tid"]) in named:
            threads[event["pid"], event["tid"]].append(event)
    return max(threads.values(), key=lambda found: sum(event["tdur"] for event in found))


def traced(browser: Browser, page: Page, action: Callable[[], None]) -> Counter[str]:
    """The costs of an action on a page."""
    browser.start_tracing(page=page, categories=_CATEGORIES)
    action()
    page.wait_for_timeout(600)  # milliseconds in which it comes to rest
    return costs(json.loads(browser.stop_tracing())["traceEvents"])


def load(page: Page, address: str) -> None:
    """Load the page until Swagger UI lists the operations: it is loaded at once where the window shows its place."""
    page.goto(f"{address}/docs")
    page.wait_for_selector(".opblock")


def open_tags(page: Page) -> None:
    """Open the tags that are closed at first."""
    for button in page.locator('.expand-operation[aria-expanded="false"]').all()[::-1]:  # opening one moves the next
        button.click()


def open_operation(block: Locator) -> None:
    """Open an operation until it can be run."""
    block.locator(".opblock-summary-control").click()
    block.locator("button.execute").wait_for()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without anything of its own to do."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        yield browser
        browser.close()


def main(operations: tuple[str, ...]) -> None:
    """Measure the page and the operations, several times each; print the figures of every time."""
    found: dict[str, list[Counter[str]]] = defaultdict(list)
    with packaged() as address, chromium() as browser:
        for _ in range(ROUNDS):
            page = browser.new_page(viewport={"width": 1200, "height": 1400})
            found["(page)"].append(traced(browser, page, partial(load, page, address)))
            open_tags(page)
            for name in operations:
                block = page.locator(f'.opblock[id$="-{name}"]')
                found[name].append(traced(browser, page, partial(open_operation, block)))
                block.locator(".opblock-summary-control").click()
            page.close()
    print(f"{'milliseconds of CPU':32} {'script':>{7 * ROUNDS}} {'draw':>{7 * ROUNDS}}")
    for name, times in found.items():
        print(f"{name:32} {''.join(f'{one[kind]:7}' for kind in ('script', 'draw') for one in times)}")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or OPERATIONS)
