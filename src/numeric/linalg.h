/* linalg.h - matrix work. linalg.c is the only file that calls BLAS and LAPACK (house decision 10): Cholesky up to 512
 * and eigenvalues up to 64 on own kernels, bits independent of the BLAS; beyond, LAPACK, guarded (finite in, finite out, never info alone).
 * Symmetric matrices are full, row-major [n * n]. */
#ifndef FAIRU_NUMERIC_LINALG_H
#define FAIRU_NUMERIC_LINALG_H

#include "base/context_internal.h"

/* What the policy of ctx (fairu_blas_policy) comes to with the BLAS that is there. */
int fairu_linalg__blas_policy(const fairu_context *ctx);

/* c [m * n] = a [m * k] b [k * n] (+ c if accumulate), row-major, float, on BLAS; transposes as flags: a is [k * m] if
 * a_transposed, b is [n * k] if b_transposed. */
void fairu_linalg__sgemm(int a_transposed, int b_transposed, size_t m, size_t n, size_t k, const float *a,
                         const float *b, int accumulate, float *c);

/* 1: no element is infinite or NaN. */
int fairu_linalg__finite(const double *a, size_t n);

/* Sum of products in an order of its own, the same everywhere. */
double fairu_linalg__dot(const double *a, const double *b, size_t n);

/* Cholesky in place: lower triangle of a becomes L. Returns 0, or 1 + index of the first pivot that is not > 0 (NaN too). */
size_t fairu_linalg__cholesky(const fairu_context *ctx, double *a, size_t n);
/* Solve L L^T x = b in place. */
void fairu_linalg__cholesky_solve(const fairu_context *ctx, const double *l, size_t n, double *b);
/* Inverse of L L^T into out [n * n]. */
void fairu_linalg__cholesky_inverse(const fairu_context *ctx, const double *l, size_t n, double *out);

/* Eigenvalues (ascending) and eigenvectors (column j of v, v[i * n + j]) of symmetric a, which is destroyed. Jacobi up to 64.
 * FAIRU_ERR_NON_FINITE, FAIRU_ERR_NOT_CONVERGED. */
int fairu_linalg__eigen(fairu_context *ctx, double *a, size_t n, double *eigenvalues, double *v);

#endif /* FAIRU_NUMERIC_LINALG_H */
