/* No memory: training by a method. */
#include "abi/memory.h"

static const char *const names[] = { "methods" };

static int fairu_method_find_body(fairu_context *ctx, void *data)
{
  int method = 0;
  (void)data;
  return fairu_method_find(ctx, "aware", &method);
}

static int train_with(fairu_context *ctx, const world *w, int method, int drawn, int tangents)
{
  static const size_t hidden[1] = { 2 };
  static const double points[2] = { 0.2, 0.4 };
  fairu_training_options training;
  fairu_method_options options;
  fairu_classifier *out = NULL;
  int status = world_training(&training, hidden);
  if (status == FAIRU_OK)
    status = fairu_method_options_init(&options, sizeof options);
  if (status != FAIRU_OK)
    return status;
  options.training = &training;
  options.method = method;
  options.copies = 1;
  options.use_tangents = tangents;
  options.with_z = drawn && method == FAIRU_METHOD_INFERNO;
  options.points = drawn ? NULL : points;
  options.n_points = drawn ? 0 : 2;
  status = fairu_method_train(ctx, w->events, w->parts.systematics, &options, NULL, NULL, &out);
  fairu_classifier_destroy(out);
  return status;
}

static int train(fairu_context *ctx, const world *w, int method, int drawn)
{
  return train_with(ctx, w, method, drawn, 0);
}

static int baseline_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_BASELINE, 0);
}

static int augmented_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_AUGMENTED, 0);
}

static int aware_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_AWARE, 1);
}

static int inferno_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_INFERNO, 0);
}

static int inferno_drawn_body(fairu_context *ctx, void *data)
{
  const int status = train_with(ctx, data, FAIRU_METHOD_INFERNO, 1, 0);
  return status == FAIRU_OK ? train_with(ctx, data, FAIRU_METHOD_INFERNO, 0, 1) : status;
}

static int neos_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_NEOS, 0);
}

static int significance_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_SIGNIFICANCE, 0);
}

static int pivot_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_PIVOT, 0);
}

static int reversal_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_GRADIENT_REVERSAL, 1);
}

static int tangent_body(fairu_context *ctx, void *data)
{
  return train(ctx, data, FAIRU_METHOD_TANGENT, 0);
}

static const memory_case cases[] = {
  ROW(fairu_method_find, 0),
  { "fairu_method_train", baseline_body, 1 },
  { "fairu_method_train", augmented_body, 1 },
  { "fairu_method_train", aware_body, 1 },
  { "fairu_method_train", pivot_body, 1 },
  { "fairu_method_train", reversal_body, 1 },
  { "fairu_method_train", tangent_body, 1 },
  { "fairu_method_train", inferno_body, 1 },
  { "fairu_method_train", inferno_drawn_body, 1 },
  { "fairu_method_train", neos_body, 1 },
  { "fairu_method_train", significance_body, 1 },
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
