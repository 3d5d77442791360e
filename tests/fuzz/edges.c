/* edges.c - a target without a fuzzer: runs the inputs whose names come on standard input, in their order.
 *
 *   edges-TARGET RESULT: write to the file RESULT which edges were reached: a line for each counter of SanitizerCoverage, in the
 *     order of the functions;
 *   edges-TARGET WANTED FOLDER FIRST: sweep. The edges that WANTED lists (a digit for each: 1, it is) are to be reached: what the first FIRST
 *     inputs do not reach, but a later one, or one of them all with a fault of memory (fuzz.h), is written into FOLDER;
 *     WANTED may be /dev/null: all are run, none is kept.
 */
#include <errno.h>
#include <execinfo.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int main(int argc, char **argv);

/* The sections that clang makes; none without its instrumentation. Of two words for an edge the second's lowest bit says whether a
 * function begins there. */
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));
extern uintptr_t __start___sancov_pcs[] __attribute__((weak));
extern char __executable_start[];

enum {
  EDGES_FRAMES = 14,
  EDGES_STACKS = 1 << 16,
  EDGES_TIMES = 24,
  EDGES_TIMES_HERE = 3,
  EDGES_FAULTS = 1 << 14
};

typedef struct edges_state {
  size_t n;
  uint8_t *reached, *wanted;
  const char *folder;
  size_t n_kept, n_run;
} edges_state;

/* How often an allocation with this stack of calls has failed: of all inputs, and of this one. */
typedef struct edges_stack {
  uint32_t hash;
  unsigned times, times_here, input;
} edges_stack;

static edges_stack stacks[EDGES_STACKS];
static uint8_t chosen[EDGES_FAULTS];
static unsigned choosing; /* the number of the input whose allocations are looked at; 0: none */

static void broken(const char *what)
{
  fprintf(stderr, "edges: cannot read or write %s\n", what);
  exit(1);
}

/* ---- what is reached ---------------------------------------------------------------------------------- */

/* Counters wrap, so they are looked at after each input; does it reach a wanted edge first? */
static int collect(edges_state *s)
{
  int is_new = 0;
  for (size_t i = 0; i < s->n; i++)
    if (__start___sancov_cntrs[i] != 0 && !s->reached[i]) {
      s->reached[i] = 1;
      is_new |= s->wanted[i];
    }
  if (s->n > 0)
    memset(__start___sancov_cntrs, 0, s->n);
  return is_new;
}

static void run(edges_state *s, const uint8_t *bytes, size_t size, int keep)
{
  char path[4096];
  LLVMFuzzerTestOneInput(bytes, size);
  s->n_run++;
  if (!collect(s) || !keep)
    return;
  snprintf(path, sizeof path, "%s/%zu", s->folder, s->n_kept++);
  FILE *file = fopen(path, "wbe");
  if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
    broken(path);
}

static void write_result(const edges_state *s, const char *path)
{
  FILE *out = fopen(path, "we");
  if (!out)
    broken(path);
  for (size_t i = 0; i < s->n; i++)
    fprintf(out, "0x%zx %d %d\n", (size_t)(__start___sancov_pcs[2 * i] - (uintptr_t)__executable_start),
            (int)(__start___sancov_pcs[2 * i + 1] & 1), s->reached[i]);
  if (fclose(out) != 0)
    broken(path);
}

/* ---- faults ------------------------------------------------------------------------------------------- */

/* Choose the allocation to fail, unless those with the same calls around them did so often enough. */
void fuzz_allocation(unsigned i)
{
  void *frames[EDGES_FRAMES];
  if (!choosing || i >= EDGES_FAULTS)
    return;
  const int n = backtrace(frames, EDGES_FRAMES);
  const uint32_t hash = (uint32_t)crc32(0, (const Bytef *)frames, (uInt)((size_t)n * sizeof *frames)) | 1U;
  size_t place = hash % EDGES_STACKS;
  for (size_t k = 0; k < EDGES_STACKS && stacks[place].hash && stacks[place].hash != hash; k++)
    place = (place + 1) % EDGES_STACKS;
  edges_stack *stack = &stacks[place];
  if (stack->hash != hash || stack->input != choosing)
    stack->times_here = 0;
  if (stack->hash && stack->hash != hash)
    return; /* all places are taken */
  stack->hash = hash;
  stack->input = choosing;
  if (stack->times >= EDGES_TIMES || stack->times_here >= EDGES_TIMES_HERE)
    return;
  stack->times++;
  stack->times_here++;
  chosen[i] = 1;
}

