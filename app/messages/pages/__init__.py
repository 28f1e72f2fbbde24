"""Messages of the pages for people, grouped by page."""

from app.messages.pages.about import ABOUT
from app.messages.pages.common import COMMON
from app.messages.pages.home import HOME
from app.messages.pages.lists import LISTS

PAGES: dict[str, dict[str, str]] = {**COMMON, **HOME, **LISTS, **ABOUT}
