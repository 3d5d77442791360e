/* onnx_inputs.c - inputs of an ONNX graph as named columns: features, and nuisance parameters where they are named. */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classifier/onnx_graph.h"

int fairu_onnx__number(fairu_context *ctx, const char *what, const char *text, double *value)
{
  const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (c == (locale_t)0)
    return fairu_context__fail(ctx, FAIRU_ERR_OUT_OF_MEMORY, "locale");
  char *end = NULL;
  const double number = strtod_l(text, &end, c);
  freelocale(c);
  if (end == text || *end != '\0' || !isfinite(number))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "property %s: '%s' is no finite number", what, text);
  *value = number;
  return FAIRU_OK;
}

enum { MOST_COLUMNS = 16384 };

/* Width of an input without the batch; [batch] is one column. */
static int port_width(fairu_onnx_graph *graph, const fairu_onnx_port *port, size_t *width)
{
  const size_t n_given = graph->options->n_features;
  *width = 1;
  if (!port->is_tensor || port->type == FAIRU_ONNX_STRING)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "input '%s' is no tensor of numbers",
                               port->name);
  if (port->n_dims > 2)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_UNSUPPORTED, "input '%s' has %zu axes, not [batch, n]",
                               port->name, port->n_dims);
  if (port->n_dims < 2)
    return FAIRU_OK;
  *width = port->dims[1];
  if (*width == 0 && n_given > 0 && graph->model->n_inputs == 1)
    *width = n_given;
  if (*width == 0)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE,
                               "input '%s': the file does not say how many columns it has; name them",
                               port->name);
  if (*width > MOST_COLUMNS)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_LIMIT, "input '%s' has %zu columns", port->name, *width);
  return FAIRU_OK;
}

typedef struct kept_names {
  const char **names;
  size_t n, n_features; /* 0: the file is not our own */
} kept_names;

static const char *numbered(fairu_onnx_graph *graph, const char *stem, size_t i)
{
  const size_t size = strlen(stem) + 24;
  char *name = fairu_context__scratch(graph->ctx, size, 1, "names of columns");
  if (name)
    (void)fairu_text__format(name, size, "%s%zu", stem, i);
  return name;
}

/* "fairu.nuisance.3", but not "fairu.nuisance.3.lower" */
static int is_name_key(const char *key, const char *stem)
{
  const size_t n = strlen(stem);
  return strncmp(key, stem, n) == 0 && key[n] != '\0' && strspn(key + n, "0123456789") == strlen(key + n);
}

/* Names that our own files keep, in order: features, then nuisances, the columns of one input. */
static int take_kept(fairu_onnx_graph *graph, size_t n_columns, kept_names *kept)
{
  const fairu_onnx_model *model = graph->model;
  kept->names = fairu_context__scratch(graph->ctx, n_columns, sizeof *kept->names, "names of columns");
  if (!kept->names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (int nuisances = 0; nuisances < 2; nuisances++) {
    for (size_t i = 0; i < model->n_properties; i++)
      if (is_name_key(model->properties[i].key, nuisances ? "fairu.nuisance." : "fairu.feature.")) {
        if (kept->n < n_columns)
          kept->names[kept->n] = model->properties[i].value;
        kept->n++;
      }
    kept->n_features = nuisances ? kept->n_features : kept->n;
  }
  if (kept->n != n_columns)
    kept->n = kept->n_features = 0;
  return FAIRU_OK;
}

static int name_column(fairu_onnx_graph *graph, const fairu_onnx_port *port, size_t width, size_t i,
                       const kept_names *kept, size_t n_wide)
{
  const fairu_import_options *options = graph->options;
  const size_t column = graph->n_columns++;
  const char *name = NULL;
  if (column < kept->n)
    name = kept->names[column];
  else if (options->features && (width > 1 || n_wide == 0) && graph->n_named < options->n_features)
    name = options->features[graph->n_named++];
  else if (graph->n_named > 0 && width > 1)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE,
                               "input '%s': %zu names are too few for its columns", port->name,
                               options->n_features);
  else if (width == 1)
    name = port->name;
  else
    name = numbered(graph, n_wide > 1 ? port->name : "x", i);
  if (!name)
    return FAIRU_ERR_OUT_OF_MEMORY;
  graph->columns[column] = name;
  graph->is_nuisance[column] = options->n_nuisances == 0 && column < kept->n && column >= kept->n_features;
  for (size_t k = 0; k < options->n_nuisances; k++)
    if (strcmp(options->nuisances[k], name) == 0 || strcmp(options->nuisances[k], port->name) == 0)
      graph->is_nuisance[column] = 1;
  return FAIRU_OK;
}

