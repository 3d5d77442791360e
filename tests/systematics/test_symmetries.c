/* Symmetries of transverse momenta on the columns of the challenge: turning or mirroring an event, the exchange of its jets, scaling all its
 * energies leave of the derived quantities what physics says. No formula of any of them is written here. */
#include "systematics/higgsml_random.h"

#include <fairu/systematics.h>

enum { N = 800 };

typedef struct scene {
  fairu_context *ctx;
  fairu_events *in;
  fairu_systematics *sys;
  int arithmetic;
} scene;

static scene begin(int arithmetic)
{
  scene s = { .ctx = support_context(), .arithmetic = arithmetic };
  s.in = made_up(s.ctx, N);
  s.sys = higgsml_chain(s.ctx, 0, arithmetic, FAIRU_GENERATOR_PHILOX);
  return s;
}

static void end(scene *s)
{
  fairu_events_destroy(s->in);
  fairu_systematics_destroy(s->sys);
  fairu_context_destroy(s->ctx);
}

static fairu_events *shifted(const scene *s, const fairu_events *in, double tes, double jes)
{
  const double z[N_NUISANCES] = { tes, jes, 0.0, 1.0, 1.0, 1.0 };
  fairu_events *out = NULL;
  unsigned char passed[N];
  CHECK_OK(s->ctx, fairu_systematics_apply(s->sys, s->ctx, in, z, N_NUISANCES, 3, passed, &out));
  return out;
}

/* A copy of the events that body has changed row by row. */
static fairu_events *changed(const scene *s, void (*body)(float *const v[N_COLUMNS], size_t row))
{
  fairu_events *copy = made_up(s->ctx, N);
  float *v[N_COLUMNS];
  for (size_t c = 0; c < N_COLUMNS; c++)
    v[c] = column(s->ctx, copy, c);
  for (size_t i = 0; i < N; i++)
    body(v, i);
  return copy;
}

static int is_angle(size_t c)
{
  return c == LEP_PHI || c == HAD_PHI || c == J1_PHI || c == J2_PHI || c == MET_PHI;
}

/* Distance of two angles, or of two numbers. */
static double apart(size_t c, double a, double b)
{
  return fabs(is_angle(c) ? remainder(a - b, 2.0 * acos(-1.0)) : a - b);
}

/* How far a quantity moves by a rounding of 0.0005 in energies and angles of up to 250 GeV; where a direction hangs on hardly
 * any momentum it may be anywhere. */
static double tolerance(const fairu_events *out, size_t c, size_t row)
{
  const double met = number(out, MET, row),
               turned = sin(number(out, LEP_PHI, row) - number(out, HAD_PHI, row));
  if (c == MET_PHI)
    return 2e-3 + 2e-3 / (met + 1e-3);
  if (c == CENTRALITY)
    return (2e-2 + 2e-2 / (met + 1e-3)) / (fabs(turned) + 1e-6);
  if (c == LEP_CENTRALITY)
    return 2e-3;
  return c < N_PRIMARY
             ? 2e-3
             : 2e-3 + 0.15 * (c == MT || c == MVIS || c == PT_H || c == M_JJ || c == PT_TOT || c == SUM_PT);
}

/* Small masses are roots of differences: compared by their squares too. */
static int agrees(size_t c, double a, double b, double most)
{
  return apart(c, a, b) <= most || (c >= N_PRIMARY && fabs(a * a - b * b) <= 40.0 * most);
}

typedef double (*expect_fn)(size_t c, double value);

static void check_all(const scene *s, const fairu_events *other, expect_fn expected, int exact)
{
  static const double points[3][2] = { { 1.0, 1.0 }, { 1.05, 0.97 }, { 0.9, 1.1 } };
  for (size_t k = 0; k < 3; k++) {
    fairu_events *a = shifted(s, s->in, points[k][0], points[k][1]);
    fairu_events *b = shifted(s, other, points[k][0], points[k][1]);
    for (size_t i = 0; i < N; i++)
      for (size_t c = 0; c < N_COLUMNS; c++) {
        const double x = number(a, c, i), y = number(b, c, i);
        if (isnan(x) || isnan(y)) /* a visible mass below rounding, in reference arithmetic */
          continue;
        const double wanted = x == -25.0 || x == -999.0 ? x : expected(c, x);
        const double most =
            exact ? 1e-6 * (1.0 + fabs(wanted)) + (c == MT || c == MVIS ? 2e-2 : 0.0) : tolerance(a, c, i);
        if (!agrees(c, y, wanted, most))
          fail_msg("row %zu, %s: %.9g, wanted %.9g (point %zu)", i, names[c], y, wanted, k);
      }
    fairu_events_destroy(a);
    fairu_events_destroy(b);
  }
}

/* ---- turns and mirrors -------------------------------------------------------------------------------------- */

static const double turn = 1.25;

static void turn_row(float *const v[N_COLUMNS], size_t i)
{
  for (size_t c = 0; c < N_PRIMARY; c++)
    if (is_angle(c) && v[c][i] != -25.0f)
      v[c][i] = (float)((double)v[c][i] + turn > acos(-1.0) ? (double)v[c][i] + turn - 2.0 * acos(-1.0)
                                                            : (double)v[c][i] + turn);
}

static double turned(size_t c, double value)
{
  return is_angle(c) ? value + turn : value;
}

