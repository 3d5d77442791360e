#!/bin/bash
# Every command: help, wrong usage, streams; see usage_of_all.py.
. "$(dirname "$0")/shell.sh"
in_python usage_of_all.py "json"
