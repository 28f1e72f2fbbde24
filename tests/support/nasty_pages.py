"""Pages that are made to cost a parser of HTML time or memory, of any length."""

from collections.abc import Iterator


def _filled(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


# Repeated as often as the length allows.
_REPEATED = (
    "<![ <!-- <!--<!--> <!--> <a  <a/ <div> <b> <a/href=x> <table><tr><td> <p><b> <ul><li> <li> <h1> <form> <button> "
    "<select><option> <template> <svg><math> <svg></p> <nobr> <frameset> <body/a=1> <script> <style> <title> "
    "<textarea> <iframe> <noscript> <plaintext> <p/hidden> & &amp &#0; &#x110000; &CounterClockwiseContourIntegra < "
    '> </ </a </p> </br> ]]> <? <?xml <!DOCTYPE <!ENTITY \0 \r \n \u0301 \U0001f600 \ufeff \ud800 <a\thref=" <a\tb=\'" '
    "<a\tb=' <a\t=> <a\thref='&amp <b\x0b> <é> <a:b> <x> -- --!> <![CDATA[ <!-"
).split(" ")

# Before what is repeated, what is repeated, after it.
_FRAMED = (
    ("<a ", " ", ">x"),
    ("<a ", "/", ">x"),
    ("<a ", "=", ">x"),
    ("<a ", "a=1 ", ">x"),
    ('<a href="', "a", '">x'),
    ('<a href="', "&amp;", '">x'),
    ("<", "a", ">x"),
    ("</", "a", ">x"),
    ("</a ", " ", ""),
    ("&", "a", ";"),
    ("&#", "9", ";"),
    ("&#x", "f", ";"),
    ("<!--", "-", ""),
    ("<!--", "--!", ""),
    ("<script>", "</scrip", ""),
    ("<script>", "<!--<script>", ""),
    ("<title>", "</titl &amp", ""),
    ("<table>", "<b>x", ""),
    ("<!DOCTYPE html [", "<!ENTITY a 'b'>", "]>"),
    ("", "a ", ""),
    ("", "\xa0", ""),
    ("", '<a b="c" <!-- > & ]]> </ <![CDATA[ \' <script', ""),
)


def nasty_pages(length: int) -> Iterator[tuple[str, str]]:
    """Each page of about `length` characters, with a name for it."""
    for piece in _REPEATED:
        yield repr(piece), _filled(piece or " ", length)
    for before, piece, after in _FRAMED:
        yield f"{before!r} {piece!r} {after!r}", before + _filled(piece, length) + after
    half = length // 2
    for opening, closing in (("<x><y>", "</z>"), ("<b><p>", "</b>"), ("<a><div>", "</a>"), ("<div>", "</div>")):
        yield f"{opening} then {closing}", _filled(opening, half) + _filled(closing, half)
    yield "attributes, all different", "<a " + "".join(f"a{i}=1 " for i in range(length // 10)) + ">x"
    yield "elements, all different", "".join(f"<a{i}>" for i in range(length // 8))
    yield "html with different attributes", "".join(f"<html a{i}=1>" for i in range(length // 13))
    yield "different formatting, reopened", "".join(f"<b a{i}>" for i in range(half // 9)) + _filled("<p>", half)
