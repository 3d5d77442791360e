/* onnx_shape.c - operations that move numbers and change none: shapes around [batch, n], constants, stretches of columns. */
#include <math.h>
#include <string.h>

#include "classifier/onnx_graph.h"

/* ---- as it is ----------------------------------------------------------------------------------------- */

int fairu_onnx__op_same(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  (void)graph;
  fairu_onnx__take(call->out, call->in[0]);
  return FAIRU_OK;
}

int fairu_onnx__op_cast(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  int64_t to = 0;
  const fairu_onnx_value *in = call->in[0];
  double *numbers = NULL;
  int status = fairu_onnx__get_int(graph->ctx, call->node, "to", &to);
  if (status != FAIRU_OK)
    return status;
  if (in->kind != FAIRU_ONNX_CONSTANT) {
    if (to != FAIRU_ONNX_FLOAT && to != FAIRU_ONNX_DOUBLE)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "to data_type %lld", (long long)to);
    fairu_onnx__take(call->out, in);
    call->out->type = (int)to;
    return FAIRU_OK;
  }
  if (to <= 0 || to > FAIRU_ONNX_DOUBLE || to == FAIRU_ONNX_STRING)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "to data_type %lld", (long long)to);
  status = fairu_onnx__constant(graph, call, (int)to, in->dims, in->n_dims, &numbers);
  for (size_t i = 0; status == FAIRU_OK && i < in->n; i++) {
    const double v = in->numbers[i];
    numbers[i] = to == FAIRU_ONNX_DOUBLE || to == FAIRU_ONNX_FLOAT16 ? v
                 : to == FAIRU_ONNX_FLOAT                            ? (double)(float)v
                 : to == FAIRU_ONNX_BOOL                             ? (double)(v != 0.0)
                                                                     : trunc(v);
  }
  return status;
}

static int constant_tensor(fairu_onnx_graph *graph, const fairu_onnx_call *call,
                           const fairu_onnx_attribute *attribute)
{
  const fairu_onnx_tensor *tensor = &attribute->t;
  double *numbers = NULL;
  if (attribute->type != FAIRU_ONNX_ATTRIBUTE_TENSOR || !tensor->message.at)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "attribute value is no tensor");
  int status = fairu_onnx__values(graph->ctx, graph->path, tensor, &numbers);
  double *copied = NULL;
  if (status == FAIRU_OK)
    status = fairu_onnx__constant(graph, call, tensor->type, tensor->dims, tensor->n_dims, &copied);
  if (status == FAIRU_OK && tensor->n > 0)
    memcpy(copied, numbers, tensor->n * sizeof *numbers);
  return status;
}

static int constant_list(fairu_onnx_graph *graph, const fairu_onnx_call *call, int type, const double *floats,
                         const int64_t *ints, size_t n, int scalar)
{
  double *numbers = NULL;
  int status = fairu_onnx__constant(graph, call, type, &n, scalar ? 0 : 1, &numbers);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    numbers[i] = floats ? floats[i] : (double)ints[i];
  return status;
}

int fairu_onnx__op_constant(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const fairu_onnx_node *node = call->node;
  const fairu_onnx_attribute *attribute = fairu_onnx__attribute(node, "value");
  double f = 0.0, *floats = &f;
  int64_t i = 0, *ints = &i;
  size_t n = 1;
  if (attribute)
    return constant_tensor(graph, call, attribute);
  if (node->n_attributes != 1)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "%zu attributes", node->n_attributes);
  const char *name = node->attributes[0].name;
  int status = FAIRU_OK;
  if (strcmp(name, "value_float") == 0)
    status = fairu_onnx__get_float(graph->ctx, node, name, &f);
  else if (strcmp(name, "value_floats") == 0)
    status = fairu_onnx__get_floats(graph->ctx, node, name, &floats, &n);
  else if (strcmp(name, "value_int") == 0)
    status = fairu_onnx__get_int(graph->ctx, node, name, &i);
  else if (strcmp(name, "value_ints") == 0)
    status = fairu_onnx__get_ints(graph->ctx, node, name, &ints, &n);
  else
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "attribute %s", name);
  if (status != FAIRU_OK)
    return status;
  const int is_float = name[6] == 'f';
  const int scalar = strlen(name) == strlen(is_float ? "value_float" : "value_int");
  return constant_list(graph, call, is_float ? FAIRU_ONNX_FLOAT : FAIRU_ONNX_INT64, is_float ? floats : NULL,
                       ints, n, scalar);
}

