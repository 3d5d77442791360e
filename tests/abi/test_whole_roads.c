/* One analysis by many roads: in parts, over files and bytes, with other threads and schedulers, with what it was made of destroyed as soon as the
 * headers allow. Each road ends at the same bits. */
#include "abi/counted.h"
#include "abi/whole_chain.h"

enum { ROUNDS = 12, MOST_PARTS = 4 };

/* ---- what is compared ------------------------------------------------------------------------------------------ */

typedef struct outcome {
  double yields[WC_PROCESSES][WC_KNOTS][WC_BINS], variances[WC_PROCESSES][WC_KNOTS][WC_BINS];
  double params[WC_PARAMS], covariance[WC_PARAMS * WC_PARAMS], nll[2], lower, upper;
} outcome;

static void judge_fit(const whole *w, const fairu_likelihood *l, const fairu_data *data, outcome *out)
{
  fairu_fit_result result = { .struct_size = sizeof result };
  fairu_interval interval = { .struct_size = sizeof interval };
  CHECK_OK(w->ctx,
           fairu_likelihood_fit(l, w->ctx, data, NULL, out->params, WC_PARAMS, out->covariance, &result));
  CHECK_OK(w->ctx, fairu_likelihood_interval(l, w->ctx, data, NULL, &interval, NULL, NULL, WC_PARAMS));
  out->nll[0] = result.nll[0];
  out->nll[1] = result.nll[1];
  out->lower = interval.lower;
  out->upper = interval.upper;
}

/* Takes the templates over, and frees all that it was made of as soon as it may. */
static outcome judge(const whole *w, fairu_templates *templates)
{
  outcome out;
  memset(&out, 0, sizeof out);
  for (size_t p = 0; p < WC_PROCESSES; p++)
    for (size_t k = 0; k < w->n_knots; k++) {
      memcpy(out.yields[p][k], fairu_templates_yields(templates, p, k), w->n_bins * sizeof(double));
      memcpy(out.variances[p][k], fairu_templates_variances(templates, p, k), w->n_bins * sizeof(double));
    }
  fairu_likelihood *l = wc_likelihood(w, templates);
  fairu_templates_destroy(templates);
  fairu_data *data = wc_data(w, l);
  judge_fit(w, l, data, &out);
  fairu_data_destroy(data);
  fairu_likelihood_destroy(l);
  return out;
}

static outcome judge_fill(const whole *w, fairu_fill *fill)
{
  fairu_templates *templates = wc_templates(w->ctx, fill);
  fairu_fill_destroy(fill);
  return judge(w, templates);
}

/* ---- roads ----------------------------------------------------------------------------------------------------- */

typedef outcome (*road_fn)(draws *d, const whole *w);

static outcome straight(draws *d, const whole *w)
{
  (void)d;
  return judge_fill(w, wc_fill(w));
}

/* Rows in an order of their own. */
static fairu_events *shuffled(draws *d, const whole *w, size_t p)
{
  size_t rows[WC_EVENTS];
  fairu_events *out = NULL;
  for (size_t i = 0; i < WC_EVENTS; i++) {
    const size_t j = draw_below(d, i + 1);
    rows[i] = rows[j];
    rows[j] = i;
  }
  CHECK_OK(w->ctx, fairu_events_select(w->events[p], w->ctx, rows, WC_EVENTS, &out));
  return out;
}

static outcome in_another_order(draws *d, const whole *w)
{
  fairu_fill *fill = wc_empty(w);
  for (size_t p = WC_PROCESSES; p-- > 0;) {
    fairu_events *events = shuffled(d, w, p);
    CHECK_OK(w->ctx, fairu_fill_add(fill, w->ctx, wc_processes[p], events, &w->options));
    fairu_events_destroy(events);
  }
  return judge_fill(w, fill);
}

