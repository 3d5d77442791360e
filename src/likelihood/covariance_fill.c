/* covariance_fill.c - the inverse Hessian of all free parameters at a minimum.
 *
 * Gammas that are profiled touch one bin each: their rows of the Hessian are nearly empty. Eliminated first, one after the other, they fill
 * in nothing but the block of the others, which is factorised as it is; the inverse follows backwards from that of the block (Takahashi,
 * Fagan and Chin 1973). The work grows with the square of the parameters, not with their cube.
 */
#include "likelihood/covariance_fill.h"

#include <math.h>
#include <string.h>

#include "likelihood/edge.h"
#include "numeric/linalg.h"

static const double held_count = 1e-8; /* gammas follow any barrier: one of a stiffness that inverts well */

/* The Hessian over all parameters at the minimum, with the barrier of an edge. */
typedef struct curvature {
  size_t n;
  double *hessian;    /* [n * n] */
  unsigned char *out; /* [n] 1: fixed, or at a bound */
} curvature;

/* That of the free parameters, scaled to unit diagonal, gammas first. */
typedef struct elimination {
  size_t m, n_gammas;
  size_t *index;   /* [m] parameter */
  size_t *pattern; /* [m] columns of a row that are not 0 */
  double *scale;   /* [m] 1 / sqrt of the diagonal */
  double *a;       /* [m * m] upper triangle; rows of gammas as they were when eliminated. Room for [n * n] */
  double *inverse; /* [m * m] */
  int ok;          /* positive definite */
} elimination;

static int read_curvature(fairu_context *ctx, fairu_plan *plan, const fairu_minimize_state *best, int held,
                          curvature *c)
{
  const fairu_likelihood *lh = plan->likelihood;
  fairu_data soft = *plan->data;
  double nll[2];
  int status = FAIRU_OK;
  c->n = lh->n_params;
  double *gradient = fairu_context__scratch(ctx, c->n, (c->n + 1) * sizeof *gradient, "covariance");
  c->out = fairu_context__scratch(ctx, c->n, 1, "covariance");
  if (!gradient || !c->out)
    return FAIRU_ERR_OUT_OF_MEMORY;
  c->hessian = gradient + c->n;
  if (best->n_edges)
    status = fairu_edge__soften(ctx, plan, best->x, held ? held_count : FAIRU_EDGE_COUNT, &soft);
  if (status == FAIRU_OK && held) {
    fairu_plan__set_full(plan, best->x);
    status = fairu_likelihood__evaluate(lh, ctx, &soft, &plan->reduction, plan->full, nll, NULL, NULL);
  } else if (status == FAIRU_OK) {
    status = fairu_plan__expand(ctx, plan, best, plan->full);
  }
  for (size_t i = 0; i < c->n && status == FAIRU_OK; i++) {
    const size_t k = plan->reduction.column[i];
    const fairu_param *p = &lh->params[i];
    const double x = plan->full[i];
    const int out = k != FAIRU_NONE               ? plan->fixed[k] || best->at_bound[k]
                    : plan->reduction.profiled[i] ? x <= p->lower || x >= p->upper
                                                  : 1;
    c->out[i] = (unsigned char)out;
  }
  return status != FAIRU_OK
             ? status
             : fairu_likelihood__evaluate(lh, ctx, &soft, NULL, plan->full, nll, gradient, c->hessian);
}

static int begin(fairu_context *ctx, const fairu_plan *plan, const curvature *c, elimination *e)
{
  const size_t n = c->n;
  *e = (elimination){ .ok = 1 };
  e->index = fairu_context__scratch(ctx, n, 2 * sizeof *e->index, "covariance");
  e->scale = fairu_context__scratch(ctx, n, sizeof *e->scale, "covariance");
  if (!e->index || !e->scale)
    return FAIRU_ERR_OUT_OF_MEMORY;
  e->pattern = e->index + n;
  for (int gammas = 1; gammas >= 0; gammas--) {
    for (size_t i = 0; i < n; i++)
      if (!c->out[i] && plan->reduction.profiled[i] == gammas)
        e->index[e->m++] = i;
    e->n_gammas = gammas ? e->m : e->n_gammas;
  }
  e->a = fairu_context__scratch(ctx, n, n * sizeof *e->a, "covariance");
  if (!e->a)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t j = 0; j < e->m; j++) {
    const double d = c->hessian[e->index[j] * (n + 1)];
    e->scale[j] = d != 0.0 ? 1.0 / sqrt(fabs(d)) : 1.0;
  }
  int status = FAIRU_OK;
  for (size_t j = 0; j < e->m && status == FAIRU_OK; j++) {
    for (size_t k = j; k < e->m; k++)
      e->a[j * e->m + k] = c->hessian[e->index[j] * n + e->index[k]] * e->scale[j] * e->scale[k];
    status = fairu_context__poll(ctx);
  }
  e->inverse = c->hessian; /* not needed any more, and large enough */
  return status;
}