static void run_fault(edges_state *s, uint8_t *bytes, size_t size, unsigned fault)
{
  bytes[size] = (uint8_t)fault;
  bytes[size + 1] = (uint8_t)(fault >> 8);
  bytes[size + 2] = FUZZ_FAULT;
  run(s, bytes, size + FUZZ_FAULT_BYTES, 1);
}

/* The input with each chosen allocation failing: alone, with all after it, cancelled there. */
static void sweep(edges_state *s, uint8_t *bytes, size_t size, unsigned input)
{
  if (size >= FUZZ_FAULT_BYTES && bytes[size - 1] == FUZZ_FAULT)
    size -= FUZZ_FAULT_BYTES;
  memset(chosen, 0, sizeof chosen);
  choosing = input;
  run_fault(s, bytes, size, EDGES_FAULTS - 1);
  choosing = 0;
  for (unsigned i = 1; i < EDGES_FAULTS; i++)
    if (chosen[i]) {
      run_fault(s, bytes, size, i);
      run_fault(s, bytes, size, i | FUZZ_FAULT_STAYS);
      run_fault(s, bytes, size, i | FUZZ_FAULT_CANCELS);
    }
}

/* ---- the inputs --------------------------------------------------------------------------------------- */

/* NULL: not there any more, a fuzzer has put a smaller one in its place. */
static uint8_t *read_input(const char *path, size_t *size)
{
  FILE *file = fopen(path, "rbe");
  if (!file && errno == ENOENT)
    return NULL;
  if (!file || fseek(file, 0, SEEK_END) != 0)
    broken(path);
  *size = (size_t)ftell(file);
  uint8_t *bytes = (uint8_t *)malloc(*size + FUZZ_FAULT_BYTES);
  rewind(file);
  if (!bytes || fread(bytes, 1, *size, file) != *size)
    broken(path);
  fclose(file);
  return bytes;
}

/* All inputs named; those from `first` on are kept when they are new. Their names are kept for the sweep. */
static void run_all(edges_state *s, FILE *names, size_t first, int sweeps)
{
  char path[4096];
  for (unsigned i = 0; fgets(path, sizeof path, names); i++) {
    size_t size = 0;
    path[strcspn(path, "\n")] = '\0';
    uint8_t *bytes = read_input(path, &size);
    if (bytes && sweeps)
      sweep(s, bytes, size, i + 1);
    else if (bytes)
      run(s, bytes, size, i >= first);
    free(bytes);
  }
}

static void read_wanted(edges_state *s, const char *path)
{
  FILE *file = fopen(path, "re");
  if (!file)
    broken(path);
  for (size_t i = 0; i < s->n; i++)
    s->wanted[i] = getc(file) == '1';
  fclose(file);
}

int main(int argc, char **argv)
{
  edges_state s = {
    .n = __start___sancov_cntrs ? (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs) : 0,
  };
  const int sweeps = argc == 4;
  s.reached = (uint8_t *)calloc(s.n + 1, 1);
  s.wanted = (uint8_t *)calloc(s.n + 1, 1);
  if ((argc != 2 && !sweeps) || !s.reached || !s.wanted)
    broken("its arguments");
  if (sweeps) {
    s.folder = argv[2];
    read_wanted(&s, argv[1]);
  }
  run_all(&s, stdin, sweeps ? (size_t)strtoul(argv[3], NULL, 10) : SIZE_MAX, 0);
  if (sweeps) {
    rewind(stdin);
    run_all(&s, stdin, 0, 1);
    printf("%zu inputs run, %zu kept\n", s.n_run, s.n_kept);
  } else {
    write_result(&s, argv[1]);
  }
  free(s.wanted);
  free(s.reached);
  return 0;
}
