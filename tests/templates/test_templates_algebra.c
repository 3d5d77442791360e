/* What interpolated templates obey on any grid, whatever a spline is: the order of axes, of a pair and of processes does not matter; sums, products and
 * factors of yields are those of templates in their scale; an axis of one knot is none; outside the knots nothing is told. */
#include "fill_model.h"

enum { BINS = 3, MOST_NU = 2 * BINS, N_ROUNDS = 150 };

static const char *const processes[2] = { "first", "second" };

/* Yields that are smooth in all nuisances at once and never near 0; kind 2 is the sum 0 + 2 x 1, kind 3 their product. */
typedef struct asked {
  const size_t *of_axis;
  int kind;
  int swapped; /* the processes */
} asked;

static double yield(int kind, size_t process, size_t bin, const double z[N_NUISANCES])
{
  const double q = (double)process, b = (double)bin;
  const double f =
      9.0 + q + b + 2.0 * sin(z[TURN] + b * z[TES]) + z[NORM] * z[TES] - z[TURN] * z[NORM] * (1.0 + q);
  const double g = 6.0 + 2.0 * q - b + cos(2.0 * z[TES] * z[TURN] + q) + 0.5 * z[NORM] * z[NORM];
  return kind == 0 ? f : kind == 1 ? g : kind == 2 ? f + 2.0 * g : kind == 3 ? f * g : 7.0 * f;
}

static int give_yields(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields,
                       double *variances, void *user_data)
{
  const asked *a = user_data;
  double by_name[N_NUISANCES] = { 0.25, 1.0, 1.0 };
  (void)variances;
  for (size_t k = 0; k < n_axes; k++)
    by_name[a->of_axis[k]] = z[k];
  for (size_t b = 0; b < n_bins; b++)
    yields[b] = yield(a->kind, a->swapped ? 1 - process : process, b, by_name);
  return 0;
}

static fairu_templates *templates_of(const model *m, const fairu_grid *grid, asked a, int scale)
{
  const char *const names[2] = { processes[a.swapped], processes[1 - a.swapped] };
  fairu_templates *t = NULL;
  CHECK_OK(m->ctx,
           fairu_templates_create_from_function(m->ctx, grid, names, 2, BINS, give_yields, &a, scale, &t));
  return t;
}

typedef struct answer {
  double nu[MOST_NU], d[N_NUISANCES][MOST_NU], d2[N_NUISANCES][N_NUISANCES][MOST_NU]; /* by nuisance */
} answer;

static answer answer_of(const model *m, const fairu_templates *t, const size_t *of_axis, const double *z)
{
  double by_axis[N_NUISANCES], d[N_NUISANCES * MOST_NU], d2[N_NUISANCES * N_NUISANCES * MOST_NU];
  answer a;
  memset(&a, 0, sizeof a);
  for (size_t k = 0; k < m->n_axes; k++)
    by_axis[k] = z[of_axis[k]];
  CHECK_OK(m->ctx, fairu_templates_evaluate(t, m->ctx, by_axis, m->n_axes, a.nu, d, d2));
  for (size_t k = 0; k < m->n_axes; k++) {
    memcpy(a.d[of_axis[k]], d + k * MOST_NU, sizeof a.nu);
    for (size_t l = 0; l < m->n_axes; l++)
      memcpy(a.d2[of_axis[k]][of_axis[l]], d2 + (k * m->n_axes + l) * MOST_NU, sizeof a.nu);
  }
  return a;
}

static answer ask(const model *m, int kind, int scale, const double *z)
{
  fairu_templates *t = templates_of(m, m->grid, (asked){ m->of_axis, kind, 0 }, scale);
  const answer a = answer_of(m, t, m->of_axis, z);
  fairu_templates_destroy(t);
  return a;
}

/* Z by nuisance, somewhere within the knots of the axes that have several, anywhere on those that have one. */
static void draw_z(draws *d, const model *m, double z[N_NUISANCES])
{
  for (size_t a = 0; a < m->n_axes; a++) {
    const fairu_axis *axis = &m->axes[a];
    const double lower = axis->knots[0], upper = axis->knots[axis->n_knots - 1];
    z[m->of_axis[a]] = axis->n_knots > 1 ? draw_between(d, lower, upper) : draw_between(d, -9.0, 9.0);
  }
}