/* Parts of the library's own split, a fill each. */
static size_t parts_of(draws *d, const whole *w, fairu_fill *fills[MOST_PARTS])
{
  const size_t n = 2 + draw_below(d, MOST_PARTS - 1);
  const uint64_t seed = draw(d);
  for (size_t part = 0; part < n; part++) {
    fills[part] = wc_empty(w);
    for (size_t p = 0; p < WC_PROCESSES; p++) {
      uint32_t of[WC_EVENTS];
      unsigned char mask[WC_EVENTS];
      fairu_events *some = NULL;
      CHECK_OK(w->ctx, fairu_events_split(w->events[p], w->ctx, seed, (uint32_t)n, of));
      for (size_t i = 0; i < WC_EVENTS; i++)
        mask[i] = of[i] == part;
      CHECK_OK(w->ctx, fairu_events_select_mask(w->events[p], w->ctx, mask, WC_EVENTS, &some));
      CHECK_OK(w->ctx, fairu_fill_add(fills[part], w->ctx, wc_processes[p], some, &w->options));
      fairu_events_destroy(some);
    }
  }
  return n;
}

/* A fill by its bytes, the fill itself destroyed before. */
static fairu_fill *sent(const whole *w, fairu_fill *fill)
{
  size_t size = 0;
  fairu_fill *out = NULL;
  CHECK_OK(w->ctx, fairu_fill_pack(fill, w->ctx, NULL, 0, &size));
  unsigned char *bytes = malloc(size);
  assert_non_null(bytes);
  CHECK_OK(w->ctx, fairu_fill_pack(fill, w->ctx, bytes, size, &size));
  fairu_fill_destroy(fill);
  CHECK_OK(w->ctx, fairu_fill_unpack(w->ctx, bytes, size, &out));
  memset(bytes, 0xAA, size);
  free(bytes);
  return out;
}

static fairu_fill *stored(const whole *w, fairu_fill *fill)
{
  char path[512];
  fairu_fill *out = NULL;
  CHECK_OK(w->ctx, fairu_fill_save(fill, w->ctx, support_path(path, sizeof path, "part.fill")));
  fairu_fill_destroy(fill);
  CHECK_OK(w->ctx, fairu_fill_load(w->ctx, path, &out));
  assert_int_equal(remove(path), 0);
  return out;
}

/* Each part is kept, sent or stored; merged in some order into one of them or an empty one. */
static outcome merged(draws *d, const whole *w)
{
  fairu_fill *fills[MOST_PARTS];
  const size_t n = parts_of(d, w, fills), first = draw_below(d, n);
  for (size_t part = 0; part < n; part++) {
    const size_t how = draw_below(d, 3);
    if (how > 0)
      fills[part] = how == 1 ? sent(w, fills[part]) : stored(w, fills[part]);
  }
  fairu_fill *whole_fill = draw_below(d, 2) ? wc_empty(w) : NULL;
  for (size_t k = 0; k < n; k++) {
    fairu_fill *part = fills[(first + k) % n];
    if (!whole_fill) {
      whole_fill = part;
      continue;
    }
    CHECK_OK(w->ctx, fairu_fill_merge(whole_fill, w->ctx, part));
    fairu_fill_destroy(part);
  }
  return judge_fill(w, whole_fill);
}

static outcome over_csv(draws *d, const whole *w)
{
  char path[512];
  fairu_csv_options o;
  fairu_fill *fill = wc_empty(w);
  const size_t rows = 1 + draw_below(d, WC_EVENTS);
  CHECK_OK(w->ctx, fairu_csv_options_init(&o, sizeof o));
  o.weight = "weight";
  o.label = "label";
  o.id = "id";
  support_path(path, sizeof path, draw_below(d, 2) ? "road.csv" : "road.csv.gz");
  for (size_t p = 0; p < WC_PROCESSES; p++) {
    fairu_csv_reader *reader = NULL;
    fairu_events *piece = NULL;
    CHECK_OK(w->ctx, fairu_events_write_csv(w->events[p], w->ctx, path, NULL));
    CHECK_OK(w->ctx, fairu_csv_reader_create(w->ctx, path, &o, &reader));
    for (;;) {
      CHECK_OK(w->ctx, fairu_csv_reader_next(reader, w->ctx, rows, &piece));
      if (!piece)
        break;
      CHECK_OK(w->ctx, fairu_fill_add(fill, w->ctx, wc_processes[p], piece, &w->options));
      fairu_events_destroy(piece);
    }
    fairu_csv_reader_destroy(reader);
    assert_int_equal(remove(path), 0);
  }
  return judge_fill(w, fill);
}

