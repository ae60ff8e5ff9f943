#!/usr/bin/env bash
# Question  FHIR has a JSON and an XML form of each resource. The npm package fhir converts one to the other. Does an Observation with a
#           Quantity that goes from JSON to XML and back come out as it went in?
# Guess     Yes, but for trailing zeros of decimals, which JavaScript's numbers do not keep: the package has FHIR's definitions with it and
#           knows the type of each element. (Written down before it was run.)
# Seen      2026-11-28, fhir 4.12.0 (Node 20.20, Linux x86-64). Every decimal comes out as a text: 83.1 as "83.1", 3 as "3". Integers and
#           booleans come out as they are, and so does all else. FHIR's JSON wants a number there: the package's own validator refuses what its
#           converter made ("Number type expected but string received").
# Matters   A record that passed a gateway by XML has angles that sort, compare and add as texts ("9.5" > "83.1", "83.1" + 1 is "83.11"), and
#           strict servers refuse it. Make numbers of Quantity.value again, or read the XML by a program that does.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts fhir@4.12.0 >/dev/null
cat >seen.js <<'JS'
const assert = require("assert");
const { Fhir } = require("fhir");

const quantity = (value) => ({ value, unit: "deg", system: "http://unitsofmeasure.org", code: "deg" });
const went = {
  resourceType: "Observation",
  status: "final",
  code: { text: "bends" },
  component: [
    { code: { text: "hip flexion" }, valueQuantity: quantity(83.1) },
    { code: { text: "low back" }, valueQuantity: quantity(3) },
    { code: { text: "repetitions" }, valueInteger: 4 },
    { code: { text: "hidden" }, valueBoolean: false },
  ],
};
const fhir = new Fhir();
const came = fhir.xmlToObj(fhir.objToXml(went));
for (const [at, one] of came.component.entries()) console.log(JSON.stringify(went.component[at]), "->", JSON.stringify(one));
assert.strictEqual(came.component[0].valueQuantity.value, "83.1");
assert.strictEqual(came.component[1].valueQuantity.value, "3");
assert.strictEqual(came.component[2].valueInteger, 4);
assert.strictEqual(came.component[3].valueBoolean, false);
came.component.forEach((one) => one.valueQuantity && (one.valueQuantity.value = Number(one.valueQuantity.value)));
assert.deepStrictEqual(came, went, "nothing else differs");
const strings = fhir.xmlToObj(fhir.objToXml(went));
const { valid, messages } = fhir.validate(strings, {});
console.log("its own validator:", valid, messages.filter((message) => message.severity === "error"));
assert.ok(!valid && fhir.validate(went, {}).valid);
JS
node seen.js