/* ---- shapes ------------------------------------------------------------------------------------------- */

/* The same numbers in another shape; of a value of each event, dims[0] is the batch and the rest must be as wide. */
static int with_shape(fairu_onnx_graph *graph, const fairu_onnx_call *call, const size_t *dims, size_t n_dims)
{
  const fairu_onnx_value *in = call->in[0];
  const int constant = in->kind == FAIRU_ONNX_CONSTANT;
  size_t n = 1, kept[FAIRU_ONNX_DIMS] = { 0 };
  if (n_dims > FAIRU_ONNX_DIMS || (!constant && n_dims == 0))
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "to %zu axes", n_dims);
  for (size_t i = 0; i < n_dims; i++) {
    kept[i] = dims[i];
    if (constant || i > 0)
      n = dims[i] > 0 && n > SIZE_MAX / dims[i] ? SIZE_MAX : n * dims[i];
  }
  if (n != in->n)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE,
                               "'%s' has %zu elements an event, its new shape %zu", in->name, in->n, n);
  fairu_onnx__take(call->out, in);
  memcpy(call->out->dims, kept, sizeof kept);
  call->out->n_dims = n_dims;
  if (!constant)
    call->out->dims[0] = 0;
  return FAIRU_OK;
}

/* Axes before `axis` are one, and those from there on; of a value of each event the batch alone stands before. */
int fairu_onnx__op_flatten(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const fairu_onnx_value *in = call->in[0];
  const int64_t n_dims = (int64_t)in->n_dims;
  const int constant = in->kind == FAIRU_ONNX_CONSTANT;
  int64_t axis = 1;
  size_t dims[2] = { 1, 1 };
  int status = fairu_onnx__get_int(graph->ctx, call->node, "axis", &axis);
  if (status != FAIRU_OK)
    return status;
  const int64_t at = axis < 0 ? axis + n_dims : axis;
  if (at < 0 || at > n_dims || (!constant && at != 1))
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "axis %lld", (long long)axis);
  for (size_t i = 0; i < in->n_dims; i++)
    dims[(int64_t)i >= at] *= constant || i > 0 ? in->dims[i] : 1;
  return with_shape(graph, call, dims, 2);
}

/* [0, n], [-1, n], [0, -1], [batch, n] as new shapes: the batch must stay first. */
static int resolve(fairu_onnx_graph *graph, const fairu_onnx_value *in, const int64_t *shape, size_t n,
                   size_t *dims)
{
  const int constant = in->kind == FAIRU_ONNX_CONSTANT;
  size_t known = 1, open = SIZE_MAX;
  for (size_t i = 0; i < n; i++) {
    dims[i] = shape[i] > 0 ? (size_t)shape[i] : 0;
    if (!constant && i == 0)
      continue; /* the batch, whatever its number */
    if (i < in->n_dims && shape[i] == 0)
      dims[i] = in->dims[i];
    if (shape[i] < -1 || (shape[i] == -1 && open != SIZE_MAX))
      return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "new shape with axis %lld",
                                 (long long)shape[i]);
    if (shape[i] == -1)
      open = i;
    else if (dims[i] > 0 && known > SIZE_MAX / dims[i])
      return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "new shape overflows");
    else
      known *= dims[i];
  }
  if (open != SIZE_MAX)
    dims[open] = known > 0 ? in->n / known : 0;
  return FAIRU_OK;
}

int fairu_onnx__op_reshape(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  int64_t *shape = NULL;
  size_t n = 0, dims[FAIRU_ONNX_DIMS] = { 0 };
  int status = fairu_onnx__list(graph, call, "shape", 1, &shape, &n);
  if (status == FAIRU_OK && n > FAIRU_ONNX_DIMS)
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "to %zu axes", n);
  if (status == FAIRU_OK)
    status = resolve(graph, call->in[0], shape, n, dims);
  return status == FAIRU_OK ? with_shape(graph, call, dims, n) : status;
}

/* Bits of the axes in a list. */
static int axis_set(fairu_onnx_graph *graph, const int64_t *axes, size_t n, size_t n_dims, unsigned *set)
{
  *set = 0;
  for (size_t i = 0; i < n; i++) {
    size_t axis = 0;
    int status = fairu_onnx__axis(graph, axes[i], n_dims, &axis);
    if (status != FAIRU_OK)
      return status;
    *set |= 1U << axis;
  }
  return FAIRU_OK;
}

