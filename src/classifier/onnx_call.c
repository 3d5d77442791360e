/* onnx_call.c - what operations of an ONNX graph share: their inputs, checked, and their output. */
#include <string.h>

#include "classifier/onnx_graph.h"

static const char *kind_name(int kind)
{
  return kind == FAIRU_ONNX_CONSTANT ? "neither initializer nor constant"
         : kind == FAIRU_ONNX_LIVE   ? "no value of each event"
                                     : "no output of trees";
}

int fairu_onnx__need(fairu_onnx_graph *graph, const fairu_onnx_call *call, size_t i, int kind)
{
  if (i >= call->n_in || !call->in[i])
    return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "input %zu is missing", i);
  if (call->in[i]->kind != kind)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "input '%s' is %s", call->in[i]->name,
                               kind_name(kind));
  return FAIRU_OK;
}

void fairu_onnx__take(fairu_onnx_value *out, const fairu_onnx_value *in)
{
  const fairu_onnx_value kept = *out;
  *out = *in;
  out->name = kept.name;
  out->node = kept.node;
  out->open = 0;
  out->known = 1;
  out->done = kept.done;
}

int fairu_onnx__live(fairu_onnx_graph *graph, const fairu_onnx_call *call, fairu_value value)
{
  int status = fairu_program__status(graph->builder);
  if (status != FAIRU_OK)
    return status;
  fairu_onnx_value *out = call->out;
  out->kind = FAIRU_ONNX_LIVE;
  out->type = FAIRU_ONNX_FLOAT;
  out->n_dims = 2;
  out->dims[0] = 0;
  out->dims[1] = out->n = fairu_program__width(graph->builder, value);
  out->value = value;
  return FAIRU_OK;
}

int fairu_onnx__live_like(fairu_onnx_graph *graph, const fairu_onnx_call *call, fairu_value value,
                          const fairu_onnx_value *like)
{
  int status = fairu_onnx__live(graph, call, value);
  if (status == FAIRU_OK) {
    call->out->n_dims = like->n_dims;
    memcpy(call->out->dims, like->dims, sizeof like->dims);
    call->out->type = like->type;
  }
  return status;
}

int fairu_onnx__constant(fairu_onnx_graph *graph, const fairu_onnx_call *call, int type, const size_t *dims,
                         size_t n_dims, double **numbers)
{
  fairu_onnx_value *out = call->out;
  const uint64_t limit = fairu_context__limits(graph->ctx)->model_bytes / sizeof(float);
  size_t n = 1, kept[FAIRU_ONNX_DIMS];
  if (n_dims > FAIRU_ONNX_DIMS)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "a constant of %zu axes", n_dims);
  for (size_t i = 0; i < n_dims; i++) {
    kept[i] = dims[i];
    if (dims[i] > 0 && n > limit / dims[i])
      return fairu_context__fail(graph->ctx, FAIRU_ERR_LIMIT, "a constant above %llu elements",
                                 (unsigned long long)limit);
    n *= dims[i];
  }
  *numbers = fairu_context__scratch(graph->ctx, n, sizeof **numbers, "constant of a graph");
  if (!*numbers)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memcpy(out->dims, kept, n_dims * sizeof *kept);
  out->kind = FAIRU_ONNX_CONSTANT;
  out->type = type;
  out->n_dims = n_dims;
  out->n = n;
  out->numbers = *numbers;
  return FAIRU_OK;
}

int fairu_onnx__stretch(fairu_onnx_graph *graph, const fairu_onnx_value *constant,
                        const fairu_onnx_value *live, double **numbers)
{
  size_t step[FAIRU_ONNX_DIMS] = { 0 }, stride = 1;
  const size_t extra = live->n_dims - (constant->n_dims < live->n_dims ? constant->n_dims : live->n_dims);
  int fits = constant->n_dims <= live->n_dims;
  for (size_t i = live->n_dims; fits && i-- > extra;) {
    const size_t dim = constant->dims[i - extra];
    fits = dim == 1 || (i > 0 && dim == live->dims[i]);
    step[i] = dim == 1 ? 0 : stride;
    stride *= dim;
  }
  if (!fits)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE,
                               "'%s' with %zu elements does not fit '%s', which is %zu wide", constant->name,
                               constant->n, live->name, live->n);
  *numbers = fairu_context__scratch(graph->ctx, live->n, sizeof **numbers, "constant of a graph");
  if (!*numbers)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < live->n; k++) {
    size_t rest = k, at = 0;
    for (size_t i = live->n_dims; i-- > 1;) {
      at += rest % live->dims[i] * step[i];
      rest /= live->dims[i];
    }
    (*numbers)[k] = constant->numbers[at];
  }
  return FAIRU_OK;
}

int fairu_onnx__floats(fairu_onnx_graph *graph, const double *numbers, size_t n, float **floats)
{
  *floats = fairu_context__scratch(graph->ctx, n, sizeof **floats, "weights of a graph");
  if (!*floats)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < n; i++)
    (*floats)[i] = (float)numbers[i];
  return FAIRU_OK;
}

int fairu_onnx__axis(fairu_onnx_graph *graph, int64_t axis, size_t n_dims, size_t *out)
{
  if (axis < -(int64_t)n_dims || axis >= (int64_t)n_dims)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "axis %lld of %zu", (long long)axis, n_dims);
  *out = (size_t)(axis < 0 ? axis + (int64_t)n_dims : axis);
  return FAIRU_OK;
}

int fairu_onnx__list(fairu_onnx_graph *graph, const fairu_onnx_call *call, const char *attribute, size_t i,
                     int64_t **values, size_t *n)
{
  if (i >= call->n_in || !call->in[i])
    return fairu_onnx__get_ints(graph->ctx, call->node, attribute, values, n);
  int status = fairu_onnx__need(graph, call, i, FAIRU_ONNX_CONSTANT);
  if (status != FAIRU_OK)
    return status;
  *n = call->in[i]->n;
  *values = fairu_context__scratch(graph->ctx, *n, sizeof **values, "list of a graph");
  if (!*values)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t k = 0; k < *n; k++) {
    const double v = call->in[i]->numbers[k];
    (*values)[k] = v >= 9e18 ? INT64_MAX : v <= -9e18 ? INT64_MIN : v == v ? (int64_t)v : 0;
  }
  return FAIRU_OK;
}
