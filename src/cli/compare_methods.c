#include "compare_methods.h"

#include <string.h>

typedef struct description {
  const char *name, *about;
} description;

static const description methods[COMPARE_METHODS] = {
  { "optimal", "Bayes score at nominal Z, in closed form" },
  { "optimal-aware", "Bayes score at the Z of each hypothesis, in closed form" },
  { "baseline", "trained at nominal Z" },
  { "augmented", "trained at many Z, not told which" },
  { "aware", "trained at many Z, Z is an input" },
  { "pivot", "against an adversary that learns the density of Z from the score" },
  { "gradient-reversal", "against the adversary, both in one step" },
  { "tangent", "the slope of the logit along dx/dZ is penalised" },
  { "inferno", "the expected variance of mu is the loss, ten outputs" },
  { "neos", "the expected CLs through a profile fit is the loss" },
  { "significance", "the expected significance of a cut is the loss" },
  { "inferno-aware", "inferno with Z as input" },
};

const char *compare_method_name(int method)
{
  return methods[method].name;
}

const char *compare_method_about(int method)
{
  return methods[method].about;
}

static int add_method(cli *c, compare_options *options, const char *name, size_t length)
{
  for (int m = 0; m < COMPARE_METHODS; m++) {
    if (strlen(methods[m].name) != length || strncmp(methods[m].name, name, length) != 0)
      continue;
    if (m < COMPARE_BASELINE && !options->problem->log_density)
      return cli_fail(c, FAIRU_ERR_ARGUMENT, "--methods: '%s' is not known for %s", methods[m].name,
                      options->problem->name);
    for (size_t i = 0; i < options->n_methods; i++)
      if (options->methods[i] == m)
        return cli_fail(c, FAIRU_ERR_DUPLICATE, "--methods names '%s' twice", methods[m].name);
    options->methods[options->n_methods++] = m;
    return FAIRU_OK;
  }
  return cli_fail(c, FAIRU_ERR_ARGUMENT, "--methods: there is no method '%.*s'", (int)length, name);
}

int compare_methods_read(cli *c, const char *list, compare_options *options)
{
  options->n_methods = 0;
  for (int m = options->problem->log_density ? 0 : COMPARE_BASELINE; m < COMPARE_INFERNO_AWARE && !list; m++)
    options->methods[options->n_methods++] = m;
  int status = FAIRU_OK;
  for (const char *p = list; p && status == FAIRU_OK;) {
    const size_t length = strcspn(p, ",");
    status = add_method(c, options, p, length);
    p = p[length] ? p + length + 1 : NULL;
  }
  return status;
}

/* ---- exact scores ------------------------------------------------------------------------------------- */

/* Logit of the Bayes score of balanced classes at z, or at nominal Z (z NULL). */
static int bayes(const float *features, size_t n_events, size_t n_features, const double *z,
                 size_t n_nuisances, float *logits, void *user_data)
{
  (void)n_features, (void)n_nuisances;
  const compare_problem *problem = user_data;
  double at[COMPARE_AXES], x[COMPARE_DIMS], unused[COMPARE_AXES];
  const size_t n = problem->n_features;
  for (size_t k = 0; k < problem->n_axes; k++)
    at[k] = z ? z[k] : problem->axes[k].nominal;
  for (size_t i = 0; i < n_events; i++) {
    for (size_t k = 0; k < n; k++)
      x[k] = (double)features[i * n + k];
    logits[i] = (float)(problem->log_density(COMPARE_SIGNAL, x, at, unused) -
                        problem->log_density(COMPARE_BACKGROUND, x, at, unused));
  }
  return 0;
}

int compare_create_exact(fairu_context *ctx, const compare_problem *problem, int aware,
                         fairu_classifier **out)
{
  const char *nuisances[COMPARE_AXES];
  for (size_t k = 0; k < problem->n_axes; k++)
    nuisances[k] = problem->axes[k].name;
  return fairu_classifier_create_callback(ctx, problem->features, problem->n_features, nuisances,
                                          aware ? problem->n_axes : 0, 1, bayes, (void *)(uintptr_t)problem,
                                          out);
}
