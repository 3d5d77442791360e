/* `fairu shift` on rows without jets, beside the organisers' formulas said once more in double: which rows stay, under which number, what
 * energy scales do to taus and missing momentum, derived quantities from the primary ones as they are written, weights by label. */
#include "cli/program.h"
#include "cli/written.h"

#include "cli/challenge.h"

enum { ROWS = 300 };

typedef struct row {
  double lep_pt, lep_eta, lep_phi, had_pt, had_eta, had_phi, met, met_phi, weight;
  int process;
} row;

static double uniform(uint64_t *seed)
{
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

static double milli(double x)
{
  return floor(x * 1000.0 + 0.5) / 1000.0;
}

static void make_rows(row rows[ROWS])
{
  uint64_t seed = 17;
  for (size_t i = 0; i < ROWS; i++) {
    row *r = &rows[i];
    r->lep_pt = milli(17.0 + 40.0 * uniform(&seed)); /* some below 20 */
    r->lep_eta = milli(5.0 * uniform(&seed) - 2.5);
    r->lep_phi = milli(6.28 * uniform(&seed) - 3.14);
    r->had_pt = milli(22.0 + 40.0 * uniform(&seed)); /* some below 26 */
    r->had_eta = milli(5.0 * uniform(&seed) - 2.5);
    r->had_phi = milli(6.28 * uniform(&seed) - 3.14);
    r->met = milli(5.0 + 60.0 * uniform(&seed));
    r->met_phi = milli(6.28 * uniform(&seed) - 3.14);
    r->weight = 0.25 * (double)(1 + i % 8);
    r->process = (int)(i % CHALLENGE_PROCESSES);
  }
}

static void write_rows(const char *path, const row rows[ROWS])
{
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  for (int k = 0; k < CHALLENGE_PRIMARY; k++)
    fprintf(f, "%s,", challenge_features[k]);
  fputs("weights,detailed_labels\n", f);
  for (size_t i = 0; i < ROWS; i++) {
    const row *r = &rows[i];
    fprintf(f, "%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,-25,-25,-25,-25,-25,-25,0,0,%.3f,%.3f,%.17g,%s\n", r->lep_pt,
            r->lep_eta, r->lep_phi, r->had_pt, r->had_eta, r->had_phi, r->met, r->met_phi, r->weight,
            challenge_processes[r->process]);
  }
  assert_int_equal(fclose(f), 0);
}

/* Run `fairu shift` with `words` (to NULL), and read what it wrote. */
static written_table shift_rows(const row rows[ROWS], const char *const *words)
{
  char in[512], out[512];
  const char *argv[MOST_WORDS] = { "shift" };
  int n = 1;
  support_path(in, sizeof in, "in.csv");
  support_path(out, sizeof out, "out.csv");
  write_rows(in, rows);
  argv[n++] = in;
  argv[n++] = out;
  while (*words)
    argv[n++] = *words++;
  printed p = run_words(command_shift, argv, n);
  if (p.status != 0)
    fail_msg("%s", p.err);
  forget(&p);
  written_table t = written_read(support_directory(), "out.csv");
  remove(in);
  remove(out);
  return t;
}

static double sign(double x)
{
  return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0;
}

/* Quantities of a row from the primary ones that were written with it. */
static void check_derived(const written_table *t, size_t i)
{
#define P(name) written_number(t, i, "PRI_" name)
#define D(name) written_number(t, i, "DER_" name)
  const double l = P("lep_pt"), le = P("lep_eta"), lp = P("lep_phi"), h = P("had_pt"), he = P("had_eta"),
               hp = P("had_phi"), m = P("met"), mp = P("met_phi");
  const double lx = l * cos(lp), ly = l * sin(lp), hx = h * cos(hp), hy = h * sin(hp), mx = m * cos(mp),
               my = m * sin(mp);
  const double energy = l * cosh(le) + h * cosh(he), z = l * sinh(le) + h * sinh(he);
  const double pt_h = hypot(lx + hx + mx, ly + hy + my);
  double apart = fabs(lp - hp);
  if (apart > 3.14159265358979323846)
    apart = 2.0 * 3.14159265358979323846 - apart;
  const double a = sin(mp - hp) * sign(sin(lp - hp)), b = sin(lp - mp) * sign(sin(lp - hp));
  /* squares of floats of some 100 GeV, rounded: 1e-6 of them beside the square of the mass */
  const double mass2 = energy * energy - pow(lx + hx, 2.0) - pow(ly + hy, 2.0) - z * z;
  const double transverse2 = (m + l) * (m + l) - pow(mx + lx, 2.0) - pow(my + ly, 2.0);
  CHECK_NEAR(pow(D("mass_vis"), 2.0), mass2, 2e-6 * energy * energy);
  CHECK_NEAR(pow(D("mass_transverse_met_lep"), 2.0), transverse2, 2e-6 * (m + l) * (m + l));
  CHECK_NEAR(D("pt_h"), pt_h, 1e-4);
  CHECK_NEAR(D("pt_tot"), pt_h, 1e-4); /* without jets the same */
  CHECK_NEAR(D("sum_pt"), l + h, 1e-4);
  CHECK_NEAR(D("deltar_had_lep"), hypot(le - he, apart), 1e-5);
  CHECK_CLOSE(D("pt_ratio_lep_had"), l / h, 1e-6);
  CHECK_NEAR(D("met_phi_centrality"), (a + b) / hypot(a, b), 2e-4);
  CHECK_SAME(D("mass_jet_jet"), -25.0);
  CHECK_SAME(D("deltaeta_jet_jet"), -25.0);
  CHECK_SAME(D("prodeta_jet_jet"), -25.0);
  CHECK_SAME(D("lep_eta_centrality"), -25.0);
#undef P
#undef D
}

/* The tau as it is written, and what MET loses to it. */
static void check_primary(const written_table *t, size_t i, const row *r, double tes)
{
  const double half = 0.5e-3 + 1e-5; /* of the last digit, and a float */
  const double mx = r->met * cos(r->met_phi) - (tes - 1.0) * r->had_pt * cos(r->had_phi),
               my = r->met * sin(r->met_phi) - (tes - 1.0) * r->had_pt * sin(r->had_phi);
  const double met = written_number(t, i, "PRI_met"), phi = written_number(t, i, "PRI_met_phi");
  CHECK_NEAR(written_number(t, i, "PRI_had_pt"), tes * r->had_pt, half);
  CHECK_NEAR(met, hypot(mx, my), half);
  CHECK_NEAR(sin(phi - atan2(my, mx)), 0.0, 2.0 * half);
  CHECK_NEAR(written_number(t, i, "PRI_lep_pt"), r->lep_pt, 1e-5);
  CHECK_NEAR(written_number(t, i, "PRI_lep_eta"), r->lep_eta, 1e-6);
  CHECK_NEAR(written_number(t, i, "PRI_had_phi"), r->had_phi, 1e-6);
  CHECK_SAME(written_number(t, i, "PRI_n_jets"), 0.0);
  CHECK_SAME(written_number(t, i, "PRI_jet_leading_pt"), -25.0);
}

static void rows_that_stay(void **state)
{
  (void)state;
  static const char *const scales[] = { "1", "0.9", "0.97", "1.05", "1.5" };
  row *rows = (row *)malloc(ROWS * sizeof *rows);
  make_rows(rows);
  for (size_t s = 0; s < 5; s++)
    for (int no_cuts = 0; no_cuts < 2; no_cuts++) {
      const char *words[] = { "--tes", scales[s], no_cuts ? "--no-cuts" : NULL, NULL };
      const double tes = strtod(scales[s], NULL);
      written_table t = shift_rows(rows, words);
      size_t at = 0;
      for (size_t i = 0; i < ROWS; i++) {
        const double tau = tes * rows[i].had_pt;
        const int passes = rows[i].lep_pt >= 20.0 && tau >= 26.0;
        if (fabs(tau - 26.0) < 1e-3 ||
            fabs(rows[i].lep_pt - 20.0) < 1e-3) /* on the border: as it is written */
          continue;
        while (at < t.n_rows && written_number(&t, at, "row") < (double)i)
          at++;
        const int there = at < t.n_rows && written_number(&t, at, "row") == (double)i;
        assert_int_equal(there, no_cuts || passes);
        if (!there)
          continue;
        check_primary(&t, at, &rows[i], tes);
        check_derived(&t, at);
        assert_string_equal(written_text(&t, at, "detailed_labels"), challenge_processes[rows[i].process]);
        CHECK_SAME(written_number(&t, at, "weights"), rows[i].weight);
      }
      if (no_cuts)
        assert_int_equal(t.n_rows, ROWS);
      written_free(&t);
    }
  free(rows);
}

/* ttbar and diboson by their own scale and that of all background, ztautau by the latter, signal by none. */
static void weights_by_label(void **state)
{
  (void)state;
  static const char *const words[] = { "--ttbar-scale", "1.5",   "--diboson-scale", "0.25",
                                       "--bkg-scale",   "1.125", "--no-cuts",       NULL };
  row *rows = (row *)malloc(ROWS * sizeof *rows);
  make_rows(rows);
  written_table t = shift_rows(rows, words);
  const double factors[CHALLENGE_PROCESSES] = { 1.125, 1.125 * 0.25, 1.125 * 1.5, 1.0 };
  assert_int_equal(t.n_rows, ROWS);
  for (size_t i = 0; i < ROWS; i++) {
    CHECK_SAME(written_number(&t, i, "row"), (double)i);
    CHECK_CLOSE(written_number(&t, i, "weights"), rows[i].weight * factors[rows[i].process], 1e-7);
  }
  written_free(&t);
  free(rows);
}

/* What was shifted there is not what it was: back again but for the last digit, twice as far as once in a row. */
static void shifts_undo_each_other(void **state)
{
  (void)state;
  static const char *const there[] = { "--tes", "1.25", "--no-cuts", NULL }, *const back[] = { "--tes", "0.8",
                                                                                               "--no-cuts",
                                                                                               NULL };
  row *rows = (row *)malloc(ROWS * sizeof *rows), *moved = (row *)malloc(ROWS * sizeof *rows);
  make_rows(rows);
  written_table t = shift_rows(rows, there);
  memcpy(moved, rows, ROWS * sizeof *rows);
  for (size_t i = 0; i < ROWS; i++) {
    moved[i].had_pt = written_number(&t, i, "PRI_had_pt");
    moved[i].met = written_number(&t, i, "PRI_met");
    moved[i].met_phi = written_number(&t, i, "PRI_met_phi");
  }
  written_free(&t);
  t = shift_rows(moved, back);
  for (size_t i = 0; i < ROWS; i++) {
    const double met = written_number(&t, i, "PRI_met"), phi = written_number(&t, i, "PRI_met_phi");
    const double turned = 1e-3 * moved[i].met + 2e-3; /* an angle is rounded to 0.001, too */
    CHECK_NEAR(written_number(&t, i, "PRI_had_pt"), rows[i].had_pt, 1.1e-3);
    CHECK_NEAR(met * cos(phi), rows[i].met * cos(rows[i].met_phi), turned + 1e-3 * rows[i].met);
    CHECK_NEAR(met * sin(phi), rows[i].met * sin(rows[i].met_phi), turned + 1e-3 * rows[i].met);
  }
  written_free(&t);
  free(rows);
  free(moved);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(rows_that_stay),
    cmocka_unit_test(weights_by_label),
    cmocka_unit_test(shifts_undo_each_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
