"""The documentation page in a browser: its operations shown, tags opened."""

from playwright.sync_api import Locator, Page

TIMEOUT = 60_000  # milliseconds: what takes one of them may take a minute on a busy machine


def show_operations(page: Page, *, every: bool = False) -> None:
    """Have Swagger UI loaded, as a reader does who moves the pointer.

    `every`: open the tags too that are closed at first.
    """
    page.mouse.move(5, 5)
    page.locator(".opblock").first.wait_for(timeout=TIMEOUT)
    if every:
        # From the last, since opening one moves those below it
        for button in page.locator('.expand-operation[aria-expanded="false"]').all()[::-1]:
            button.click()


def open_operation(page: Page, id: str) -> Locator:
    """Open an operation by its id, until it can be run."""
    block = page.locator(f'.opblock[id$="-{id}"]')
    block.locator(".opblock-summary-control").click()
    block.locator("button.execute").wait_for(timeout=TIMEOUT)
    return block
