"""Figure 1: requests that schemathesis makes from the OpenAPI document, alone and in sequences, are answered by it.

tests/contract/test_fuzz.py makes the same ones, an operation at a time.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tools.processes import HOST, service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.servers import packaged_database

if TYPE_CHECKING:  # schemathesis takes seconds to be imported, and the quick tests import this module
    from pathlib import Path

    import hypothesis
    from schemathesis import Case

# What a schema cannot say of these, the service refuses with 422: days that no calendar has, a window turned round,
# an instant in the future or with a revision, a cursor of its own making, an id that was never published, words
# without a letter, a blank name, a parameter that means nothing in the format asked for. test_bad_input.py in
# tests/contract and tests/api/test_exports.py test those refusals; all other checks apply to these parameters too.
BEYOND_SCHEMA = {
    *("from", "to", "in_force_on", "as_of", "cursor", "q", "name"),
    *("actor", "topic", "source", "instrument", "measure"),
    *("format", "fields", "facets", "include", "id", "certain"),
}
# 414 refuses bad data too, where it is longer than any address: schemathesis does not count it.
REFUSALS = ["400", "404", "406", "414", "422"]
STEPS = 10  # requests of a sequence, at most
_STATEFUL = 4  # one request in so many is part of a sequence
_SHOWN = 3  # failures that the outcome names


def schema_of(source: dict[str, Any] | str) -> Any:
    """Schema of schemathesis, with all its checks, from an OpenAPI document or the address of one."""
    import schemathesis
    from schemathesis.checks import load_all_checks

    load_all_checks()
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
    if isinstance(source, str):
        return schemathesis.openapi.from_url(source, config=config)
    return schemathesis.openapi.from_dict(source, config=config)


def excluded_checks(case: Case[Any]) -> list[Any]:
    """Checks that do not apply to a request, because it has a parameter that the service may refuse."""
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    return [positive_data_acceptance] if BEYOND_SCHEMA & set(case.query or {}) else []


def limits(examples: int, *, repeatable: bool, **more: Any) -> hypothesis.settings:
    """Settings of hypothesis for so many examples: no deadline, as a slow machine is no fault of the service."""
    from hypothesis import HealthCheck, settings

    return settings(
        max_examples=examples,
        derandomize=repeatable,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def workflow(schema: Any) -> Any:
    """Stateful testing: ids, revisions and cursors out of answers go into the requests that follow."""

    class Workflow(schema.as_state_machine()):  # type: ignore[misc]  # a class that schemathesis makes
        def validate_response(self, response: Any, case: Case[Any], *_: Any, **__: Any) -> None:
            case.validate_response(response, excluded_checks=excluded_checks(case))

    return Workflow


def measure(count: int, folder: Path) -> Outcome:
    """Make at least so many requests: the same number for each operation, then sequences."""
    counted, failures = Counter[str](), list[str]()
    with service(packaged_database(folder)) as server:
        address = f"http://{HOST}:{server.port}"
        schema = schema_of(f"{address}/openapi.json")
        operations = [one.ok() for one in schema.get_all_operations()]
        share = -(-(count - count // _STATEFUL) // len(operations))
        for operation in operations:
            _ask(operation, address, share, counted, failures)
        sequences(schema, count - counted.total(), counted, failures)
    text = (
        f"{counted.total():,} requests to {len(operations)} operations, {counted['in sequences']:,} of them in "
        f"sequences; {len(failures)} failures"
    )
    return Outcome(counted.total() >= count and not failures, "; ".join([text, *failures[:_SHOWN]]))


def _ask(operation: Any, address: str, examples: int, counted: Counter[str], failures: list[str]) -> None:
    """Ask one operation until so many requests were made: hypothesis makes fewer where it knows no more."""
    from hypothesis import given, seed

    goal = counted["alone"] + examples
    for attempt in range(10):
        if counted["alone"] >= goal:
            return

        @seed(attempt)
        @limits(goal - counted["alone"], repeatable=False)
        @given(case=operation.as_strategy())
        def ask(case: Case[Any]) -> None:
            counted["alone"] += 1
            case.call_and_validate(base_url=address, excluded_checks=excluded_checks(case))

        if not _passes(ask, failures):
            return


def sequences(schema: Any, examples: int, counted: Counter[str], failures: list[str]) -> None:
    """Ask in sequences until so many requests were made."""
    machine = workflow(schema)

    class Counting(machine):  # type: ignore[misc,valid-type]  # a class that schemathesis makes
        def validate_response(self, *arguments: Any, **options: Any) -> None:
            counted["in sequences"] += 1
            super().validate_response(*arguments, **options)

    for _ in range(10):
        left = examples - counted["in sequences"]
        if left <= 0:
            return
        plan = limits(max(left // STEPS, 1), repeatable=False, stateful_step_count=STEPS)
        if not _passes(lambda plan=plan: Counting.run(settings=plan), failures):
            return


def _passes(test: Any, failures: list[str]) -> bool:
    try:
        test()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        failures.append(f"{type(error).__name__}: {' '.join(str(error).split())[:400]}")
        return False
    return True


FIGURES = (
    Figure(
        number=1,
        name="Requests made from the schema",
        goal="20,000 requests, in sequences too, 0 failures",
        counts=Counts(short=300, reduced=1_000, full=20_000),
        measure=measure,
    ),
)
