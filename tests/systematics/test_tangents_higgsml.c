/* Derivatives of FAIR Universe events against differences of definitions written down in double, without rounding. */
#include "systematics/higgsml_random.h"

#include "numeric/numpy_random.h"
#include "numeric/philox.h"

enum { N_STRETCHED = N_PRIMARY - 1, N_Z = N_STRETCHED + 3, N_ROWS = 1500, SEED = 31415 };
#define PI 3.14159265358979323846

/* ---- the oracle ---------------------------------------------------------------------------------------- */

typedef struct event {
  double p[N_PRIMARY];
  double gx, gy;             /* deviates of MET */
  int erased[2];             /* leading, subleading: at the point of the derivative */
  double stretch[N_PRIMARY]; /* factors of columns before the shift */
} event;

typedef struct vector {
  double e, x, y, z;
} vector;

static vector vector_of(double pt, double eta, double phi)
{
  return (vector){ pt * cosh(eta), pt * cos(phi), pt * sin(phi), pt * sinh(eta) };
}

static vector sum(vector a, vector b)
{
  return (vector){ a.e + b.e, a.x + b.x, a.y + b.y, a.z + b.z };
}

/* 2 pt1 pt2 (cosh - cos), 0 where it is negative */
static double mass(double pt1, double eta1, double phi1, double pt2, double eta2, double phi2)
{
  const double s = sinh(0.5 * (eta1 - eta2)), t = sin(0.5 * (phi1 - phi2)), product = pt1 * pt2;
  return product > 0 ? sqrt(4 * product * (s * s + t * t)) : 0;
}

static void shift(const event *e, double tes, double jes, double width, double q[N_COLUMNS])
{
  for (size_t c = 0; c < N_PRIMARY; c++)
    q[c] = e->stretch[c] * e->p[c];
  const double jets = q[N_JETS];
  double x = q[MET] * cos(q[MET_PHI]) - (tes - 1) * q[HAD_PT] * cos(q[HAD_PHI]) + width * e->gx;
  double y = q[MET] * sin(q[MET_PHI]) - (tes - 1) * q[HAD_PT] * sin(q[HAD_PHI]) + width * e->gy;
  q[HAD_PT] *= tes;
  for (int j = 0; j < 2 && jets > j; j++) {
    x -= (jes - 1) * q[J1_PT + 3 * j] * cos(q[J1_PHI + 3 * j]);
    y -= (jes - 1) * q[J1_PT + 3 * j] * sin(q[J1_PHI + 3 * j]);
    q[J1_PT + 3 * j] *= jes;
  }
  q[J_ALL] *= jes;
  q[MET] = sqrt(x * x + y * y);
  q[MET_PHI] = atan2(y, x);
  for (int j = 0; j < 2; j++)
    if (e->erased[j]) {
      q[J_ALL] -= q[J1_PT + 3 * j];
      q[N_JETS] -= 1;
      q[J1_PT + 3 * j] = q[J1_ETA + 3 * j] = q[J1_PHI + 3 * j] = -25;
    }
}

static double centrality(double had, double lep, double met)
{
  const double side = sin(had - lep) > 0 ? 1 : sin(had - lep) < 0 ? -1 : 0;
  const double a = sin(met - lep) * side, b = sin(had - met) * side, root = sqrt(a * a + b * b);
  return root > 0 ? (a + b) / root : -25;
}

