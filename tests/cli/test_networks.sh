#!/bin/bash
# fairu predict, convert and inspect of random networks against NumPy: networks.py.
. "$(dirname "$0")/shell.sh"
in_python networks.py numpy
