#!/bin/bash
# Options that the documentation names are those of the commands: documented.py.
. "$(dirname "$0")/shell.sh"
in_python documented.py json
