#!/usr/bin/env bash
# Question  FHIRPath finds and compares values in FHIR resources. Do three of its engines answer the same on the angles of an Observation?
# Guess     Yes; at most a conversion of units is missing in one, and then it says so. (Written down before each was run.)
# Seen      2026-11-28, fhirpath 5.2.2, @medplum/core 4.5.2 (Node 20.20), fhirpathpy 2.2.4 (Python 3.11, Linux x86-64). Of nine questions they agree
#           on two: value = 90 'deg' and value.value > 45. Is 90 deg > 2 rad? fhirpath: no, rightly (1.57 rad). Medplum: yes, as 90 > 2; it looks at no unit.
#           fhirpathpy raises; it cannot order a resource's Quantity at all. A reach of "at least 50 deg" (comparator >=) equals 50 deg in Medplum and
#           fhirpathpy; fhirpath refuses, as the true value is unknown. 90 deg equals 1.5707963267948966 rad, and 180 deg 200 gon, in fhirpath alone. A sum
#           of components is 223.1 in fhirpath and an error in the other two. toString() in fhirpathpy is a Python dictionary.
# Matters   A limit in another unit, or a bound that FHIR marks as one, is passed or missed without a word, depending on the server. Compare
#           value.value, after a look at its code and comparator, in the same unit: there all three agree.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check fhirpathpy==2.2.4
npm install --silent --no-audit --no-fund --ignore-scripts fhirpath@5.2.2 @medplum/core@4.5.2
cat >observation.json <<'JSON'
{"resourceType": "Observation", "status": "final", "code": {"text": "Hip flexion"},
 "valueQuantity": {"value": 90, "unit": "deg", "system": "http://unitsofmeasure.org", "code": "deg"},
 "component": [
  {"code": {"text": "Lower bound"}, "valueQuantity": {"value": 83.1, "unit": "deg", "system": "http://unitsofmeasure.org", "code": "deg"}},
  {"code": {"text": "Upper bound"}, "valueQuantity": {"value": 90, "unit": "deg", "system": "http://unitsofmeasure.org", "code": "deg"}},
  {"code": {"text": "Reach"}, "valueQuantity": {"value": 50, "comparator": ">=", "unit": "deg", "system": "http://unitsofmeasure.org", "code": "deg"}}]}
JSON
cat >questions.json <<'JSON'
["Observation.value = 90 'deg'", "Observation.value > 45 'deg'", "Observation.value.value > 45", "Observation.value > 2 'rad'",
 "Observation.value = 1.5707963267948966 'rad'", "180 'deg' = 200 'gon'", "Observation.component[2].value = 50 'deg'",
 "Observation.component.value.value.sum()", "Observation.value.toString()"]
JSON
cat >ask.cjs <<'JS'
const fhirpath = require("fhirpath");
const model = require("fhirpath/fhir-context/r4");
const medplum = require("@medplum/core");
const observation = require("./observation.json");
const engines = [
  (question) => fhirpath.evaluate(observation, question, null, model),
  (question) => medplum.evalFhirPath(question, observation),
];
const answers = require("./questions.json").map((question) =>
  engines.map((ask) => {
    try {
      return ask(question);
    } catch (error) {
      return "error: " + error.message;
    }
  }),
);
console.log(JSON.stringify(answers));
JS
node ask.cjs >javascript.json
venv/bin/python - <<'PY'
import json

import fhirpathpy
from fhirpathpy.models import models


def load(name):
    with open(name) as file:
        return json.load(file)


def ask(question):
    try:
        return fhirpathpy.evaluate(load("observation.json"), question, None, models["r4"])
    except Exception as error:  # it raises Exception itself
        return f"error: {type(error).__name__}: {error}"


NO, YES, ERROR = [False], [True], "error"
EXPECTED = {  # fhirpath, Medplum, fhirpathpy
    "Observation.value = 90 'deg'": [YES, YES, YES],
    "Observation.value > 45 'deg'": [YES, YES, ERROR],
    "Observation.value.value > 45": [YES, YES, YES],
    "Observation.value > 2 'rad'": [NO, YES, ERROR],
    "Observation.value = 1.5707963267948966 'rad'": [YES, NO, NO],
    "180 'deg' = 200 'gon'": [YES, NO, NO],
    "Observation.component[2].value = 50 'deg'": [ERROR, YES, YES],
    "Observation.component.value.value.sum()": [[223.1], ERROR, ERROR],
}
for question, javascript in zip(load("questions.json"), load("javascript.json"), strict=True):
    answers = [*javascript, ask(question)]
    print(question, *(f"{name} {str(answer)[:140]}" for name, answer in zip(("fhirpath  ", "Medplum   ", "fhirpathpy"), answers)), sep="\n  ")
    answers = [ERROR if str(answer).startswith(ERROR) else answer for answer in answers]
    if question in EXPECTED:
        assert answers == EXPECTED[question], question
    else:
        assert answers[:2] == [["90 'deg'"]] * 2 and answers[2][0].startswith("{'value': 90")
PY
