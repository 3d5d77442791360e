/* No memory: calibrated intervals. */
#include "abi/memory.h"

static const char *const names[] = { "interval_calibration" };

static int few_toys(fairu_interval_calibration_options *o)
{
  const int status = fairu_interval_calibration_options_init(o, sizeof *o);
  o->n_mu = 5;
  o->n_toys = 100;
  return status;
}

static int make(fairu_context *ctx, const world *w, fairu_interval_calibration **c)
{
  fairu_interval_calibration_options o;
  const int status = few_toys(&o);
  return status == FAIRU_OK ? fairu_interval_calibration_create(ctx, w->turning, &o, c) : status;
}

static int fairu_interval_calibration_create_body(fairu_context *ctx, void *data)
{
  fairu_interval_calibration *c = NULL;
  const int status = make(ctx, data, &c);
  assert_true((status == FAIRU_OK) == (c != NULL));
  fairu_interval_calibration_destroy(c);
  return status;
}

/* A calibration from the file of the test, so that toys are not drawn at every site. */
static int with_file(fairu_context *ctx, int and_save)
{
  char from[512], to[512];
  fairu_interval_calibration *c = NULL;
  int status =
      fairu_interval_calibration_load(ctx, support_path(from, sizeof from, "memory_calibration.json"), &c);
  if (status == FAIRU_OK && and_save)
    status =
        fairu_interval_calibration_save(c, ctx, support_path(to, sizeof to, "memory_calibration_again.json"));
  fairu_interval_calibration_destroy(c);
  return status;
}

BODY(fairu_interval_calibration_load, with_file(ctx, 0))

BODY(fairu_interval_calibration_save, with_file(ctx, 1))

static int fairu_interval_calibration_interval_body(fairu_context *ctx, void *data)
{
  const world *w = data;
  char path[512];
  fairu_interval_calibration *c = NULL;
  fairu_calibrated_interval interval = { .struct_size = sizeof interval };
  int status =
      fairu_interval_calibration_load(ctx, support_path(path, sizeof path, "memory_calibration.json"), &c);
  if (status == FAIRU_OK)
    status =
        fairu_interval_calibration_interval(c, ctx, w->turning, w->turning_data, NULL, &interval, NULL, 0);
  fairu_interval_calibration_destroy(c);
  return status;
}

static int fairu_interval_calibration_toy_body(fairu_context *ctx, void *data)
{
  const world *w = data;
  double params[8];
  fairu_interval_calibration_options o;
  fairu_data *toy = NULL;
  int status = few_toys(&o);
  if (status == FAIRU_OK)
    status = fairu_data_create(ctx, w->small.likelihood, &toy);
  if (status == FAIRU_OK)
    status =
        fairu_interval_calibration_toy(ctx, w->small.likelihood, &o, 1.0, 7, 3, params, small_params, toy);
  fairu_data_destroy(toy);
  return status;
}

static const memory_case cases[] = {
  ROW(fairu_interval_calibration_create, 1),
  ROW(fairu_interval_calibration_interval, 1),
  ROW(fairu_interval_calibration_load, 1),
  ROW(fairu_interval_calibration_save, 1),
  ROW(fairu_interval_calibration_toy, 1),
  { "fairu_interval_calibration_point", memory_nothing, 0 },
  { "fairu_interval_calibration_critical", memory_nothing, 0 },
  { "fairu_interval_calibration_digest", memory_nothing, 0 },
};
enum { N_CASES = sizeof cases / sizeof *cases };

static void save(world *w)
{
  char path[512];
  fairu_interval_calibration *c = NULL;
  CHECK_OK(w->ctx, make(w->ctx, w, &c));
  CHECK_OK(w->ctx, fairu_interval_calibration_save(
                       c, w->ctx, support_path(path, sizeof path, "memory_calibration.json")));
  fairu_interval_calibration_destroy(c);
}

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, save);
}
