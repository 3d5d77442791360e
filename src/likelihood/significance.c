/* significance.c - significance formulas and asymptotic p-values for callers: arguments checked, then the formulas. */
#include <math.h>

#include "likelihood/asymptotic.h"
#include "numeric/significance.h"

static int check(fairu_context *ctx, const char *what, const char *name, double value)
{
  if (!isfinite(value))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "%s: %s is %g", what, name, value);
  if (value < 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%s: %s is %g, less than 0", what, name, value);
  return FAIRU_OK;
}

static int check_two(fairu_context *ctx, const char *what, double s, double b)
{
  const int status = check(ctx, what, "s", s);
  return status != FAIRU_OK ? status : check(ctx, what, "b", b);
}

static int write(fairu_context *ctx, const char *what, double value, double *z)
{
  if (!isfinite(value))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%s: sums and products of s, b and errors exceed 1e308",
                               what);
  *z = value;
  return FAIRU_OK;
}

static int without_background(fairu_context *ctx, const char *what, double s)
{
  return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "%s: s is %g over no background at all", what, s);
}

int fairu_significance_ams(fairu_context *ctx, double s, double b, double b_reg, double *z)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!z)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "AMS: z is NULL");
  int status = check_two(ctx, "AMS", s, b);
  if (status == FAIRU_OK)
    status = check(ctx, "AMS", "b_reg", b_reg);
  if (status == FAIRU_OK && s > 0.0 && b + b_reg == 0.0)
    status = without_background(ctx, "AMS", s);
  return status == FAIRU_OK ? write(ctx, "AMS", fairu_significance__ams(s, b + b_reg), z) : status;
}

int fairu_significance_asimov(fairu_context *ctx, double s, double b, double sigma_b, double *z)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!z)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "Asimov significance: z is NULL");
  int status = check_two(ctx, "Asimov significance", s, b);
  if (status == FAIRU_OK)
    status = check(ctx, "Asimov significance", "sigma_b", sigma_b);
  if (status == FAIRU_OK && s > 0.0 && b == 0.0 && sigma_b == 0.0)
    status = without_background(ctx, "Asimov significance", s);
  return status == FAIRU_OK ? write(ctx, "Asimov significance", fairu_significance__asimov(s, b, sigma_b), z)
                            : status;
}

int fairu_significance_ams1(fairu_context *ctx, double s, double b, double sigma_b, double *z)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!z)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "AMS1: z is NULL");
  int status = check_two(ctx, "AMS1", s, b);
  if (status == FAIRU_OK)
    status = check(ctx, "AMS1", "sigma_b", sigma_b);
  if (status == FAIRU_OK && sigma_b == 0.0)
    status = fairu_context__fail(ctx, FAIRU_ERR_RANGE, "AMS1: sigma_b is 0");
  return status == FAIRU_OK ? write(ctx, "AMS1", fairu_significance__ams1(s, b, sigma_b), z) : status;
}

int fairu_significance_of_p(fairu_context *ctx, double p, double *z)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!z)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "significance: z is NULL");
  if (!(p > 0.0 && p < 1.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "significance: p is %g, must lie between 0 and 1", p);
  *z = fairu_significance__of_p(p);
  return FAIRU_OK;
}

int fairu_p_of_significance(fairu_context *ctx, double z, double *p)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!p)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "p of significance: p is NULL");
  if (isnan(z))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "p of significance: z is %g", z);
  *p = fairu_significance__p_of(z);
  return FAIRU_OK;
}

int fairu_asymptotic_pvalues(fairu_context *ctx, int statistic, double q, double q_asimov, double *p)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!p)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "asymptotic p-values: p is NULL");
  if (statistic < FAIRU_TEST_T || statistic > FAIRU_TEST_Q0)
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "asymptotic p-values: unknown statistic %d",
                               statistic);
  int status = check(ctx, "asymptotic p-values", "q", q);
  if (status == FAIRU_OK)
    status = check(ctx, "asymptotic p-values", "q_asimov", q_asimov);
  if (status == FAIRU_OK)
    fairu_asymptotic__observed(statistic, q, q_asimov, p);
  return status;
}
