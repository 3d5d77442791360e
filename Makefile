# make deps study | make deps check | make | make lint | make bench | make install DESTDIR=... | make help
VERSION := $(shell sed -n 's/^.define FAIRU_VERSION_STRING "\(.*\)"/\1/p' include/fairu/version.h)
SOVERSION := 0# grows only when the ABI breaks; not the version number
LAYERS := base numeric events systematics classifier templates likelihood methods coverage# lowest first
prefix ?= /usr/local
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
mandir ?= $(prefix)/share/man
CFLAGS ?= -O2 -g
LIBS ?= -llapack -lblas -lz -ljansson -lm
SAN ?=
ARCH := $(shell $(CC) -dumpmachine 2>/dev/null)
empty :=
comma := ,
# One object tree per configuration, never mixed.
B := build/$(or $(subst $(comma),-,$(SAN)),plain)
# The user's CFLAGS are kept; what correctness needs is added here and comes last.
# No -march=native (not portable), no -ffast-math (breaks NaN tests and determinism).
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes
# clang counts the NAN and INFINITY of <math.h>, which are float, as promotions
WARN += $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),,-Wdouble-promotion)
override CFLAGS += -std=c11 -fPIC -fvisibility=hidden -ffp-contract=off -fno-math-errno -pthread $(WARN) \
        $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Isrc
# Kernels alone may contract and vectorise; each set of instructions has an object of its own.
KERNEL_FLAGS := -O3 -ffp-contract=fast -fno-trapping-math -fno-math-errno
KERNEL_FLAGS_v3 := -march=x86-64-v3
KERNEL_FLAGS_v4 := -march=x86-64-v4 -mprefer-vector-width=512
SRC := $(foreach l,$(LAYERS),$(sort $(wildcard src/$l/*.c)))
OBJ := $(SRC:%.c=$B/%.o)
CLI_SRC := $(sort $(wildcard src/cli/*.c))
CLI_OBJ := $(CLI_SRC:%.c=$B/%.o)
SUPPORT := $(patsubst %.c,$B/%.o,$(sort $(wildcard tests/support/*.c)))
TESTS := $(patsubst %.c,$B/%,$(sort $(wildcard tests/*/test_*.c)))
# Programs of `validate`, in the order in which they run.
VALIDATE := $(addprefix $B/tests/validate/,numbers twin published exact toys pvalues starts fits classifier shifts doubles closure)
BENCHES := $(patsubst %.c,$B/%,$(sort $(wildcard tests/bench/bench_*.c)))
SO := lib/libfairu.so.$(VERSION)
THREADS ?= 2
TARGET ?= all# of make fuzz
TIME ?= 60
Q := $(if $(V),,@)# make V=1 shows the commands
say = $(if $(V),,@echo '  $1 $2')
# The first python3 that can plot; Debian's own may stand behind another one on the path.
PYTHON ?= $(shell for p in python3 /usr/bin/python3; do $$p -c 'import numpy, matplotlib' 2>/dev/null && echo $$p && break; done || echo python3)
OUT ?= out

.PHONY: all deps deps-dev deps-peers study check tests programs sites lint check-headers check-layers check-globals \
        check-exports check-imports check-map check-format abi-check abi-baseline analyse valgrind format fuzz bench bench-peers validate validate-pivots validation-page docs gcov install uninstall clean help
.DELETE_ON_ERROR:
.SECONDARY: $(SUPPORT) $(OBJ) $(CLI_OBJ)

all: $(SO) lib/libfairu.a build/fairu

