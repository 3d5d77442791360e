/* engine.c - own kernels or BLAS. */
#include "classifier/engine.h"

#include "numeric/linalg.h"

/* Widest square layer of own kernels under FAIRU_BLAS_AUTO. On blocks of lanes they beat OpenBLAS (SkylakeX kernels, one thread) at
 * every width tried: 144 against 118 GFLOP/s at 256, 145 against 124 at 1024, 141 against 96 at 4096, the widest tried. */
enum { OWN_WIDTH = 4096 };

fairu_engine fairu_engine__of(const fairu_context *ctx)
{
  const fairu_engine engine = { fairu_kernels__of(ctx), fairu_linalg__blas_policy(ctx) };
  return engine;
}

int fairu_engine__is_wide(size_t n_in, size_t n_out)
{
  return n_in > OWN_WIDTH * (size_t)OWN_WIDTH / n_out;
}

static int takes_blas(const fairu_engine *engine, size_t n_in, size_t n_out)
{
  if (engine->blas == FAIRU_BLAS_AUTO)
    return fairu_engine__is_wide(n_in, n_out);
  return engine->blas == FAIRU_BLAS_ALWAYS;
}

/* Blocks reach BLAS one by one, always FAIRU_LANES columns: a score does not depend on its neighbours there either. */
static void dense(const fairu_engine *engine, const float *w, const float *bias, size_t n_in, size_t n_out,
                  const float *in, int relu, float *out)
{
  if (n_in == 0 || !takes_blas(engine, n_in, n_out)) {
    engine->kernels->dense(w, bias, n_in, n_out, in, relu, out);
    return;
  }
  for (size_t o = 0; o < n_out; o++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      out[o * FAIRU_LANES + lane] = bias[o];
  fairu_linalg__sgemm(0, 0, n_out, FAIRU_LANES, n_in, w, in, 1, out);
  for (size_t i = 0; relu && i < n_out * FAIRU_LANES; i++)
    out[i] = out[i] < 0 ? 0 : out[i];
}

void fairu_engine__dense(const fairu_engine *engine, const float *w, const float *bias, size_t n_in,
                         size_t n_out, const float *in, float *out)
{
  dense(engine, w, bias, n_in, n_out, in, 0, out);
}

void fairu_engine__dense_relu(const fairu_engine *engine, const float *w, const float *bias, size_t n_in,
                              size_t n_out, const float *in, float *out)
{
  dense(engine, w, bias, n_in, n_out, in, 1, out);
}

void fairu_engine__backward(const fairu_engine *engine, const float *w, size_t n_in, size_t n_out,
                            const float *d_out, float *d_in)
{
  if (takes_blas(engine, n_in, n_out))
    fairu_linalg__sgemm(1, 0, n_in, FAIRU_LANES, n_out, w, d_out, 0, d_in);
  else
    engine->kernels->dense_backward(w, n_in, n_out, d_out, d_in);
}

void fairu_engine__gradient(const fairu_engine *engine, size_t n_in, size_t n_out, const float *d_out,
                            const float *in, float *work, float *d_w, float *d_bias)
{
  if (!takes_blas(engine, n_in, n_out)) {
    engine->kernels->dense_gradient(n_in, n_out, d_out, in, work, d_w, d_bias);
    return;
  }
  fairu_linalg__sgemm(0, 1, n_out, n_in, FAIRU_LANES, d_out, in, 1, d_w);
  for (size_t o = 0; o < n_out; o++)
    for (size_t lane = 0; lane < FAIRU_LANES; lane++)
      d_bias[o] += d_out[o * FAIRU_LANES + lane];
}
