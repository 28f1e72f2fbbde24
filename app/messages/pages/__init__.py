"""Messages of the pages for people, grouped by page."""

from app.messages.pages.about import ABOUT
from app.messages.pages.common import COMMON
from app.messages.pages.funding import FUNDING
from app.messages.pages.home import HOME
from app.messages.pages.lists import LISTS
from app.messages.pages.record import RECORD
from app.messages.pages.sanctions import SANCTIONS
from app.messages.pages.timeline import TIMELINE

PAGES: dict[str, dict[str, str]] = {
    **COMMON,
    **HOME,
    **TIMELINE,
    **SANCTIONS,
    **FUNDING,
    **RECORD,
    **LISTS,
    **ABOUT,
}
