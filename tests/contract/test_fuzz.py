"""Requests made from the schema: whatever it admits and whatever it does not, the service answers as it says.

About a minute in the suite; `make fuzz` runs longer (FUZZ_EXAMPLES: requests for each operation), and
`tools/soak/schema_cases.py` counts them.
"""

import os
from typing import Any

import pytest
import schemathesis

from app.main import api
from app.settings import Settings
from tools.soak.schema_cases import STEPS, excluded_checks, limits, schema_of, workflow

pytestmark = [pytest.mark.slow, pytest.mark.fuzz]

# In the suite the same requests each time; a long run looks for new ones.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
schema = schema_of(api(Settings()).openapi())


@schema.parametrize()  # type: ignore[untyped-decorator]  # schema_of imports schemathesis late, and gives Any
@limits(EXAMPLES or 15, repeatable=not EXAMPLES)
def test_every_answer_is_as_the_schema_says(case: "schemathesis.Case[Any]", dossier_address: str) -> None:
    case.call_and_validate(dossier_address, excluded_checks=excluded_checks(case))


def test_what_answers_give_leads_to_answers_as_the_schema_says(dossier_address: str) -> None:
    machine = workflow(schema_of(f"{dossier_address}/openapi.json"))
    machine.run(settings=limits(EXAMPLES or 15, repeatable=not EXAMPLES, stateful_step_count=STEPS))
