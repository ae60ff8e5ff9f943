#!/usr/bin/env bash
# Question  FHIR gives the digits of a decimal a meaning (12.30 is not 12.3) and asks programs to keep them. Does fhir.resources?
# Guess     Yes: the field is a Python Decimal, which knows 12.30 from 12.3, and the library reads the JSON text itself.
# Seen      2026-11-27, fhir.resources 8.3.0 with pydantic 2.14.4 (Python 3.11, Linux x86-64). 12.30 in JSON is held as
#           Decimal('12.3') and goes out as 12.3; 40.00 as 40.0, a sampling interval of 33.3670 ms as 33.367, and 1e2 as 100.0,
#           which claims a digit that nobody measured. A Decimal('12.30') set in Python is held whole and goes out as 12.3.
#           Whole numbers stay.
# Matters   A device that states an angle to 0.01 degrees leaves such a program as one that states it to 0.1 or less, and a checksum
#           or signature over the resource no longer fits. Say the precision in a field of its own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pydantic==2.14.4 fhir-core==1.1.12 fhir.resources==8.3.0
venv/bin/python - <<'PY'
import json
from decimal import Decimal

from fhir.resources.observation import Observation

FRAME = '{"resourceType":"Observation","status":"final","code":{"text":"lumbar flexion"},"valueQuantity":{"value":%s,"unit":"deg"}}'


def out(observation):
    text = observation.model_dump_json()
    return text.split('"value":')[1].split(",")[0].split("}")[0]


seen = {}
for number in ("12.30", "40.00", "1e2", "33.3670", "12"):
    observation = Observation.model_validate_json(FRAME % number)
    seen[number] = out(observation)
    print(f"in {number:8} held as {observation.valueQuantity.value!r:20} out {seen[number]}")
built = Observation.model_validate(json.loads(FRAME % 1) | {"valueQuantity": {"value": Decimal("12.30"), "unit": "deg"}})
seen["Decimal"] = out(built)
print(f"Decimal('12.30') held as {built.valueQuantity.value!r} out {seen['Decimal']}")
assert seen == {"12.30": "12.3", "40.00": "40.0", "1e2": "100.0", "33.3670": "33.367", "12": "12", "Decimal": "12.3"}, seen
assert built.valueQuantity.value.as_tuple().exponent == -2
PY
