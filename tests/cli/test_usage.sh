#!/bin/bash
# Help, version, wrong usage: exit statuses and where the text goes.
. "$(dirname "$0")/shell.sh"

version=$(sed -n 's/^.define FAIRU_VERSION_STRING "\(.*\)"/\1/p' include/fairu/version.h)
says_version() { exits 0 --version && [ "$(cat "$work/out")" = "fairu $version" ] && err_empty; }
check "--version" says_version

helps() { exits 0 "$@" --help && out_has usage: && err_empty; }
check "fairu --help" helps
check "fairu study --help" helps study
check "fairu study --help lists the studies" out_has higgs-tes
check "fairu study higgs-tes --help" helps study higgs-tes
check "help names every common option" out_has --threads
check "help wins over what stands before it" helps study higgs-tes --data x

refuses() { # TEXT ARGUMENT...
  text=$1
  shift
  exits 2 "$@" && err_has "$text" && out_empty
}
check "no command" refuses usage:
check "unknown command" refuses "there is no COMMAND 'frobnicate'" frobnicate
check "no study" refuses usage: study
check "unknown study" refuses "there is no STUDY 'x'" study x
check "unknown option" refuses "unknown option '--frobnicate'" study higgs-tes --frobnicate
check "unknown short option" refuses "unknown option '-x'" study higgs-tes -x
check "value missing" refuses "--seed lacks its value" study higgs-tes --seed
check "not a number" refuses "--seed wants a whole number, got '1x'" study higgs-tes --seed 1x
check "negative number" refuses "--seed wants a whole number, got '-1'" study higgs-tes --seed=-1
check "out of range" refuses "--threads is 0; allowed: 1 to 1024" study higgs-tes --threads 0
check "too few splits" refuses "--splits is 9" study higgs-tes --splits 9
check "flag with a value" refuses "--quick takes no value" study higgs-tes --quick=1
check "stray argument" refuses "unexpected argument 'x'" study higgs-tes x
check "required option" refuses "--data FILE is required" study higgs-tes

json_refuses() { exits 2 study higgs-tes --seed 1x --json && out_has '"name": "FAIRU_ERR_ARGUMENT"'; }
check "--json: usage error as an object" json_refuses
finish
