/* Files that released versions have written, in tests/abi/baseline/files/VERSION: read by this library with the numbers of then, which
 * stand beside them. `test_kept --write FOLDER` makes such a folder, once for each release (make abi-baseline). */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "abi/world.h"

enum { MOST = 256 };
typedef struct numbers {
  double of[MOST];
  size_t n;
} numbers;
typedef int (*write_fn)(world *w, const char *path);
typedef int (*read_fn)(fairu_context *ctx, const char *path, numbers *found);

static void add(numbers *found, const double *values, size_t n)
{
  assert_true(found->n + n <= MOST);
  memcpy(found->of + found->n, values, n * sizeof *values);
  found->n += n;
}

/* ---- classifiers -------------------------------------------------------------------------------------- */

static int write_network(world *w, const char *path)
{
  return fairu_classifier_save(w->network, w->ctx, path);
}

static int write_rotation(world *w, const char *path)
{
  return fairu_classifier_save(w->parts.aware, w->ctx, path);
}

/* Defaults for what is missing, a gate, an ensemble, and a map behind it. */
static int write_composed(world *w, const char *path)
{
  const float defaults[2] = { 0.5f, -0.5f };
  const float logits[6] = { -1.5f, -0.5f, 0.1f, 0.4f, 1.0f, 2.0f };
  const int32_t labels[6] = { 0, 1, 0, 1, 0, 1 };
  fairu_classifier *made[4] = { NULL };
  fairu_probability_map *map = NULL;
  fairu_input_options inputs;
  int status = fairu_input_options_init(&inputs, sizeof inputs);
  inputs.defaults = defaults;
  inputs.non_finite = FAIRU_INPUT_DEFAULT;
  if (status == FAIRU_OK)
    status = fairu_classifier_create_gated(w->ctx, w->network, w->network, "angle", 0.2, &made[0]);
  const fairu_classifier *const members[2] = { w->network, made[0] };
  if (status == FAIRU_OK)
    status = fairu_classifier_create_ensemble(w->ctx, members, 2, &made[1]);
  if (status == FAIRU_OK)
    status = fairu_probability_map_create(w->ctx, logits, labels, NULL, 6, NULL, &map);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_calibrated(w->ctx, made[1], map, &made[2]);
  if (status == FAIRU_OK)
    status = fairu_classifier_create_with_inputs(w->ctx, made[2], &inputs, &made[3]);
  if (status == FAIRU_OK)
    status = fairu_classifier_save(made[3], w->ctx, path);
  for (int i = 0; i < 4; i++)
    fairu_classifier_destroy(made[i]);
  fairu_probability_map_destroy(map);
  return status;
}

static int read_classifier(fairu_context *ctx, const char *path, numbers *found)
{
  const float rows[6] = { 0.1f, 0.2f, -0.3f, 0.4f, 1.5f, -0.7f };
  const double z[2] = { 0.3, 0.1 };
  float scores[6];
  fairu_classifier *c = NULL;
  int status = fairu_classifier_load(ctx, path, &c);
  for (int k = 0; k < 2 && status == FAIRU_OK; k++) {
    status = fairu_classifier_score(c, ctx, rows, 3, 2, &z[k], 1, FAIRU_OUTPUT_LOGIT, scores);
    for (int i = 0; i < 3 && status == FAIRU_OK; i++)
      add(found, &(double){ (double)scores[i] }, 1);
  }
  fairu_classifier_destroy(c);
  return status;
}

/* ---- templates ---------------------------------------------------------------------------------------- */

static int write_fill(world *w, const char *path)
{
  return fairu_fill_save(w->fill, w->ctx, path);
}

static int write_templates(world *w, const char *path)
{
  return fairu_templates_save(w->small.templates, w->ctx, path);
}

/* Between the first two knots of every axis: yields and their slopes. */
static int evaluate(fairu_context *ctx, const fairu_templates *t, numbers *found)
{
  enum { MOST_AXES = 4 };
  double z[MOST_AXES], nu[MOST / 2], d_nu[MOST / 2];
  const size_t n_axes = fairu_templates_n_axes(t);
  const size_t n = fairu_templates_n_processes(t) * fairu_templates_n_bins(t);
  assert_true(n_axes <= MOST_AXES && n * (n_axes + 1) <= MOST / 2);
  for (size_t k = 0; k < n_axes; k++) {
    fairu_axis axis;
    const int status = fairu_grid_axis(fairu_templates_grid(t), ctx, k, &axis);
    if (status != FAIRU_OK)
      return status;
    z[k] = axis.n_knots > 1 ? 0.3 * axis.knots[0] + 0.7 * axis.knots[1] : axis.nominal;
  }
  const int status = fairu_templates_evaluate(t, ctx, z, n_axes, nu, d_nu, NULL);
  if (status != FAIRU_OK)
    return status;
  add(found, nu, n);
  add(found, d_nu, n * n_axes);
  return fairu_templates_evaluate_variance(t, ctx, z, n_axes, nu, NULL, NULL) == FAIRU_OK
             ? (add(found, nu, n), FAIRU_OK)
             : FAIRU_ERR_INTERNAL;
}

