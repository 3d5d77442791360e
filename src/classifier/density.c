/* density.c - conditional densities in float. */
#include "classifier/density.h"
#include "classifier/pass.h"

#include <math.h>
#include <string.h>

size_t fairu_density__n_outputs(const fairu_density_form *form)
{
  switch (form->kind) {
  case FAIRU_DENSITY_MIXTURE:
    return 3 * form->n;
  case FAIRU_DENSITY_GAUSSIAN:
    return 2;
  case FAIRU_DENSITY_DISCRETE:
    return form->n;
  default:
    return 1;
  }
}

double fairu_density__in_units(const fairu_density_form *form, double loss, double spread)
{
  switch (form->kind) {
  case FAIRU_DENSITY_DISCRETE:
    return loss;
  case FAIRU_DENSITY_SQUARED:
    return loss * spread * spread;
  default:
    return loss + log(spread);
  }
}

#define REAL float
#define PASS(name) fairu_pass__##name
#define DENSITY(name) fairu_density__##name
#define ENGINE fairu_engine
#include "classifier/density_body.h"
