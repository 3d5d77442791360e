/* command_score.c - `fairu score`: width, coverage and score of intervals in a table or in the challenge's files. */
#include "input.h"
#include "out.h"
#include "score_layout.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct score_options {
  uint64_t replicas, seed;
  int sets;
} score_options;

static json_t *score_object(const fairu_interval_score *s)
{
  json_t *root = json_object();
  out_json_set(root, "interval", out_json_number(s->interval));
  out_json_set(root, "coverage", out_json_number(s->coverage));
  out_json_set(root, "quantile_score", out_json_number(s->quantile_score));
  out_json_set(root, "rmse", out_json_number(s->rmse));
  out_json_set(root, "mae", out_json_number(s->mae));
  out_json_set(root, "coverage_lower", out_json_number(s->coverage_lower));
  out_json_set(root, "coverage_upper", out_json_number(s->coverage_upper));
  out_json_set(root, "penalty", out_json_number(s->penalty));
  out_json_set(root, "sigma", out_json_number(s->sigma));
  out_json_set(root, "n", json_integer((json_int_t)s->n));
  out_json_set(root, "n_covered", json_integer((json_int_t)s->n_covered));
  out_json_set(root, "n_inverted", json_integer((json_int_t)s->n_inverted));
  out_json_set(root, "n_sets", json_integer((json_int_t)s->n_sets));
  return root;
}

static void print_line(const char *name, double value, const char *more)
{
  char text[OUT_NUMBER];
  printf("%-16s %s%s\n", name, out_number(text, value), more);
}

static void print_score(const fairu_interval_score *s)
{
  char band[96];
  (void)snprintf(band, sizeof band, "   (%llu of %llu; 95 %% interval %.4f to %.4f)",
                 (unsigned long long)s->n_covered, (unsigned long long)s->n, s->coverage_lower,
                 s->coverage_upper);
  print_line("quantile_score", s->quantile_score, "");
  print_line("interval", s->interval, "");
  print_line("coverage", s->coverage, band);
  print_line("penalty", s->penalty, s->penalty > 1.0 ? "" : "   (coverage within 2 sigma of 0.6827)");
  print_line("rmse", s->rmse, "");
  print_line("mae", s->mae, "");
  if (s->n_inverted > 0)
    printf("%llu intervals have p16 above p84: not covered\n", (unsigned long long)s->n_inverted);
}

static int add_bootstrap(cli *c, const score_options *o, const fairu_interval_entries *entries, json_t *root)
{
  fairu_interval_score_bootstrap_result b = { .struct_size = sizeof b };
  const int status =
      fairu_interval_score_bootstrap(c->ctx, entries, o->seed, (size_t)o->replicas, &b, NULL, NULL, NULL);
  if (status != FAIRU_OK)
    return status;
  json_t *object = json_object();
  out_json_set(object, "replicas", json_integer((json_int_t)b.n_replicas));
  out_json_set(object, "interval", out_json_number(b.interval));
  out_json_set(object, "coverage", out_json_number(b.coverage));
  out_json_set(object, "quantile_score", out_json_number(b.quantile_score));
  out_json_set(object, "interval_std", out_json_number(b.interval_std));
  out_json_set(object, "coverage_std", out_json_number(b.coverage_std));
  out_json_set(object, "quantile_score_std", out_json_number(b.quantile_score_std));
  out_json_set(root, "bootstrap", object);
  if (!c->json)
    printf("bootstrap        %.6g +- %.2g   (mean of %llu replicas of the sets)\n", b.quantile_score,
           b.quantile_score_std, (unsigned long long)b.n_replicas);
  return FAIRU_OK;
}

/* ---- sets --------------------------------------------------------------------------------------------- */

typedef struct set_row {
  int64_t set;
  size_t row;
} set_row;

typedef struct set_rows { /* those of one set */
  const set_row *rows;
  size_t n;
} set_rows;

