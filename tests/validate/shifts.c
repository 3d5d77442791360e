/* shifts.c: B11, what systematics do to a million random events: nothing at nominal, what an inverse takes back, nothing that is not finite. */
#include "systematics/higgsml_random.h"
#include "validate/table.h"

enum { BATCH = 50000 };

static void label(fairu_context *ctx, fairu_events *events)
{
  static const char *const categories[] = { "ztautau", "diboson", "ttbar", "htautau" };
  int32_t *labels = malloc(BATCH * sizeof *labels);
  for (size_t i = 0; i < BATCH; i++)
    labels[i] = (int32_t)(i % 4);
  CHECK_OK(ctx, fairu_events_set_labels(events, ctx, labels, BATCH));
  CHECK_OK(ctx, fairu_events_set_categories(events, ctx, categories, 4));
  free(labels);
}

typedef int (*add_fn)(fairu_context *ctx, fairu_systematics *sys);

static int add_rotation(fairu_context *ctx, fairu_systematics *sys)
{
  return fairu_systematics_add_rotation(sys, ctx, "z", names[LEP_ETA], names[LEP_PHI], 0.0);
}

static int add_scale(fairu_context *ctx, fairu_systematics *sys)
{
  const char *const columns[] = { names[LEP_PT], names[HAD_PT], names[MET] };
  return fairu_systematics_add_scale(sys, ctx, "z", columns, 3);
}

static int add_momentum(fairu_context *ctx, fairu_systematics *sys)
{
  return fairu_systematics_add_momentum_scale(sys, ctx, "z", names[HAD_PT], names[HAD_PHI], names[MET],
                                              names[MET_PHI], 0.0);
}

static int add_shift(fairu_context *ctx, fairu_systematics *sys)
{
  const char *const columns[] = { names[LEP_ETA], names[MET] };
  const double steps[] = { 0.1, 3.0 };
  return fairu_systematics_add_shift(sys, ctx, "z", columns, steps, 2, 0.0);
}

static const struct {
  const char *name;
  add_fn add;
  double nominal, width; /* of the prior */
  int divides;           /* the inverse of z is 1 / z, not -z */
} steps[] = {
  { "rotation", add_rotation, 0.0, 0.3, 0 },
  { "scale of columns", add_scale, 1.0, 0.03, 1 },
  { "momentum scale with MET", add_momentum, 1.0, 0.03, 1 },
  { "shift of columns", add_shift, 0.0, 0.2, 0 },
};

static fairu_systematics *chain_of(fairu_context *ctx, size_t step)
{
  fairu_nuisance nuisance;
  fairu_systematics *sys = NULL;
  CHECK_OK(ctx, fairu_nuisance_init(&nuisance, sizeof nuisance));
  nuisance.name = "z";
  nuisance.nominal = steps[step].nominal;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nuisance, 1, &sys));
  CHECK_OK(ctx, steps[step].add(ctx, sys));
  return sys;
}

/* Rows of both tables with other bits, values that are not finite, and the largest difference over 1 + |value|. */
typedef struct comparison {
  size_t other, not_finite;
  double off;
} comparison;

static void compare(const fairu_events *a, const fairu_events *b, comparison *c)
{
  for (size_t k = 0; k < N_PRIMARY; k++) {
    const float *x = fairu_events_column(a, k, NULL), *y = fairu_events_column(b, k, NULL);
    for (size_t i = 0; i < fairu_events_n_events(a); i++) {
      c->other += memcmp(&x[i], &y[i], sizeof *x) ? 1 : 0;
      c->not_finite += isfinite(y[i]) ? 0 : 1;
      double d = (double)y[i] - (double)x[i];
      if (k % 3 == LEP_PHI || k == MET_PHI) /* angles come back on either side of pi */
        d = remainder(d, 6.283185307179586);
      if (k == MET_PHI) /* of hardly any MET, the angle means nothing */
        d *= fmin(1.0, (double)fairu_events_column(a, MET, NULL)[i]);
      c->off = fmax(c->off, fabs(d) / (1.0 + fabs((double)x[i])));
    }
  }
}

static void apply(fairu_context *ctx, const fairu_systematics *sys, const fairu_events *in, double z,
                  fairu_events **out)
{
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 3, NULL, out));
}

static void step_row(validation *v, fairu_context *ctx, fairu_events *in, size_t step, int batches)
{
  fairu_systematics *sys = chain_of(ctx, step);
  comparison nominal = { 0 }, back = { 0 }, far = { 0 };
  for (int b = 0; b < batches; b++) {
    fairu_events *out = NULL, *again = NULL;
    fill_random(ctx, in, 500 + (uint64_t)b);
    apply(ctx, sys, in, steps[step].nominal, &out);
    compare(in, out, &nominal);
    fairu_events_destroy(out);
    const double z = steps[step].nominal + (b % 2 ? -5.0 : 5.0) * steps[step].width;
    apply(ctx, sys, in, z, &out);
    compare(in, out, &far);
    apply(ctx, sys, out, steps[step].divides ? 1.0 / z : -z, &again);
    compare(in, again, &back);
    fairu_events_destroy(again);
    fairu_events_destroy(out);
  }
  table_row(v, nominal.other == 0 && far.not_finite == 0 && far.other > 0 && back.off <= 1e-5,
            "\"step\": \"%s\", \"events\": %d, \"other bits at nominal\": %zu, \"not finite at 5 widths\": "
            "%zu, \"largest "
            "difference after the inverse, over 1 + value\": %.1e",
            steps[step].name, batches * BATCH, nominal.other, far.not_finite, back.off);
  fairu_systematics_destroy(sys);
}

