#!/bin/sh
# Measures Pretriage's engine beside those that a user would pick instead; needs Python 3.11, cargo, cmake and PyPI.
# Ten minutes to install and build, half an hour to measure. The tables go to benches/peers/RESULTS.md.
set -eu
cd "$(dirname "$0")/../.."
work=$PWD/target/peers
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r benches/peers/requirements.txt
cd benches/peers/engines
echo "==> whisper-rs as it builds by itself"
GGML_LLAMAFILE=OFF CMAKE_PROJECT_INCLUDE=/dev/null cargo build --release --locked --quiet --target-dir "$work/plain"
echo "==> Pretriage's engine, and whisper-rs with Pretriage's build switches"
cargo build --release --locked --quiet --features pretriage --target-dir "$work/ours"
if [ -n "${BLAS_INCLUDE_DIRS:-}" ]; then  # for example /usr/include/x86_64-linux-gnu, with libopenblas-dev
    echo "==> whisper-rs with OpenBLAS"
    cargo build --release --locked --quiet --features openblas --target-dir "$work/blas"
fi
cd ..
echo "==> measuring"
exec "$work/venv/bin/python" compare.py "$@"