int fairu_onnx__op_squeeze(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const fairu_onnx_value *in = call->in[0];
  const int constant = in->kind == FAIRU_ONNX_CONSTANT;
  int64_t *axes = NULL;
  size_t n = 0, n_dims = 0, dims[FAIRU_ONNX_DIMS];
  unsigned set = 0;
  int status = fairu_onnx__list(graph, call, "axes", 1, &axes, &n);
  if (status == FAIRU_OK)
    status = axis_set(graph, axes, n, in->n_dims, &set);
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0; i < in->n_dims; i++) {
    const int is_batch = !constant && i == 0;
    const int drop = axes ? (set >> i & 1U) != 0 : in->dims[i] == 1 && !is_batch;
    if (drop && (is_batch || in->dims[i] != 1))
      return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "axis %zu of '%s' is not 1", i, in->name);
    if (!drop)
      dims[n_dims++] = in->dims[i];
  }
  return with_shape(graph, call, dims, n_dims);
}

int fairu_onnx__op_unsqueeze(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const fairu_onnx_value *in = call->in[0];
  int64_t *axes = NULL;
  size_t n = 0, dims[FAIRU_ONNX_DIMS];
  unsigned set = 0;
  int status = fairu_onnx__list(graph, call, "axes", 1, &axes, &n);
  if (status == FAIRU_OK && (n == 0 || n + in->n_dims > FAIRU_ONNX_DIMS))
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "%zu axes more", n);
  if (status == FAIRU_OK)
    status = axis_set(graph, axes, n, n + in->n_dims, &set);
  if (status == FAIRU_OK && in->kind != FAIRU_ONNX_CONSTANT && (set & 1U))
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "an axis before the batch");
  if (status != FAIRU_OK)
    return status;
  for (size_t i = 0, from = 0; i < n + in->n_dims; i++) {
    if (!(set >> i & 1U) && from == in->n_dims)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "an axis is given twice");
    dims[i] = set >> i & 1U ? 1 : in->dims[from++];
  }
  return with_shape(graph, call, dims, n + in->n_dims);
}

/* Constants alone; of [batch, n] only the order it has. */
int fairu_onnx__op_transpose(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const fairu_onnx_value *in = call->in[0];
  int64_t *perm = NULL;
  size_t n = in->n_dims, axes[FAIRU_ONNX_DIMS], dims[FAIRU_ONNX_DIMS], steps[FAIRU_ONNX_DIMS], stride = 1;
  unsigned set = 0;
  double *numbers = NULL;
  int same = 1;
  int status = fairu_onnx__get_ints(graph->ctx, call->node, "perm", &perm, &n);
  for (size_t i = 0; i < in->n_dims && i < n && status == FAIRU_OK; i++) {
    axes[i] = in->n_dims - 1 - i;
    status = perm ? fairu_onnx__axis(graph, perm[i], in->n_dims, &axes[i]) : FAIRU_OK;
    same = same && axes[i] == i;
    set |= 1U << axes[i];
  }
  if (status == FAIRU_OK && (n != in->n_dims || set + 1 != 1U << in->n_dims))
    status =
        fairu_context__fail(graph->ctx, FAIRU_ERR_FORMAT, "perm is no permutation of %zu axes", in->n_dims);
  if (status == FAIRU_OK && in->kind != FAIRU_ONNX_CONSTANT && !same)
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "of '%s', which depends on the inputs",
                                 in->name);
  if (status != FAIRU_OK)
    return status;
  if (same)
    return fairu_onnx__op_same(graph, call);
  for (size_t i = in->n_dims; i-- > 0; stride *= in->dims[i])
    steps[i] = stride;
  for (size_t i = 0; i < n; i++)
    dims[i] = in->dims[axes[i]];
  status = fairu_onnx__constant(graph, call, in->type, dims, n, &numbers);
  for (size_t k = 0; k < in->n && status == FAIRU_OK; k++) {
    size_t rest = k, at = 0;
    for (size_t i = n; i-- > 0; rest /= dims[i])
      at += rest % dims[i] * steps[axes[i]];
    numbers[k] = in->numbers[at];
  }
  return status;
}

/* ---- columns ------------------------------------------------------------------------------------------ */

