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

/* The sets there are, each once: those whose number does not stand further up. */
static int add_sets(cli *c, const fairu_interval_entries *entries, json_t *root)
{
  json_t *list = json_array();
  int status = FAIRU_OK;
  for (size_t i = 0; i < entries->n && status == FAIRU_OK; i++) {
    const int64_t set = entries->set ? entries->set[i] : 0;
    size_t k = 0;
    while (k < json_array_size(list) &&
           json_integer_value(json_object_get(json_array_get(list, k), "set")) != set)
      k++;
    if (k < json_array_size(list))
      continue;
    fairu_interval_score s = { .struct_size = sizeof s };
    status = fairu_interval_score_compute_set(c->ctx, entries, set, &s);
    json_t *object = score_object(&s);
    out_json_set(object, "set", json_integer((json_int_t)set));
    json_array_append_new(list, object);
    if (status == FAIRU_OK && !c->json)
      printf("set %-12lld interval %.6g, coverage %.4f, score %.6g, rmse %.6g, mae %.6g\n", (long long)set,
             s.interval, s.coverage, s.quantile_score, s.rmse, s.mae);
  }
  out_json_set(root, "sets", list);
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