/* Features alone are in such a file: weights and labels are set again. */
static outcome over_npy(draws *d, const whole *w)
{
  char path[512];
  fairu_fill *fill = wc_empty(w);
  (void)d;
  support_path(path, sizeof path, "road.npy");
  for (size_t p = 0; p < WC_PROCESSES; p++) {
    fairu_events *events = NULL;
    CHECK_OK(w->ctx, fairu_events_write_npy(w->events[p], w->ctx, path));
    CHECK_OK(w->ctx, fairu_events_read_npy(w->ctx, path, wc_columns, 2, &events));
    CHECK_OK(w->ctx, fairu_events_set_weights(events, w->ctx, w->weights[p], WC_EVENTS));
    CHECK_OK(w->ctx, fairu_events_set_labels(events, w->ctx, fairu_events_labels(w->events[p]), WC_EVENTS));
    CHECK_OK(w->ctx, fairu_fill_add(fill, w->ctx, wc_processes[p], events, &w->options));
    fairu_events_destroy(events);
  }
  assert_int_equal(remove(path), 0);
  return judge_fill(w, fill);
}

/* A view of rows that lie apart, in memory that is spoilt before the fill is read. */
static outcome over_a_view(draws *d, const whole *w)
{
  const size_t stride = 2 + draw_below(d, 5);
  float *memory = calloc(stride * WC_EVENTS, sizeof *memory);
  const float *const columns[2] = { memory, memory + 1 };
  fairu_fill *fill = wc_empty(w);
  assert_non_null(memory);
  for (size_t p = 0; p < WC_PROCESSES; p++) {
    fairu_events *view = NULL;
    for (size_t i = 0; i < WC_EVENTS; i++)
      for (size_t c = 0; c < 2; c++)
        memory[i * stride + c] = (float)w->values[p][i][c];
    CHECK_OK(w->ctx, fairu_events_create_view(w->ctx, WC_EVENTS, 2, wc_columns, columns, stride, &view));
    CHECK_OK(w->ctx, fairu_events_set_weights(view, w->ctx, w->weights[p], WC_EVENTS));
    CHECK_OK(w->ctx, fairu_events_set_labels(view, w->ctx, fairu_events_labels(w->events[p]), WC_EVENTS));
    CHECK_OK(w->ctx, fairu_fill_add(fill, w->ctx, wc_processes[p], view, &w->options));
    fairu_events_destroy(view);
    memset(memory, 0x7F, stride * WC_EVENTS * sizeof *memory);
  }
  free(memory);
  return judge_fill(w, fill);
}

/* Templates by their file. */
static outcome over_templates(draws *d, const whole *w)
{
  char path[512];
  fairu_fill *fill = wc_fill(w);
  fairu_templates *templates = wc_templates(w->ctx, fill), *back = NULL;
  (void)d;
  fairu_fill_destroy(fill);
  CHECK_OK(w->ctx, fairu_templates_save(templates, w->ctx, support_path(path, sizeof path, "t.templates")));
  fairu_templates_destroy(templates);
  CHECK_OK(w->ctx, fairu_templates_load(w->ctx, path, &back));
  assert_int_equal(remove(path), 0);
  return judge(w, back);
}

/* The classifier by its file. */
static outcome over_a_model(draws *d, const whole *w)
{
  char path[512];
  fairu_classifier *back = NULL;
  whole other = *w;
  CHECK_OK(w->ctx, fairu_classifier_save(w->classifier, w->ctx, support_path(path, sizeof path, "m.fairu")));
  CHECK_OK(w->ctx, fairu_classifier_load(w->ctx, path, &back));
  assert_int_equal(remove(path), 0);
  other.options.classifier = back;
  const outcome out = straight(d, &other);
  fairu_classifier_destroy(back);
  return out;
}

