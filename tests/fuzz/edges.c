/* edges.c - a target without a fuzzer: runs the inputs whose names come on standard input, then writes to the file named by
 * the first argument which edges were reached: a line for each counter of SanitizerCoverage, in the order of the functions.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int main(int argc, char **argv);

/* The sections that clang makes; none without its instrumentation. Of two words for an edge the second's lowest bit says whether a
 * function begins there. */
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));
extern uintptr_t __start___sancov_pcs[] __attribute__((weak));
extern char __executable_start[];

static void broken(const char *what)
{
  fprintf(stderr, "edges: cannot read or write %s\n", what);
  exit(1);
}

static void run(const char *path)
{
  FILE *file = fopen(path, "rbe");
  if (!file || fseek(file, 0, SEEK_END) != 0)
    broken(path);
  const size_t size = (size_t)ftell(file);
  uint8_t *bytes = malloc(size + 1);
  rewind(file);
  if (!bytes || fread(bytes, 1, size, file) != size)
    broken(path);
  fclose(file);
  LLVMFuzzerTestOneInput(bytes, size);
  free(bytes);
}

/* Each: place, whether a function begins there, whether it was reached. Counters wrap, so they are looked at after each input. */
static void collect(uint8_t *reached, size_t n)
{
  for (size_t i = 0; i < n; i++)
    reached[i] |= __start___sancov_cntrs[i] != 0;
  if (n > 0)
    memset(__start___sancov_cntrs, 0, n);
}

int main(int argc, char **argv)
{
  const size_t n = __start___sancov_cntrs ? (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs) : 0;
  uint8_t *reached = calloc(n + 1, 1);
  char path[4096];
  if (argc != 2 || !reached)
    broken("a file for the result");
  while (fgets(path, sizeof path, stdin)) {
    path[strcspn(path, "\n")] = '\0';
    run(path);
    collect(reached, n);
  }
  FILE *out = fopen(argv[1], "we");
  if (!out)
    broken(argv[1]);
  for (size_t i = 0; i < n; i++)
    fprintf(out, "0x%zx %d %d\n", (size_t)(__start___sancov_pcs[2 * i] - (uintptr_t)__executable_start),
            (int)(__start___sancov_pcs[2 * i + 1] & 1), reached[i]);
  if (fclose(out) != 0)
    broken(argv[1]);
  free(reached);
  return 0;
}
