#!/usr/bin/env bash
# Question  A physiotherapist's bundle has weight in pounds, height in inches, temperature in degrees Fahrenheit (FHIR's vital signs allow all three), hip flexion
#           of both sides, in degrees and once in radians, a value entered in error, and pain before and after exercise. What do flat-fhir's table, its text
#           for a language model and its way back to FHIR make of it? Its page promises a unit in the columns' names and a way back without loss.
# Guess     Pounds are converted, or get another column; the two sides are two rows that can be told apart, and ">" is kept in the notes. (Written down before it
#           was run; status and the text for a model were not guessed.)
# Seen      2026-12-01, flat-fhir 0.1.4, pandas 3.1.1, openpyxl 3.1.5 (Python 3.11, Linux x86-64). The unit is not read: 180 lb are 180 in body_weight_kg and come back as
#           180 kg, 70 in as 70 cm, 98.6 degF as 98.6 Cel. Left, right, radians and the erroneous value are four numbers in one column, without side, unit or
#           status, and come back as final, without bodySite, code or unit. ">120" comes back as 120, and nothing with its patient. The text for a
#           model has one number for each name and time: 110 of the four, and of pain before and after, kept with the visit's time, 3 but not 7.
# Matters   Of a BMI of 25.8 the sheet that a clinic is meant to read makes 367.3, of two hips one list, and a model isn't told that the pain rose. What is sent on
#           says kg and cm as if somebody had measured so. Compare valueQuantity.code with the column's unit before flattening, and keep the original.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check flat-fhir==0.1.4 pandas==3.1.1 openpyxl==3.1.5
venv/bin/python -W ignore - <<'PY'
import json

import flat_fhir
import pandas as pd

LOINC, OWN, UCUM = "http://loinc.org", "http://example.org/measures", "http://unitsofmeasure.org"
WEIGHT, HEIGHT, TEMPERATURE = (LOINC, "29463-7", "Body weight"), (LOINC, "8302-2", "Body height"), (LOINC, "8310-5", "Body temperature")
HIP, KNEE = (OWN, "hip-flexion", "Hip flexion"), (OWN, "knee-flexion", "Knee flexion")
PAIN = (LOINC, "72514-3", "Pain severity score")


def concept(system, code, display):
    return {"coding": [{"system": system, "code": code, "display": display}]}


def observation(code, value, unit, category="exam", side=None, status="final", **quantity):
    made = {
        "resourceType": "Observation", "id": f"o{len(observations)}", "status": status, "subject": {"reference": "Patient/p"}, "code": concept(*code),
        "category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", category, category)],
        "effectiveDateTime": "2026-12-01T09:00:00Z", "performer": [{"display": "Physiotherapist"}],
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit, **quantity},
    }
    if side:
        made["bodySite"] = {"text": side}
    observations.append(made)


observations = []
observation(WEIGHT, 180, "[lb_av]", "vital-signs")
observation(HEIGHT, 70, "[in_i]", "vital-signs")
observation(TEMPERATURE, 98.6, "[degF]", "vital-signs")
observation(HIP, 110, "deg", side="right hip")
observation(HIP, 85, "deg", side="left hip")
observation(HIP, 1.5, "rad", side="left hip")
observation(HIP, 180, "deg", side="left hip", status="entered-in-error")
observation(KNEE, 120, "deg", side="left knee", comparator=">")
observation(PAIN, 3, "{score}", "survey")
observation(PAIN, 7, "{score}", "survey")
patient = {"resourceType": "Patient", "id": "p", "name": [{"family": "Doe", "given": ["Jo"]}], "gender": "female", "birthDate": "1990-01-01"}
bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in (patient, *observations)]}

flat_fhir.flatten(bundle, output="record.xlsx")
vitals, labs = (pd.read_excel("record.xlsx", sheet_name=sheet) for sheet in ("vitals", "labs"))
print("columns:", ", ".join([*vitals.columns, *labs.columns.difference(vitals.columns)]))
cells = {column: sheet[column].dropna().tolist() for sheet in (vitals, labs) for column in sheet.columns}
for column in ("body_weight_kg", "body_height_cm", "body_temperature_c", "hip_flexion", "knee_flexion", "pain_severity_score"):
    print(f"{column}: {cells[column]}")
assert cells["body_weight_kg"] == [180] and cells["body_height_cm"] == [70] and cells["body_temperature_c"] == [98.6]
assert cells["hip_flexion"] == [110, 85, 1.5, 180] and cells["knee_flexion"] == [120] and cells["pain_severity_score"] == [3, 7]
words = pd.concat([vitals, labs]).astype(str).to_string().lower()
assert not any(lost in words for lost in ("left", "right", "rad", "error", ">"))

flat_fhir.unflatten("record.xlsx", output="back.json")
back = {resource["id"]: resource for resource in (entry["resource"] for entry in json.load(open("back.json"))["entry"])}
for sent in observations:
    came = back[sent["id"]]
    quantity = came["valueQuantity"]
    print(f"{sent['status']:16} {json.dumps(sent['valueQuantity'].get('comparator', ''))[1:-1]}{sent['valueQuantity']['value']} {sent['valueQuantity']['unit']}"
          f" -> {came['status']} {quantity['value']} {quantity.get('unit', '(no unit)')}, {came['code'].get('text')}")
    assert came["status"] == "final" and quantity["value"] == sent["valueQuantity"]["value"]
    assert not {"subject", "bodySite"} & came.keys() and "comparator" not in quantity
    unit = {WEIGHT[1]: "kg", HEIGHT[1]: "cm", TEMPERATURE[1]: "Cel"}.get(sent["code"]["coding"][0]["code"])
    assert quantity.get("unit") == unit and ("coding" in came["code"]) == (sent["code"]["coding"][0]["system"] == LOINC)

prompt = flat_fhir.FlatFHIR(bundle).to_prompt()
print(prompt)
tables = [[[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("| ")] for part in prompt.split("## ")]
told = {name: [row[at] for row in rows[1:]] for rows in tables if rows for at, name in enumerate(rows[0])}
assert told["hip_flexion"] == ["110"] and told["pain_severity_score"] == ["3"] and told["body_weight_kg"] == ["180"]
bmi = 180 * 0.45359237 / (70 * 0.0254) ** 2
print(f"BMI: {bmi:.1f}, from its table: {180 / 0.7 ** 2:.1f}")
PY
