#!/bin/sh
# imports.sh LIBRARY: the shared library asks the system for nothing that a library must not touch: output, the end of the process,
# environment, locale of the process, randomness, working directory, signals, memory past the context.
set -eu
forbidden='
  printf vprintf puts putchar putc fputc fputs fwrite fprintf vfprintf perror stdout stderr __printf_chk __fprintf_chk
  __vprintf_chk __vfprintf_chk dprintf vdprintf syslog
  exit _exit _Exit quick_exit abort __assert_fail __assert raise kill atexit __cxa_atexit
  getenv secure_getenv setenv putenv unsetenv environ setlocale localeconv
  rand srand rand_r random srandom drand48 srand48 lrand48 mrand48 getrandom getentropy
  signal sigaction longjmp __longjmp_chk siglongjmp chdir fchdir umask fork vfork execve system popen
  lgamma lgammaf strtok strerror localtime gmtime ctime asctime gethostbyname
  atof atoi strtod strtof strtol scanf sscanf __isoc99_sscanf fscanf
  alloca gets tmpnam mktemp realloc calloc strdup fesetround feenableexcept dlopen'
imports=$(nm -D --undefined-only "$1" | awk '{ sub("@.*", "", $NF); print $NF }' | sort -u)
[ -n "$imports" ] || { echo "check-imports: $1 imports nothing; not the shared library?" >&2; exit 1; }
bad=0
for name in $forbidden; do
  if printf '%s\n' "$imports" | grep -qx "$name"; then
    echo "$1 imports $name" >&2
    bad=1
  fi
done
[ "$bad" = 0 ] || exit 1
echo "check-imports: ok"
