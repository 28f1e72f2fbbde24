"""The result cache: what was computed is kept as long as there is room."""

from collections import Counter

from app.store.result_cache import ResultCache


def test_what_was_counted_is_not_counted_again_as_long_as_there_is_room() -> None:
    memory, asked = ResultCache(room=100), Counter[str]()

    def count(name: str, answer: str) -> str:
        def fresh() -> str:
            asked[name] += 1
            return answer

        return memory.get_or_compute((name,), fresh)

    assert [count("a", "x" * 30), count("a", "never")] == ["x" * 30, "x" * 30]
    assert count("long", "y" * 200) == count("long", "y" * 200) == "y" * 200
    assert [count("a", "never"), count("b", "z" * 60), count("b", "never")] == ["x" * 30, "z" * 60, "z" * 60]
    assert count("a", "anew") == "anew"
    assert asked == {"a": 2, "long": 2, "b": 1}
