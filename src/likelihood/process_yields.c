/* process_yields.c - yields of templates by process, and how well they are known. */
#include "likelihood/likelihood_internal.h"
#include "likelihood/model.h"
#include "templates/templates_internal.h"

size_t fairu_likelihood__n_processes(const fairu_likelihood *lh)
{
  return lh->templates ? lh->n_processes : 0;
}

static const double *axes_of(const fairu_likelihood *lh, const double *params)
{
  return params + lh->n_factors;
}

int fairu_likelihood__process_yields(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                                     double *yields)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  double *phi = fairu_context__scratch(ctx, lh->n_processes, sizeof *phi, "yields by process");
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  if (phi)
    status = fairu_templates__evaluate(lh->templates, ctx, axes_of(lh, params), yields, NULL, NULL);
  if (status == FAIRU_OK) {
    fairu_likelihood__scales(lh, params, phi, NULL);
    for (size_t p = 0; p < lh->n_processes; p++)
      for (size_t j = 0; j < lh->n_bins; j++)
        yields[p * lh->n_bins + j] *= phi[p];
  }
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_likelihood__process_variances(const fairu_likelihood *lh, fairu_context *ctx, const double *params,
                                        double *relative)
{
  const size_t n = lh->n_processes * lh->n_bins;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *yields = fairu_context__scratch(ctx, n, sizeof *yields, "variances by process");
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  if (yields)
    status = fairu_templates__evaluate(lh->templates, ctx, axes_of(lh, params), yields, NULL, NULL);
  if (status == FAIRU_OK)
    status =
        fairu_templates__evaluate_variance(lh->templates, ctx, axes_of(lh, params), relative, NULL, NULL);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const double square = yields[i] * yields[i];
    relative[i] = square > 0.0 && relative[i] > 0.0 ? relative[i] / square : 0.0;
  }
  fairu_context__release(ctx, mark);
  return status;
}
