#!/usr/bin/env bash
# Question  FHIR states units in UCUM, and ucumvert makes units of Pint of them. Do those of a movement come through: degrees, minutes of arc, scores?
# Guess     Yes, each with its dimension: deg and ' are angles, {score} is a number without a unit, as UCUM says of a text in braces. (Written down
#           before it was run.)
# Seen      2026-11-28, ucumvert 0.3.2 with Pint 0.25.3 (Python 3.11), @lhncbc/ucum-lhc 7.1.10 for comparison (Node 20.20, Linux x86-64). deg, gon and circ
#           are right. UCUM's ' and '' (minute and second of arc) become the minute and the second of time: 30 ' are 1800 s instead of 0.00873 rad, and
#           '/s, a speed of turning, is the plain number 60. {score} alone comes back as the text "{score}", so that 3 times it is "{score}{score}{score}";
#           {bends}/min and %{share} are fine. ucum-lhc has ' as 1/60 degree and takes {score}.
# Matters   An angle in minutes of arc turns into a time without a word, and a speed in them into a plain number that nothing refuses later. Scores of pain
#           and of disability questionnaires are stated in {score}, and become a text in the place of a number. Map ' to arcminute, '' to
#           arcsecond, and what is in braces alone to 1, before the library sees them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check ucumvert==0.3.2 pint==0.25.3 lark==1.3.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @lhncbc/ucum-lhc@7.1.10 >/dev/null
venv/bin/python -W ignore - <<'PY'
from math import isclose, radians

from ucumvert import PintUcumRegistry

units = PintUcumRegistry()


def read(code, value=1):
    quantity = value * units.from_ucum(code)
    seen = str(quantity) if isinstance(quantity, str) else ((base := quantity.to_base_units()).magnitude, str(base.units))
    print(f"ucumvert  {value:2} {code:12} {seen}")
    return seen


for code, angle in {"deg": radians(1), "gon": radians(0.9), "circ": radians(360), "rad": 1}.items():
    magnitude, unit = read(code)
    assert unit == "radian" and isclose(magnitude, angle)
assert read("'", 30) == (1800, "second") and read("''", 30) == (30, "second")
assert read("'/s") == (60, "dimensionless")
assert read("{score}", 3) == "{score}{score}{score}"
assert read("{bends}/min")[1] == "1 / second" and read("%{share}") == (0.01, "dimensionless")
PY
cat >look.cjs <<'JS'
const assert = require("node:assert");
const units = require("@lhncbc/ucum-lhc").UcumLhcUtils.getInstance();
const arc = units.convertUnitTo("'", 30, "rad").toVal;
console.log(`ucum-lhc  30 ' = ${arc} rad; to s: ${units.convertUnitTo("'", 30, "s").status}; {score}: ${units.validateUnitString("{score}").status}`);
assert.ok(Math.abs(arc - Math.PI / 360) < 1e-12);
assert.equal(units.validateUnitString("{score}").status, "valid");
JS
node look.cjs
