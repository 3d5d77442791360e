/* No memory: the baseline likelihood. */
#include "abi/memory.h"

static const char *const names[] = { "challenge_baseline" };

static const fairu_challenge_baseline_nuisance one = { "a", 0.0, 1.0, -1.0, 1.0 };
static const double coefficients[2] = { 0.5, 5.0 }, counts[1] = { 6.0 }, point[2] = { 1.0, 0.0 };

MAKES(fairu_challenge_baseline_create, fairu_challenge_baseline, ctx, &one, 1, 1, 1, coefficients,
      coefficients, &out)
MAKES(fairu_challenge_baseline_create_from_templates, fairu_challenge_baseline, ctx, w->small.observed,
      "signal", &one, 1, 2, &out)

/* A call on a baseline whose own memory is asked for, too. */
static int with_baseline(fairu_context *ctx, int what)
{
  fairu_challenge_baseline *b = NULL;
  double x[2], h[4];
  fairu_challenge_baseline_result r = { .struct_size = sizeof r };
  int status = fairu_challenge_baseline_create(ctx, &one, 1, 1, 1, coefficients, coefficients, &b);
  if (status == FAIRU_OK)
    status = what == 0   ? fairu_challenge_baseline_polynomials(b, ctx, 0, 0.3, x, h)
             : what == 1 ? fairu_challenge_baseline_nll(b, ctx, counts, 1, point, 2, x, NULL, h)
                         : fairu_challenge_baseline_fit(b, ctx, counts, 1, NULL, x, h, 2, &r);
  fairu_challenge_baseline_destroy(b);
  return status;
}

BODY(fairu_challenge_baseline_polynomials, with_baseline(ctx, 0))

BODY(fairu_challenge_baseline_nll, with_baseline(ctx, 1))

BODY(fairu_challenge_baseline_fit, with_baseline(ctx, 2))

static const memory_case cases[] = {
  ROW(fairu_challenge_baseline_create, 1),      ROW(fairu_challenge_baseline_create_from_templates, 1),
  ROW(fairu_challenge_baseline_polynomials, 1), ROW(fairu_challenge_baseline_nll, 1),
  ROW(fairu_challenge_baseline_fit, 1),
};
enum { N_CASES = sizeof cases / sizeof *cases };

int main(void)
{
  return memory_main(names, sizeof names / sizeof *names, cases, N_CASES, NULL);
}
