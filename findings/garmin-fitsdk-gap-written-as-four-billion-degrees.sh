#!/usr/bin/env bash
# Question  A FIT file keeps a joint's angle in a developer field of its records, and a wearable's samples in arrays. For a moment that was not seen, Garmin's own
#           encoder takes null (or NaN) and puts what the format sets aside for "invalid". Do readers see the gap, for whole numbers and for floats?
# Guess     Invalid values come out as None from every reader. (Written down before it was run, of whole numbers; that floats might differ was not thought of. The
#           bytes of an invalid float are all FF, which is a NaN.)
# Seen      2026-12-01, @garmin/fitsdk 21.217.0 and fit-file-parser 6.1.2 (Node 20.20), fitparse 1.2.0 and fitdecode 0.11.0 (Python 3.11, Linux x86-64). Whole numbers
#           yes. For floats the encoder writes the *number* 4294967295 (FFFFFFFF read as an integer), rounded to 4294967296: a hip at 4294967296 degrees, an
#           acceleration of 4294967296 mg, read so by every reader, its own decoder too. A 64-bit float becomes 18446744073709551616; that one its own decoder takes
#           for a gap, which a test of writing and reading back does not show, but the other three read it as a number. With FF bytes put there by hand the two
#           Python readers say None, fit-file-parser leaves the field out, its own decoder says NaN.
# Matters   One lost frame in a set of 300 makes the mean angle 14 million degrees; a maximum, a range or a filter near it is ruined, and the file has the right
#           checksums. Leave the developer field out of that one message; for arrays use whole numbers (compressedCalibratedAccelX), whose gaps are right.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @garmin/fitsdk@21.217.0 fit-file-parser@6.1.2
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check fitparse==1.2.0 fitdecode==0.11.0
cat >garmin.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { CrcCalculator, Decoder, Encoder, Profile, Stream } from "@garmin/fitsdk";
import FitParser from "fit-file-parser";

const { MesgNum } = Profile;
const BEGIN = Date.parse("2026-12-01T09:15:30Z");
const FLOAT32 = 136, FLOAT64 = 137, SINT16 = 131;
const index = { developerDataIndex: 0 };
const program = { ...index, applicationId: Array(16).fill(7), applicationVersion: 1 };
const fields = [["hip", FLOAT32], ["lumbar", FLOAT64], ["knee", SINT16]].map(
  ([fieldName, fitBaseTypeId], fieldDefinitionNumber) => ({ ...index, fieldDefinitionNumber, fitBaseTypeId, fieldName, units: "deg" }),
);

function write(name, records) {
  const encoder = new Encoder();
  fields.forEach((field, key) => encoder.addDeveloperField(key, program, field));
  encoder.onMesg(MesgNum.FILE_ID, { type: "activity", manufacturer: "development", product: 1, serialNumber: 1, timeCreated: new Date(BEGIN) });
  encoder.onMesg(MesgNum.DEVELOPER_DATA_ID, program);
  for (const field of fields) encoder.onMesg(MesgNum.FIELD_DESCRIPTION, field);
  records.forEach((developerFields, at) => encoder.onMesg(MesgNum.RECORD, { timestamp: new Date(BEGIN + 1000 * at), heartRate: 90, developerFields }));
  encoder.onMesg(MesgNum.ACCELEROMETER_DATA, {
    timestamp: new Date(BEGIN), timestampMs: 0, sampleTimeOffset: [0, 10, 20],
    accelX: [100, null, 300], compressedCalibratedAccelX: [100, null, 300], calibratedAccelX: [100, null, 300],
  });
  writeFileSync(name, encoder.close());
}
const seen = { 0: 62.5, 1: 20.25, 2: 15 };
write("null.fit", [seen, { 0: null, 1: null, 2: null }, seen]);
write("nan.fit", [seen, { 0: NaN, 1: NaN, 2: NaN }, seen]);
write("left-out.fit", [seen, {}, seen]);
assert.deepEqual(readFileSync("null.fit"), readFileSync("nan.fit"));