/* Stretches of features and of nuisances, joined again to one value. */
static int make_value(fairu_onnx_graph *graph, size_t first, fairu_onnx_value *value)
{
  fairu_value *parts = fairu_context__scratch(graph->ctx, value->n, sizeof *parts, "inputs of a model");
  size_t *columns = fairu_context__scratch(graph->ctx, value->n, sizeof *columns, "inputs of a model");
  size_t n_parts = 0;
  if (!parts || !columns)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < value->n; i++)
    columns[i] = first + i;
  value->columns = columns;
  for (size_t i = 0, n; i < value->n; i += n) {
    const int is_nuisance = graph->is_nuisance[first + i];
    for (n = 1; i + n < value->n && graph->is_nuisance[first + i + n] == is_nuisance;)
      n++;
    parts[n_parts++] = fairu_program__input(graph->builder, graph->columns + first + i, n, is_nuisance);
  }
  value->value = n_parts == 1 ? parts[0] : fairu_program__concat(graph->builder, parts, n_parts);
  return fairu_program__status(graph->builder);
}

static int add_input(fairu_onnx_graph *graph, const fairu_onnx_port *port, fairu_onnx_value *value,
                     const kept_names *kept, size_t n_wide)
{
  const size_t first = graph->n_columns;
  size_t width = 0;
  int status = port_width(graph, port, &width);
  for (size_t i = 0; i < width && status == FAIRU_OK; i++)
    status = name_column(graph, port, width, i, kept, n_wide);
  if (status != FAIRU_OK)
    return status;
  value->kind = FAIRU_ONNX_LIVE;
  value->known = 1;
  value->type = port->type;
  value->n = width;
  value->n_dims = port->n_dims < 2 ? 1 : 2;
  value->dims[1] = width;
  return make_value(graph, first, value);
}

static int check_nuisances(fairu_onnx_graph *graph)
{
  const fairu_import_options *options = graph->options;
  for (size_t k = 0; k < options->n_nuisances; k++) {
    int found = 0;
    for (size_t i = 0; i < graph->n_columns && !found; i++)
      found = strcmp(graph->columns[i], options->nuisances[k]) == 0;
    for (size_t i = 0; i < graph->model->n_inputs && !found; i++)
      found = strcmp(graph->model->inputs[i].name, options->nuisances[k]) == 0;
    if (!found)
      return fairu_context__fail(graph->ctx, FAIRU_ERR_NOT_FOUND, "no input is named \"%s\"",
                                 options->nuisances[k]);
  }
  if (graph->n_named > 0 && options->n_features != graph->n_named)
    return fairu_context__fail(graph->ctx, FAIRU_ERR_SHAPE, "%zu names for %zu columns", options->n_features,
                               graph->n_columns);
  return FAIRU_OK;
}

/* Old files list initializers among the inputs: those are weights. */
static int count_columns(fairu_onnx_graph *graph, size_t *n_columns, size_t *n_wide)
{
  for (size_t i = 0; i < graph->model->n_inputs; i++) {
    const fairu_onnx_port *port = &graph->model->inputs[i];
    size_t width = 0;
    if (fairu_onnx__find(graph, port->name))
      continue;
    int status = port_width(graph, port, &width);
    if (status != FAIRU_OK)
      return status;
    *n_columns += width;
    *n_wide += width > 1;
  }
  return FAIRU_OK;
}

int fairu_onnx__add_inputs(fairu_onnx_graph *graph)
{
  size_t n_columns = 0, n_wide = 0;
  kept_names kept = { NULL, 0, 0 };
  int status = count_columns(graph, &n_columns, &n_wide);
  if (status == FAIRU_OK)
    status = take_kept(graph, n_columns, &kept);
  if (status != FAIRU_OK)
    return status;
  graph->columns = fairu_context__scratch(graph->ctx, n_columns, sizeof *graph->columns, "names of columns");
  graph->is_nuisance = fairu_context__scratch(graph->ctx, n_columns, 1, "names of columns");
  if (!graph->columns || !graph->is_nuisance)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < graph->model->n_inputs && status == FAIRU_OK; i++) {
    const fairu_onnx_port *port = &graph->model->inputs[i];
    fairu_onnx_value *value = fairu_onnx__find(graph, port->name) ? NULL : fairu_onnx__add(graph, port->name);
    if (value)
      status = add_input(graph, port, value, &kept, n_wide);
  }
  return status == FAIRU_OK ? check_nuisances(graph) : status;
}
