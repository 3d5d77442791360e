/* soft_counts_body.h - the lines of soft_counts.h for one number type; macros as for pass_body.h, whose functions it uses, and
 *   SOFT(name)          name of a function
 */

static int SOFT(activation)(const fairu_soft_counts *soft)
{
  return soft->kind == FAIRU_SUMMARY_SOFTMAX ? FAIRU_ACTIVATION_SOFTMAX : FAIRU_ACTIVATION_SIGMOID;
}

static void SOFT(scale)(const fairu_soft_counts *soft, REAL *x)
{
  const REAL scale = (REAL)(1.0 / soft->temperature);
  for (size_t i = 0; soft->kind == FAIRU_SUMMARY_SOFTMAX && i < soft->n_outputs * FAIRU_LANES; i++)
    x[i] *= scale;
}

/* ---- Gaussian of a score over edges ---------------------------------------------------------------------- */

/* z = (edge - score) / bandwidth and exp(-z^2 / 2) */
static void SOFT(bell)(const ENGINE *engine, const fairu_soft_counts *soft, const REAL *score, size_t edge,
                       REAL *z, REAL *bell)
{
  const REAL at = (REAL)soft->edges[edge], scale = (REAL)(1.0 / soft->bandwidth);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    z[lane] = (at - score[lane]) * scale;
    bell[lane] = (REAL)-0.5 * z[lane] * z[lane];
  }
  engine->kernels->exp_f(bell, FAIRU_LANES);
}

/* ln(erfc(x) exp(x^2) / t) with t = 2 / (2 + x) is a polynomial of u = 2 t - 1: Chebyshev series, cut where what is left is below the
 * rounding of the number type. */
static void SOFT(tail)(const REAL *u, REAL *polynomial)
{
  static const double for_float[] = { -0.6717940917,   0.6726431548,   0.04734388761,  -0.04689364056,
                                      -0.009880019324, 0.008808825369, 0.00179406625,  -0.002288765239,
                                      -2.27910966e-4,  5.73766372e-4,  8.000738162e-6, -8.728381022e-5 };
  static const double for_double[] = {
    -6.71794084056692165e-1, 6.72643223977658300e-1,  4.73433068418635250e-2,  -4.68956102313289186e-2,
    -9.87268936409922172e-3, 8.82493856131232567e-3,  1.75893350740280322e-3,  -2.34581255299589394e-3,
    -1.46246287421284061e-4, 6.73679135256886365e-4,  -9.37389476766729509e-5, -1.74304129869259379e-4,
    7.14181043342230099e-5,  3.17469354232723604e-5,  -3.02378405400713715e-5, 1.39893704776110515e-7,
    8.66253539747553789e-6,  -2.96348423095969918e-6, -1.40944599143353102e-6, 1.28339491535619890e-6,
    -4.14685375466364119e-8, -2.89562656743552421e-7, 7.74557240875851194e-8,  2.98051336451516777e-8,
    -1.27760865549686771e-8
  };
  const int single = sizeof(REAL) < sizeof(double);
  const double *terms = single ? for_float : for_double;
  const size_t n = single ? sizeof for_float / sizeof *for_float : sizeof for_double / sizeof *for_double;
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    polynomial[lane] = (REAL)terms[n - 1];
  for (size_t k = n - 1; k-- > 0;)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      polynomial[lane] = polynomial[lane] * u[lane] + (REAL)terms[k];
}

/* Phi((edge - score) / bandwidth) */
static void SOFT(below)(const ENGINE *engine, const fairu_soft_counts *soft, const REAL *score, size_t edge,
                        REAL *below)
{
  const REAL at = (REAL)soft->edges[edge], scale = (REAL)(0.70710678118654752440 / soft->bandwidth);
  REAL x[FAIRU_LANES], t[FAIRU_LANES], u[FAIRU_LANES], e[FAIRU_LANES];
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    x[lane] = (at - score[lane]) * scale;
    t[lane] = 2 / (2 + (x[lane] < 0 ? -x[lane] : x[lane]));
    u[lane] = 2 * t[lane] - 1;
  }
  SOFT(tail)(u, e);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++)
    e[lane] -= x[lane] * x[lane];
  engine->kernels->exp_f(e, FAIRU_LANES);
  for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
    const REAL beyond = (REAL)0.5 * t[lane] * e[lane];
    below[lane] = x[lane] < 0 ? beyond : 1 - beyond;
  }
}

static void SOFT(smear)(const ENGINE *engine, const fairu_soft_counts *soft, const REAL *score, REAL *shares)
{
  REAL below[FAIRU_LANES];
  SOFT(below)(engine, soft, score, 0, below);
  for (size_t b = 0; b < soft->n_bins; b++) {
    REAL *share = shares + b * FAIRU_LANES;
    SOFT(below)(engine, soft, score, b + 1, share);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const REAL next = share[lane];
      share[lane] -= below[lane];
      below[lane] = next;
    }
  }
}

/* With d_b for each share: first = sum_b d_b d share_b / d score, second = sum_b d_b d^2 share_b / d score^2. Edge e lowers the share above
 * it and raises the one below by phi(z_e) / h when the edge rises; a score that rises is all edges falling. */
static void SOFT(smear_slopes)(const ENGINE *engine, const fairu_soft_counts *soft, const REAL *score,
                               const REAL *d, REAL *first, REAL *second)
{
  const REAL scale = (REAL)(0.39894228040143267794 / soft->bandwidth);
  const REAL curve = (REAL)(0.39894228040143267794 / (soft->bandwidth * soft->bandwidth));
  REAL z[FAIRU_LANES], bell[FAIRU_LANES];
  memset(first, 0, FAIRU_LANES * sizeof *first);
  memset(second, 0, FAIRU_LANES * sizeof *second);
  for (size_t e = 0; e <= soft->n_bins; e++) {
    SOFT(bell)(engine, soft, score, e, z, bell);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const REAL above = e < soft->n_bins ? d[e * FAIRU_LANES + lane] : 0;
      const REAL jump = above - (e > 0 ? d[(e - 1) * FAIRU_LANES + lane] : 0);
      first[lane] += scale * bell[lane] * jump;
      second[lane] += curve * z[lane] * bell[lane] * jump;
    }
  }
}