static int read_templates(fairu_context *ctx, const char *path, numbers *found)
{
  fairu_templates *t = NULL;
  int status = fairu_templates_load(ctx, path, &t);
  if (status == FAIRU_OK)
    status = evaluate(ctx, t, found);
  fairu_templates_destroy(t);
  return status;
}

static int read_fill(fairu_context *ctx, const char *path, numbers *found)
{
  fairu_fill *fill = NULL;
  fairu_templates *t = NULL;
  int status = fairu_fill_load(ctx, path, &fill);
  if (status == FAIRU_OK)
    status = fairu_templates_create_from_fill(ctx, fill, FAIRU_INTERPOLATION_LINEAR, &t);
  if (status == FAIRU_OK)
    status = evaluate(ctx, t, found);
  fairu_templates_destroy(t);
  fairu_fill_destroy(fill);
  return status;
}

/* ---- coverage and probabilities ----------------------------------------------------------------------- */

static int write_tally(world *w, const char *path)
{
  const fairu_toy_result results[4] = { { 0, 1.1, 0.9, 1.3, 0.2, FAIRU_OK },
                                        { 1, 0.7, 0.5, 0.95, -0.1, FAIRU_OK },
                                        { 2, NAN, NAN, NAN, NAN, FAIRU_ERR_NOT_CONVERGED },
                                        { 3, 1.0 / 3.0, 0.1, 1.7, 0.0, FAIRU_OK } };
  const int status = fairu_tally_add(w->tally, w->ctx, results, 4);
  return status == FAIRU_OK ? fairu_tally_save(w->tally, w->ctx, path) : status;
}

static int read_tally(fairu_context *ctx, const char *path, numbers *found)
{
  fairu_coverage c = { .struct_size = sizeof c };
  fairu_tally *tally = NULL;
  int status = fairu_tally_load(ctx, path, &tally);
  if (status == FAIRU_OK)
    status = fairu_tally_coverage(tally, ctx, 0.9, &c);
  const double values[] = { fairu_tally_truth(tally), (double)c.n, (double)c.n_failed, c.coverage_lower,
                            c.mean_half_width,        c.bias,      c.std_estimate,     c.mean_nuisance,
                            c.std_nuisance,           c.pull_mean, c.pull_width };
  add(found, values, sizeof values / sizeof *values);
  fairu_tally_destroy(tally);
  return status;
}

static const fairu_toy_result toys[3] = { { 7, 1.1, 0.9, 1.3, 0.2, FAIRU_OK },
                                          { 8, 1.0 / 3.0, 0.1, 1.7, 0.0, FAIRU_OK },
                                          { 9, 0.0, -1e300, 1e-300, 0.5, FAIRU_ERR_FLAT } };

static int write_toys(world *w, const char *path)
{
  char bytes[1024];
  size_t size = 0;
  const int status = fairu_toys_pack(w->ctx, toys, 3, bytes, sizeof bytes, &size);
  if (status == FAIRU_OK)
    support_write_file(path, bytes, size);
  return status;
}

static int read_toys(fairu_context *ctx, const char *path, numbers *found)
{
  fairu_toy_result results[3];
  size_t size = 0, n = 0;
  char *bytes = support_read_file(path, &size);
  const int status = fairu_toys_unpack(ctx, bytes, size, results, 3, &n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const fairu_toy_result *r = &results[i];
    const double values[] = { (double)r->toy, r->estimate, r->lower, r->upper, r->nuisance, r->status };
    add(found, values, 6);
  }
  free(bytes);
  return status;
}

static int write_map(world *w, const char *path)
{
  const float logits[8] = { -3.0f, -1.5f, -0.5f, 0.1f, 0.4f, 1.0f, 2.0f, 2.5f };
  const int32_t labels[8] = { 0, 0, 1, 0, 1, 0, 1, 1 };
  const double weights[8] = { 0.5, 1.0, 0.7, 1.1, 0.9, 0.8, 1.2, 0.6 };
  fairu_probability_options options;
  fairu_probability_map *map = NULL;
  int status = fairu_probability_options_init(&options, sizeof options);
  options.method = FAIRU_PROBABILITY_ISOTONIC;
  if (status == FAIRU_OK)
    status = fairu_probability_map_create(w->ctx, logits, labels, weights, 8, &options, &map);
  if (status == FAIRU_OK)
    status = fairu_probability_map_save(map, w->ctx, path);
  fairu_probability_map_destroy(map);
  return status;
}

static int read_map(fairu_context *ctx, const char *path, numbers *found)
{
  const float logits[5] = { -4.0f, -0.7f, 0.3f, 1.4f, 4.0f };
  double values[10];
  fairu_probability_map *map = NULL;
  int status = fairu_probability_map_load(ctx, path, &map);
  if (status == FAIRU_OK)
    status = fairu_probability_map_apply(map, ctx, logits, 5, FAIRU_OUTPUT_SCORE, values);
  if (status == FAIRU_OK)
    status = fairu_probability_map_log_ratio(map, ctx, logits, 5, values + 5);
  if (status == FAIRU_OK)
    add(found, values, 10);
  fairu_probability_map_destroy(map);
  return status;
}

