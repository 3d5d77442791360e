#include "toy_model.h"

#include <string.h>

static const char *const method_names[TOY_METHODS] = { "baseline", "aware", "optimal", "aug_lda",
                                                       "aug_bayes" };

const char *toy_method_name(int method)
{
  return method_names[method];
}

int toy_choice(const char *choices, const char *name)
{
  int index = 0;
  for (const char *p = choices; p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL, index++)
    if (strcspn(p, "|") == strlen(name) && strncmp(p, name, strlen(name)) == 0)
      return index;
  return -1;
}

double toy_angle(size_t k)
{
  return (double)k * M_PI / 40.0;
}

double toy_slope_optimal(void)
{
  return 2.0 * TOY_RADIUS / (TOY_SIGMA * TOY_SIGMA);
}

double toy_slope_published(void)
{
  return 2.0 * TOY_RADIUS / TOY_SIGMA;
}

/* Along pi/4 the class means are +-R cos d with d the angle to pi/4; their spread adds to sigma^2. */
double toy_slope_lda(void)
{
  double mean = 0.0, square = 0.0;
  for (size_t k = 0; k < TOY_ANGLES; k++) {
    const double c = cos(toy_angle(k) - TOY_NOMINAL);
    mean += c / TOY_ANGLES;
    square += c * c / TOY_ANGLES;
  }
  return 2.0 * TOY_RADIUS * mean / (TOY_SIGMA * TOY_SIGMA + TOY_RADIUS * TOY_RADIUS * (square - mean * mean));
}

double toy_auc(double z_minus_axis)
{
  return toy_normal_cdf(M_SQRT2 * TOY_RADIUS * cos(z_minus_axis) / TOY_SIGMA);
}

/* ---- the normal distribution -------------------------------------------------------------------------- */

double toy_normal_cdf(double x)
{
  return 0.5 * erfc(-x * M_SQRT1_2);
}

double toy_normal_interval(double a, double b)
{
  if (a > 0.0)
    return 0.5 * (erfc(a * M_SQRT1_2) - erfc(b * M_SQRT1_2));
  if (b < 0.0)
    return 0.5 * (erfc(-b * M_SQRT1_2) - erfc(-a * M_SQRT1_2));
  return 0.5 * (erf(b * M_SQRT1_2) - erf(a * M_SQRT1_2));
}

static double rational(double x, const double *top, size_t n_top, const double *bottom, size_t n_bottom)
{
  double a = top[0], b = bottom[0];
  for (size_t i = 1; i < n_top; i++)
    a = a * x + top[i];
  for (size_t i = 1; i < n_bottom; i++)
    b = b * x + bottom[i];
  return a / (b * x + 1.0);
}

/* Rational start of P. J. Acklam (relative error 1.2e-9), then one Halley step. */
double toy_normal_quantile(double p)
{
  static const double a[] = { -3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                              1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00 };
  static const double b[] = { -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                              6.680131188771972e+01, -1.328068155288572e+01 };
  static const double c[] = { -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                              -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00 };
  static const double d[] = { 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                              3.754408661907416e+00 };
  const double tail = fmin(p, 1.0 - p);
  double x;
  if (tail < 0.02425) {
    x = rational(sqrt(-2.0 * log(tail)), c, 6, d, 4);
    x = p < 0.5 ? x : -x;
  } else {
    x = (p - 0.5) * rational((p - 0.5) * (p - 0.5), a, 6, b, 5);
  }
  const double u = (toy_normal_cdf(x) - p) * sqrt(2.0 * M_PI) * exp(0.5 * x * x);
  return x - u / (1.0 + 0.5 * x * u);
}

/* ---- edges and yields --------------------------------------------------------------------------------- */

/* P(t < edge) of the signal of all angles along pi/4, inverted by bisection. */
static double mixture_quantile(double p)
{
  double lower = -10.0, upper = 10.0;
  for (int i = 0; i < 100; i++) {
    const double t = 0.5 * (lower + upper);
    double cdf = 0.0;
    for (size_t k = 0; k < TOY_ANGLES; k++)
      cdf += toy_normal_cdf((t - TOY_RADIUS * cos(toy_angle(k) - TOY_NOMINAL)) / TOY_SIGMA) / TOY_ANGLES;
    if (cdf < p)
      lower = t;
    else
      upper = t;
  }
  return 0.5 * (lower + upper);
}

void toy_logit_edges(int method, int binning, size_t n_bins, double slope, double *edges)
{
  const int augmented = method == TOY_AUG_LDA || method == TOY_AUG_BAYES;
  for (size_t j = 1; j < n_bins; j++) {
    const double f = (double)j / (double)n_bins;
    double *edge = &edges[j - 1];
    if (binning == TOY_UNIFORM)
      *edge = log(f / (1.0 - f));
    else if (binning == TOY_T)
      *edge = slope * (-2.0 + 4.5 * f);
    else if (binning == TOY_LOGIT)
      *edge = -4.0 + 11.0 * f;
    else
      *edge = slope * (augmented ? mixture_quantile(f) : TOY_RADIUS + TOY_SIGMA * toy_normal_quantile(f));
  }
}

int toy_classifier_create(int method, int binning, size_t n_bins, double slope, double z_true,
                          toy_classifier *out)
{
  const int augmented = method == TOY_AUG_LDA || method == TOY_AUG_BAYES;
  *out = (toy_classifier){ .method = method, .n_bins = n_bins };
  out->axis = method == TOY_OPTIMAL ? z_true : TOY_NOMINAL;
  out->slope = augmented ? toy_slope_lda() : slope;
  toy_logit_edges(method, binning, n_bins, out->slope, out->edges + 1);
  if (method == TOY_AUG_BAYES && toy_mixture_create(out->edges + 1, n_bins - 1, &out->mixture) != 0)
    return -1;
  for (size_t j = 1; j < n_bins; j++)
    out->edges[j] /= out->slope;
  out->edges[0] = -INFINITY;
  out->edges[n_bins] = INFINITY;
  return 0;
}

void toy_classifier_clear(toy_classifier *classifier)
{
  toy_mixture_destroy(classifier->mixture);
  *classifier = (toy_classifier){ 0 };
}

void toy_classifier_yields(const toy_classifier *classifier, int process, double z, double z_score,
                           double *yields)
{
  if (classifier->mixture) {
    toy_mixture_yields(classifier->mixture, process, z, yields);
    return;
  }
  const double total = process == TOY_SIGNAL_PROCESS ? TOY_SIGNAL : TOY_BACKGROUND;
  const double sign = process == TOY_SIGNAL_PROCESS ? 1.0 : -1.0;
  const double axis = classifier->method == TOY_AWARE ? z_score : classifier->axis;
  const double mean = sign * TOY_RADIUS * cos(z - axis);
  for (size_t j = 0; j < classifier->n_bins; j++)
    yields[j] = total * toy_normal_interval((classifier->edges[j] - mean) / TOY_SIGMA,
                                            (classifier->edges[j + 1] - mean) / TOY_SIGMA);
}

void toy_aux_yields(double z, double *yields)
{
  for (size_t k = 0; k < TOY_AUX_BINS; k++) {
    const double edge = -1.0 + 3.5 * (double)k / TOY_AUX_BINS;
    yields[k] = 1e4 * toy_normal_interval((edge - z) / 0.5, (edge + 3.5 / TOY_AUX_BINS - z) / 0.5);
  }
}
