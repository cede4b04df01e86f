#!/bin/sh
# The whole order, text to evaluated model. Every step is restartable: what is done is not done again.
# HUMAN is a folder of unpacked recordings (see README.md), DEVICE is cpu or cuda.
set -eu
cd "$(dirname "$0")"
[ -d .venv ] || { python3 -m venv .venv; .venv/bin/pip install -r requirements.txt; }
python=.venv/bin/python
human=${HUMAN:+--human-speech $HUMAN}
device=${DEVICE:-cpu}

# Clips to measure with, then clips to learn from. Without recordings the two human kinds are left out.
$python clips.py $human --series z --clips 200 dev20=1 dev10=1 devsilent=1 ${HUMAN:+devhuman=1}
$python clips.py $human --series z --clips 100 devclean=1 devalaw=1 devmulaw=1 devten=1 devfive=1 devzero=1 \
    devvoice=1 devsentence=1 devgsm=1 devamr=1 devamrlow=1 devloss=1 devdigits=1 ${HUMAN:+devwords=1 devspeakers=1}
$python clips.py $human short=14 silent=4 sentence="${SENTENCE_SHARDS:-50}" digits=12 wide=4 ${HUMAN:+human=12}

$python train.py encoder --device "$device" --minutes "${ENCODER_MINUTES:-30}"
# On two busy cores the decoder lags behind the encoder; a long run on a GPU wants no --encoder-every, but --masks.
$python train.py whole --device "$device" --minutes "${WHOLE_MINUTES:-95}" --encoder-every "${ENCODER_EVERY:-2}"
# The decoder alone, at the end: it lags behind the encoder, and a step without the encoder costs less than half.
$python train.py whole --device "$device" --minutes "$((${WHOLE_MINUTES:-95} + ${DECODER_MINUTES:-15}))" \
    --encoder-every 1000 --rate 3e-3

$python evaluate.py
$python export.py --type q8_0 --out work/model.bin --install ..
$python check_export.py
$python evaluate.py --model work/model.bin --record work/conditions.tsv
