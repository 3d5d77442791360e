#include "compare_problem.h"

#include "toy_model.h"

#include <string.h>

const compare_problem *compare_problem_find(const char *name)
{
  static const compare_problem *const all[] = { &compare_rotation,   &compare_inferno3d, &compare_gamma_hard,
                                                &compare_gamma_easy, &compare_pivot_toy, &compare_higgs_tes };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(all[i]->name, name) == 0)
      return all[i];
  return NULL;
}

int compare_nuisances_create(fairu_context *ctx, const compare_problem *problem, fairu_systematics **out)
{
  fairu_nuisance nuisances[COMPARE_AXES];
  *out = NULL;
  for (size_t k = 0; k < problem->n_axes; k++) {
    const compare_axis *axis = &problem->axes[k];
    const int status = fairu_nuisance_init(&nuisances[k], sizeof nuisances[k]);
    if (status != FAIRU_OK)
      return status;
    nuisances[k].name = axis->name;
    nuisances[k].nominal = axis->nominal;
    nuisances[k].width = axis->width;
    nuisances[k].lower = axis->knots[0];
    nuisances[k].upper = axis->knots[axis->n_knots - 1];
  }
  return fairu_systematics_create(ctx, nuisances, problem->n_axes, out);
}

double compare_yield(const compare_problem *problem, int label)
{
  return label == COMPARE_SIGNAL ? problem->signal : problem->background;
}

/* Knots and the middles between them; their number. */
static size_t refine(const compare_axis *axis, double *knots)
{
  size_t n = 0;
  for (size_t i = 0; i < axis->n_knots; i++) {
    if (i > 0)
      knots[n++] = 0.5 * (axis->knots[i - 1] + axis->knots[i]);
    knots[n++] = axis->knots[i];
  }
  return n;
}

int compare_grid_create(fairu_context *ctx, const compare_problem *problem, int fine, fairu_grid **out)
{
  static const size_t pair[2] = { 0, 1 };
  double knots[2 * COMPARE_KNOTS];
  fairu_axis axes[COMPARE_AXES];
  for (size_t k = 0; k < problem->n_axes; k++) {
    const compare_axis *axis = &problem->axes[k];
    axes[k] = (fairu_axis){ axis->name, axis->knots, axis->n_knots, axis->nominal };
  }
  if (fine && problem->n_axes == 1) {
    axes[0].n_knots = refine(&problem->axes[0], knots);
    axes[0].knots = knots;
  }
  return fairu_grid_create(ctx, axes, problem->n_axes, pair, problem->n_axes == 2 ? 1 : 0, out);
}

double compare_normal(double u)
{
  return toy_normal_quantile(u);
}

double compare_normal_cdf(double x)
{
  return toy_normal_cdf(x);
}