/* Yields are of the size of 10 (products: 100), second derivatives of some hundreds: rounding of both. */
static void check_same(const answer *a, const answer *b)
{
  for (size_t i = 0; i < MOST_NU; i++) {
    CHECK_CLOSE(a->nu[i], b->nu[i], 1e-11);
    for (size_t k = 0; k < N_NUISANCES; k++) {
      CHECK_NEAR(a->d[k][i], b->d[k][i], 1e-9 * (1.0 + fabs(a->d[k][i])));
      for (size_t l = 0; l < N_NUISANCES; l++) {
        CHECK_NEAR(a->d2[k][l][i], b->d2[k][l][i], 1e-7 * (1.0 + fabs(a->d2[k][l][i])));
        CHECK_NEAR(a->d2[k][l][i], a->d2[l][k][i], 1e-9 * (1.0 + fabs(a->d2[k][l][i])));
      }
    }
  }
}

/* ---- order ------------------------------------------------------------------------------------------------- */

/* The axes backwards, the pairs from the last, each turned round. */
static fairu_grid *turned_grid(const model *m, size_t of_axis[N_NUISANCES])
{
  fairu_axis axes[N_NUISANCES];
  size_t pairs[2 * N_NUISANCES];
  fairu_grid *grid = NULL;
  for (size_t a = 0; a < m->n_axes; a++) {
    axes[m->n_axes - 1 - a] = m->axes[a];
    of_axis[m->n_axes - 1 - a] = m->of_axis[a];
  }
  for (size_t p = 0; p < 2 * m->n_pairs; p++)
    pairs[p] = m->n_axes - 1 - m->pairs[2 * m->n_pairs - 1 - p];
  CHECK_OK(m->ctx, fairu_grid_create(m->ctx, axes, m->n_axes, pairs, m->n_pairs, &grid));
  return grid;
}

static void order_does_not_matter(void **state)
{
  (void)state;
  draws d = { .state = 21 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < N_ROUNDS; round++) {
    model *m = model_make(&d, ctx, 0);
    const int scale = round % 3;
    size_t of_axis[N_NUISANCES];
    double z[N_NUISANCES];
    fairu_grid *grid = turned_grid(m, of_axis);
    fairu_templates *t = templates_of(m, grid, (asked){ of_axis, 0, 1 }, scale);
    for (int place = 0; place < 4; place++) {
      draw_z(&d, m, z);
      const answer one = ask(m, 0, scale, z), turned = answer_of(m, t, of_axis, z);
      answer other = turned;
      for (size_t i = 0; i < MOST_NU; i++) { /* processes change places, too */
        const size_t j = (i + BINS) % MOST_NU;
        other.nu[i] = turned.nu[j];
        for (size_t k = 0; k < N_NUISANCES; k++) {
          other.d[k][i] = turned.d[k][j];
          for (size_t l = 0; l < N_NUISANCES; l++)
            other.d2[k][l][i] = turned.d2[k][l][j];
        }
      }
      check_same(&one, &other);
    }
    fairu_templates_destroy(t);
    fairu_grid_destroy(grid);
    model_free(m);
  }
  fairu_context_destroy(ctx);
}

/* ---- algebra ------------------------------------------------------------------------------------------------ */

