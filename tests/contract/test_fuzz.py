"""Requests made from the schema: whatever it admits and whatever it does not, the service answers as it says.

About a minute in the suite; `make fuzz` runs longer (FUZZ_EXAMPLES: requests for each operation).
"""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.main import api
from app.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.fuzz]

# What a schema cannot say of these, the service refuses with 422: days that no calendar has, a window turned round,
# an instant in the future or with a revision, a cursor of its own making, an id that was never published, words
# without a letter, a parameter that means nothing in the format asked for. tests/contract/test_bad_input.py and
# tests/api/test_exports.py test those refusals; all other checks apply to these parameters too.
BEYOND_SCHEMA = {
    *("from", "to", "in_force_on", "as_of", "cursor", "q"),
    *("actor", "topic", "source", "instrument"),
    *("format", "fields", "facets", "include", "id", "certain"),
}
# In the suite the same requests each time; a long run looks for new ones.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
# 414 refuses bad data too, where it is longer than any address: schemathesis does not count it.
REFUSALS = ["400", "404", "406", "414", "422"]
load_all_checks()
config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
schema = schemathesis.openapi.from_dict(api(Settings()).openapi(), config=config)


def excluded_checks(case: "schemathesis.Case[Any]") -> list[Any]:
    """Checks that do not apply to a request, because it has a parameter that the service may refuse."""
    return [positive_data_acceptance] if BEYOND_SCHEMA & set(case.query or {}) else []


@schema.parametrize()
@settings(
    max_examples=EXAMPLES or 15,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_the_schema_says(case: "schemathesis.Case[Any]", dossier_address: str) -> None:
    case.call_and_validate(dossier_address, excluded_checks=excluded_checks(case))


def test_what_answers_give_leads_to_answers_as_the_schema_says(dossier_address: str) -> None:
    whole = schemathesis.openapi.from_url(f"{dossier_address}/openapi.json", config=config)

    class Workflow(whole.as_state_machine()):  # type: ignore[misc]  # a class that schemathesis makes
        """Stateful testing: ids, revisions and cursors out of answers go into the requests that follow."""

        def validate_response(self, response: Any, case: "schemathesis.Case[Any]", *_: Any, **__: Any) -> None:
            case.validate_response(response, excluded_checks=excluded_checks(case))

    Workflow.run(
        settings=settings(
            max_examples=EXAMPLES or 15,
            derandomize=not EXAMPLES,
            stateful_step_count=10,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
    )
