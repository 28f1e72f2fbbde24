"""What the documentation page and the pages for people share: their content security policy, and their colours."""

from pathlib import Path

_COLOURS = (Path(__file__).parent / "colours.css").read_bytes()


def page_policy(form_action: str) -> str:
    """Content security policy: files of this service and nothing else, no inline script, no inline style.

    `form_action` is where forms may be sent (CSP source).
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    )


def with_colours(style_sheet: bytes) -> bytes:
    """Style sheet with the custom properties of the colours before it: a file of its own would be one request more."""
    return _COLOURS + style_sheet
