/* jacobi.h - eigenvalues of a symmetric matrix by cyclic Jacobi rotations. */
#ifndef FAIRU_NUMERIC_JACOBI_H
#define FAIRU_NUMERIC_JACOBI_H

#include <stddef.h>

/* As fairu_linalg__eigen, finite a; 0, or 1 if the off-diagonal part does not vanish. */
int fairu_jacobi__eigen(double *a, size_t n, double *eigenvalues, double *v);

#endif /* FAIRU_NUMERIC_JACOBI_H */
