#!/usr/bin/env bash
# Question  A FIT file names its own fields in messages of the type field_description, which have a scale and an offset like those of the fixed fields. Lumbar flexion
#           is kept as sint16 in tenths of a degree (scale 10), hip flexion in whole degrees; a frame without a pose has the value that means "invalid". The intervals
#           between heartbeats (hrv) always come in fives, the last filled up with such values. Do the readers give degrees, and gaps as gaps?
# Guess     Scales are applied everywhere, Garmin's own two decoders first of all, and the filling of hrv is None everywhere. (The filling was written down before it
#           was run; the scale of a developer field was taken for granted, and so were its gaps.)
# Seen      2026-12-01, garmin-fit-sdk 21.218.0, fitparse 1.2.0, fitdecode 0.11.0, pyfitparsernative 0.2.3 (Python 3.11, Linux x86-64), @garmin/fitsdk 21.217.0,
#           fit-file-parser 6.1.2 (Node 20.20). -12.5 degrees come out as -125 from five of the six, Garmin's both among them, with applyScaleAndOffset on,
#           the default; only fit-file-parser divides by ten. The gap is 32767 from garmin-fit-sdk and pyfitparsernative; the other four see it.
#           In the beats pyfitparsernative alone gives the filling as 65.535 s, one interval like the others; Garmin's give None.
# Matters   Degrees of two people read with two libraries differ tenfold, and the two decoders of one maker disagree on a gap: one lost frame of four makes
#           the mean 8237 degrees or, cut at 180, a deep bend. RMSSD of 6 quiet beats is 21.6 s instead of 24 ms. Keep angles as float32 without a scale, and
#           compare integers of developer fields with the invalid value of their base type.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @garmin/fitsdk@21.217.0 fit-file-parser@6.1.2
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check garmin-fit-sdk==21.218.0 fitparse==1.2.0 fitdecode==0.11.0 pyfitparsernative==0.2.3
cat >write.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { Decoder, Encoder, Profile, Stream } from "@garmin/fitsdk";
import FitParser from "fit-file-parser";

const { MesgNum } = Profile;
const BEGIN = Date.parse("2026-12-01T09:15:30Z");
const SINT16 = 131;
const index = { developerDataIndex: 0 };
const program = { ...index, applicationId: Array(16).fill(7), applicationVersion: 1 };
const lumbar = { ...index, fieldDefinitionNumber: 0, fitBaseTypeId: SINT16, fieldName: "lumbar", units: "deg", scale: 10, offset: 0 };
const hip = { ...index, fieldDefinitionNumber: 1, fitBaseTypeId: SINT16, fieldName: "hip", units: "deg" };

const encoder = new Encoder();
[lumbar, hip].forEach((field, key) => encoder.addDeveloperField(key, program, field));
encoder.onMesg(MesgNum.FILE_ID, { type: "activity", manufacturer: "development", product: 1, serialNumber: 1, timeCreated: new Date(BEGIN) });
encoder.onMesg(MesgNum.DEVELOPER_DATA_ID, program);
for (const field of [lumbar, hip]) encoder.onMesg(MesgNum.FIELD_DESCRIPTION, field);
[[-125, 60], [null, null], [-130, 62], [-115, 61]].forEach(([tenths, degrees], at) =>
  encoder.onMesg(MesgNum.RECORD, { timestamp: new Date(BEGIN + 1000 * at), heartRate: 90, developerFields: { 0: tenths, 1: degrees } }),
);
encoder.onMesg(MesgNum.HRV, { time: [0.8, 0.82, 0.79, 0.81, 0.83] });
encoder.onMesg(MesgNum.HRV, { time: [0.8, null, null, null, null] });
writeFileSync("session.fit", encoder.close());

const decoder = new Decoder(Stream.fromByteArray(readFileSync("session.fit")));
assert(decoder.checkIntegrity());
const { messages, errors } = decoder.read({ applyScaleAndOffset: true });
assert.equal(errors.length, 0);
assert.equal(messages.fieldDescriptionMesgs[0].scale, 10);
const parsed = (await new FitParser({ force: false }).parseAsync(readFileSync("session.fit"))).messages;
console.log(JSON.stringify({
  "@garmin/fitsdk": {
    lumbar: messages.recordMesgs.map((record) => record.developerFields?.[0] ?? null),
    hip: messages.recordMesgs.map((record) => record.developerFields?.[1] ?? null),
    beats: messages.hrvMesgs.flatMap((hrv) => hrv.time),
  },
  "fit-file-parser": {
    lumbar: parsed.record.map((record) => record.lumbar ?? null),
    hip: parsed.record.map((record) => record.hip ?? null),
    beats: parsed.hrv.flatMap((hrv) => hrv.time),
  },
}));
JS
node write.mjs >answers.json
venv/bin/python -W ignore - <<'PY'
import json
from math import sqrt

import fitdecode
import fitparse
import pyfitparsernative
from garmin_fit_sdk import Decoder, Stream

FILE = "session.fit"
answers = json.load(open("answers.json"))

messages, errors = Decoder(Stream.from_file(FILE)).read(apply_scale_and_offset=True)
assert not errors
own = [record["developer_fields"] for record in messages["record_mesgs"]]
beats = [beat for hrv in messages["hrv_mesgs"] for beat in hrv["time"]]
answers["garmin-fit-sdk"] = {"lumbar": [fields[0] for fields in own], "hip": [fields[1] for fields in own], "beats": beats}

with fitdecode.FitReader(FILE) as file:
    data = [(m.name, {f.name: f.value for f in m.fields}) for m in file if isinstance(m, fitdecode.FitDataMessage)]
named = {"fitdecode": data, "fitparse": [(m.name, {f.name: f.value for f in m}) for m in fitparse.FitFile(FILE).get_messages()]}
named["pyfitparsernative"] = [(m["message_type"], m) for m in pyfitparsernative.parse_fit_file(FILE)]
for reader, read in named.items():
    lumbar, hip = ("developer_field_0", "developer_field_1") if reader == "pyfitparsernative" else ("lumbar", "hip")
    records = [fields for name, fields in read if name == "record"]
    answers[reader] = {
        "lumbar": [fields[lumbar] for fields in records],
        "hip": [fields[hip] for fields in records],
        "beats": [beat for name, fields in read if name == "hrv" for beat in fields["time"]],
    }


def rmssd(beats):
    beats = [beat for beat in beats if beat is not None]
    return sqrt(sum((b - a) ** 2 for a, b in zip(beats, beats[1:])) / (len(beats) - 1))


DEGREES = [-12.5, None, -13, -11.5]
assert len(answers) == 6
for reader, said in answers.items():
    print(f"{reader:17} lumbar {said['lumbar']}, hip {said['hip']}, RMSSD {rmssd(said['beats']):.3f} s, beats {said['beats'][5:]}")
    gap = 32767 if reader in ("garmin-fit-sdk", "pyfitparsernative") else None
    scale = 1 if reader == "fit-file-parser" else 10
    assert said["lumbar"] == [gap if value is None else value * scale for value in DEGREES]
    assert said["hip"] == [60, gap, 62, 61]
    filling = 65.535 if reader == "pyfitparsernative" else None
    assert said["beats"] == [0.8, 0.82, 0.79, 0.81, 0.83, 0.8, *[filling] * 4]
PY
