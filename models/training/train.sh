#!/bin/sh
# The whole order, text to model card's figures. Every step is restartable: what is done is not done again.
# HUMAN is a folder of unpacked recordings (see README.md), DEVICE is cpu or cuda. BEGIN=FILE continues from an
# exported model (decompress ../default.bin.zst); without it the model is trained from nothing.
set -eu
cd "$(dirname "$0")"
[ -d .venv ] || { python3 -m venv .venv; .venv/bin/pip install -q -r requirements.txt; }
python=.venv/bin/python
human=${HUMAN:+--human-speech $HUMAN}
device=${DEVICE:-cpu}
series=${SERIES:-a}  # Another series, other clips: a further round wants new ones.
clips=${CLIPS:-1000}  # in a shard; 30 and a minute or two of training try the whole order out

# Two shards to measure with while it trains, then those to learn from.
$python clips.py $human --series z --clips 200 dev20=1 devsilent=1
$python clips.py $human --series "$series" --clips "$clips" short=14 silent=4 sentence="${SENTENCE_SHARDS:-50}" digits=12 wide=4 ${HUMAN:+human=12}

if [ -n "${BEGIN:-}" ]; then
    $python train.py whole --device "$device" --bf16 --begin "$BEGIN" --rate 5e-4 --minutes "${WHOLE_MINUTES:-80}"
else
    $python train.py encoder --device "$device" --minutes "${ENCODER_MINUTES:-30}"
    $python train.py whole --device "$device" --begin work/encoder.pt --minutes "${WHOLE_MINUTES:-160}"
fi

$python evaluate.py
$python export.py --out work/model.bin --install ..
$python check_export.py --record ../../tests/data/calls/reference.tsv
(cd ../.. && cargo build --release --locked)
./evaluate.sh