/* Inputs of the model that come together, if all do. */
static int join_columns(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  size_t *columns = fairu_context__scratch(graph->ctx, call->out->n, sizeof *columns, "columns of a graph");
  size_t n = 0;
  if (!columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < call->n_in; i++) {
    if (!call->in[i]->columns)
      return FAIRU_OK;
    for (size_t k = 0; k < call->in[i]->n; k++)
      columns[n++] = call->in[i]->columns[k];
  }
  call->out->columns = columns;
  return FAIRU_OK;
}

/* Constants along one axis. */
static int concat_constants(fairu_onnx_graph *graph, const fairu_onnx_call *call, int64_t axis)
{
  const fairu_onnx_value *first = call->in[0];
  size_t at = 0, dims[FAIRU_ONNX_DIMS], outer = 1, inner = 1, done = 0;
  double *numbers = NULL;
  int status = fairu_onnx__axis(graph, axis, first->n_dims, &at);
  if (status != FAIRU_OK)
    return status;
  memcpy(dims, first->dims, sizeof dims);
  dims[at] = 0;
  for (size_t i = 0; i < call->n_in; i++) {
    const fairu_onnx_value *in = call->in[i];
    for (size_t k = 0; k < first->n_dims; k++)
      if (in->n_dims != first->n_dims || (k != at && in->dims[k] != first->dims[k]))
        return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "'%s' does not fit '%s'", in->name,
                                   first->name);
    dims[at] += in->dims[at];
  }
  for (size_t k = 0; k < first->n_dims; k++) {
    outer *= k < at ? dims[k] : 1;
    inner *= k > at ? dims[k] : 1;
  }
  const size_t whole = dims[at] * inner;
  status = fairu_onnx__constant(graph, call, first->type, dims, first->n_dims, &numbers);
  for (size_t i = 0; i < call->n_in && status == FAIRU_OK; i++) {
    const size_t part = call->in[i]->dims[at] * inner;
    for (size_t o = 0; o < outer && part > 0; o++)
      memcpy(numbers + o * whole + done, call->in[i]->numbers + o * part, part * sizeof *numbers);
    done += part;
  }
  return status;
}

/* 1 - p beside p, of trees. */
static int is_forest_pair(const fairu_onnx_call *call)
{
  return call->n_in == 2 && call->in[1] && call->in[1]->kind == FAIRU_ONNX_FOREST &&
         call->in[0]->complement == call->in[1];
}

int fairu_onnx__op_concat(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  int64_t axis = 1;
  size_t constants = 0, at = 0;
  int status = fairu_onnx__get_int(graph->ctx, call->node, "axis", &axis);
  if (status == FAIRU_OK && is_forest_pair(call))
    return fairu_onnx__take(call->out, call->in[1]), FAIRU_OK;
  for (size_t i = 0; i < call->n_in; i++)
    constants += call->in[i] && call->in[i]->kind == FAIRU_ONNX_CONSTANT;
  if (status == FAIRU_OK && constants == call->n_in)
    return concat_constants(graph, call, axis);
  fairu_value *parts = fairu_context__scratch(graph->ctx, call->n_in, sizeof *parts, "columns of a graph");
  if (status == FAIRU_OK && !parts)
    status = FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < call->n_in && status == FAIRU_OK; i++) {
    status = fairu_onnx__need(graph, call, i, FAIRU_ONNX_LIVE);
    if (status == FAIRU_OK)
      status = fairu_onnx__axis(graph, axis, call->in[i]->n_dims, &at);
    if (status == FAIRU_OK && (at != 1 || call->in[i]->n_dims != 2))
      status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "axis %lld of '%s' with %zu axes",
                                   (long long)axis, call->in[i]->name, call->in[i]->n_dims);
    if (status == FAIRU_OK)
      parts[i] = call->in[i]->value;
  }
  if (status == FAIRU_OK)
    status = fairu_onnx__live(graph, call, fairu_program__concat(graph->builder, parts, call->n_in));
  return status == FAIRU_OK ? join_columns(graph, call) : status;
}