static void derive(double q[N_COLUMNS])
{
  const vector none = { 0, 0, 0, 0 }, lep = vector_of(q[LEP_PT], q[LEP_ETA], q[LEP_PHI]);
  const vector had = vector_of(q[HAD_PT], q[HAD_ETA], q[HAD_PHI]), met = vector_of(q[MET], 0, q[MET_PHI]);
  const vector j1 = q[N_JETS] >= 1 ? vector_of(q[J1_PT], q[J1_ETA], q[J1_PHI]) : none;
  const vector j2 = q[N_JETS] >= 2 ? vector_of(q[J2_PT], q[J2_ETA], q[J2_PHI]) : none;
  const vector higgs = sum(sum(lep, had), met), all = sum(higgs, sum(j1, j2));
  const double apart = pow(q[J1_ETA] - q[J2_ETA], 2);
  const int two = q[N_JETS] >= 2;
  q[MT] = mass(q[MET], 0, q[MET_PHI], q[LEP_PT], 0, q[LEP_PHI]);
  q[MVIS] = mass(q[HAD_PT], q[HAD_ETA], q[HAD_PHI], q[LEP_PT], q[LEP_ETA], q[LEP_PHI]);
  q[PT_H] = hypot(higgs.x, higgs.y);
  q[PT_TOT] = hypot(all.x, all.y);
  q[DELTAETA] = two ? fabs(q[J2_ETA] - q[J1_ETA]) : -25;
  q[PRODETA] = two ? q[J2_ETA] * q[J1_ETA] : -25;
  q[M_JJ] = two ? mass(q[J1_PT], q[J1_ETA], q[J1_PHI], q[J2_PT], q[J2_ETA], q[J2_PHI]) : -25;
  q[DELTA_R] = hypot(q[LEP_ETA] - q[HAD_ETA], fabs(remainder(q[LEP_PHI] - q[HAD_PHI], 2 * PI)));
  q[SUM_PT] = q[HAD_PT] + q[LEP_PT] + q[J_ALL];
  q[RATIO] = q[LEP_PT] / q[HAD_PT];
  q[CENTRALITY] = centrality(q[HAD_PHI], q[LEP_PHI], q[MET_PHI]);
  if (q[CENTRALITY] == -25)
    q[CENTRALITY] = centrality(q[HAD_PHI], q[LEP_PHI] + (double)0.0001f, q[MET_PHI]);
  q[LEP_CENTRALITY] = two ? exp(-4 / (apart > 0 ? apart : (double)0.0001f) *
                                pow(q[LEP_ETA] - 0.5 * (q[J1_ETA] + q[J2_ETA]), 2))
                          : -25;
}

/* ---- differences --------------------------------------------------------------------------------------- */

typedef struct setup {
  fairu_context *ctx;
  fairu_systematics *sys;
  fairu_events *in;
  double z[N_Z]; /* stretches of the columns but n_jets, then tes, jes, soft_met */
  int cuts, generator, is_logarithm;
  double *deviates; /* [2 n] */
  float *got;
  size_t n, n_moved, n_rough;
} setup;

static size_t stretched(size_t k)
{
  return k < N_JETS ? k : k + 1;
}

static void evaluate(const setup *s, const event *at, size_t k, double step, double q[N_COLUMNS])
{
  double z[N_Z];
  event e = *at;
  memcpy(z, s->z, sizeof z);
  z[k] += step;
  for (size_t c = 0; c < N_STRETCHED; c++)
    e.stretch[stretched(c)] = z[c];
  shift(&e, z[N_STRETCHED], z[N_STRETCHED + 1],
        s->is_logarithm ? exp(z[N_STRETCHED + 2]) : z[N_STRETCHED + 2], q);
  derive(q);
}

/* Central differences without their error of second order. */
static void differences(const setup *s, const event *e, size_t k, double h, double d[N_COLUMNS])
{
  static const double steps[4] = { -2, -1, 1, 2 }, parts[4] = { 1, -8, 8, -1 };
  double q[4][N_COLUMNS];
  for (int j = 0; j < 4; j++) {
    evaluate(s, e, k, steps[j] * h, q[j]);
    q[j][MET_PHI] = q[0][MET_PHI] + remainder(q[j][MET_PHI] - q[0][MET_PHI], 2 * PI);
  }
  for (size_t c = 0; c < N_COLUMNS; c++) {
    d[c] = 0;
    for (int j = 0; j < 4; j++)
      d[c] += parts[j] * q[j][c] / (12 * h);
  }
}

static event event_of(const setup *s, size_t row)
{
  event e = { .gx = s->deviates[row], .gy = s->deviates[row + s->n] };
  for (size_t c = 0; c < N_PRIMARY; c++) {
    e.p[c] = number(s->in, c, row);
    e.stretch[c] = 1;
  }
  for (int j = 0; j < 2; j++) {
    const double pt = (e.p[N_JETS] > j ? s->z[N_STRETCHED + 1] : 1.0) * e.p[J1_PT + 3 * j];
    e.erased[j] = s->cuts && pt >= 0 && rint(1000 * pt) / 1000 <= 26;
  }
  return e;
}

