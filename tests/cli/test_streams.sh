#!/bin/bash
# Standard input and output, full disks, pipes that break, signals, terminals, locales: streams.py.
. "$(dirname "$0")/shell.sh"
in_python streams.py numpy
