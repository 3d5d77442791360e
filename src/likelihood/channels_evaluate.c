/* channels_evaluate.c - main term of compiled channels with gradient and Hessian; expected yields and their Jacobian. */
#include <math.h>
#include <string.h>

#include "likelihood/channels_pass.h"

/* Blocks of one channel. done: bins so far, to poll now and then. */
static int run_channel(fairu_pass *p, const fairu_flat_channel *channel, int (*finish)(fairu_pass *, void *),
                       void *data)
{
  fairu_pass__enter(p, channel);
  for (p->first = 0; p->first < channel->n_bins; p->first += p->bins) {
    const size_t left = channel->n_bins - p->first;
    p->bins = left < channel->block ? left : channel->block;
    int status = channel->n_bins > channel->block ? fairu_context__poll(p->ctx) : FAIRU_OK;
    if (status == FAIRU_OK)
      status = fairu_pass__values(p);
    if (status != FAIRU_OK)
      return status;
    if (p->order > 0)
      fairu_pass__rows(p);
    status = finish ? finish(p, data) : FAIRU_OK;
    if (status != FAIRU_OK)
      return status;
    if (p->gradient)
      fairu_pass__add_block(p);
  }
  if (p->gradient)
    fairu_pass__leave(p);
  return FAIRU_OK;
}

static int run(fairu_pass *p, int (*finish)(fairu_pass *, void *), void *data)
{
  int status = fairu_pass__take(p);
  for (size_t i = 0; status == FAIRU_OK && i < p->channels->n_channels; i++) {
    if (i % 64 == 63)
      status = fairu_context__poll(p->ctx);
    if (status == FAIRU_OK)
      status = run_channel(p, &p->channels->channels[i], finish, data);
  }
  return status;
}

/* ---- the main term ------------------------------------------------------------------------------------ */

/* A Hessian of thousands of parameters takes its time to clear and to fill: polls by so many rows. */
enum { TILE = 32 };

static int clear(fairu_context *ctx, double *hessian, size_t n)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < n && status == FAIRU_OK; i += TILE) {
    memset(hessian + i * n, 0, (n - i < TILE ? n - i : TILE) * n * sizeof *hessian);
    status = i > 0 ? fairu_context__poll(ctx) : FAIRU_OK;
  }
  return status;
}

/* Both triangles of a tile stay in cache. */
static int mirror(fairu_context *ctx, double *hessian, size_t n)
{
  int status = FAIRU_OK;
  for (size_t i0 = 0; i0 < n && status == FAIRU_OK; i0 += TILE) {
    for (size_t j0 = 0; j0 <= i0; j0 += TILE)
      for (size_t i = i0; i < n && i < i0 + TILE; i++)
        for (size_t j = j0; j < i && j < j0 + TILE; j++)
          hessian[i * n + j] = hessian[j * n + i];
    status = i0 > 0 ? fairu_context__poll(ctx) : FAIRU_OK;
  }
  return status;
}

int fairu_channels__evaluate(const fairu_channels *channels, fairu_context *ctx, const double *observed,
                             const double *aux, const fairu_reduction *reduction, double *params, double *nll,
                             double *gradient, double *hessian)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_pass p = { .channels = channels,
                   .ctx = ctx,
                   .observed = observed,
                   .aux = aux,
                   .reduction = reduction,
                   .params = params,
                   .order = hessian    ? 2
                            : gradient ? 1
                                       : 0,
                   .n = reduction ? reduction->n : channels->n_params,
                   .gradient = gradient,
                   .hessian = hessian };
  if (hessian && !gradient) {
    p.gradient = fairu_context__scratch(ctx, p.n, sizeof *p.gradient, "gradient");
    if (!p.gradient) {
      fairu_context__release(ctx, mark);
      return FAIRU_ERR_OUT_OF_MEMORY;
    }
  }
  if (p.gradient)
    memset(p.gradient, 0, p.n * sizeof *p.gradient);
  int status = hessian ? clear(ctx, hessian, p.n) : FAIRU_OK;
  if (status == FAIRU_OK)
    status = run(&p, NULL, NULL);
  fairu_context__release(ctx, mark);
  if (status != FAIRU_OK)
    return status;
  *nll = fairu_sum__value(&p.nll);
  return hessian ? mirror(ctx, hessian, p.n) : FAIRU_OK;
}

/* ---- yields ------------------------------------------------------------------------------------------- */

typedef struct yields {
  double *nu, *jacobian;
} yields;

static void copy_jacobian(const fairu_pass *p, double *jacobian)
{
  const size_t n_bins = p->channels->n_bins;
  for (size_t b = 0; b < p->bins; b++) {
    const size_t bin = p->channel->first_bin + p->first + b, first = p->channels->first_slot[bin];
    for (size_t i = 0; i < p->n_columns; i++)
      jacobian[p->target[i] * n_bins + bin] += p->x[p->first_row[b] * p->width + i];
    for (size_t i = first; i < p->channels->first_slot[bin + 1]; i++)
      jacobian[p->channels->slots[i] * n_bins + bin] += p->slot_x[p->first_row[b] * p->stride + (i - first)];
  }
}

static int copy_yields(fairu_pass *p, void *data)
{
  const yields *to = data;
  memcpy(to->nu + p->channel->first_bin + p->first, p->nu, p->bins * sizeof *to->nu);
  if (to->jacobian)
    copy_jacobian(p, to->jacobian);
  return FAIRU_OK;
}

/* Without observation nothing is written into params. */
static fairu_pass yields_pass(const fairu_channels *channels, fairu_context *ctx, const double *params,
                              int order)
{
  fairu_pass p = { .channels = channels, .ctx = ctx, .order = order, .n = channels->n_params };
  memcpy(&p.params, &params, sizeof p.params);
  return p;
}

int fairu_channels__jacobian(const fairu_channels *channels, fairu_context *ctx, const double *params,
                             double *nu, double *jacobian)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_pass p = yields_pass(channels, ctx, params, jacobian ? 1 : 0);
  yields to = { nu, jacobian };
  if (jacobian)
    memset(jacobian, 0, channels->n_params * channels->n_bins * sizeof *jacobian);
  const int status = run(&p, copy_yields, &to);
  fairu_context__release(ctx, mark);
  return status;
}

int fairu_channels__expected(const fairu_channels *channels, fairu_context *ctx, const double *params,
                             double *nu)
{
  return fairu_channels__jacobian(channels, ctx, params, nu, NULL);
}

static int copy_sample(fairu_pass *p, void *data)
{
  const size_t *place = ((void **)data)[0];
  double *nu = ((void **)data)[1];
  const size_t at = *place * p->bins;
  for (size_t b = 0; b < p->bins; b++)
    nu[p->first + b] = p->product[*place] * (p->total[at + b] * p->gammas[at + b]);
  return FAIRU_OK;
}

int fairu_channels__expected_sample(const fairu_channels *channels, fairu_context *ctx, size_t sample,
                                    const double *params, double *nu)
{
  const size_t flat = channels->place[sample];
  const fairu_flat_channel *channel = &channels->channels[channels->owner[flat]];
  size_t place = flat - channel->samples;
  void *data[2] = { &place, nu };
  const fairu_mark mark = fairu_context__mark(ctx);
  fairu_pass p = yields_pass(channels, ctx, params, 0);
  int status = fairu_pass__take(&p);
  if (status == FAIRU_OK)
    status = run_channel(&p, channel, copy_sample, data);
  fairu_context__release(ctx, mark);
  return status;
}