static int passes(const setup *s, const event *e)
{
  return !s->cuts || (rint(1000 * s->z[N_STRETCHED] * e->p[HAD_PT]) / 1000 >= 26 && e->p[LEP_PT] >= 20);
}

/* Where differences with two steps disagree, there is a kink near by: such values are counted and must be few. */
static void check_row(setup *s, size_t row, size_t k)
{
  const event e = event_of(s, row);
  double wanted[N_COLUMNS], again[N_COLUMNS], q[N_COLUMNS];
  differences(s, &e, k, 4e-5, wanted);
  differences(s, &e, k, 1e-5, again);
  evaluate(s, &e, k, 0, q);
  for (size_t c = 0; c < N_COLUMNS; c++) {
    const double is = (double)s->got[(row * N_COLUMNS + c) * N_Z + k];
    const double scale = fmax(fabs(wanted[c]), fmax(1, fabs(q[c])));
    if (!passes(s, &e)) {
      assert_true(is == 0);
      continue;
    }
    s->n_moved += wanted[c] != 0;
    if (fabs(wanted[c] - again[c]) > 2e-6 * scale)
      s->n_rough++;
    else if (!(fabs(is - again[c]) <= 1e-5 * scale))
      fail_msg("row %zu, %s by z[%zu] is %.9g, differences say %.9g", row, names[c], k, is, again[c]);
  }
}

static void draw(setup *s)
{
  fairu_numpy_random *rng = malloc(sizeof *rng);
  s->deviates = malloc(2 * s->n * sizeof *s->deviates);
  fairu_numpy_random__seed(rng, SEED);
  for (size_t i = 0; i < 2 * s->n; i++)
    s->deviates[i] = fairu_numpy_random__gauss(rng);
  free(rng);
  for (size_t i = 0; i < s->n && s->generator == FAIRU_GENERATOR_PHILOX; i++) {
    fairu_philox other = fairu_philox__start(SEED, FAIRU_STREAM_SYSTEMATICS, 0, i);
    s->deviates[i] = fairu_philox__normal(&other);
    s->deviates[i + s->n] = fairu_philox__normal(&other);
  }
}

/* Every column is stretched by a nuisance of its own before the pack sees it. */
static void make_chain(setup *s, int arithmetic)
{
  fairu_nuisance nu[N_Z];
  char labels[N_Z][16];
  fairu_higgsml_options o;
  for (size_t k = 0; k < N_Z; k++) {
    (void)snprintf(labels[k], sizeof labels[k], "z%zu", k);
    CHECK_OK(s->ctx, fairu_nuisance_init(&nu[k], sizeof nu[k]));
    nu[k].name = labels[k];
  }
  CHECK_OK(s->ctx, fairu_systematics_create(s->ctx, nu, N_Z, &s->sys));
  for (size_t k = 0; k < N_STRETCHED; k++)
    CHECK_OK(s->ctx, fairu_systematics_add_scale(s->sys, s->ctx, labels[k], &names[stretched(k)], 1));
  CHECK_OK(s->ctx, fairu_higgsml_options_init(&o, sizeof o));
  o.tes = labels[N_STRETCHED];
  o.jes = labels[N_STRETCHED + 1];
  if (s->is_logarithm)
    o.log_soft_met = labels[N_STRETCHED + 2];
  else
    o.soft_met = labels[N_STRETCHED + 2];
  o.cuts = s->cuts;
  o.arithmetic = arithmetic;
  o.generator = s->generator;
  CHECK_OK(s->ctx, fairu_systematics_add_higgsml(s->sys, s->ctx, &o));
}

