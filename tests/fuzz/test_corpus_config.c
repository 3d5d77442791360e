/* The fuzz target of the program's own files on its corpus. */
#include "fuzz/replay.h"

#define LLVMFuzzerTestOneInput fuzz_one_config
#include "fuzz/fuzz_config.c"

static void config(void **state)
{
  (void)state;
  replay_folder(fuzz_one_config, "config");
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(config) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
