/* What each step of a file of systematics does to events, beside its formula said once more; what a field changes where it is given. */
#include "cli/program.h"

#include "cli/systematics_config.h"

static const cli_usage usage = { .command = "fairu test", .files = "", .about = "" };

enum { ROWS = 60, COLUMNS = 6, X = 0, Y = 1, M = 2, PHI = 3, UP = 4, DOWN = 5 };
static const char *const columns[COLUMNS] = { "x", "y", "m", "phi", "up", "down" };

/* Plain rows, which the formulas move. */
typedef struct plain {
  double v[ROWS][COLUMNS], weight[ROWS];
  int passed[ROWS];
} plain;

static double uniform(uint64_t *seed)
{
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

/* Multiples of 1/4096, which a float holds. */
static double on_grid(double x)
{
  return floor(x * 4096.0) / 4096.0;
}

static plain make_plain(void)
{
  plain p;
  uint64_t seed = 12;
  for (size_t i = 0; i < ROWS; i++) {
    p.v[i][X] = on_grid(1.0 + 9.0 * uniform(&seed));
    p.v[i][Y] = on_grid(-3.0 + 6.0 * uniform(&seed));
    p.v[i][M] = on_grid(0.5 + 20.0 * uniform(&seed));
    p.v[i][PHI] = on_grid(-3.1 + 6.2 * uniform(&seed));
    p.v[i][UP] = on_grid(0.7 + 0.8 * uniform(&seed));
    p.v[i][DOWN] = on_grid(0.7 + 0.8 * uniform(&seed));
    p.weight[i] = 0.25 + uniform(&seed);
    p.passed[i] = 1;
  }
  return p;
}

/* Labels are 0, 1 and 2 in turn, or their names. */
static fairu_events *make_events(cli *c, const plain *p, int names)
{
  static const char *const categories[] = { "b", "s", "other" };
  fairu_events *events = NULL;
  int32_t labels[ROWS];
  CHECK_OK(c->ctx, fairu_events_create(c->ctx, ROWS, COLUMNS, columns, &events));
  for (size_t k = 0; k < COLUMNS; k++) {
    float *to = NULL;
    CHECK_OK(c->ctx, fairu_events_column_data(events, c->ctx, k, &to));
    for (size_t i = 0; i < ROWS; i++)
      to[i] = (float)p->v[i][k];
  }
  for (size_t i = 0; i < ROWS; i++)
    labels[i] = (int32_t)(i % 3);
  CHECK_OK(c->ctx, fairu_events_set_weights(events, c->ctx, p->weight, ROWS));
  CHECK_OK(c->ctx, fairu_events_set_labels(events, c->ctx, labels, ROWS));
  if (names)
    CHECK_OK(c->ctx, fairu_events_set_categories(events, c->ctx, categories, 3));
  return events;
}

static fairu_systematics *read_chain(cli *c, const char *steps)
{
  char path[512], text[2048];
  fairu_systematics *s = NULL;
  support_path(path, sizeof path, "chain.json");
  const int n = snprintf(text, sizeof text,
                         "{\"nuisances\": [{\"name\": \"z\", \"nominal\": 1, \"width\": 0.1}, "
                         "{\"name\": \"w\", \"nominal\": 0, \"width\": 1}], \"steps\": [%s]}",
                         steps);
  support_write_file(path, text, (size_t)n);
  if (systematics_config_read(c, path, &s) != FAIRU_OK)
    fail_msg("%s: %s", text, c->message);
  remove(path);
  return s;
}

/* Shift, and compare with the rows of p that pass; float columns to rel. */
static void compare(cli *c, const char *steps, const double z[2], const plain *p, int names, double rel)
{
  const plain before = make_plain();
  fairu_events *in = make_events(c, &before, names), *out = NULL;
  fairu_systematics *s = read_chain(c, steps);
  size_t row = 0;
  CHECK_OK(c->ctx, fairu_systematics_apply(s, c->ctx, in, z, 2, 5, NULL, &out));
  for (size_t i = 0; i < ROWS; i++) {
    if (!p->passed[i])
      continue;
    assert_true(row < fairu_events_n_events(out));
    for (size_t k = 0; k < COLUMNS; k++) {
      size_t stride = 1;
      const float *x = fairu_events_column(out, k, &stride);
      CHECK_NEAR((double)x[row * stride], p->v[i][k], rel * (1.0 + fabs(p->v[i][k])));
    }
    CHECK_CLOSE(fairu_events_weights(out)[row], p->weight[i], 1e-12);
    row++;
  }
  assert_int_equal(row, fairu_events_n_events(out));
  fairu_events_destroy(out);
  fairu_events_destroy(in);
  fairu_systematics_destroy(s);
}

#define FLOAT 2e-7 /* one rounding to float, and one in between */

static void rotate(plain *p, double angle)
{
  for (size_t i = 0; i < ROWS; i++) {
    const double x = p->v[i][X], y = p->v[i][Y];
    p->v[i][X] = cos(angle) * x - sin(angle) * y;
    p->v[i][Y] = sin(angle) * x + cos(angle) * y;
  }
}

/* Without a reference it is the nominal value: nothing moves there. */
static void rotations_and_shifts(void **state)
{
  (void)state;
  static const double at[] = { 1.0, 0.0, -0.75, 2.5 };
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < 4; k++) {
    const double z[2] = { at[k], 0.0 };
    plain p = make_plain();
    rotate(&p, z[0] - 1.0);
    compare(&c, "{\"step\": \"rotation\", \"nuisance\": \"z\", \"x\": \"x\", \"y\": \"y\"}", z, &p, 0, 4e-7);
    rotate(&p, 1.0 - 0.25);
    compare(&c,
            "{\"step\": \"rotation\", \"nuisance\": \"z\", \"x\": \"x\", \"y\": \"y\", \"reference\": 0.25}",
            z, &p, 0, 4e-7);
    for (int given = 0; given < 2; given++) {
      p = make_plain();
      for (size_t i = 0; i < ROWS; i++) {
        p.v[i][Y] += (z[0] - (given ? -2.0 : 1.0)) * 3.0;
        p.v[i][M] += (z[0] - (given ? -2.0 : 1.0)) * -0.5;
      }
      compare(&c,
              given
                  ? "{\"step\": \"shift\", \"nuisance\": \"z\", \"columns\": [\"y\", \"m\"], \"steps\": [3, "
                    "-0.5], \"reference\": -2}"
                  : "{\"step\": \"shift\", \"nuisance\": \"z\", \"columns\": [\"y\", \"m\"], \"steps\": [3, "
                    "-0.5]}",
              z, &p, 0, FLOAT);
    }
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

static void scales_in_the_order_of_the_file(void **state)
{
  (void)state;
  cli c;
  begin_command(&c, &usage);
  for (double f = 0.25; f < 4.0; f *= 1.75) {
    const double z[2] = { f, -1.5 };
    plain scaled = make_plain(), shifted = make_plain();
    for (size_t i = 0; i < ROWS; i++) {
      scaled.v[i][X] = scaled.v[i][X] * f - 1.5; /* scaled, then shifted */
      scaled.v[i][M] *= f;
      shifted.v[i][X] = (shifted.v[i][X] - 1.5) * f;
      shifted.v[i][M] *= f;
    }
    compare(&c,
            "{\"step\": \"scale\", \"nuisance\": \"z\", \"columns\": [\"x\", \"m\"]}, {\"step\": \"shift\", "
            "\"nuisance\": \"w\", \"columns\": [\"x\"], \"steps\": [1]}",
            z, &scaled, 0, 4e-7);
    compare(&c,
            "{\"step\": \"shift\", \"nuisance\": \"w\", \"columns\": [\"x\"], \"steps\": [1]}, {\"step\": "
            "\"scale\", \"nuisance\": \"z\", \"columns\": [\"x\", \"m\"]}",
            z, &shifted, 0, 4e-7);
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* An object that gains momentum: MET loses it; what is too soft is cut. Angles are compared through the components. */
static void momentum_scales(void **state)
{
  (void)state;
  static const double least[] = { 0.0, 3.0, 6.0 };
  cli c;
  begin_command(&c, &usage);
  for (int with_met = 0; with_met < 2; with_met++)
    for (size_t l = 0; l < 3; l++)
      for (double f = 0.8; f < 1.3; f += 0.2) {
        const double z[2] = { f, 0.0 };
        char step[256];
        plain p = make_plain();
        for (size_t i = 0; i < ROWS; i++) {
          const double gained = (f - 1.0) * p.v[i][X];
          const double mx = p.v[i][M] * cos(p.v[i][PHI]) - gained * cos(p.v[i][Y]),
                       my = p.v[i][M] * sin(p.v[i][PHI]) - gained * sin(p.v[i][Y]);
          p.v[i][X] *= f;
          if (with_met) {
            p.v[i][M] = hypot(mx, my);
            p.v[i][PHI] = atan2(my, mx);
          }
          p.passed[i] = !(least[l] > 0.0) || p.v[i][X] > least[l];
        }
        snprintf(step, sizeof step,
                 "{\"step\": \"momentum_scale\", \"nuisance\": \"z\", \"pt\": \"x\", \"phi\": \"y\"%s, "
                 "\"pt_min\": %g}",
                 with_met ? ", \"met\": \"m\", \"met_phi\": \"phi\"" : "", least[l]);
        compare(&c, step, z, &p, 0, 2e-6); /* atan2 of two floats */
      }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* Labels by name or by number; those that no event has are nobody's business. */
static void weight_scales(void **state)
{
  (void)state;
  static const struct {
    const char *labels;
    int names, of[3];
  } cases[] = {
    { "\"0\"", 0, { 1, 0, 0 } },
    { "\"1\", \"2\"", 0, { 0, 1, 1 } },
    { "\"b\"", 1, { 1, 0, 0 } },
    { "\"other\", \"b\"", 1, { 1, 0, 1 } },
    { "\"s\", \"nobody\"", 1, { 0, 1, 0 } },
    { "\"sother\", \"s \", \"B\"", 1, { 0, 0, 0 } },
  };
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    for (double f = 0.0; f < 2.0; f += 0.5) {
      const double z[2] = { f, 0.0 };
      char step[256];
      plain p = make_plain();
      for (size_t i = 0; i < ROWS; i++)
        p.weight[i] *= cases[k].of[i % 3] ? f : 1.0;
      snprintf(step, sizeof step, "{\"step\": \"weight_scale\", \"nuisance\": \"z\", \"labels\": [%s]}",
               cases[k].labels);
      compare(&c, step, z, &p, cases[k].names, 0.0);
    }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* Cuts follow the column where steps before them move it, and not those behind. */
static void cuts(void **state)
{
  (void)state;
  const double inf = (double)INFINITY;
  const struct {
    const char *ends;
    double lower, upper;
  } cases[] = {
    { "", -inf, inf },
    { ", \"lower\": 4", 4.0, inf },
    { ", \"upper\": 7.5", -inf, 7.5 },
    { ", \"lower\": 2, \"upper\": 8", 2.0, 8.0 },
    { ", \"lower\": null, \"upper\": 3", -inf, 3.0 },
    { ", \"lower\": 1000", 1000.0, inf },
  };
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    for (int before = 0; before < 2; before++)
      for (double f = 0.5; f <= 2.0; f *= 2.0) {
        const double z[2] = { f, 0.0 };
        static const char scale[] = "{\"step\": \"scale\", \"nuisance\": \"z\", \"columns\": [\"x\"]}";
        char cut[128], both[512];
        plain p = make_plain();
        for (size_t i = 0; i < ROWS; i++) { /* by powers of 2: exact */
          const double x = p.v[i][X] * (before ? f : 1.0);
          p.passed[i] = x >= cases[k].lower && x < cases[k].upper;
          p.v[i][X] *= f;
        }
        snprintf(cut, sizeof cut, "{\"step\": \"cut\", \"column\": \"x\"%s}", cases[k].ends);
        snprintf(both, sizeof both, "%s, %s", before ? scale : cut, before ? cut : scale);
        compare(&c, both, z, &p, 0, 0.0);
      }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* The number of edges that are not above. */
static void categories(void **state)
{
  (void)state;
  static const double edges[] = { 2.0, 3.5, 3.75, 8.0 };
  cli c;
  begin_command(&c, &usage);
  for (double f = 0.5; f <= 2.0; f *= 2.0) {
    const double z[2] = { f, 0.0 };
    plain p = make_plain();
    for (size_t i = 0; i < ROWS; i++) {
      size_t n = 0;
      p.v[i][X] *= f;
      for (size_t k = 0; k < 4; k++)
        n += edges[k] <= p.v[i][X];
      p.v[i][DOWN] = (double)n;
    }
    compare(&c,
            "{\"step\": \"scale\", \"nuisance\": \"z\", \"columns\": [\"x\"]}, {\"step\": \"category\", "
            "\"column\": \"x\", \"edges\": [2, 3.5, 3.75, 8], \"category\": \"down\"}",
            z, &p, 0, 0.0);
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* At 0 nothing, at 1 and -1 the ratios of the columns, beyond them powers. */
static void two_points(void **state)
{
  (void)state;
  static const double at[] = { 0.0, 1.0, -1.0, 1.5, -2.0, 3.0 };
  cli c;
  begin_command(&c, &usage);
  for (size_t k = 0; k < 6; k++) {
    const double z[2] = { 1.0, at[k] };
    plain p = make_plain();
    for (size_t i = 0; i < ROWS; i++)
      p.weight[i] *= pow(at[k] >= 0.0 ? p.v[i][UP] : p.v[i][DOWN], fabs(at[k]));
    compare(&c, "{\"step\": \"two_point\", \"nuisance\": \"w\", \"up\": \"up\", \"down\": \"down\"}", z, &p,
            0, 0.0);
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

/* Smearing is that of the library by (seed, row, column): of width 0 nothing, of twice the width twice as far. */
static void smearing_grows_with_its_width(void **state)
{
  (void)state;
  static const char *const steps[] = {
    "{\"step\": \"smearing\", \"nuisance\": \"w\", \"columns\": [\"x\", \"y\"]}",
    "{\"step\": \"met_smearing\", \"nuisance\": \"w\", \"met\": \"m\", \"met_phi\": \"phi\"}",
  };
  cli c;
  begin_command(&c, &usage);
  const plain p = make_plain();
  for (int k = 0; k < 2; k++) {
    const double none[2] = { 1.0, 0.0 };
    compare(&c, steps[k], none, &p, 0, 4e-7);
    fairu_systematics *s = read_chain(&c, steps[k]);
    fairu_events *in = make_events(&c, &p, 0), *out[3];
    double moved[3][ROWS][2];
    for (int width = 0; width < 3; width++) {
      const double z[2] = { 1.0, width * 0.5 };
      CHECK_OK(c.ctx, fairu_systematics_apply(s, c.ctx, in, z, 2, 9, NULL, &out[width]));
      const float *a = fairu_events_column(out[width], k ? M : X, NULL),
                  *b = fairu_events_column(out[width], k ? PHI : Y, NULL);
      for (size_t i = 0; i < ROWS; i++) {
        moved[width][i][0] = k ? (double)a[i] * cos((double)b[i]) : (double)a[i];
        moved[width][i][1] = k ? (double)a[i] * sin((double)b[i]) : (double)b[i];
      }
    }
    double squares = 0.0;
    for (size_t i = 0; i < 2 * ROWS; i++) {
      const double once = moved[1][i / 2][i % 2] - moved[0][i / 2][i % 2],
                   twice = moved[2][i / 2][i % 2] - moved[0][i / 2][i % 2];
      CHECK_NEAR(twice, 2.0 * once, 3e-5); /* floats of some 20 and angles, differences of them */
      squares += once * once;
    }
    CHECK_NEAR(sqrt(squares / (2 * ROWS)), 0.5, 5.0 * 0.5 / sqrt(4.0 * ROWS)); /* five sigma */
    for (int width = 0; width < 3; width++)
      fairu_events_destroy(out[width]);
    fairu_events_destroy(in);
    fairu_systematics_destroy(s);
  }
  assert_int_equal(cli_end(&c, FAIRU_OK), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rotations_and_shifts),
    cmocka_unit_test(scales_in_the_order_of_the_file),
    cmocka_unit_test(momentum_scales),
    cmocka_unit_test(weight_scales),
    cmocka_unit_test(cuts),
    cmocka_unit_test(categories),
    cmocka_unit_test(two_points),
    cmocka_unit_test(smearing_grows_with_its_width),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
