/* score_layout.h - intervals in the files of the FAIR Universe challenge: test_settings.json and result_<set>.json in a folder. */
#ifndef FAIRU_CLI_SCORE_LAYOUT_H
#define FAIRU_CLI_SCORE_LAYOUT_H

#include "cli.h"

typedef struct score_layout {
  double *columns[5]; /* mu_true, mu_hat, delta_mu_hat, p16, p84 */
  int64_t *sets;
  size_t n, capacity;
} score_layout;

/* Is it a folder? */
int score_layout_is(const char *path);

/* Read all sets; entries live as long as the layout. score_layout_free() also after a failure. */
int score_layout_read(cli *c, const char *path, score_layout *layout, fairu_interval_entries *entries);
void score_layout_free(score_layout *layout);

#endif /* FAIRU_CLI_SCORE_LAYOUT_H */
