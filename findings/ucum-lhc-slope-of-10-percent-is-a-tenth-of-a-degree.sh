#!/usr/bin/env bash
# Question  A treadmill or a ramp has its grade in per cent, %[slope] in UCUM: 100 times the tangent of its angle. Do the converters that FHIR programs use turn
#           it into degrees, and back?
# Guess     @lhncbc/ucum-lhc does (10 % is 5.71 degrees, 45 degrees are 100 %); @atomic-ehr/ucum, younger and smaller, refuses the unit or takes it as a plain
#           factor. (Written down before it was run.)
# Seen      2026-11-30, @lhncbc/ucum-lhc 7.1.10, fhirpath 5.2.2, @atomic-ehr/ucum 0.2.5 (Node 20.20, Linux x86-64). The other way round. ucum-lhc takes the tangent of
#           the number of degrees as if it were one of radians: 10 % are 0.0997 degrees, 45 degrees 162 %, 2 degrees -219 % and 3 degrees -14 %, all with the
#           status "succeeded"; in radians 10 % are 0.0017. UCUM's text says radians, the function in its XML table says deg. fhirpath relies on ucum-lhc: to it
#           a level belt (0 %) is steeper than 5 degrees, and a slope of 45 degrees (100 %) is not steeper than 4. @atomic-ehr/ucum is right throughout.
# Matters   Walking and reaching tests on an incline are compared by its angle, and a record of a tenth of a degree says that the belt was level.
#           The way back gives slopes of any size and either sign, so a limit is passed or missed by chance. Convert with atan(value / 100) yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @lhncbc/ucum-lhc@7.1.10 fhirpath@5.2.2 @atomic-ehr/ucum@0.2.5
cat >look.mjs <<'JS'
import assert from "node:assert/strict";
import { ucum } from "@atomic-ehr/ucum";
import lhc from "@lhncbc/ucum-lhc";
import fhirpath from "fhirpath";
import r4 from "fhirpath/fhir-context/r4/index.js";

const near = (a, b) => Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(b));
const degrees = (radians) => (radians * 180) / Math.PI;
const radians = (angle) => (angle * Math.PI) / 180;
const utils = lhc.UcumLhcUtils.getInstance();

function convert(value, from, to, right, seen) {
  const { status, toVal } = utils.convertUnitTo(from, value, to);
  const other = ucum.convert(value, from, to);
  console.log(`${value} ${from} in ${to}: right ${right.toFixed(4)}, ucum-lhc ${toVal.toFixed(4)} (${status}), @atomic-ehr/ucum ${other.toFixed(4)}`);
  assert.equal(status, "succeeded");
  assert(near(other, right) && near(toVal, seen) && !near(toVal, right));
}
for (const grade of [5, 10, 15]) convert(grade, "%[slope]", "deg", degrees(Math.atan(grade / 100)), Math.atan(grade / 100));
for (const angle of [1, 2, 3, 45]) convert(angle, "deg", "%[slope]", 100 * Math.tan(radians(angle)), 100 * Math.tan(angle));

const base = utils.convertToBaseUnits("%[slope]", 10);
console.log(`10 %[slope] in base units, ucum-lhc: ${base.magnitude.toFixed(4)} ${Object.keys(base.unitToExp)}, right: ${Math.atan(0.1).toFixed(4)}`);
assert(near(base.magnitude, radians(Math.atan(0.1))) && base.unitToExp.rad === 1);

function ask(grade, path) {
  const valueQuantity = { value: grade, unit: "%", system: "http://unitsofmeasure.org", code: "%[slope]" };
  const answer = fhirpath.evaluate({ resourceType: "Observation", valueQuantity }, path, null, r4)[0];
  console.log(`fhirpath, grade of ${grade} % (${degrees(Math.atan(grade / 100)).toFixed(2)} degrees), ${path}: ${answer}`);
  return answer;
}
assert.equal(ask(0, "Observation.value > 5 'deg'"), true);
assert.equal(ask(10, "Observation.value > 5 'deg'"), true); // right, by chance
assert.equal(ask(10, "Observation.value < 15 'deg'"), false);
assert.equal(ask(100, "Observation.value > 4 'deg'"), false);
assert(near(Number.parseFloat(String(ask(10, "Observation.value.toQuantity('deg')"))), Math.atan(0.1)));
JS
node look.mjs
