#!/usr/bin/env bash
# Question  What does FHIRPath answer about a quantity that is a lower bound (comparator ">="), such as a joint's range that did not end?
# Guess     Nothing ({}), in both implementations: such a quantity is none that can be compared, and what cannot be compared is empty.
# Seen      2026-11-28, fhirpathpy 2.2.4 (Python 3.11), fhirpath.js 5.2.2 (Node). Neither does. fhirpathpy does not see the comparator: ">= 63 deg"
#           equals 63 deg, and does not equal 64 deg. fhirpath.js ends the whole evaluation with an error, also where the quantity is one
#           of many in a Bundle: `where(value < 50 'deg').count()` gives no count of the others. (< with 70 'deg' is an error in fhirpathpy
#           with and without a comparator; `value.value < 70` is true in both, whatever the comparator says.)
# Matters   Of a mobility screen, those whose hips never came to their end have such values, the most mobile. A question that works on a
#           hundred bundles fails on the next or counts a bound as a value. Ask `value.comparator.empty()` first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check fhirpathpy==2.2.4
npm init -y >npm.log && npm install --no-fund --no-audit fhirpath@5.2.2 >>npm.log 2>&1
cat >questions.json <<'JSON'
["Observation.value = 63 'deg'", "Observation.value = 64 'deg'", "Observation.value != 64 'deg'", "Observation.value ~ 63 'deg'",
 "Observation.value < 70 'deg'", "Observation.value.value < 70"]
JSON
cat >ask.py <<'PY'
import json
from fhirpathpy import evaluate
from fhirpathpy.models import models

for comparator in ({}, {"comparator": ">="}):
    quantity = {"value": 63.0, **comparator, "unit": "deg", "system": "http://unitsofmeasure.org", "code": "deg"}
    for question in json.load(open("questions.json")):
        try:
            answer = json.dumps(evaluate({"resourceType": "Observation", "valueQuantity": quantity}, question, {}, models["r4"]))
        except Exception as error:
            answer = f"error: {str(error)[:40]}"
        print("fhirpathpy ", comparator.get("comparator", "  "), question, "->", answer)
PY
cat >ask.js <<'JS'
const fhirpath = require("fhirpath"), r4 = require("fhirpath/fhir-context/r4");
for (const comparator of [{}, { comparator: ">=" }]) {
  const quantity = { value: 63.0, ...comparator, unit: "deg", system: "http://unitsofmeasure.org", code: "deg" };
  for (const question of require("./questions.json")) {
    let answer;
    try { answer = JSON.stringify(fhirpath.evaluate({ resourceType: "Observation", valueQuantity: quantity }, question, {}, r4)); }
    catch (error) { answer = `error: ${error.message.slice(0, 60)}`; }
    console.log("fhirpath.js", comparator.comparator ?? "  ", question, "->", answer);
  }
}
// One such value among others ends the whole question.
const entry = [40, 63].map((value) => ({ resource: { resourceType: "Observation", valueQuantity: { value, unit: "deg", system: "http://unitsofmeasure.org", code: "deg", ...(value > 50 ? { comparator: ">=" } : {}) } } }));
const all = "Bundle.entry.resource.ofType(Observation).where(value < 50 'deg').count()";
for (const question of [all, all.replace("where(value", "where(value.comparator.empty()).where(value")]) {
  try { console.log("fhirpath.js", question, "->", JSON.stringify(fhirpath.evaluate({ resourceType: "Bundle", entry }, question, {}, r4))); }
  catch (error) { console.log("fhirpath.js", question, "-> error:", error.message.slice(0, 60)); }
}
JS
venv/bin/python ask.py
node ask.js
