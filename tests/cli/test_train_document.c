/* What `fairu train` tells of a training, as JSON and in words, beside the options it was given and the model it wrote. */
#include "cli/program.h"
#include "cli/written.h"

enum { ROWS = 60 };

static void write_events(const char *path)
{
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs("x,y,t\n", f);
  for (int i = 0; i < ROWS; i++)
    fprintf(f, "%g,%g,%d\n", 0.125 * (i % 7) + (i % 2), 0.25 * (i % 5) - 0.5 * (i % 2), i % 2);
  assert_int_equal(fclose(f), 0);
}

/* fairu train on the events, with `words` (to NULL) besides what it always takes. */
static printed train(const char *model, const char *const *words)
{
  char events[512];
  const char *argv[MOST_WORDS] = { "train" };
  int n = 1;
  support_path(events, sizeof events, "events.csv");
  write_events(events);
  const char *const always[] = { events,     "--label",  "t",     "--features", "x,y",
                                 "--method", "baseline", "--out", model };
  for (size_t i = 0; i < sizeof always / sizeof *always; i++)
    argv[n++] = always[i];
  while (*words)
    argv[n++] = *words++;
  const printed p = run_words(command_train, argv, n);
  if (p.status != 0)
    fail_msg("%s", p.err);
  remove(events);
  return p;
}

/* The model has the layers that are told, as it is read back. */
static void check_model(json_t *root, const char *path, size_t n_hidden)
{
  fairu_context *ctx = support_context();
  fairu_classifier *model = NULL;
  CHECK_OK(ctx, fairu_classifier_load(ctx, path, &model));
  assert_int_equal(json_array_size(written_at(root, "network.features")), fairu_classifier_n_features(model));
  for (size_t i = 0; i < fairu_classifier_n_features(model); i++)
    assert_string_equal(json_string_value(json_array_get(written_at(root, "network.features"), i)),
                        fairu_classifier_feature_name(model, i));
  assert_int_equal(json_array_size(written_at(root, "network.nuisances")), 0);
  assert_int_equal(json_array_size(written_at(root, "network.hidden")), n_hidden);
  CHECK_SAME(written_value(root, "network.outputs"), (double)fairu_classifier_n_outputs(model));
  fairu_classifier_destroy(model);
  fairu_context_destroy(ctx);
}

static const struct {
  const char *words[12];
  size_t epochs, members, n_hidden; /* epochs of one member */
  double hidden[2], seed, steps;
  const char *shape, *activation;
  int validated;
} cases[] = {
  { { "--epochs", "3", "--hidden", "4,3", "--batch", "60" }, 3, 1, 2, { 4, 3 }, 1, 3, "2-4-3-1", "relu", 0 },
  { { "--epochs", "5", "--hidden", "none", "--batch", "30", "--seed", "9" },
    5,
    1,
    0,
    { 0 },
    9,
    10,
    "2-1",
    "relu",
    0 },
  { { "--epochs", "4", "--hidden", "2", "--activation", "tanh", "--validation", "0.5" },
    4,
    1,
    1,
    { 2 },
    1,
    4,
    "2-2-1",
    "tanh",
    1 },
  { { "--epochs", "2", "--hidden", "3", "--members", "3" }, 2, 3, 1, { 3 }, 1, 0, "2-3-1", "relu", 0 },
};

static void documents(void **state)
{
  (void)state;
  char model[512];
  support_path(model, sizeof model, "model.fairu");
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const char *words[16] = { "--json" };
    for (size_t i = 0; cases[k].words[i]; i++)
      words[i + 1] = cases[k].words[i];
    printed p = train(model, words);
    json_t *root = json_loads(p.out, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(written_at(root, "method")), "baseline");
    assert_string_equal(json_string_value(written_at(root, "model")), model);
    assert_string_equal(json_string_value(written_at(root, "network.activation")), cases[k].activation);
    CHECK_SAME(written_value(root, "seed"), cases[k].seed);
    CHECK_SAME(written_value(root, "events"), ROWS);
    for (size_t l = 0; l < cases[k].n_hidden; l++)
      CHECK_SAME(json_number_value(json_array_get(written_at(root, "network.hidden"), l)),
                 cases[k].hidden[l]);
    if (cases[k].steps > 0.0)
      CHECK_SAME(written_value(root, "steps"), cases[k].steps);
    const json_t *curve = written_at(root, "curve");
    assert_int_equal(json_array_size(curve), cases[k].epochs * cases[k].members);
    for (size_t i = 0; i < json_array_size(curve); i++) {
      const json_t *epoch = json_array_get(curve, i);
      assert_true(json_real_value(json_object_get(epoch, "loss")) > 0.0);
      assert_int_equal(json_is_null(json_object_get(epoch, "validation_loss")), !cases[k].validated);
    }
    assert_int_equal(isnan(written_value(root, "validation_loss")), !cases[k].validated);
    assert_null(json_object_get(root, "adversary"));
    check_model(root, model, cases[k].n_hidden);
    json_decref(root);
    forget(&p);
  }
  remove(model);
}

/* The same in words; the same bytes of the model, whether it is told in words or not. */
static void words_of_a_training(void **state)
{
  (void)state;
  char model[512], text[256];
  support_path(model, sizeof model, "model.fairu");
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const char *words[16] = { "--json" };
    size_t sizes[2];
    char *bytes[2];
    for (size_t i = 0; cases[k].words[i]; i++)
      words[i + 1] = cases[k].words[i];
    printed p = train(model, words + 1), q;
    bytes[0] = support_read_file(model, &sizes[0]);
    q = train(model, words);
    bytes[1] = support_read_file(model, &sizes[1]);
    snprintf(text, sizeof text, "baseline: %d events, network %s, nuisances told: none\n", (int)ROWS,
             cases[k].shape);
    CHECK_HAS(p.out, text);
    snprintf(text, sizeof text, "; seed %g; written: ", cases[k].seed);
    CHECK_HAS(p.out, text);
    assert_int_equal(strstr(p.out, ", validation ") != NULL, cases[k].validated);
    assert_null(strstr(p.out, "adversary"));
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
    forget(&p);
    forget(&q);
  }
  remove(model);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(documents),
    cmocka_unit_test(words_of_a_training),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
