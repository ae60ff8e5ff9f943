#!/usr/bin/env bash
# Question  A sensor on the back bends forward and up, 0 to 60 degrees, about its own x axis, so that one axis of the accelerometer reads 0. What do the two
#           filters of the npm package ahrs make of it?
# Guess     The angle, within a degree or two: neither asks for a compass, the accelerometer holds off the gyroscope's drift, and 0 is a value like
#           any other. (Written down before it was run.)
# Seen      2026-11-28, ahrs 1.3.3 (Node 20.20, Linux x86-64), with a gyroscope that reads 0.01 rad/s at rest. Mahony takes no notice of the accelerometer
#           in any sample that has an exact 0 on one of its axes: lying still at 30 degrees it says 0 for ever, and bends are off by 34.4 degrees after
#           a minute. Madgwick turns to NaN, and stays NaN, where the accelerometer agrees exactly with the estimate, which it does in the first sample
#           of a sensor that lies level: (0, 0, 1). With 0.001 g on the third axis they are off by 1.3 and 0.3 degrees. A sensor with noise of 0.003 g
#           and steps of 1/64 g reads an exact 0 there in 99 % of the samples: Mahony is off by 30.4 degrees, Madgwick by 0.7.
# Matters   A bend is a movement in one plane, and the better a sensor is aligned with it, the worse the angle. A test with a sensor held askew in the
#           hand passes. Replace each 0 by a millionth of a g before the filter sees it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . ahrs@1.3.3 >/dev/null
cat >look.cjs <<'JS'
const AHRS = require("ahrs");
const assert = require("node:assert");
const RADIAN = Math.PI / 180;

// Pseudo-random, the same each time.
function noise(seed) {
  const uniform = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A minute at 100 Hz: the largest error after 20 s, the last angle, and how many samples have an exact 0 on the third axis. */
function minute(algorithm, { still, drift = 0, side = 0, scatter = 0, step = 0 }) {
  const filter = new AHRS({ sampleInterval: 10, algorithm, beta: 0.1, kp: 0.5, ki: 0 });
  const gauss = noise(1);
  let [worst, zeros, angle] = [0, 0, 0];
  for (let sample = 0; sample < 6000; sample++) {
    const phase = (2 * Math.PI * sample) / 600;
    const lean = still ?? 30 * (1 - Math.cos(phase));
    const speed = still === undefined ? ((30 * 2 * Math.PI) / 6) * Math.sin(phase) : 0;
    let gravity = [side, Math.sin(lean * RADIAN), Math.cos(lean * RADIAN)].map((value) => value + scatter * gauss());
    if (step) gravity = gravity.map((value) => Math.round(value / step) * step);
    zeros += gravity[0] === 0;
    filter.update(speed * RADIAN + drift, 0, 0, ...gravity);
    angle = filter.getEulerAngles().roll / RADIAN;
    if (sample >= 2000) worst = Math.max(worst, Math.abs(angle - lean));
  }
  return { worst, angle, zeros: zeros / 60 };
}

const CASES = {
  "level, still": { still: 0 },
  "30 degrees, still": { still: 30 },
  "30 degrees, still, 0.001 g aside": { still: 30, side: 0.001 },
  "bends": { drift: 0.01 },
  "bends, 0.001 g aside": { drift: 0.01, side: 0.001 },
  "bends, noise, steps of 1/64 g": { drift: 0.01, scatter: 0.003, step: 1 / 64 },
};
const seen = {};
for (const algorithm of ["Madgwick", "Mahony"]) {
  seen[algorithm] = Object.entries(CASES).map(([name, how]) => {
    const { worst, angle, zeros } = minute(algorithm, how);
    const off = `off by ${worst.toFixed(1)} at most, ${angle.toFixed(1)} at the end`;
    console.log(`${algorithm.padEnd(8)} ${name.padEnd(33)} ${zeros.toFixed(0).padStart(3)} % zeros: ${off}`);
    return worst.toFixed(1);
  });
}
assert.deepEqual(seen, {
  Madgwick: ["NaN", "0.1", "0.1", "NaN", "0.3", "0.7"],
  Mahony: ["0.0", "30.0", "0.0", "34.4", "1.3", "30.4"],
});
JS
node look.cjs
