"""Characters that readers do not see or type: refused in what is published, accepted in what is replayed."""

import json
from pathlib import Path

import pytest

from app.model.folding import unsuitable_characters
from app.paths import packaged
from app.publishing.publish import publish
from app.publishing.replay import release, replay
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from tests.support.world import World, text

ADVICE = "which readers do not see or do not type: leave it out, or write plain letters"


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u00ad", "U+00AD SOFT HYPHEN"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u200f", "U+200F RIGHT-TO-LEFT MARK"),
        ("\u2060", "U+2060 WORD JOINER"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\ufe0f", "U+FE0F VARIATION SELECTOR-16"),
        ("\ufb00", "U+FB00 LATIN SMALL LIGATURE FF"),
        ("\ufb06", "U+FB06 LATIN SMALL LIGATURE ST"),
        ("\u2065", "U+2065"),
    ],
)
def test_a_character_that_nobody_sees_or_types_is_named_with_its_place(draft: World, character: str, name: str) -> None:
    draft.change("timeline-events", "war", summary=text(f"A{character}b"))
    assert draft.faults() == [
        f"timeline-events: war: summary.en: contains {name}, {ADVICE}",
        f"timeline-events: war: summary.fr: contains {name}, {ADVICE}",
    ]


def test_every_text_of_a_record_is_looked_at_those_within_it_too(draft: World) -> None:
    draft.change("actors", "zara", roles=[{"title": text("Queen", "Re\u00adine"), "of": "borea"}])
    draft.change("actors", "borea", also_known_as=["Bo\u200brea"])
    draft.change("timeline-events", "tie", citations=[{"source": "gazette", "section": "Ne\ufeffws"}])
    draft.withdraw("background-facts", "hunger", "Wro\ufb01")
    assert sorted(fault.split(": contains")[0] for fault in draft.faults()) == [
        "actors: borea: also_known_as.0",
        "actors: zara: roles.0.title.fr",
        "background-facts: hunger: reason.en",
        "background-facts: hunger: reason.fr",
        "timeline-events: tie: citations.0.section",
    ]


def test_the_note_and_the_author_of_a_revision_are_looked_at(draft: World) -> None:
    draft.change("actors", "borea", title=text("New"))
    for author, note, place in (("A", "No\u00adte", "note.en"), ("A\u200bB", "Note", "author")):
        with pytest.raises(Exception, match=f"^{place}: unsuitable-character"):
            publish(draft.db, COLLECTIONS, draft.submissions(), author, {"en": note, "fr": "Note"})


@pytest.mark.parametrize("words", ["Vrai\u00a0: « oui\u00a0»", "10\u202f000", "l’œuvre ½ №\u00a05"])
def test_no_break_spaces_and_letters_of_french_stay_allowed(world: World, words: str) -> None:
    world.publish_with_change("timeline-events", "war", summary=text(words, words))


def test_replaying_accepts_what_an_older_release_has_published(
    world: World, db: SqliteDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as older:
        older.setattr("app.publishing.publish.character_faults", lambda _: [])
        world.publish_with_change("timeline-events", "war", summary=text("So\u00adft"))
    release(world.db, COLLECTIONS, tmp_path)
    assert replay(db, COLLECTIONS, tmp_path) == [1, 2]
    world.publish_with_change("timeline-events", "tie", summary=text("Other"))  # what did not change is not looked at


def test_no_packaged_revision_has_such_a_character() -> None:
    for file in sorted((packaged("seed") / "revisions").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert list(unsuitable_characters(json.dumps(json.loads(line), ensure_ascii=False))) == []
