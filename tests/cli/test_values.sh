#!/bin/bash
# Likelihood commands against a likelihood of our own: values.py.
. "$(dirname "$0")/shell.sh"
in_python values.py "numpy"
