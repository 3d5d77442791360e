#!/bin/sh
# run.sh deps PYTHON | bench OUT.json | onnx [PYTHON]: the peers, installed in build/peers; what they take beside fairu.
set -eu
cd "$(dirname "$0")/../.."
peers=build/peers
case $1 in
  deps)
    "$2" -c 'import ensurepip, venv' 2>/dev/null || tests/support/deps.sh tests/peers/packages.txt
    [ -x $peers/bin/python ] || "$2" -m venv $peers
    $peers/bin/python -m pip install --quiet --requirement tests/peers/requirements.txt
    $peers/bin/python -m pip list --format=freeze
    ;;
  bench)
    [ -x $peers/bin/python ] || { echo "bench-peers: skipped: no build/peers (make deps-peers)"; exit 0; }
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -Iinclude -o $peers/bench_onnxruntime tests/peers/bench_onnxruntime.c \
      -Llib -lfairu -Wl,-rpath,"$PWD/lib" -ldl -lm
    # threads are asked for row by row; nobody's own may be added
    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 PYTHONPATH=python PYTHONDONTWRITEBYTECODE=1 \
      $peers/bin/python tests/peers/bench_peers.py "$2" $peers/bench_onnxruntime
    OPENBLAS_NUM_THREADS=1 PYTHONPATH=python PYTHONDONTWRITEBYTECODE=1 \
      $peers/bin/python tests/peers/bench_training.py "${2%.json}-training.json"
    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 RAYON_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 \
      $peers/bin/python tests/peers/bench_workspaces.py "${2%.json}-workspaces.json"
    ;;
  onnx) # scikit-learn, skl2onnx, lightgbm, xgboost, onnxmltools, torch: what is there
    python=${2:-$peers/bin/python}
    "$python" -c 'import onnxruntime, numpy' 2>/dev/null || { echo "onnx exports: skipped: no onnxruntime"; exit 0; }
    PYTHONDONTWRITEBYTECODE=1 "$python" -W ignore tests/peers/onnx_exports.py
    ;;
esac
