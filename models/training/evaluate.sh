#!/bin/sh
# Speaks the sentences that measure, where they are not there yet, and takes them through the built program.
# HUMAN is a folder of unpacked recordings (see README.md); without it the rows of human speech are left out.
set -eu
cd "$(dirname "$0")"
[ -d .venv ] || { python3 -m venv .venv; .venv/bin/pip install -q -r requirements.txt; }
python=.venv/bin/python
human=${HUMAN:+--human-speech $HUMAN}
$python clips.py $human --series z --clips 200 open20=1 open10=1 open5=1 dev20=1 devsilent=1
$python clips.py $human --series z --clips 100 devclean=1 devalaw=1 devmulaw=1 devten=1 devfive=1 devzero=1 \
    devvoice=1 devsentence=1 devgsm=1 devamr=1 devamrlow=1 devloss=1 devdigits=1 \
    ${HUMAN:+devwords=1 devspeakers=1 devhuman=1}
exec $python examine.py --record ../evaluation/hearing.tsv --picture ../evaluation/hearing.svg "$@"