/* Arrays handed over instead of a fill. */
static outcome from_arrays(draws *d, const whole *w)
{
  double arrays[2][WC_PROCESSES * WC_KNOTS * WC_BINS];
  fairu_fill *fill = wc_fill(w);
  fairu_templates *first = wc_templates(w->ctx, fill), *second = NULL;
  size_t k = 0;
  (void)d;
  for (size_t p = 0; p < WC_PROCESSES; p++)
    for (size_t q = 0; q < w->n_knots; q++)
      for (size_t j = 0; j < w->n_bins; j++, k++) {
        arrays[0][k] = fairu_templates_yields(first, p, q)[j];
        arrays[1][k] = fairu_templates_variances(first, p, q)[j];
      }
  fairu_templates_destroy(first);
  CHECK_OK(w->ctx,
           fairu_templates_create(w->ctx, fairu_fill_grid(fill), wc_processes, WC_PROCESSES, w->n_bins,
                                  arrays[0], arrays[1], FAIRU_INTERPOLATION_LINEAR, &second));
  fairu_fill_destroy(fill);
  memset(arrays, 0x7F, sizeof arrays);
  return judge(w, second);
}

/* ---- bits ------------------------------------------------------------------------------------------------------ */

static const struct {
  const char *name;
  road_fn go;
} roads[] = { { "another order", in_another_order },
              { "merged", merged },
              { "csv", over_csv },
              { "npy", over_npy },
              { "view", over_a_view },
              { "templates", over_templates },
              { "model", over_a_model },
              { "arrays", from_arrays } };

/* Chunks from the last to the first, on this thread. */
static int backwards(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data)
{
  (*(size_t *)user_data)++;
  for (size_t k = n_chunks; k-- > 0;)
    if (task(k, task_data) != 0)
      break;
  return 0;
}

static void all_roads_end_at_the_same_bits(void **state)
{
  (void)state;
  draws d = { .state = 21 };
  size_t calls = 0;
  for (int round = 0; round < ROUNDS; round++) {
    counted memory;
    fairu_context *ctx = counted_context(&memory);
    whole w;
    wc_make(&d, ctx, &w);
    const outcome wanted = straight(&d, &w);
    for (size_t r = 0; r < sizeof roads / sizeof *roads; r++) {
      CHECK_OK(ctx, fairu_context_set_threads(ctx, 1 + (int)draw_below(&d, 2)));
      CHECK_OK(ctx, fairu_context_set_executor(ctx, draw_below(&d, 3) ? NULL : backwards, &calls));
      const outcome got = roads[r].go(&d, &w);
      if (memcmp(&got, &wanted, sizeof got) != 0)
        fail_msg("round %d: by way of %s: mu %.17g instead of %.17g", round, roads[r].name, got.params[0],
                 wanted.params[0]);
    }
    wc_free(&w);
    fairu_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
  }
  assert_true(calls > 0); /* of the scheduler */
  assert_int_equal(support_count_files(support_directory()), 0);
}

/* ---- objects outlive what they were made of ------------------------------------------------------------------------ */

/* Made with a context that is gone, of grid, binning, events and systematics that are gone too. */
static void copies_outlive_their_sources(void **state)
{
  (void)state;
  draws d = { .state = 22 };
  for (int round = 0; round < ROUNDS; round++) {
    whole w;
    counted memory[2];
    fairu_context *first = counted_context(&memory[0]);
    wc_make(&d, first, &w);
    const outcome wanted = straight(&d, &w);
    fairu_fill *fill = wc_fill(&w);
    fairu_context *second = counted_context(&memory[1]);
    wc_free(&w);
    fairu_context_destroy(first);
    w.ctx = second;
    const outcome got = judge_fill(&w, fill);
    assert_memory_equal(&got, &wanted, sizeof got);
    fairu_context_destroy(second);
    assert_int_equal(memory[0].live + memory[1].live, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(all_roads_end_at_the_same_bits),
                                      cmocka_unit_test(copies_outlive_their_sources) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
