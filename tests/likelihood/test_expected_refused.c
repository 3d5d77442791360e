/* Losses of expected results: what is refused, by name, with nothing written. */
#include "likelihood/expected_counts.h"

typedef struct refusal {
  fairu_context *ctx;
  expected_counts *c;
  fairu_expected_nuisance n[FAIRU_EXPECTED_MAX_NUISANCES + 1];
  fairu_expected_loss_options options;
} refusal;

static void begin(refusal *r)
{
  expected_counts_fill(r->c);
  for (size_t k = 0; k <= FAIRU_EXPECTED_MAX_NUISANCES; k++)
    r->n[k] =
        (fairu_expected_nuisance){ .struct_size = sizeof *r->n, .source = FAIRU_SOURCE_RATE, .width = 0.1 };
  expected_nuisances(r->n);
  r->options = expected_options(r->c, r->n, EC_NUISANCES, FAIRU_EXPECTED_VARIANCE);
}

static void refused(refusal *r, int code, const char *says)
{
  double loss = -7.0, d_counts[EC_COUNTS] = { 5.0 };
  CHECK_FAILS(r->ctx, code, fairu_expected_loss(r->ctx, &r->c->summary, &loss, d_counts, NULL, &r->options));
  CHECK_SAYS(r->ctx, says);
  CHECK_NEAR(loss, -7.0, 0.0);
  CHECK_NEAR(d_counts[0], 5.0, 0.0);
  begin(r);
}

static void bad_options(refusal *r)
{
  r->options.n_processes = 2;
  refused(r, FAIRU_ERR_SHAPE, "yields of 2 processes, counts of 3");
  r->options.signal = 3;
  refused(r, FAIRU_ERR_RANGE, "the signal is process 3 of 3");
  r->c->yields[1] = 0.0;
  refused(r, FAIRU_ERR_RANGE, "process 1, the signal, has yield 0");
  r->c->yields[2] = -4.0;
  refused(r, FAIRU_ERR_RANGE, "process 2 has yield -4");
  r->options.floor = -1.0;
  refused(r, FAIRU_ERR_RANGE, "floor is -1");
  r->options.quantity = 9;
  refused(r, FAIRU_ERR_ARGUMENT, "no quantity 9");
  r->options.interpolation = FAIRU_CODE_2;
  refused(r, FAIRU_ERR_ARGUMENT, "no interpolation 3");
  r->options.yields = NULL;
  refused(r, FAIRU_ERR_NULL, "yields");
  r->options.struct_size = 8;
  refused(r, FAIRU_ERR_STRUCT_SIZE, "struct_size is 8");
}

static void bad_nuisances(refusal *r)
{
  r->options.n_nuisances = FAIRU_EXPECTED_MAX_NUISANCES + 1;
  refused(r, FAIRU_ERR_LIMIT, "17 nuisances, at most 16");
  r->options.nuisances = NULL;
  refused(r, FAIRU_ERR_NULL, "nuisances is NULL");
  for (size_t k = 0; k < 7; k++)
    r->n[k] = r->n[0];
  r->options.n_nuisances = 7;
  r->options.interpolation = FAIRU_CODE_0;
  refused(r, FAIRU_ERR_LIMIT, "7 nuisances with kinks of code 0");
  r->n[2].source = 8;
  refused(r, FAIRU_ERR_ARGUMENT, "nuisance 2 has no source 8");
  r->n[2].process = 3;
  refused(r, FAIRU_ERR_RANGE, "nuisance 2 wants process 3 of 3");
  r->n[0].down = 4;
  refused(r, FAIRU_ERR_RANGE, "nuisance 0 wants variation 4 of 4");
  r->n[1].tangent = 2;
  refused(r, FAIRU_ERR_RANGE, "nuisance 1 wants tangent 2 of 2");
  r->n[0].step_up = -0.5;
  refused(r, FAIRU_ERR_RANGE, "nuisance 0 has steps up -0.5");
  r->n[5].width = (double)NAN;
  refused(r, FAIRU_ERR_RANGE, "nuisance 5 has width");
  r->n[3].struct_size = 1;
  refused(r, FAIRU_ERR_STRUCT_SIZE, "nuisance of a loss");
  r->c->summary.tangents = NULL;
  refused(r, FAIRU_ERR_ARGUMENT, "nuisance 1 wants tangents");
}

static void bad_counts(refusal *r)
{
  r->c->counts[(2 * EC_VARIATIONS + 3) * EC_BINS + 4] = (double)INFINITY;
  refused(r, FAIRU_ERR_NON_FINITE, "process 2, variation 3, bin 4");
  r->c->tangents[1] = (double)NAN;
  refused(r, FAIRU_ERR_NON_FINITE, "process 0, tangent 0, bin 1");
  r->c->counts[2] = -3.0;
  refused(r, FAIRU_ERR_NEGATIVE_YIELD, "expected in bin 2");
  r->c->summary.counts = NULL;
  refused(r, FAIRU_ERR_NULL, "counts");
  r->c->summary.n_bins = 0;
  refused(r, FAIRU_ERR_SHAPE, "0 bins");
  for (size_t p = 0; p < EC_PROCESSES; p++)
    r->c->counts[p * EC_VARIATIONS * EC_BINS + 3] = 0.0;
  r->options.floor = 0.0;
  refused(r, FAIRU_ERR_NEGATIVE_YIELD, "no events expected in bin 3, which nuisance 0 changes");
  for (size_t p = 0; p < EC_PROCESSES; p += 2)
    r->c->counts[p * EC_VARIATIONS * EC_BINS + 3] = 0.0;
  r->options.floor = 0.0;
  r->options.n_nuisances = 0;
  r->options.quantity = FAIRU_EXPECTED_P0;
  refused(r, FAIRU_ERR_NEGATIVE_YIELD, "bin 3 expects 0 events at mu = 0");
}

static void singular_matrices(refusal *r)
{
  r->n[4] = r->n[5]; /* twice the same, free */
  refused(r, FAIRU_ERR_NOT_POSITIVE_DEFINITE, "cannot tell nuisance 5");
  r->n[3].width = 0.0; /* a free rate of the signal is the signal */
  refused(r, FAIRU_ERR_NOT_POSITIVE_DEFINITE, "cannot tell nuisance 3");
  memset(r->c->counts + EC_VARIATIONS * EC_BINS, 0, EC_BINS * sizeof(double));
  refused(r, FAIRU_ERR_NOT_POSITIVE_DEFINITE, "hold no signal");
}

static void bad_input_is_named(void **state)
{
  (void)state;
  refusal r = { .ctx = support_context(), .c = expected_counts_create() };
  begin(&r);
  bad_options(&r);
  bad_nuisances(&r);
  bad_counts(&r);
  singular_matrices(&r);
  free(r.c);
  fairu_context_destroy(r.ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(bad_input_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
