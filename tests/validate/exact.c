/* exact.c: B4, coverage of 1-sigma intervals by enumeration, and of Feldman-Cousins intervals: no toys, no toy error. */
#include "coverage/enumeration.h"
#include "validate/table.h"

static void coverage_row(validation *v, const char *model, double s, double b, double tau, double mu,
                         int bounded, enumerated sums)
{
  const double off = fabs(sums.coverage - sums.closed);
  char control[32];
  snprintf(control, sizeof control, tau > 0.0 ? "%g" : "\"\"", tau);
  table_row(v, off <= 1e-9,
            "\"model\": \"%s\", \"s\": %g, \"b\": %g, \"tau\": %s, \"mu\": %g, \"interval\": \"%s\", "
            "\"coverage\": %.9f, \"differs\": %.1e",
            model, s, b, control, mu, bounded ? "mu >= 0" : "free", sums.coverage, off);
}

static void single_bins(validation *v)
{
  static const struct {
    double s, b, mu;
    int bounded;
  } cases[] = { { 3.0, 1.0, 1.0, 0 },   { 3.0, 1.0, 0.0, 0 },  { 3.0, 1.0, 0.0, 1 },   { 0.7, 0.3, 0.17, 0 },
                { 0.7, 0.3, 0.17, 1 },  { 0.7, 4.3, 1.0, 0 },  { 0.7, 4.3, 1.0, 1 },   { 3.0, 60.0, 0.0, 0 },
                { 3.0, 60.0, 0.0, 1 },  { 25.0, 1.0, 2.9, 0 }, { 25.0, 60.0, 1.0, 0 }, { 2.0, 1.0, -0.3, 0 },
                { 2.0, 1.0, -0.45, 0 }, { 2.0, 1.0, -0.5, 0 } };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    coverage_row(v, cases[i].mu == -0.5 ? "one bin, nu = 0" : "one bin", cases[i].s, cases[i].b, 0.0,
                 cases[i].mu, cases[i].bounded,
                 enumerated_single(cases[i].s, cases[i].b, cases[i].mu, cases[i].bounded ? 0.0 : -HUGE_VAL));
}

static void control_bins(validation *v)
{
  static const struct {
    double s, b, tau, mu;
  } cases[] = { { 3.0, 1.0, 1.0, 1.0 }, { 1.0, 0.3, 0.7, 0.0 }, { 5.0, 2.3, 3.1, 1.3 } };
  static const char *const forms[] = { "bin and control bin, free factor", "bin and control bin, gamma" };
  for (size_t i = 0; i < 3; i++)
    for (int form = FACTOR; form <= GAMMA; form++)
      for (int bounded = 0; bounded < 2; bounded++)
        coverage_row(v, forms[form], cases[i].s, cases[i].b, cases[i].tau, cases[i].mu, bounded,
                     enumerated_on_off(form, cases[i].s, cases[i].b, cases[i].tau, cases[i].mu,
                                       bounded ? 0.0 : -HUGE_VAL));
}

enum { MOST_COUNTS = 80 };

/* Sum of P(n) over the n whose interval holds mu. */
static double belt_coverage(double ends[MOST_COUNTS][2], double b, double mu)
{
  double sum = 0.0;
  int first, last;
  counts_of(mu + b, &first, &last);
  for (int n = first; n <= last; n++) {
    assert_true(n < MOST_COUNTS);
    sum += ends[n][0] <= mu && mu <= ends[n][1] ? probability(n, mu + b) : 0.0;
  }
  return sum;
}

static void belt(validation *v, fairu_context *ctx, double b, double level)
{
  double ends[MOST_COUNTS][2], least = 1.0, at = 0.0, sum = 0.0;
  int n = 0;
  for (uint64_t k = 0; k < MOST_COUNTS; k++)
    CHECK_OK(ctx, fairu_feldman_cousins(ctx, k, b, level, &ends[k][0], &ends[k][1]));
  for (double mu = 0.0; mu <= 15.0; mu += 0.00173, n++) {
    const double coverage = belt_coverage(ends, b, mu);
    sum += coverage;
    at = coverage < least ? mu : at;
    least = fmin(least, coverage);
  }
  table_row(v, least >= level - 1e-9,
            "\"background\": %g, \"level\": %g, \"least coverage\": %.6f, \"at mu\": %.4f, "
            "\"mean coverage\": %.4f, \"points\": %d",
            b, level, least, at, sum / n, n);
}

static void belts(validation *v, fairu_context *ctx)
{
  static const double backgrounds[] = { 0.0, 0.5, 3.0, 10.0 }, levels[] = { 0.6827, 0.9, 0.95 };
  table_begin("B4", "Feldman-Cousins intervals: exact coverage over 0 <= mu <= 15",
              "the least is at least the level: exact by construction, over-covering where counts are few");
  for (size_t i = 0; i < (v->quick ? 1 : 4); i++)
    for (size_t k = 0; k < (v->quick ? 1 : 3); k++)
      belt(v, ctx, backgrounds[i], levels[k]);
}

int main(int argc, char **argv)
{
  validation v = validation_of(argc, argv);
  fairu_context *ctx = validation_context(&v);
  table_begin(
      "B4", "Exact coverage of {t <= 1} by enumeration of counts",
      "the sum over the counts whose interval holds the truth equals the one by closed forms to 1e-9");
  single_bins(&v);
  control_bins(&v);
  belts(&v, ctx);
  fairu_context_destroy(ctx);
  return v.failed > 0;
}
