/* study_untrained.c - `fairu study untrained`: its options. */
#include "untrained_results.h"

int study_untrained(int argc, char **argv)
{
  untrained_options o = { .out = "out/untrained", .seed = 1 };
  const cli_option options[] = {
    { "out", "DIR", "where results go, out/untrained by default", CLI_TEXT, &o.out, 0, 0 },
    { "seed", "N", "seed of everything random, 1 by default", CLI_WHOLE, &o.seed, 0, 9e15 },
    { "quick", NULL, "everything smaller: a look within seconds", CLI_FLAG, &o.quick, 0, 0 },
  };
  const cli_usage usage = {
    .command = "fairu study untrained",
    .files = "",
    .about =
        "What a classifier was never told, and what a model leaves out: a network aware of one nuisance "
        "while a "
        "second one is profiled or ignored, and one coherent energy scale modelled as several, or several "
        "as one. Widths, floors and measured coverage.",
    .options = options,
    .n_options = sizeof options / sizeof *options
  };
  cli c;
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  return cli_end(&c, untrained_study_run(&c, &o));
}
