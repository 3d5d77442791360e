#!/bin/bash
# Options of the likelihood: patches, measurements, templates, priors, data, joined workspaces; inspect: joined.py.
. "$(dirname "$0")/shell.sh"
in_python joined.py numpy