// The same file with the bytes that the format sets aside for a float that is invalid.
const bytes = readFileSync("null.fit");
for (const [size, set, number] of [[8, "writeDoubleLE", 2 ** 64], [4, "writeFloatLE", 2 ** 32]]) {
  const wrong = Buffer.alloc(size);
  wrong[set](number);
  for (let at = bytes.indexOf(wrong); at >= 0; at = bytes.indexOf(wrong)) bytes.fill(0xff, at, at + size);
}
bytes.writeUInt16LE(CrcCalculator.calculateCRC(bytes, 0, bytes.length - 2), bytes.length - 2);
writeFileSync("by-hand.fit", bytes);

const answers = {};
for (const name of ["null", "left-out", "by-hand"]) {
  const decoder = new Decoder(Stream.fromByteArray(readFileSync(`${name}.fit`)));
  assert(decoder.checkIntegrity());
  const { messages, errors } = decoder.read();
  assert.equal(errors.length, 0);
  const [x] = messages.accelerometerDataMesgs;
  const said = messages.recordMesgs[1].developerFields ?? {};
  const parsed = (await new FitParser({ force: false }).parseAsync(readFileSync(`${name}.fit`))).messages;
  const [y] = parsed.accelerometer_data;
  answers[name] = {
    "@garmin/fitsdk": [said[0], said[1], said[2], x.accelX[1], x.compressedCalibratedAccelX[1], x.calibratedAccelX[1]],
    "fit-file-parser": [...["hip", "lumbar", "knee"].map((key) => parsed.record[1][key]), y.accel_x[1], y.compressed_calibrated_accel_x[1], y.calibrated_accel_x[1]],
  };
  assert.equal(parsed.record[0].hip, 62.5);
}
// A field that is absent becomes null, a NaN the word.
console.log(JSON.stringify(answers, (_, value) => (value === undefined ? null : Number.isNaN(value) ? "NaN" : value)));
JS
node garmin.mjs >answers.json
venv/bin/python -W ignore - <<'PY'
import json

import fitdecode
import fitparse

RECORD = ("hip", "lumbar", "knee")
ARRAYS = ("accel_x", "compressed_calibrated_accel_x", "calibrated_accel_x")
BIG, HUGE = float(2**32), float(2**64)


def gap(messages):
    """What a reader says of the second record, and of the second sample of the arrays."""
    record = [fields for name, fields in messages if name == "record"][1]
    arrays = next(fields for name, fields in messages if name == "accelerometer_data")
    return [record.get(name) for name in RECORD] + [arrays[name][1] for name in ARRAYS]


answers = json.load(open("answers.json"), parse_int=float)
for name, said in answers.items():
    said["fitparse"] = gap([(m.name, {f.name: f.value for f in m}) for m in fitparse.FitFile(f"{name}.fit").get_messages()])
    with fitdecode.FitReader(f"{name}.fit") as file:
        data = [m for m in file if isinstance(m, fitdecode.FitDataMessage)]
        said["fitdecode"] = gap([(m.name, {f.name: f.value for f in m.fields}) for m in data])
    for reader, values in said.items():
        print(f"{name:8} {reader:16}", ", ".join(f"{key} {value}" for key, value in zip(RECORD + ARRAYS, values)))
        own = reader == "@garmin/fitsdk"
        nothing = "NaN" if own else None
        hip, lumbar, array = {
            "null": (BIG, None if own else HUGE, BIG),
            "left-out": (None, None, BIG),
            "by-hand": (nothing, nothing, nothing),
        }[name]
        assert values == [hip, lumbar, None, None, None, array], values

mean = (299 * 62.5 + answers["null"]["fitdecode"][0]) / 300
print(f"mean hip angle of 300 frames at 62.5 degrees, one of them unseen: {mean:.1f}")
assert mean > 14e6
PY