static int by_set(const void *a, const void *b)
{
  const set_row *x = a, *y = b;
  if (x->set != y->set)
    return x->set < y->set ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

static int by_first_row(const void *a, const void *b)
{
  const size_t x = ((const set_rows *)a)->rows->row, y = ((const set_rows *)b)->rows->row;
  return x < y ? -1 : x > y;
}

/* Rows by set, and the sets in the order in which the file begins them: how many. */
static size_t group_rows(const fairu_interval_entries *e, set_row *rows, set_rows *sets)
{
  size_t n = 0;
  for (size_t i = 0; i < e->n; i++)
    rows[i] = (set_row){ e->set ? e->set[i] : 0, i };
  qsort(rows, e->n, sizeof *rows, by_set);
  for (size_t i = 0; i < e->n; i++) {
    if (i == 0 || rows[i].set != rows[i - 1].set)
      sets[n++] = (set_rows){ rows + i, 0 };
    sets[n - 1].n++;
  }
  qsort(sets, n, sizeof *sets, by_first_row);
  return n;
}

enum { COLUMNS = 5 };

/* Score of the rows of one set alone, side by side in memory [COLUMNS * n]. */
static int score_set(cli *c, const fairu_interval_entries *e, const set_rows *set, double *memory,
                     fairu_interval_score *score)
{
  fairu_interval_entries part = { .struct_size = sizeof part, .n = set->n };
  const double *const from[COLUMNS] = { e->mu_true, e->mu_hat, e->delta_mu_hat, e->p16, e->p84 };
  const double **to[COLUMNS] = { &part.mu_true, &part.mu_hat, &part.delta_mu_hat, &part.p16, &part.p84 };
  for (size_t k = 0; k < COLUMNS; k++) {
    double *column = memory + k * set->n;
    for (size_t i = 0; from[k] && i < set->n; i++)
      column[i] = from[k][set->rows[i].row];
    *to[k] = from[k] ? column : NULL;
  }
  return fairu_interval_score_compute(c->ctx, &part, score);
}

static int add_set(cli *c, const fairu_interval_entries *entries, const set_rows *set, double *memory,
                   json_t *list)
{
  const int64_t number = set->rows->set;
  fairu_interval_score s = { .struct_size = sizeof s };
  const int status = score_set(c, entries, set, memory, &s);
  if (status != FAIRU_OK)
    return status;
  if (!c->json) {
    printf("set %-12lld interval %.6g, coverage %.4f, score %.6g, rmse %.6g, mae %.6g\n", (long long)number,
           s.interval, s.coverage, s.quantile_score, s.rmse, s.mae);
    return FAIRU_OK;
  }
  json_t *object = score_object(&s);
  out_json_set(object, "set", json_integer((json_int_t)number));
  json_array_append_new(list, object);
  return FAIRU_OK;
}

static int add_sets(cli *c, const fairu_interval_entries *entries, json_t *root)
{
  json_t *list = json_array();
  set_row *rows = malloc(entries->n * sizeof *rows);
  set_rows *sets = malloc(entries->n * sizeof *sets);
  double *memory = malloc(entries->n * COLUMNS * sizeof *memory);
  int status = FAIRU_OK;
  if (!rows || !sets || !memory)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: sets of %zu intervals", entries->n);
  const size_t n = status == FAIRU_OK ? group_rows(entries, rows, sets) : 0;
  for (size_t k = 0; k < n && status == FAIRU_OK; k++)
    status = add_set(c, entries, &sets[k], memory, list);
  out_json_set(root, "sets", list);
  free(rows);
  free(sets);
  free(memory);
  return status;
}

/* A table, or a folder in the challenge's layout. */
typedef struct score_source {
  fairu_interval_table *table;
  score_layout layout;
} score_source;

static int read_source(cli *c, score_source *source, fairu_interval_entries *entries)
{
  char memory[INPUT_PATH];
  const char *path = NULL;
  if (score_layout_is(c->files[0]))
    return score_layout_read(c, c->files[0], &source->layout, entries);
  int status = input_path(c, c->files[0], memory, &path);
  if (status == FAIRU_OK)
    status = fairu_interval_table_read_csv(c->ctx, path, &source->table);
  return status == FAIRU_OK ? fairu_interval_table_entries(source->table, c->ctx, entries) : status;
}

static int run(cli *c, const score_options *o, json_t **root)
{
  score_source source = { NULL, { .n = 0 } };
  fairu_interval_entries entries = { .struct_size = sizeof entries };
  fairu_interval_score score = { .struct_size = sizeof score };
  int status = read_source(c, &source, &entries);
  if (status == FAIRU_OK)
    status = fairu_interval_score_compute(c->ctx, &entries, &score);
  if (status == FAIRU_OK) {
    *root = score_object(&score);
    if (!c->json)
      print_score(&score);
  }
  if (status == FAIRU_OK && o->replicas > 0)
    status = add_bootstrap(c, o, &entries, *root);
  if (status == FAIRU_OK && o->sets)
    status = add_sets(c, &entries, *root);
  fairu_interval_table_destroy(source.table);
  score_layout_free(&source.layout);
  return status;
}

int command_score(int argc, char **argv)
{
  score_options o = { .seed = 42 };
  json_t *root = NULL;
  cli c;
  const cli_option options[] = {
    { "bootstrap", "N", "also the mean score of N replicas of the sets (the challenge's final phase: 1000)",
      CLI_WHOLE, &o.replicas, 1, 1e7 },
    { "seed", "S", "seed of the first replica, 42 by default", CLI_WHOLE, &o.seed, 0, 4e9 },
    { "sets", NULL, "also the score of each set", CLI_FLAG, &o.sets, 0, 0 },
  };
  const cli_usage usage = { .command = "fairu score",
                            .files = "FILE",
                            .about = "Mean width, coverage and FAIR Universe score of intervals: a CSV file "
                                     "with the columns mu_true, p16, p84, "
                                     "and optionally mu_hat, delta_mu_hat and set;\nor a folder in the "
                                     "challenge's layout: test_settings.json (ground_truth_mus) and "
                                     "result_<set>.json (mu_hats, delta_mu_hats, p16, p84).",
                            .options = options,
                            .n_options = sizeof options / sizeof *options,
                            .min_files = 1,
                            .max_files = 1 };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  int status = run(&c, &o, &root);
  if (status == FAIRU_OK && c.json)
    status = out_json_print(root, &c);
  json_decref(root);
  return cli_end(&c, status);
}
