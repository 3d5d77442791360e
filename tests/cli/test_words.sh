#!/bin/bash
# What commands tell a person beside what they tell a program: words.py.
. "$(dirname "$0")/shell.sh"
in_python words.py numpy