static void check_events(setup *s, const double shifts[3], int arithmetic)
{
  s->n = fairu_events_n_events(s->in);
  for (size_t k = 0; k < N_STRETCHED; k++)
    s->z[k] = 1;
  memcpy(s->z + N_STRETCHED, shifts, 3 * sizeof *shifts);
  make_chain(s, arithmetic);
  draw(s);
  s->got = malloc(s->n * N_COLUMNS * N_Z * sizeof *s->got);
  s->n_moved = s->n_rough = 0;
  CHECK_OK(s->ctx,
           fairu_systematics_tangents(s->sys, s->ctx, s->in, s->z, N_Z, SEED, names, N_COLUMNS, s->got));
  for (size_t i = 0; i < s->n * N_COLUMNS * N_Z; i++)
    assert_true(isfinite(s->got[i]));
  for (size_t row = 0; row < s->n; row++)
    for (size_t k = 0; k < N_Z; k++)
      check_row(s, row, k);
  if (getenv("FAIRU_TEST_VERBOSE"))
    print_message("%zu of %zu derivatives beside a kink\n", s->n_rough, s->n_moved);
  assert_true(s->n_moved > 20 * s->n && 2000 * s->n_rough < s->n_moved);
  free(s->got);
  free(s->deviates);
  fairu_systematics_destroy(s->sys);
}

/* ---- tests --------------------------------------------------------------------------------------------- */

static const double nominal[3] = { 1, 1, 0 }, off[3] = { 0.94, 1.06, 3 };

static void random_events_agree_with_differences(void **state)
{
  (void)state;
  setup s = { .ctx = support_context() };
  s.in = made_up(s.ctx, N_ROWS);
  for (s.cuts = 0; s.cuts < 2; s.cuts++) {
    s.generator = s.cuts ? FAIRU_GENERATOR_PHILOX : FAIRU_GENERATOR_NUMPY;
    s.is_logarithm = 0;
    check_events(&s, nominal, FAIRU_ARITHMETIC_FAST);
    check_events(&s, off, FAIRU_ARITHMETIC_REFERENCE);
    s.is_logarithm = 1;
    check_events(&s, off, FAIRU_ARITHMETIC_FAST);
  }
  fairu_events_destroy(s.in);
  fairu_context_destroy(s.ctx);
}

static void the_sample_agrees_with_differences(void **state)
{
  (void)state;
  char path[512];
  if (!support_data(path, sizeof path, "fair-universe/sample.csv.gz"))
    support_skip("no ../shared/data");
  setup s = { .ctx = support_context(), .cuts = 1, .generator = FAIRU_GENERATOR_NUMPY };
  fairu_csv_options options;
  CHECK_OK(s.ctx, fairu_csv_options_init(&options, sizeof options));
  options.columns = names;
  options.n_columns = N_COLUMNS;
  CHECK_OK(s.ctx, fairu_events_read_csv(s.ctx, path, &options, &s.in));
  check_events(&s, nominal, FAIRU_ARITHMETIC_REFERENCE);
  check_events(&s, off, FAIRU_ARITHMETIC_FAST);
  fairu_events_destroy(s.in);
  fairu_context_destroy(s.ctx);
}