/* f + 2 g, f g or 7 f from those of f and g, with the rules of derivatives. */
static answer combine(const answer *f, const answer *g, int kind)
{
  answer out;
  for (size_t i = 0; i < MOST_NU; i++) {
    out.nu[i] = kind == 2 ? f->nu[i] + 2.0 * g->nu[i] : kind == 3 ? f->nu[i] * g->nu[i] : 7.0 * f->nu[i];
    for (size_t k = 0; k < N_NUISANCES; k++) {
      out.d[k][i] = kind == 2   ? f->d[k][i] + 2.0 * g->d[k][i]
                    : kind == 3 ? f->d[k][i] * g->nu[i] + f->nu[i] * g->d[k][i]
                                : 7.0 * f->d[k][i];
      for (size_t l = 0; l < N_NUISANCES; l++)
        out.d2[k][l][i] = kind == 2   ? f->d2[k][l][i] + 2.0 * g->d2[k][l][i]
                          : kind == 3 ? f->d2[k][l][i] * g->nu[i] + f->d[k][i] * g->d[l][i] +
                                            f->d[l][i] * g->d[k][i] + f->nu[i] * g->d2[k][l][i]
                                      : 7.0 * f->d2[k][l][i];
    }
  }
  return out;
}

/* Linear templates add, those of logarithms and of roots multiply, and a factor is one in all. */
static void templates_calculate_as_their_yields(void **state)
{
  (void)state;
  static const int cases[6][2] = { { FAIRU_INTERPOLATION_LINEAR, 2 }, { FAIRU_INTERPOLATION_LINEAR, 4 },
                                   { FAIRU_INTERPOLATION_LOG, 3 },    { FAIRU_INTERPOLATION_LOG, 4 },
                                   { FAIRU_INTERPOLATION_SQRT, 4 },   { FAIRU_INTERPOLATION_LOG, 4 } };
  draws d = { .state = 22 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < N_ROUNDS; round++) {
    model *m = model_make(&d, ctx, 0);
    const int *c = cases[round % 6];
    double z[N_NUISANCES];
    draw_z(&d, m, z);
    const answer f = ask(m, 0, c[0], z), g = ask(m, 1, c[0], z), is = ask(m, c[1], c[0], z);
    const answer wanted = combine(&f, &g, c[1]);
    check_same(&is, &wanted);
    model_free(m);
  }
  fairu_context_destroy(ctx);
}

/* ---- ends --------------------------------------------------------------------------------------------------- */

/* At the last knots there is an answer, beyond them by one step of a double there is none; an axis of one knot moves nothing. */
static void axes_end_at_their_knots(void **state)
{
  (void)state;
  draws d = { .state = 23 };
  fairu_context *ctx = support_context();
  for (int round = 0; round < N_ROUNDS; round++) {
    model *m = model_make(&d, ctx, 0);
    fairu_templates *t = templates_of(m, m->grid, (asked){ m->of_axis, 0, 0 }, round % 3);
    double z[N_NUISANCES], by_axis[N_NUISANCES], nu[MOST_NU];
    draw_z(&d, m, z);
    const answer here = answer_of(m, t, m->of_axis, z);
    for (size_t a = 0; a < m->n_axes; a++) {
      const double lower = m->axes[a].knots[0], upper = m->axes[a].knots[m->axes[a].n_knots - 1];
      const double values[4] = { lower, upper, nextafter(lower, -99.0), nextafter(upper, 99.0) };
      for (size_t k = 0; k < m->n_axes; k++)
        by_axis[k] = z[m->of_axis[k]];
      for (size_t i = 0; i < 4; i++) {
        const int wanted = i < 2 || m->axes[a].n_knots == 1 ? FAIRU_OK : FAIRU_ERR_RANGE;
        by_axis[a] = values[i];
        assert_int_equal(fairu_templates_evaluate(t, ctx, by_axis, m->n_axes, nu, NULL, NULL), wanted);
        if (wanted != FAIRU_OK)
          CHECK_SAYS(ctx, m->axes[a].name);
        if (m->axes[a].n_knots == 1)
          assert_memory_equal(nu, here.nu, sizeof nu);
      }
      for (size_t i = 0; i < MOST_NU && m->axes[a].n_knots == 1; i++)
        assert_true(here.d[m->of_axis[a]][i] == 0.0);
    }
    fairu_templates_destroy(t);
    model_free(m);
  }
  fairu_context_destroy(ctx);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(order_does_not_matter),
                                      cmocka_unit_test(templates_calculate_as_their_yields),
                                      cmocka_unit_test(axes_end_at_their_knots) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