/* ---- shares ------------------------------------------------------------------------------------------------ */

void SOFT(shares)(const ENGINE *engine, const fairu_soft_counts *soft, REAL *o, REAL *shares)
{
  SOFT(scale)(soft, o);
  PASS(activate)(engine, SOFT(activation)(soft), o, soft->n_outputs);
  if (soft->kind == FAIRU_SUMMARY_SOFTMAX)
    memcpy(shares, o, soft->n_bins * FAIRU_LANES * sizeof *shares);
  else if (soft->kind == FAIRU_SUMMARY_KDE)
    SOFT(smear)(engine, soft, o, shares);
  else
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      shares[lane] = 1 - o[lane];
      shares[FAIRU_LANES + lane] = o[lane];
    }
}

/* From d by the shares to d by the scores. */
static void SOFT(to_scores)(const ENGINE *engine, const fairu_soft_counts *soft, const REAL *scores,
                            const REAL *d, REAL *d_scores)
{
  REAL second[FAIRU_LANES];
  if (soft->kind == FAIRU_SUMMARY_SOFTMAX)
    memcpy(d_scores, d, soft->n_bins * FAIRU_LANES * sizeof *d_scores);
  else if (soft->kind == FAIRU_SUMMARY_KDE)
    SOFT(smear_slopes)(engine, soft, scores, d, d_scores, second);
  else
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_scores[lane] = d[FAIRU_LANES + lane] - d[lane];
}

void SOFT(backward)(const ENGINE *engine, const fairu_soft_counts *soft, const REAL *scores, const REAL *d,
                    REAL *d_o)
{
  SOFT(to_scores)(engine, soft, scores, d, d_o);
  PASS(unbend)(SOFT(activation)(soft), soft->n_outputs, scores, d_o);
  SOFT(scale)(soft, d_o);
}

/* ---- tangents ---------------------------------------------------------------------------------------------- */

void SOFT(tangent)(const ENGINE *engine, const fairu_soft_counts *soft, const REAL *scores, REAL *tangent,
                   REAL *shares)
{
  const size_t n = soft->n_bins;
  SOFT(scale)(soft, tangent);
  PASS(bend_tangent)(SOFT(activation)(soft), soft->n_outputs, scores, tangent);
  if (soft->kind == FAIRU_SUMMARY_SOFTMAX) {
    memcpy(shares, tangent, n * FAIRU_LANES * sizeof *shares);
    return;
  }
  if (soft->kind == FAIRU_SUMMARY_SCORE) {
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      shares[lane] = -tangent[lane];
      shares[FAIRU_LANES + lane] = tangent[lane];
    }
    return;
  }
  const REAL scale = (REAL)(0.39894228040143267794 / soft->bandwidth);
  REAL z[FAIRU_LANES], bell[FAIRU_LANES];
  for (size_t e = 0; e <= n; e++) {
    SOFT(bell)(engine, soft, scores, e, z, bell);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++) {
      const REAL flow = scale * bell[lane] * tangent[lane];
      if (e < n)
        shares[e * FAIRU_LANES + lane] = flow;
      if (e > 0)
        shares[(e - 1) * FAIRU_LANES + lane] -= flow;
    }
  }
}

void SOFT(backward_tangent)(const ENGINE *engine, const fairu_soft_counts *soft, const REAL *scores,
                            const REAL *tangent, const REAL *d, REAL *d_tangent, REAL *d_o)
{
  const int activation = SOFT(activation)(soft);
  const REAL scale = (REAL)(soft->kind == FAIRU_SUMMARY_SOFTMAX ? soft->temperature : 1.0);
  for (size_t i = 0; i < soft->n_outputs * FAIRU_LANES; i++)
    d_o[i] *= scale; /* by the sums of the activation again */
  if (soft->kind == FAIRU_SUMMARY_KDE) {
    REAL second[FAIRU_LANES];
    SOFT(smear_slopes)(engine, soft, scores, d, d_tangent, second);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      second[lane] *= tangent[lane];
    PASS(unbend)(activation, 1, scores, second);
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_o[lane] += second[lane];
  } else {
    SOFT(to_scores)(engine, soft, scores, d, d_tangent);
  }
  PASS(unbend_tangent)(activation, soft->n_outputs, scores, tangent, d_tangent, d_o);
  SOFT(scale)(soft, d_tangent);
  SOFT(scale)(soft, d_o);
}

/* ---- counts ------------------------------------------------------------------------------------------------ */

void SOFT(add)(const fairu_soft_counts *soft, const REAL *shares, const REAL *weights, double *counts)
{
  for (size_t b = 0; b < soft->n_bins; b++) {
    double sums[8] = { 0.0 };
    for (size_t lane = 0; lane < FAIRU_LANES; lane += 8)
      for (size_t i = 0; i < 8; i++)
        sums[i] += (double)shares[b * FAIRU_LANES + lane + i] * (double)weights[lane + i];
    counts[b] += ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
  }
}

void SOFT(spread)(const fairu_soft_counts *soft, const double *slopes, const REAL *weights, REAL *d)
{
  for (size_t b = 0; b < soft->n_bins; b++) {
    const REAL slope = (REAL)slopes[b];
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d[b * FAIRU_LANES + lane] += slope * weights[lane];
  }
}