/* Rounding to 0.001 apart, a step of the shift itself is the tangent times the step, to first order. */
static void shifted_events_follow_the_tangent(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, N_ROWS), *up = NULL, *down = NULL;
  fairu_systematics *sys = higgsml_chain(ctx, 0, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  float *got = malloc(N_ROWS * N_COLUMNS * N_NUISANCES * sizeof *got);
  unsigned char passed[N_ROWS];
  int32_t labels[N_ROWS] = { 0 };
  const double z[N_NUISANCES] = { 1.02, 0.97, 1.5, 1.1, 1.2, 0.99 };
  CHECK_OK(ctx, fairu_events_set_labels(in, ctx, labels, N_ROWS));
  CHECK_OK(ctx, fairu_events_set_categories(in, ctx, (const char *const[]){ "ttbar" }, 1));
  for (size_t i = 0; i < N_ROWS; i++) {
    column(ctx, in, MET)[i] += 60.0f; /* away from the kink at 0 */
    column(ctx, in, LEP_PHI)[i] = column(ctx, in, HAD_PHI)[i] + 1.0f;
    column(ctx, in, MET_PHI)[i] = column(ctx, in, HAD_PHI)[i] - 1.5f;
  }
  CHECK_OK(ctx, fairu_systematics_tangents(sys, ctx, in, z, N_NUISANCES, 5, names, N_COLUMNS, got));
  for (size_t k = 0; k < N_NUISANCES; k++) {
    double above[N_NUISANCES], below[N_NUISANCES];
    memcpy(above, z, sizeof z);
    memcpy(below, z, sizeof z);
    above[k] += 0.01;
    below[k] -= 0.01;
    CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, above, N_NUISANCES, 5, passed, &up));
    CHECK_OK(ctx, fairu_systematics_apply(sys, ctx, in, below, N_NUISANCES, 5, passed, &down));
    for (size_t c = 0; c < N_COLUMNS; c++) {
      double moved_is = 0, is_is = 0, residual = 0;
      for (size_t i = 0; i < N_ROWS; i++) {
        const double is = 0.02 * (double)got[(i * N_COLUMNS + c) * N_NUISANCES + k];
        const double moved = number(up, c, i) - number(down, c, i);
        const double short_way = c == MET_PHI ? remainder(moved, 2 * PI) : moved;
        CHECK_NEAR(is, short_way, 0.15); /* 0.001 in the angle of MET is 0.1 in pt_h */
        moved_is += is * short_way;
        is_is += is * is;
        residual += (short_way - is) * (short_way - is) / N_ROWS;
      }
      if (is_is > 1e-6) /* else roundoff of what does not move */
        CHECK_NEAR(moved_is / is_is, 1, 0.002 + 5 * sqrt(residual / is_is));
    }
    fairu_events_destroy(up);
    fairu_events_destroy(down);
  }
  free(got);
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void threads_give_the_same_bits(void **state)
{
  (void)state;
  enum { MANY = 5000 };
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, MANY);
  fairu_systematics *sys = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  const double z[N_NUISANCES] = { 1.02, 0.97, 1.5, 1.1, 1.2, 0.99 };
  const size_t size = MANY * N_COLUMNS * N_NUISANCES * sizeof(float);
  float *one = malloc(size), *four = malloc(size);
  CHECK_OK(ctx, fairu_systematics_tangents(sys, ctx, in, z, N_NUISANCES, 5, names, N_COLUMNS, one));
  CHECK_OK(ctx, fairu_context_set_threads(ctx, 4));
  CHECK_OK(ctx, fairu_systematics_tangents(sys, ctx, in, z, N_NUISANCES, 5, names, N_COLUMNS, four));
  assert_memory_equal(one, four, size);
  free(one);
  free(four);
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

#define GOT(row, c, k) got[((size_t)(row)*N_COLUMNS + (c)) * N_NUISANCES + (k)]