static int write_calibration(world *w, const char *path)
{
  fairu_interval_calibration_options options;
  fairu_interval_calibration *calibration = NULL;
  int status = fairu_interval_calibration_options_init(&options, sizeof options);
  options.lower = 0.5;
  options.upper = 1.5;
  options.n_mu = 5;
  options.n_toys = 100;
  options.template_statistics = 0.0;
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_create(w->ctx, w->turning, &options, &calibration);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_save(calibration, w->ctx, path);
  fairu_interval_calibration_destroy(calibration);
  return status;
}

static int read_calibration(fairu_context *ctx, const char *path, numbers *found)
{
  fairu_interval_calibration *c = NULL;
  double v[4];
  int status = fairu_interval_calibration_load(ctx, path, &c);
  for (size_t i = 0; i < fairu_interval_calibration_n_mu(c) && status == FAIRU_OK; i++) {
    status = fairu_interval_calibration_point(c, ctx, i, &v[0], &v[1], &v[2], &v[3], NULL);
    add(found, v, 4);
  }
  if (status == FAIRU_OK)
    status = fairu_interval_calibration_critical(c, ctx, 0.83, &v[0], &v[1]);
  add(found, v, 2);
  fairu_interval_calibration_destroy(c);
  return status;
}

/* ---- folders ------------------------------------------------------------------------------------------ */

static const struct {
  const char *name;
  write_fn write;
  read_fn read;
  double tolerance; /* relative: numbers are no part of the ABI, what a file holds is */
} kinds[] = {
  { "network.fairu", write_network, read_classifier, 1e-5 },
  { "rotation.fairu", write_rotation, read_classifier, 1e-5 },
  { "composed.fairu", write_composed, read_classifier, 1e-5 },
  { "fill", write_fill, read_fill, 1e-12 },
  { "templates", write_templates, read_templates, 1e-12 },
  { "tally", write_tally, read_tally, 1e-12 },
  { "toys", write_toys, read_toys, 0.0 },
  { "map", write_map, read_map, 1e-12 },
  { "calibration.json", write_calibration, read_calibration, 1e-9 },
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static FILE *open_numbers(const char *folder, const char *name, const char *mode, char *path, size_t size)
{
  snprintf(path, size, "%s/%s.numbers", folder, name);
  FILE *file = fopen(path, mode);
  path[strlen(path) - strlen(".numbers")] = '\0';
  assert_non_null(file);
  return file;
}

static void write_folder(const char *folder)
{
  world w = world_make();
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[1024];
    numbers found = { .n = 0 };
    FILE *file = open_numbers(folder, kinds[k].name, "w", path, sizeof path);
    CHECK_OK(w.ctx, kinds[k].write(&w, path));
    CHECK_OK(w.ctx, kinds[k].read(w.ctx, path, &found));
    for (size_t i = 0; i < found.n; i++)
      fprintf(file, "%.17g\n", found.of[i]);
    assert_int_equal(fclose(file), 0);
  }
  world_free(&w);
}

static void read_folder(const char *folder)
{
  fairu_context *ctx = support_context();
  for (size_t k = 0; k < N_KINDS; k++) {
    char path[1024];
    numbers found = { .n = 0 };
    double then;
    size_t n = 0;
    FILE *file = open_numbers(folder, kinds[k].name, "r", path, sizeof path);
    CHECK_OK(ctx, kinds[k].read(ctx, path, &found));
    for (; fscanf(file, "%lf", &then) == 1; n++) {
      assert_true(n < found.n);
      CHECK_NEAR(found.of[n], then, kinds[k].tolerance * fmax(fabs(then), 1e-3));
    }
    assert_true(n > 0 && n == found.n);
    fclose(file);
  }
  fairu_context_destroy(ctx);
}

/* One folder for each version that was recorded. */
static void files_of_older_versions_are_read(void **state)
{
  (void)state;
  static const char base[] = "tests/abi/baseline/files";
  DIR *versions = opendir(base);
  if (!versions)
    support_skip("no version is recorded yet, or not run in the tree");
  int n = 0;
  for (const struct dirent *entry = readdir(versions); entry; entry = readdir(versions)) {
    char folder[512];
    if (entry->d_name[0] == '.')
      continue;
    snprintf(folder, sizeof folder, "%s/%s", base, entry->d_name);
    read_folder(folder);
    n++;
  }
  closedir(versions);
  assert_true(n > 0);
}

/* What this version writes would do as such a folder. */
static void a_folder_of_this_version_is_read(void **state)
{
  (void)state;
  char folder[512];
  support_path(folder, sizeof folder, "kept");
  folder[strlen(folder) - strlen("/kept")] = '\0';
  write_folder(folder);
  read_folder(folder);
}

int main(int argc, char **argv)
{
  if (argc == 3 && strcmp(argv[1], "--write") == 0) {
    write_folder(argv[2]);
    return 0;
  }
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(files_of_older_versions_are_read),
    cmocka_unit_test(a_folder_of_this_version_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
