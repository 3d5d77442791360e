/* vectors.h - four-vectors (E, px, py, pz) written down independently of the library, for oracles. */
#ifndef FAIRU_TESTS_SYSTEMATICS_VECTORS_H
#define FAIRU_TESTS_SYSTEMATICS_VECTORS_H

#include "support/support.h"

typedef struct vector {
  double e, x, y, z;
} vector;

static inline vector vector_of(double pt, double eta, double phi, double mass)
{
  const double x = pt * cos(phi), y = pt * sin(phi), z = pt * sinh(eta);
  return (vector){ sqrt(x * x + y * y + z * z + mass * mass), x, y, z };
}

static inline vector sum(vector a, vector b)
{
  return (vector){ a.e + b.e, a.x + b.x, a.y + b.y, a.z + b.z };
}

#endif /* FAIRU_TESTS_SYSTEMATICS_VECTORS_H */
