/* pass.c - forward and backward pass in float. */
#include "classifier/pass.h"

#include <math.h>
#include <string.h>

#include <fairu/classifier.h>

size_t fairu_shape__n_parameters(const fairu_shape *shape)
{
  size_t n = 0;
  for (size_t l = 0; l < shape->n_layers; l++)
    n += (shape->widths[l] + 1) * shape->widths[l + 1];
  return shape->batch_norm ? n + fairu_shape__n_hidden(shape) : n;
}

size_t fairu_shape__layer(const fairu_shape *shape, size_t l)
{
  size_t at = 0;
  for (size_t before = 0; before < l; before++)
    at += (shape->widths[before] + 1 + (shape->batch_norm != 0)) * shape->widths[before + 1];
  return at;
}

size_t fairu_shape__n_hidden(const fairu_shape *shape)
{
  size_t n = 0;
  for (size_t l = 1; l < shape->n_layers; l++)
    n += shape->widths[l];
  return n;
}

size_t fairu_shape__widest(const fairu_shape *shape)
{
  size_t widest = 0;
  for (size_t l = 0; l <= shape->n_layers; l++)
    if (shape->widths[l] > widest)
      widest = shape->widths[l];
  return fairu_dense__pad(widest);
}

size_t fairu_shape__n_units(const fairu_shape *shape)
{
  size_t n = 0;
  for (size_t l = 0; l <= shape->n_layers; l++)
    n += shape->widths[l];
  return n;
}

#define REAL float
#define PASS(name) fairu_pass__##name
#define HIDDEN fairu_hidden
#define ENGINE fairu_engine
#define ENGINE_DENSE fairu_engine__dense
#define ENGINE_DENSE_RELU fairu_engine__dense_relu
#define ENGINE_BACKWARD fairu_engine__backward
#define ENGINE_GRADIENT fairu_engine__gradient
#include "classifier/pass_body.h"
#include "classifier/loss_body.h"
