"""Generated records: valid, the same each time, and with the frequencies that the measurements need."""

from collections import Counter
from itertools import islice

from app.publishing.characters import text_faults
from app.resources.registry import COLLECTIONS
from tools.bench.records import event, measure, publications
from tools.bench.words import own_word


def test_every_generated_record_is_valid() -> None:
    made = Counter[str]()
    for publication in publications(100, later=2):
        for submission in publication.submissions:
            for record in submission.records:
                COLLECTIONS[submission.collection].model.model_validate(record)
                assert [*text_faults(record)] == []
                made[submission.collection] += 1
    assert made["timeline-events"] == 100 + 2 * 12
    assert made["sanctions-measures"] == 20 + 2


def test_a_record_depends_only_on_its_number() -> None:
    assert event(777)["id"] == "hanufudi-777"
    assert event(777) == event(777)
    assert measure(55)["title"] == {
        "en": "Korea duxupowa jizi missile bibaji sanctions",
        "fr": "Corée duxupowa gévè missile teauméda sanctions",
    }


def test_a_larger_set_contains_the_smaller_one() -> None:
    small, large = (
        [record for part in islice(publications(size), 1, 5) for one in part.submissions for record in one.records]
        for size in (40, 80)
    )
    assert len(small) == 48
    assert [record for record in small if record not in large] == []


def test_the_common_word_is_in_half_of_the_events_and_the_rarest_kind_in_one_of_a_thousand() -> None:
    events = [event(number) for number in range(2_000)]
    assert 900 < sum("sanctions" in str(one["summary"]["en"]).lower().split() for one in events) < 1_300
    assert Counter(one["kind"] for one in events)["nuclear-programme"] == 2


def test_the_last_actor_is_in_two_events_at_any_size() -> None:
    assert [number for number in range(2_000) if "actor-299" in event(number)["actors"]] == [7, 11]


def test_no_two_records_have_the_same_word() -> None:
    assert len({own_word(number) for number in range(50_000)}) == 50_000