static void mirror_phi(float *const v[N_COLUMNS], size_t i)
{
  for (size_t c = 0; c < N_PRIMARY; c++)
    if (is_angle(c) && v[c][i] != -25.0f)
      v[c][i] = -v[c][i];
}

static double mirrored_phi(size_t c, double value)
{
  return is_angle(c) ? -value : value;
}

static int is_eta(size_t c)
{
  return c == LEP_ETA || c == HAD_ETA || c == J1_ETA || c == J2_ETA;
}

static void mirror_eta(float *const v[N_COLUMNS], size_t i)
{
  for (size_t c = 0; c < N_PRIMARY; c++)
    if (is_eta(c) && v[c][i] != -25.0f)
      v[c][i] = -v[c][i];
}

static double mirrored_eta(size_t c, double value)
{
  return is_eta(c) ? -value : value;
}

static void a_detector_has_no_up_left_or_forward(void **state)
{
  (void)state;
  for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
    scene s = begin(arithmetic);
    fairu_events *other = changed(&s, turn_row);
    check_all(&s, other, turned, 0);
    fairu_events_destroy(other);
    other = changed(&s, mirror_phi);
    check_all(&s, other, mirrored_phi, 1);
    fairu_events_destroy(other);
    other = changed(&s, mirror_eta);
    check_all(&s, other, mirrored_eta, 1);
    fairu_events_destroy(other);
    end(&s);
  }
}

/* ---- jets --------------------------------------------------------------------------------------------------- */

static void swap_jets(float *const v[N_COLUMNS], size_t i)
{
  for (size_t c = J1_PT; c <= J1_PHI && v[N_JETS][i] >= 2.0f; c++) {
    const float kept = v[c][i];
    v[c][i] = v[c + J2_PT - J1_PT][i];
    v[c + J2_PT - J1_PT][i] = kept;
  }
}

/* Derived quantities of two jets do not know which of them leads. */
static void jets_may_be_exchanged(void **state)
{
  (void)state;
  for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
    scene s = begin(arithmetic);
    fairu_events *other = changed(&s, swap_jets);
    fairu_events *a = shifted(&s, s.in, 1.02, 1.04), *b = shifted(&s, other, 1.02, 1.04);
    for (size_t i = 0; i < N; i++)
      for (size_t c = N_PRIMARY; c < N_COLUMNS; c++)
        if (!isnan(number(a, c, i)) && !isnan(number(b, c, i)))
          assert_true(agrees(c, number(b, c, i), number(a, c, i), tolerance(a, c, i)));
    fairu_events_destroy(a);
    fairu_events_destroy(b);
    fairu_events_destroy(other);
    end(&s);
  }
}

/* ---- energies ----------------------------------------------------------------------------------------------- */

static int is_energy(size_t c)
{
  return c == LEP_PT || c == HAD_PT || c == J1_PT || c == J2_PT || c == J_ALL || c == MET || c == MT ||
         c == MVIS || c == PT_H || c == M_JJ || c == PT_TOT || c == SUM_PT;
}

static void double_energies(float *const v[N_COLUMNS], size_t i)
{
  for (size_t c = 0; c < N_PRIMARY; c++)
    if (is_energy(c) && v[c][i] != -25.0f)
      v[c][i] *= 2.0f;
}

static double doubled(size_t c, double value)
{
  return is_energy(c) ? 2.0 * value : value;
}

/* Massless objects have no scale: masses and momenta double, angles and ratios stay. */
static void nothing_but_energies_has_a_scale(void **state)
{
  (void)state;
  for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
    scene s = begin(arithmetic);
    fairu_events *other = changed(&s, double_energies);
    check_all(&s, other, doubled, 0);
    fairu_events_destroy(other);
    end(&s);
  }
}

/* What tau and jets gain MET loses, component by component; with two jets at most, since the third is nowhere. */
static void transverse_momentum_is_conserved(void **state)
{
  (void)state;
  static const size_t pts[] = { HAD_PT, J1_PT, J2_PT, MET }, phis[] = { HAD_PHI, J1_PHI, J2_PHI, MET_PHI };
  for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
    scene s = begin(arithmetic);
    fairu_events *out = shifted(&s, s.in, 1.07, 0.94);
    for (size_t i = 0; i < N; i++) {
      double x = 0.0, y = 0.0;
      for (size_t o = 0; o < 4 && number(s.in, N_JETS, i) < 3.0; o++)
        if (number(s.in, pts[o], i) > 0.0) {
          x += number(out, pts[o], i) * cos(number(out, phis[o], i)) -
               number(s.in, pts[o], i) * cos(number(s.in, phis[o], i));
          y += number(out, pts[o], i) * sin(number(out, phis[o], i)) -
               number(s.in, pts[o], i) * sin(number(s.in, phis[o], i));
        }
      const double most = 4e-3 + 1e-3 * number(out, MET, i); /* four momenta and one angle rounded to 0.001 */
      CHECK_NEAR(x, 0.0, most);
      CHECK_NEAR(y, 0.0, most);
    }
    fairu_events_destroy(out);
    end(&s);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(a_detector_has_no_up_left_or_forward),
                                      cmocka_unit_test(jets_may_be_exchanged),
                                      cmocka_unit_test(nothing_but_energies_has_a_scale),
                                      cmocka_unit_test(transverse_momentum_is_conserved) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