$B/src/numeric/kernels_%.o: src/numeric/kernels_%.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$Q$(CC) $(CPPFLAGS) $(CFLAGS) $(KERNEL_FLAGS) $(if $(findstring x86_64,$(ARCH)),$(KERNEL_FLAGS_$*)) -MMD -MP -c -o $@ $<
# Lanes are vectorised but not contracted: the same bits from every set of instructions.
LANES = $(CC) $(CPPFLAGS) $(CFLAGS) $(KERNEL_FLAGS) -ffp-contract=off $(if $(findstring x86_64,$(ARCH)),$(KERNEL_FLAGS_$*)) -MMD -MP -c -o $@ $<
$B/src/systematics/lanes_%.o: src/systematics/lanes_%.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$Q$(LANES)
$B/src/templates/lanes_%.o: src/templates/lanes_%.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$Q$(LANES)
$B/src/numeric/lanes_%.o: src/numeric/lanes_%.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$Q$(LANES)
$B/tests/%.o: CPPFLAGS += -Itests
$B/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$Q$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
# Calls of the library fit into small stacks; instrumented frames are larger.
$(OBJ): override CFLAGS += $(if $(SAN),,-Wframe-larger-than=4096 -Walloca)
-include $(OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(SUPPORT:.o=.d) $(TESTS:=.d) $(BENCHES:=.d) $(VALIDATE:=.d)

# lib/ serves one configuration at a time; changing it links anew.
lib/configuration: FORCE
	@mkdir -p lib && echo '$B' | cmp -s - $@ || echo '$B' >$@
FORCE:
# Explicit export list; -z defs refuses undefined symbols, so every dependency is named.
$(SO): $(OBJ) src/fairu.map lib/configuration
	$(call say,LD,$@)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libfairu.so.$(SOVERSION) -Wl,--version-script=src/fairu.map \
	  $(if $(SAN),,-Wl$(comma)-z$(comma)defs) -Wl,-Bsymbolic-functions -Wl,-z,relro,-z,now,-z,noexecstack -o $@ $(OBJ) $(LIBS)
	@ln -sf $(@F) lib/libfairu.so.$(SOVERSION) && ln -sf libfairu.so.$(SOVERSION) lib/libfairu.so
# One relocatable object with hidden symbols made local: .a and .so export the same names.
lib/libfairu.a: $(OBJ) lib/configuration
	$(call say,AR,$@)
	$Q$(LD) -r -o $B/fairu.o $(OBJ) && objcopy --localize-hidden $B/fairu.o
	@rm -f $@ && $(AR) rcsD $@ $B/fairu.o
# The program sees public headers only, and links the library like anybody else.
$B/src/cli/%.o: CPPFLAGS := -D_GNU_SOURCE -Iinclude -Isrc/cli
build/fairu: $(CLI_OBJ) $(SO)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(CLI_OBJ) -Llib -lfairu -Wl,-rpath,'$$ORIGIN/../lib' -ljansson -lz -lm
# The program for tests under a sanitizer, without the shared library.
$B/fairu: $(CLI_OBJ) $(OBJ)
	$(call say,LD,$@)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(CLI_OBJ) $(OBJ) $(LIBS)

# Tests link the objects themselves, so they reach internals too; from an archive, so each takes what it needs.
$B/objects.a: $(OBJ)
	@rm -f $@ && $(AR) rcs $@ $(OBJ)
$B/tests/%: tests/%.c $B/objects.a $(SUPPORT)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$Q$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(SUPPORT) $B/objects.a $(LIBS) -lcmocka

# Tests of the program take what they need of it, too.
$B/cli.a: $(filter-out $B/src/cli/main.o,$(CLI_OBJ))
	@rm -f $@ && $(AR) rcs $@ $^
$B/tests/cli/%: tests/cli/%.c $B/cli.a $B/objects.a $(SUPPORT)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$Q$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(SUPPORT) $B/cli.a $B/objects.a $(LIBS) -lcmocka

$B/tests/validate/numbers: LIBS += -lquadmath# its oracle

# A fuzz target of libFuzzer; tests/fuzz/run.sh builds with clang and SAN=fuzzer-no-link,address,undefined.
-include $(wildcard build/fuzz*/fuzz/*.d)
$B/fuzz/%: tests/fuzz/fuzz_%.c $B/tests/fuzz/mutator.o $B/objects.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$Q$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -MMD -MP -o $@ $< $B/tests/fuzz/mutator.o $B/objects.a $(LIBS)
# The same without the fuzzer: runs files and says which edges they reach (tests/fuzz/edges.sh).
$B/fuzz/edges-%: tests/fuzz/fuzz_%.c $B/tests/fuzz/edges.o $B/objects.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$Q$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $B/tests/fuzz/edges.o $B/objects.a $(LIBS)

deps:# install the Debian packages that are missing
	@tests/support/deps.sh $(CURDIR)/tests/support/packages.txt
deps-dev:# the same for lint, sanitizers, fuzzing, docs and ABI checks
	@tests/support/deps.sh $(CURDIR)/tests/support/packages-dev.txt
programs: $(TESTS) $B/fairu $(if $(findstring plain,$B),$(filter-out %/numbers %/closure,$(VALIDATE)))
tests: programs
	@tests/run.sh $B $(TESTS)
check: $(if $(SAN),,all) programs# all tests; SAN=address,undefined or SAN=thread: under sanitizers
	@tests/run.sh $B $(TESTS)

study: all# the toy rotation study, into out/toy-rotation
	build/fairu study toy-rotation --out $(OUT)/toy-rotation --threads $(THREADS)
	@PYTHONPATH=python $(PYTHON) -m fairu.report $(OUT)/toy-rotation || \
	  echo "plots need python3, numpy and matplotlib (make deps); the tables are in $(OUT)/toy-rotation/report.html"

bench: all $(BENCHES)# benchmarks, into out/bench.json
	@mkdir -p $(OUT)
	@tests/bench/run.sh $(OUT)/bench.json $(BENCHES)

fuzz:# any bytes into a reader: TARGET=csv, onnx, ... (docs/fuzzing.md lists them) or all, for TIME seconds each, SEED=N: the same ones again; EDGES=1: how much of each reader their inputs reach; SWEEP=1: each of them with each allocation failing
	@tests/fuzz/$(if $(SWEEP),sweep.sh,$(if $(EDGES),edges.sh,run.sh)) '$(TARGET)' '$(TIME)' '$(SEED)'
deps-peers:# programs of others that do the same work, into build/peers
	@tests/peers/run.sh deps $(PYTHON)
bench-peers: all $B/tests/bench/bench_workspaces# fairu and its peers side by side, as ratios, into out/bench-peers.json
	@mkdir -p $(OUT)
	@tests/peers/run.sh bench $(OUT)/bench-peers.json
validate: all $B/objects.a $(VALIDATE) $B/tests/abi/test_damage# promises B and C of docs/reliability.md measured, ten minutes, and bits on every BLAS and number of threads: out/validate.json; fails where one is not kept. QUICK=1: a minute, of fewer toys
	@mkdir -p $(OUT)
	@$(PYTHON) tests/validate/validate.py build/fairu $(THREADS) $(OUT)/validate.json $(if $(QUICK),--quick) $(VALIDATE)
	@$(if $(QUICK),,FAIRU_TEST_LONG=1 BUILD=$(CURDIR)/$B tests/abi/test_embedded.sh)
	@$(if $(QUICK),,FAIRU_TEST_LONG=1 $B/tests/abi/test_damage)
validate-pivots: $B/tests/validate/pivot# published trade-off of pivots, a long training: out/pivot.txt
	@mkdir -p $(OUT)
	@$B/tests/validate/pivot 5 $(THREADS) >$(OUT)/pivot.txt; status=$$?; cat $(OUT)/pivot.txt; exit $$status
validation-page: $(filter validate,$(MAKECMDGOALS))# docs/validation.md from out/validate.json
	@$(PYTHON) tests/validate/page.py $(OUT)/validate.json docs/validation.md
abi-check: $(SO)# exported = declared = docs/symbols.txt; what tests/abi/baseline promises, once there is one: contract, old program, abidiff
	@tests/abi/check.sh $(SO)
abi-baseline: $(SO) $B/tests/abi/test_kept# record headers, library and one file of each kind as they are in tests/abi/baseline (at a release that promises the ABI)
	@PYTHON='$(PYTHON)' tests/abi/check.sh $(SO) --record
	@files=tests/abi/baseline/files/$(VERSION); [ -e $$files ] || { mkdir -p $$files && $B/tests/abi/test_kept --write $$files; }
docs:# reference of the headers, and these pages, as HTML with search, into out/docs (doxygen)
	@if command -v doxygen >/dev/null; then mkdir -p out && VERSION=$(VERSION) doxygen docs/Doxyfile && \
	  echo "docs: out/docs/index.html"; else echo "docs: skipped: no doxygen (make deps-dev)"; fi

lint: check-headers check-layers check-globals check-exports check-imports check-map check-format# all of these
check-headers:# every header alone, as C11 and as C++17
	@for h in include/fairu/*.h; do \
	  for x in "c -std=c11 -Wstrict-prototypes" "c++ -std=c++17 -Wold-style-cast"; do \
	    printf '#include <fairu/%s>\nint fairu_lint;\n' $${h##*/} | \
	      $(CC) -fsyntax-only -Wall -Wextra -Wpedantic -Werror -Iinclude -x $$x - || exit 1; done; done
	@echo "check-headers: ok"
check-layers:# see tests/lint/layers.sh; the script knows the order of LAYERS
	@tests/lint/layers.sh $(LAYERS)
check-globals: $(OBJ)# no writable static storage anywhere in the library
	@size -A $(OBJ) | awk '/^[^ ]+  :$$/{f=$$1} $$1~/^\.(data|bss|tdata|tbss)$$/ && $$2>0{s+=$$2; print f, $$1, $$2} \
	  END{if (s) exit 1; print "check-globals: ok"}'
check-exports: $(SO)# what is exported = what the headers declare FAIRU_API
	@nm -D --defined-only $(SO) | awk '$$2=="T"{sub("@.*","",$$3);print $$3}' | sort > $B/exports
	@cat include/fairu/*.h | grep -v '^ *#' | tr '\n' ' ' | grep -o 'FAIRU_API[^;(]*(' \
	  | grep -o 'fairu_[a-z0-9_]*(' | tr -d '(' | sort | diff - $B/exports && echo "check-exports: ok"
check-imports: $(SO)# no output, exit, environment, locale or randomness of the process
	@tests/lint/imports.sh $(SO)
check-map:# the version script lists exactly what the headers declare
	@tests/lint/map.sh include/fairu src/fairu.map
check-format:# as clang-format leaves it
	@if command -v clang-format >/dev/null; then tests/lint/format.sh; else echo "check-format: skipped: no clang-format (make deps-dev)"; fi
valgrind: programs# memcheck over the test programs, hours; TESTS=build/plain/tests/base/test_json: of these alone
	@tests/support/valgrind.sh $(TESTS)
analyse:# cppcheck and clang-tidy over the sources (a few minutes)
	@tests/lint/analyse.sh $(THREADS)
format:# let clang-format do it
	clang-format -i include/fairu/*.h src/*/*.[ch] tests/*/*.[ch] tests/abi/guest/*.[ch] examples/*.c

LINKED = $(subst $(empty) $(empty),;,$(strip $(patsubst -l%,%,$(LIBS))))# as CMake lists them
install: all# into prefix, below DESTDIR: headers, libraries, program, man pages, fairu.pc and the package of CMake (written here, so that prefix is honoured)
	install -d $(DESTDIR)$(includedir)/fairu $(DESTDIR)$(libdir)/pkgconfig $(DESTDIR)$(libdir)/cmake/fairu $(DESTDIR)$(prefix)/bin $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man3
	install -m 644 include/fairu/*.h $(DESTDIR)$(includedir)/fairu
	install -m 644 $(SO) lib/libfairu.a $(DESTDIR)$(libdir)
	cp -P lib/libfairu.so lib/libfairu.so.$(SOVERSION) $(DESTDIR)$(libdir)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $(DESTDIR)$(prefix)/bin/fairu $(CLI_OBJ) -Llib -lfairu -Wl,-rpath,'$$ORIGIN/../lib' -ljansson -lz -lm
	install -m 644 docs/fairu.1 $(DESTDIR)$(mandir)/man1
	install -m 644 docs/fairu.3 $(DESTDIR)$(mandir)/man3
	docs/command_pages.sh build/fairu $(DESTDIR)$(mandir)/man1
	sed 's|@prefix@|$(prefix)|;s|@libdir@|$(libdir)|;s|@includedir@|$(includedir)|;s|@VERSION@|$(VERSION)|' \
	  pkgconfig/fairu.pc.in > $(DESTDIR)$(libdir)/pkgconfig/fairu.pc
	for f in fairu-config fairu-config-version; do sed 's|@VERSION@|$(VERSION)|g;s|@SOVERSION@|$(SOVERSION)|g;s|@LIBRARIES@|$(LINKED)|g;s|@INCLUDE@|'"$$(realpath -ms --relative-to='$(libdir)/cmake/fairu' '$(includedir)')|" \
	  cmake/$$f.cmake.in > $(DESTDIR)$(libdir)/cmake/fairu/$$f.cmake || exit 1; done
uninstall:# remove what install put there (same prefix, libdir, DESTDIR)
	rm -rf $(DESTDIR)$(includedir)/fairu $(DESTDIR)$(libdir)/cmake/fairu
	rm -f $(DESTDIR)$(libdir)/libfairu.* $(DESTDIR)$(libdir)/pkgconfig/fairu.pc $(DESTDIR)$(prefix)/bin/fairu $(DESTDIR)$(mandir)/man1/fairu.1 $(DESTDIR)$(mandir)/man1/fairu-*.1 $(DESTDIR)$(mandir)/man3/fairu.3

gcov:# lines and branches of the library that the tests reach (95 % and 90 % is the gate), into build/gcov; PROGRAMS_ONLY=1 leaves out the scripts, MISSING=1 lists what is missing
	@$(MAKE) programs B=build/gcov CFLAGS="-O0 -g --coverage -fprofile-update=atomic"
	@find build/gcov -name '*.gcda' -delete
	@PROGRAMS_ONLY=$(PROGRAMS_ONLY) TEST_TIMEOUT=1200 $(MAKE) tests B=build/gcov CFLAGS="-O0 -g --coverage -fprofile-update=atomic"; \
	  tests=$$?; $(PYTHON) tests/support/gcov.py build/gcov $(if $(MISSING),--missing) && exit $$tests

# test_context counts the blocks of scratch, of which there are more here
SITES = $(patsubst %.c,build/sites/%,$(filter-out %/test_context.c,$(shell grep -lE 'support_every_(allocation|need)_fails|abi/memory|model_memory.h|templates/chain.h' tests/*/test_*.c)))
sites:# places in src/ that ask for memory, and how many of them were refused it by the tests
	@$(MAKE) --no-print-directory B=build/sites CFLAGS="-O1 -g -fno-optimize-sibling-calls -DFAIRU_SCRATCH_TIGHT=1" build/sites/objects.a $(SITES)
	@$(CC) -shared -pthread -o build/sites/all.so -Wl,--whole-archive build/sites/objects.a -Wl,--no-whole-archive $(LIBS)
	@tests/abi/sites.sh $(SITES)

clean:# remove everything built, and out/
	rm -rf build out lib
help:
	@echo "all: the library and the program (the default)"
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*# *\(.*\)/\1: \2/p' $(firstword $(MAKEFILE_LIST))
	@echo "variables: CC, CFLAGS, prefix, libdir, DESTDIR, SAN, THREADS, OUT, PYTHON, V=1 (show commands)"