/* Columns chosen [n], each within the input. */
static int choose(fairu_onnx_graph *graph, const fairu_onnx_call *call, const int64_t *chosen, size_t n)
{
  const fairu_onnx_value *in = call->in[0];
  fairu_value *parts = fairu_context__scratch(graph->ctx, n, sizeof *parts, "columns of a graph");
  size_t *columns = fairu_context__scratch(graph->ctx, n, sizeof *columns, "columns of a graph"), n_parts = 0;
  if (!parts || !columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (n == 0)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "no columns of '%s'", in->name);
  for (size_t i = 0, run; i < n; i += run) {
    for (run = 1; i + run < n && chosen[i + run] == chosen[i] + (int64_t)run;)
      run++;
    parts[n_parts++] = fairu_program__slice(graph->builder, in->value, (size_t)chosen[i], run);
  }
  for (size_t i = 0; i < n && in->columns; i++)
    columns[i] = in->columns[(size_t)chosen[i]];
  const size_t *kept = in->columns ? columns : NULL;
  int status = fairu_onnx__live(
      graph, call, n_parts == 1 ? parts[0] : fairu_program__concat(graph->builder, parts, n_parts));
  call->out->columns = kept;
  return status;
}

static int one_axis(fairu_onnx_graph *graph, const fairu_onnx_call *call, int64_t axis)
{
  size_t at = 0;
  int status = fairu_onnx__need(graph, call, 0, FAIRU_ONNX_LIVE);
  if (status == FAIRU_OK)
    status = fairu_onnx__axis(graph, axis, call->in[0]->n_dims, &at);
  if (status == FAIRU_OK && (at != 1 || call->in[0]->n_dims != 2))
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "axis %lld of '%s' with %zu axes",
                               (long long)axis, call->in[0]->name, call->in[0]->n_dims);
  return status;
}

int fairu_onnx__op_slice(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  static const char *const names[4] = { "starts", "ends", "axes", "steps" };
  int64_t *list[4] = { NULL, NULL, NULL, NULL };
  size_t n[4] = { 0, 0, 0, 0 };
  int status = FAIRU_OK;
  for (size_t i = 0; i < 4 && status == FAIRU_OK; i++)
    status = fairu_onnx__list(graph, call, names[i], i + 1, &list[i], &n[i]);
  if (status == FAIRU_OK &&
      (n[0] != 1 || n[1] != 1 || n[2] != 1 || (list[3] && (n[3] != 1 || list[3][0] != 1))))
    status = fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "over other than one axis by steps of 1");
  if (status == FAIRU_OK)
    status = one_axis(graph, call, list[2][0]);
  if (status != FAIRU_OK)
    return status;
  const int64_t width = (int64_t)call->in[0]->n;
  int64_t from = list[0][0], to = list[1][0];
  from = from < -width ? 0 : from < 0 ? from + width : from > width ? width : from;
  to = to < -width ? 0 : to < 0 ? to + width : to > width ? width : to;
  const size_t count = to > from ? (size_t)(to - from) : 0;
  int64_t *chosen = fairu_context__scratch(graph->ctx, count, sizeof *chosen, "columns of a graph");
  if (!chosen)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < count; i++)
    chosen[i] = from + (int64_t)i;
  return choose(graph, call, chosen, count);
}

/* The axes of the indices stand in place of the one chosen from. */
static int like_indices(fairu_onnx_graph *graph, const fairu_onnx_call *call, const fairu_onnx_value *indices)
{
  fairu_onnx_value *out = call->out;
  if (indices->n_dims + 1 > FAIRU_ONNX_DIMS)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "indices '%s' have %zu axes", indices->name,
                               indices->n_dims);
  memcpy(out->dims + 1, indices->dims, indices->n_dims * sizeof *out->dims);
  out->n_dims = indices->n_dims + 1;
  return FAIRU_OK;
}

int fairu_onnx__op_gather(fairu_onnx_graph *graph, const fairu_onnx_call *call)
{
  const int extractor = call->node->op[0] == 'A';
  int64_t axis = extractor ? 1 : 0, *chosen = NULL;
  size_t n = 0;
  int status = extractor ? FAIRU_OK : fairu_onnx__get_int(graph->ctx, call->node, "axis", &axis);
  if (status == FAIRU_OK)
    status = one_axis(graph, call, axis);
  if (status == FAIRU_OK)
    status = fairu_onnx__list(graph, call, "", 1, &chosen, &n);
  if (status != FAIRU_OK)
    return status;
  const int64_t width = (int64_t)call->in[0]->n;
  for (size_t i = 0; i < n; i++) {
    if (chosen[i] < -width || chosen[i] >= width)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "column %lld of '%s', which has %lld",
                                 (long long)chosen[i], call->in[0]->name, (long long)width);
    chosen[i] += chosen[i] < 0 ? width : 0;
  }
  status = choose(graph, call, chosen, n);
  return status == FAIRU_OK && !extractor ? like_indices(graph, call, call->in[1]) : status;
}