/* All nuisances of the challenge five widths away; the columns it computes, too. */
static void higgsml_row(validation *v, fairu_context *ctx, fairu_events *in, int cuts, int batches)
{
  static const double widths[N_NUISANCES] = { 0.01, 0.01, 0.0, 0.02, 0.25, 0.001 };
  fairu_systematics *sys = higgsml_chain(ctx, cuts, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  size_t not_finite = 0, kept = 0;
  for (int b = 0; b < batches; b++) {
    fairu_events *out = NULL;
    double z[N_NUISANCES];
    for (size_t k = 0; k < N_NUISANCES; k++)
      z[k] = fmax(0.0, 1.0 + ((size_t)b * 2654435761u >> 5 >> k & 1 ? 5.0 : -5.0) * widths[k]);
    z[SOFT_MET] = exp(b % 2 ? 5.0 : -5.0);
    fill_random(ctx, in, 900 + (uint64_t)b);
    CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, z, N_NUISANCES, 3, NULL, &out));
    kept += fairu_events_n_events(out);
    for (size_t c = 0; c < N_COLUMNS; c++)
      for (size_t i = 0; i < fairu_events_n_events(out); i++)
        not_finite += isfinite(fairu_events_column(out, c, NULL)[i]) ? 0 : 1;
    fairu_events_destroy(out);
  }
  table_row(v, not_finite == 0 && kept > 0,
            "\"chain\": \"%s\", \"events\": %d, \"kept\": %zu, \"not finite\": %zu",
            cuts ? "FAIR Universe challenge, with its cuts" : "FAIR Universe challenge, all events",
            batches * BATCH, kept, not_finite);
  fairu_systematics_destroy(sys);
}

/* Weights of one label scaled: their sum scales, the others' do not move. */
static void weights_row(validation *v, fairu_context *ctx, fairu_events *in)
{
  static const char *const scaled[] = { "diboson" };
  const double z = 1.37;
  double *weights = malloc(BATCH * sizeof *weights), sum[2][2] = { { 0.0 } };
  fairu_nuisance nuisance;
  fairu_systematics *sys = NULL;
  fairu_events *out = NULL;
  for (size_t i = 0; i < BATCH; i++)
    weights[i] = 1.0 + (double)(i % 17) / 16.0;
  CHECK_OK(ctx, fairu_events_set_weights(in, ctx, weights, BATCH));
  CHECK_OK(ctx, fairu_nuisance_init(&nuisance, sizeof nuisance));
  nuisance.name = "z";
  nuisance.nominal = 1.0;
  CHECK_OK(ctx, fairu_systematics_create(ctx, &nuisance, 1, &sys));
  CHECK_OK(ctx, fairu_systematics_add_weight_scale(sys, ctx, "z", scaled, 1));
  CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, &z, 1, 3, NULL, &out));
  for (size_t i = 0; i < BATCH; i++) {
    sum[0][i % 4 == 1] += weights[i];
    sum[1][i % 4 == 1] += fairu_events_weights(out)[i];
  }
  table_row(v, sum[1][0] == sum[0][0] && fabs(sum[1][1] / (z * sum[0][1]) - 1.0) < 1e-13,
            "\"step\": \"weight scale of one label\", \"events\": %d, \"sum of the others\": \"%s\", \"its "
            "sum over z times "
            "what it was, less 1\": %.1e",
            BATCH, sum[1][0] == sum[0][0] ? "the same bits" : "moved", sum[1][1] / (z * sum[0][1]) - 1.0);
  fairu_events_destroy(out);
  fairu_systematics_destroy(sys);
  free(weights);
}

int main(int argc, char **argv)
{
  validation v = validation_of(argc, argv);
  fairu_context *ctx = validation_context(&v);
  const int batches = v.quick ? 2 : 20;
  fairu_events *in = made_up(ctx, BATCH);
  label(ctx, in);
  table_begin("B11", "Steps on random events: nominal Z, five widths away, and back",
              "nominal: the same bits; five widths away: all finite; back: 1e-5, floats twice rounded");
  for (size_t step = 0; step < sizeof steps / sizeof *steps; step++)
    step_row(&v, ctx, in, step, batches);
  table_begin("B11", "The challenge's chain, every nuisance five widths away at once", "all finite");
  higgsml_row(&v, ctx, in, 0, batches);
  higgsml_row(&v, ctx, in, 1, batches);
  table_begin("B11", "Sums of weights", "as stated, to 1e-13");
  weights_row(&v, ctx, in);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
  return v.failed > 0;
}
