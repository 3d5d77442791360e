/* param.c - one parameter: memory, constraint density, constants. */
#include "likelihood/param.h"

#include <math.h>

#include "numeric/constraint.h"
#include "numeric/stirling.h"
#include "templates/templates_internal.h"

static const double half_ln_2pi = 0.91893853320467274178;

void fairu_param__clear(const fairu_allocator *allocator, fairu_param *param)
{
  fairu_allocator__free(allocator, param->name);
  fairu_allocator__free(allocator, param->table);
  fairu_templates_destroy(param->auxiliary);
  param->name = NULL;
  param->table = NULL;
  param->auxiliary = NULL;
}

int fairu_param__copy(fairu_context *ctx, const fairu_param *from, fairu_param *to)
{
  *to = *from;
  to->name = NULL;
  to->table = NULL;
  to->auxiliary = NULL;
  to->name = fairu_context__copy_string(ctx, from->name, "parameter");
  if (!to->name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (from->table) {
    to->table =
        fairu_context__copy(ctx, from->table, from->n_table, 3 * sizeof *to->table, "table of a prior");
    if (!to->table)
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return from->auxiliary ? fairu_templates__copy(from->auxiliary, ctx, &to->auxiliary) : FAIRU_OK;
}

int fairu_param__has_aux(const fairu_param *param)
{
  return param->constraint == FAIRU_CONSTRAINT_POISSON ||
         (param->constraint == FAIRU_CONSTRAINT_PRIOR &&
          (param->prior == FAIRU_PRIOR_GAUSSIAN || param->prior == FAIRU_PRIOR_LOG_NORMAL));
}

int fairu_param__check_aux(const fairu_param *param, fairu_context *ctx, double value)
{
  if (!fairu_param__has_aux(param))
    return fairu_context__fail(ctx, FAIRU_ERR_ARGUMENT, "'%s' has no auxiliary value", param->name);
  if (!isfinite(value))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "auxiliary value of '%s' is %g", param->name,
                               value);
  if (param->constraint == FAIRU_CONSTRAINT_POISSON && value < 0.0)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "auxiliary count of '%s' is %g, less than 0",
                               param->name, value);
  if (param->constraint == FAIRU_CONSTRAINT_PRIOR && param->prior == FAIRU_PRIOR_LOG_NORMAL && !(value > 0.0))
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "auxiliary value of '%s' is %g, must be > 0",
                               param->name, value);
  return FAIRU_OK;
}

double fairu_param__error(const fairu_param *param)
{
  if (param->constraint == FAIRU_CONSTRAINT_POISSON)
    return 1.0 / sqrt(param->tau);
  if (!fairu_param__has_aux(param))
    return NAN;
  return param->prior == FAIRU_PRIOR_GAUSSIAN ? param->width : param->width * param->aux;
}

static void prior_term(const fairu_param *param, double theta, double aux, double value[3])
{
  const size_t n = param->n_table;
  switch (param->prior) {
  case FAIRU_PRIOR_GAUSSIAN:
    fairu_constraint__gaussian(theta, aux, param->width, value);
    break;
  case FAIRU_PRIOR_LOG_NORMAL:
    fairu_constraint__log_normal(theta, aux, param->width, value);
    break;
  case FAIRU_PRIOR_TABULATED: /* no density beyond the table */
    if (theta >= param->table[0] && theta <= param->table[n - 1])
      fairu_constraint__tabulated(param->table, param->table + n, param->table + 2 * n, n, theta, value);
    else
      value[0] = HUGE_VAL;
    break;
  default: /* uniform: the range is all it says */
    if (!(theta >= param->lower && theta <= param->upper))
      value[0] = HUGE_VAL;
    break;
  }
}

void fairu_param__constraint(const fairu_param *param, double theta, double aux, double value[3])
{
  value[0] = value[1] = value[2] = 0.0;
  if (param->constraint == FAIRU_CONSTRAINT_PRIOR)
    prior_term(param, theta, aux, value);
  else if (param->constraint == FAIRU_CONSTRAINT_POISSON)
    fairu_constraint__poisson(theta, aux, param->tau, value);
}

double fairu_param__constant(const fairu_param *param, double aux)
{
  double value[3];
  if (!fairu_param__has_aux(param))
    return 0.0;
  if (param->constraint == FAIRU_CONSTRAINT_POISSON) {
    if (!(aux > 0.0))
      return 0.0;
    fairu_stirling__terms(aux, value);
    return value[0];
  }
  const double normal = log(param->width) + half_ln_2pi;
  return param->prior == FAIRU_PRIOR_GAUSSIAN ? normal : normal + log(aux);
}
