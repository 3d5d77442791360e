/* engine.h - who does the matrix work of one block of lanes: own kernels or BLAS (house decision 10). */
#ifndef FAIRU_CLASSIFIER_ENGINE_H
#define FAIRU_CLASSIFIER_ENGINE_H

#include "numeric/kernels.h"

typedef struct fairu_engine {
  const fairu_kernels *kernels;
  int blas; /* fairu_blas_policy */
} fairu_engine;

fairu_engine fairu_engine__of(const fairu_context *ctx);

/* 1: under FAIRU_BLAS_AUTO such a layer goes to BLAS. */
int fairu_engine__is_wide(size_t n_in, size_t n_out);

/* As dense, dense_backward and dense_gradient of fairu_kernels. */
void fairu_engine__dense(const fairu_engine *engine, const float *w, const float *bias, size_t n_in,
                         size_t n_out, const float *in, float *out);
void fairu_engine__dense_relu(const fairu_engine *engine, const float *w, const float *bias, size_t n_in,
                              size_t n_out, const float *in, float *out);
void fairu_engine__backward(const fairu_engine *engine, const float *w, size_t n_in, size_t n_out,
                            const float *d_out, float *d_in);
void fairu_engine__gradient(const fairu_engine *engine, size_t n_in, size_t n_out, const float *d_out,
                            const float *in, float *work, float *d_w, float *d_bias);

#endif /* FAIRU_CLASSIFIER_ENGINE_H */
