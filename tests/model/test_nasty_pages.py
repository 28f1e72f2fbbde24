"""HTML that is made to cost time or memory: the time grows with the length, whatever the page."""

import contextlib
import resource
import time
import tracemalloc

import pytest

from app.errors import InvalidValue
from app.model.html_blocks import MOST_OPEN
from app.model.passages import SourceText
from tests.support.nasty_pages import nasty_pages


def seconds(html: str) -> float:
    """CPU time of reading a page; one whose elements are nested too deeply is given up."""
    begun = time.process_time()
    with contextlib.suppress(InvalidValue):
        SourceText.of_html(html).fault("a heading", "some words", "more words")
    return time.process_time() - begun


@pytest.mark.parametrize("html", ["<![" * 330_000, "<x><y>" * 80_000 + "</z>" * 120_000])
def test_a_megabyte_that_other_parsers_take_minutes_for_is_read_in_a_second(html: str) -> None:
    assert seconds(html) < 1


@pytest.mark.slow
def test_no_page_of_5_mb_takes_longer_than_five_seconds_or_300_mb() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slow = {name: taken for name, html in nasty_pages(5_000_000) if (taken := seconds(html)) > 5}
    assert slow == {}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kB, with the page itself


def test_elements_nested_too_deeply_are_refused() -> None:
    with pytest.raises(InvalidValue, match="page-too-deep"):
        SourceText.of_html("<div>" * (MOST_OPEN * 10))


def test_a_page_may_have_as_many_elements_inside_each_other_as_the_limit() -> None:
    assert SourceText.of_html("<div>" * (MOST_OPEN - 10) + "A war.").blocks[0].text == "A war."


def test_hidden_text_takes_no_memory() -> None:
    html = "<script>" + "a" * 2_000_000
    tracemalloc.start()
    SourceText.of_html(html)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_broken_character_is_read_as_a_sign_for_it() -> None:
    assert SourceText.of_html("<p>a\ud800b\0c").blocks[0].text == "a?b\ufffdc"