/* Rows at all kinks: everything is finite, and 0 where a derivative has no meaning. */
static void kinks_are_finite(void **state)
{
  (void)state;
  enum { ROWS = 6 };
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, ROWS);
  float *v[N_COLUMNS], *got = malloc(ROWS * N_COLUMNS * N_NUISANCES * sizeof *got);
  for (size_t c = 0; c < N_COLUMNS; c++)
    v[c] = column(ctx, in, c);
  for (size_t i = 0; i < ROWS; i++) { /* two jets in one direction, lepton and tau in another */
    v[N_JETS][i] = i == 5 ? 3 : 2;
    v[J_ALL][i] = 80;
    for (size_t c = J1_PT; c <= J2_PHI; c++)
      v[c][i] = c % 3 ? 0.5f : 40.0f;
    v[LEP_PT][i] = v[HAD_PT][i] = 30;
    v[LEP_ETA][i] = v[HAD_ETA][i] = v[LEP_PHI][i] = v[HAD_PHI][i] = 0.25f;
    v[MET][i] = i == 0 ? 0.0f : 30.0f;
    v[MET_PHI][i] = i == 1 ? 0.25f : 1.0f;
  }
  v[LEP_PT][2] = 0;
  v[HAD_PT][3] = 0;
  v[MET][4] = 1e-30f;
  v[J2_PT][5] = 25.0f; /* erased: two jets are left, one of them all -25 */
  fairu_systematics *sys = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  const double z[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };
  CHECK_OK(ctx, fairu_systematics_tangents(sys, ctx, in, z, N_NUISANCES, 5, names, N_COLUMNS, got));
  for (size_t i = 0; i < ROWS * N_COLUMNS * N_NUISANCES; i++)
    assert_true(isfinite(got[i]));
  for (size_t k = 0; k < N_NUISANCES; k++) {
    assert_true(GOT(0, MET, k) == 0 && GOT(0, MET_PHI, k) == 0 && GOT(0, MT, k) == 0);
    assert_true(GOT(1, MVIS, k) == 0 && GOT(1, M_JJ, k) == 0);
    for (size_t c = 0; c < N_COLUMNS; c++)
      assert_true(GOT(2, c, k) == 0 && GOT(3, c, k) == 0); /* these fail the cuts */
    for (size_t c = J2_PT; c <= J2_PHI; c++)
      assert_true(GOT(5, c, k) == 0);
    assert_true(GOT(5, M_JJ, k) == 0 && GOT(5, DELTAETA, k) == 0 && GOT(5, LEP_CENTRALITY, k) == 0);
  }
  CHECK_CLOSE((double)GOT(0, PT_H, JES), -80 * cos(0.25), 1e-6); /* MET starts from 0 against both jets */
  CHECK_CLOSE((double)GOT(5, J_ALL, JES), 80 - 25, 1e-6);
  free(got);
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static void bad_rows_are_named(void **state)
{
  (void)state;
  fairu_context *ctx = support_context();
  fairu_events *in = made_up(ctx, 10);
  fairu_systematics *sys = higgsml_chain(ctx, 1, FAIRU_ARITHMETIC_FAST, FAIRU_GENERATOR_PHILOX);
  double z[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };
  float got[10];
  static const char *const one[1] = { "DER_mass_vis" };
#define TANGENTS() fairu_systematics_tangents(sys, ctx, in, z, N_NUISANCES, 5, one, 1, got)
  column(ctx, in, J1_ETA)[7] = -25.0f;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, TANGENTS());
  CHECK_SAYS(ctx, "row 7, column PRI_jet_leading_pt");
  column(ctx, in, J1_ETA)[7] = 1.0f;
  column(ctx, in, HAD_PT)[4] = -25.0f;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, TANGENTS());
  CHECK_SAYS(ctx, "row 4, column PRI_had_pt is -25");
  column(ctx, in, HAD_PT)[4] = (float)NAN;
  CHECK_FAILS(ctx, FAIRU_ERR_NON_FINITE, TANGENTS());
  CHECK_SAYS(ctx, "row 4, column PRI_had_pt is nan");
  column(ctx, in, HAD_PT)[4] = 30.0f;
  z[SOFT_MET] = -1;
  CHECK_FAILS(ctx, FAIRU_ERR_RANGE, TANGENTS());
  CHECK_SAYS(ctx, "(soft_met) is -1");
  fairu_systematics_destroy(sys);
  fairu_events_destroy(in);
  fairu_context_destroy(ctx);
}

static int no_memory(fairu_context *ctx, void *data)
{
  (void)data;
  static const double z[N_NUISANCES] = { 1, 1, 0, 1, 1, 1 };
  fairu_events *in = NULL;
  fairu_systematics *sys = NULL;
  fairu_nuisance nu;
  fairu_higgsml_options o;
  float got[100 * N_COLUMNS];
  int status = fairu_nuisance_init(&nu, sizeof nu);
  nu.name = "width";
  if (status == FAIRU_OK)
    status = fairu_higgsml_options_init(&o, sizeof o);
  o.soft_met = "width";
  o.generator = FAIRU_GENERATOR_NUMPY;
  if (status == FAIRU_OK)
    status = fairu_systematics_create(ctx, &nu, 1, &sys);
  if (status == FAIRU_OK)
    status = fairu_systematics_add_higgsml(sys, ctx, &o);
  if (status == FAIRU_OK)
    status = fairu_events_create(ctx, 100, N_COLUMNS, names, &in);
  if (status == FAIRU_OK)
    status = fairu_systematics_tangents(sys, ctx, in, z, 1, 1, names, N_COLUMNS, got);
  fairu_events_destroy(in);
  fairu_systematics_destroy(sys);
  return status;
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  assert_true(support_every_need_fails(no_memory, NULL) > 5);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(random_events_agree_with_differences),
    cmocka_unit_test(the_sample_agrees_with_differences),
    cmocka_unit_test(shifted_events_follow_the_tangent),
    cmocka_unit_test(threads_give_the_same_bits),
    cmocka_unit_test(kinks_are_finite),
    cmocka_unit_test(bad_rows_are_named),
    cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests_name("tangents, higgsml", tests, NULL, NULL);
}