static size_t find_pattern(const elimination *e, size_t j)
{
  const double *row = e->a + j * e->m;
  size_t count = 0;
  for (size_t k = j + 1; k < e->m; k++)
    if (row[k] != 0.0)
      e->pattern[count++] = k;
  return count;
}

static int eliminate_gammas(fairu_context *ctx, elimination *e)
{
  int status = FAIRU_OK;
  for (size_t j = 0; j < e->n_gammas && e->ok && status == FAIRU_OK; j++) {
    const double *row = e->a + j * e->m;
    e->ok = row[j] > 0.0;
    const size_t count = e->ok ? find_pattern(e, j) : 0;
    for (size_t p = 0; p < count; p++) {
      const double factor = row[e->pattern[p]] / row[j];
      double *target = e->a + e->pattern[p] * e->m;
      for (size_t q = p; q < count; q++)
        target[e->pattern[q]] -= factor * row[e->pattern[q]];
    }
    status = fairu_context__poll(ctx);
  }
  return status;
}

/* Inverse of the block of all but gammas into its place. */
static int invert_block(fairu_context *ctx, elimination *e)
{
  const size_t g = e->n_gammas, m = e->m, r = m - g;
  const fairu_mark mark = fairu_context__mark(ctx);
  double *block = fairu_context__scratch(ctx, r, 2 * r * sizeof *block, "covariance");
  if (!block)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < r; i++)
    for (size_t k = 0; k < r; k++)
      block[i * r + k] = i < k ? e->a[(g + i) * m + g + k] : e->a[(g + k) * m + g + i];
  e->ok = r == 0 || fairu_linalg__cholesky(ctx, block, r) == 0;
  if (e->ok && r)
    fairu_linalg__cholesky_inverse(ctx, block, r, block + r * r);
  for (size_t i = 0; i < r && e->ok; i++)
    memcpy(e->inverse + (g + i) * m + g, block + r * r + i * r, r * sizeof *block);
  fairu_context__release(ctx, mark);
  return fairu_context__poll(ctx);
}

/* Rows of gammas, the last eliminated first: C_jq = -sum_p l_p C_pq, C_jj = 1/d - sum_p l_p C_jp. */
static int invert_gammas(fairu_context *ctx, elimination *e)
{
  const size_t m = e->m;
  int status = FAIRU_OK;
  for (size_t j = e->n_gammas; j-- > 0 && status == FAIRU_OK;) {
    const double *row = e->a + j * m;
    double *to = e->inverse + j * m;
    const size_t count = find_pattern(e, j);
    memset(to + j, 0, (m - j) * sizeof *to);
    for (size_t p = 0; p < count; p++) {
      const double factor = row[e->pattern[p]] / row[j];
      const double *from = e->inverse + e->pattern[p] * m;
      for (size_t q = j + 1; q < m; q++)
        to[q] -= factor * from[q];
    }
    double own = 1.0;
    for (size_t p = 0; p < count; p++)
      own -= row[e->pattern[p]] * to[e->pattern[p]];
    to[j] = own / row[j];
    for (size_t q = j + 1; q < m; q++)
      e->inverse[q * m + j] = to[q];
    status = fairu_context__poll(ctx);
  }
  return status;
}

/* In the order of all parameters, in the place of a. */
static int sort_out(fairu_context *ctx, size_t n, const elimination *e)
{
  int status = FAIRU_OK;
  size_t *place = e->pattern; /* of each parameter; m: none */
  for (size_t i = 0; i < n; i++)
    place[i] = e->m;
  for (size_t i = 0; i < e->m; i++)
    place[e->index[i]] = i;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    for (size_t k = 0; k < n; k++) {
      const size_t from = place[i], to = place[k];
      e->a[i * n + k] = from == e->m || to == e->m ? 0.0
                        : e->ok ? e->inverse[from * e->m + to] * (e->scale[from] * e->scale[to])
                                : (double)NAN;
    }
    status = fairu_context__poll(ctx);
  }
  return status;
}

int fairu_covariance__fill(fairu_context *ctx, fairu_plan *plan, const fairu_minimize_state *best, int held,
                           double *covariance)
{
  curvature c;
  elimination e = { .ok = 0 };
  int status = read_curvature(ctx, plan, best, held, &c);
  if (status == FAIRU_OK)
    status = begin(ctx, plan, &c, &e);
  if (status == FAIRU_OK)
    status = eliminate_gammas(ctx, &e);
  if (status == FAIRU_OK && e.ok)
    status = invert_block(ctx, &e);
  if (status == FAIRU_OK && e.ok)
    status = invert_gammas(ctx, &e);
  if (status == FAIRU_OK)
    status = sort_out(ctx, c.n, &e);
  if (status == FAIRU_OK)
    memcpy(covariance, e.a, c.n * c.n * sizeof *covariance);
  return status;
}
