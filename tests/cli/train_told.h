/* train_told.h - a job of `fairu train` whose words were read as the command reads them. */
#ifndef FAIRU_TESTS_CLI_TRAIN_TOLD_H
#define FAIRU_TESTS_CLI_TRAIN_TOLD_H

#include "cli/program.h"

#include "cli/systematics_config.h"
#include "cli/train.h"

/* A job whose words were read as the command reads them. */
typedef struct told {
  train_job j;
  cli c;
  cli_option options[TRAIN_OPTIONS_MOST];
  cli_usage usage;
  char *argv[MOST_WORDS + 1];
} told;

/* `words` end with NULL; the first of them that is no option is the file. */
static inline void tell(told *t, const char *const *words)
{
  int n = 0;
  train_defaults(&t->j);
  t->usage = (cli_usage){ .command = "fairu train",
                          .files = "EVENTS",
                          .about = "",
                          .options = t->options,
                          .min_files = 1,
                          .max_files = 1 };
  t->usage.n_options = train_options(&t->j, t->options);
  t->argv[n++] = (char *)(uintptr_t) "train";
  for (; *words; words++)
    t->argv[n++] = (char *)(uintptr_t)*words;
  t->argv[n] = NULL;
  assert_true(n <= MOST_WORDS);
  assert_int_equal(cli_begin(&t->c, &t->usage, n, t->argv), CLI_CONTINUE);
  t->j.c = &t->c;
}

static inline void forget_told(told *t)
{
  train_settings_free(&t->j);
  fairu_events_destroy(t->j.events);
  fairu_systematics_destroy(t->j.systematics);
  t->c.status = 0;
  assert_int_equal(cli_end(&t->c, FAIRU_OK), 0);
}

#define LEAST "--features", "x,y", "--method", "baseline"

#endif /* FAIRU_TESTS_CLI_TRAIN_TOLD_H */
