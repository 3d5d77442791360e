/* workspace_values.c - start, range and constraint of parameters: what pyhf takes without a configuration. */
#include <math.h>

#include "likelihood/workspace_sets.h"

static double number_at(const fairu_json_at *array, size_t i)
{
  fairu_json_at element;
  double value = 0.0;
  if (fairu_json__element(NULL, array, i, &element) != FAIRU_OK ||
      fairu_json__number(NULL, &element, &value) != FAIRU_OK)
    return NAN; /* not met: the document has been checked */
  return value;
}

static void fill(fairu_set_values *values, double start, double lower, double upper, double aux, double width)
{
  for (size_t i = 0; i < values->n; i++) {
    values->start[i] = start;
    values->lower[i] = lower;
    values->upper[i] = upper;
    values->aux[i] = aux;
    values->width[i] = width;
    values->fixed[i] = 0;
  }
}

/* tau of (x/e)^2; a bin without yield or uncertainty is fixed. */
static void fill_shapesys(fairu_set_values *values, const fairu_workspace *workspace, size_t m)
{
  const fairu_listed_modifier *modifier = &workspace->modifiers[m];
  const fairu_json_at errors = { .value = modifier->data };
  const fairu_json_at yields = { .value = workspace->samples[modifier->sample].data };
  for (size_t i = 0; i < values->n; i++) {
    const double x = number_at(&yields, i), e = number_at(&errors, i);
    const int valid = x > 0.0 && e > 0.0;
    double tau = valid ? x * x / (e * e) : 1.0;
    if (!(isnormal(x * x) && isnormal(e * e)) && valid)
      tau = (x / e) * (x / e);
    values->aux[i] = values->width[i] = tau;
    values->fixed[i] = (unsigned char)!valid;
  }
}

/* width: sums of nominal yields of all samples that share a staterror, then their relative uncertainty. */
static void fill_staterror(fairu_set_values *values, const fairu_workspace *workspace, const fairu_sets *sets,
                           const fairu_parameter_set *set)
{
  const size_t *users = sets->users + set->first_user;
  double *total = values->aux, *squares = values->width;
  for (size_t i = 0; i < values->n; i++)
    total[i] = squares[i] = 0.0;
  for (size_t u = 0; u < set->n_users; u++) {
    const fairu_listed_sample *sample = &workspace->samples[workspace->modifiers[users[u]].sample];
    const fairu_json_at yields = { .value = sample->data };
    for (size_t b = 0; b < workspace->channels[sample->channel].n_bins; b++)
      total[sets->offset[users[u]] + b] += number_at(&yields, b);
  }
  for (size_t u = 0; u < set->n_users; u++) {
    const fairu_listed_modifier *modifier = &workspace->modifiers[users[u]];
    const fairu_json_at errors = { .value = modifier->data };
    const size_t n_bins = workspace->channels[workspace->samples[modifier->sample].channel].n_bins;
    for (size_t b = 0, i = sets->offset[users[u]]; b < n_bins; b++, i++) {
      const double relative = total[i] > 0.0 ? number_at(&errors, b) / total[i] : 0.0;
      squares[i] += relative * relative;
    }
  }
  for (size_t i = 0; i < values->n; i++) {
    const double delta = sqrt(squares[i]);
    values->aux[i] = 1.0;
    values->fixed[i] = !(delta > 0.0);
    values->width[i] = delta > 0.0 ? delta : 1.0;
  }
}

void fairu_set_values__defaults(fairu_set_values *values, const fairu_workspace *workspace,
                                const fairu_sets *sets, const fairu_parameter_set *set)
{
  switch (set->type) {
  case FAIRU_MODIFIER_NORMFACTOR:
  case FAIRU_MODIFIER_SHAPEFACTOR:
    fill(values, 1.0, 0.0, 10.0, NAN, NAN);
    break;
  case FAIRU_MODIFIER_HISTOSYS:
  case FAIRU_MODIFIER_NORMSYS:
    fill(values, 0.0, -5.0, 5.0, 0.0, 1.0);
    break;
  case FAIRU_MODIFIER_SHAPESYS:
    fill(values, 1.0, 1e-10, 10.0, 1.0, 1.0);
    fill_shapesys(values, workspace, set->first);
    break;
  case FAIRU_MODIFIER_STATERROR:
    fill(values, 1.0, 1e-10, 10.0, 1.0, 1.0);
    fill_staterror(values, workspace, sets, set);
    break;
  case FAIRU_MODIFIER_LUMI:
  case FAIRU_MODIFIER_TYPES:
    fill(values, NAN, NAN, NAN, NAN, 1.0);
    break;
  }
}
