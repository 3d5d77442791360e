/* train_events.c - the table to train on, from CSV, .npy or .npz; and points of Z. */
#include "train.h"

#include "input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ends_with(const char *name, const char *ending)
{
  const size_t a = strlen(name), b = strlen(ending);
  return a >= b && strcmp(name + a - b, ending) == 0;
}

/* ---- CSV ------------------------------------------------------------------------------------------------ */

/* With systematics the chain tells what it reads only when it runs: all columns are taken. */
static int read_csv(cli *c, train_job *j, const char *path)
{
  fairu_csv_options csv;
  int status = fairu_csv_options_init(&csv, sizeof csv);
  const size_t n = j->features.n + j->texts.nuisances.n;
  const char **columns = calloc(n + 1, sizeof *columns);
  if (!columns)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < n; i++)
    columns[i] = i < j->features.n ? j->features.items[i] : j->texts.nuisances.items[i - j->features.n];
  csv.columns = j->systematics ? NULL : columns;
  csv.n_columns = j->systematics ? 0 : n;
  csv.label = j->texts.label;
  csv.weight = j->texts.weight;
  csv.id = j->texts.id;
  if (status == FAIRU_OK)
    status = fairu_events_read_csv(c->ctx, path, &csv, &j->events);
  free(columns);
  return status;
}

/* ---- .npy: labels, weights and ids are columns of the matrix ---------------------------------------------- */

static int column_of(cli *c, const train_job *j, const char *name, const float **values, size_t *stride)
{
  size_t column = 0;
  const int status = fairu_events_find_column(j->events, c->ctx, name, &column);
  if (status == FAIRU_OK)
    *values = fairu_events_column(j->events, column, stride);
  return status;
}

static int take_labels(cli *c, train_job *j)
{
  const size_t n = fairu_events_n_events(j->events);
  const float *values = NULL;
  size_t stride = 1;
  int status = column_of(c, j, j->texts.label, &values, &stride);
  int32_t *labels = malloc((n + 1) * sizeof *labels);
  if (!labels)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu labels", n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    const float value = values[i * stride];
    if (!(fabsf(value) <= 1e9F) || value != rintf(value))
      status = cli_fail(c, FAIRU_ERR_RANGE, "%s: row %zu: label is %g, no whole number", c->files[0], i,
                        (double)value);
    else
      labels[i] = (int32_t)value;
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(j->events, c->ctx, labels, n);
  free(labels);
  return status;
}

static int take_weights(cli *c, train_job *j)
{
  const size_t n = fairu_events_n_events(j->events);
  const float *values = NULL;
  size_t stride = 1;
  int status = column_of(c, j, j->texts.weight, &values, &stride);
  double *weights = malloc((n + 1) * sizeof *weights);
  if (!weights)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu weights", n);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    weights[i] = (double)values[i * stride];
  if (status == FAIRU_OK)
    status = fairu_events_set_weights(j->events, c->ctx, weights, n);
  free(weights);
  return status;
}

static int read_npy(cli *c, train_job *j, const char *path)
{
  if (j->texts.id)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--id: a .npy file of floats holds no ids");
  const text_list *names = j->texts.columns ? &j->columns : &j->features;
  int status = fairu_events_read_npy(c->ctx, path, names->items, names->n, &j->events);
  if (status == FAIRU_OK)
    status = take_labels(c, j);
  return status == FAIRU_OK && j->texts.weight ? take_weights(c, j) : status;
}

/* ---- .npz ----------------------------------------------------------------------------------------------- */

static int read_npz(cli *c, train_job *j, const char *path)
{
  fairu_npz_options npz;
  int status = fairu_npz_options_init(&npz, sizeof npz);
  npz.label = j->texts.label;
  npz.weight = j->texts.weight;
  npz.id = j->texts.id;
  npz.names = j->columns.items;
  npz.n_names = j->columns.n;
  return status == FAIRU_OK ? fairu_events_read_npz(c->ctx, path, &npz, &j->events) : status;
}

int train_events_read(cli *c, train_job *j)
{
  char memory[INPUT_PATH];
  const char *path = NULL;
  int status = input_path(c, c->files[0], memory, &path);
  if (status != FAIRU_OK)
    return status;
  cli_stage(c, "reading %s", c->files[0]);
  if (ends_with(c->files[0], ".npy"))
    return read_npy(c, j, path);
  return ends_with(c->files[0], ".npz") ? read_npz(c, j, path) : read_csv(c, j, path);
}

/* ---- points --------------------------------------------------------------------------------------------- */

static int nominal_points(cli *c, train_job *j, size_t n)
{
  const size_t n_z = fairu_systematics_n_nuisances(j->systematics);
  fairu_nuisance nuisance = { .struct_size = sizeof nuisance };
  int status = FAIRU_OK;
  j->points = calloc(n * n_z + 1, sizeof *j->points);
  if (!j->points)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu points", n);
  for (size_t i = 0; i < n * n_z && status == FAIRU_OK; i++) {
    status = fairu_systematics_nuisance(j->systematics, c->ctx, i % n_z, &nuisance);
    j->points[i] = nuisance.nominal;
  }
  j->method.points = j->points;
  j->method.n_points = n;
  return status;
}

/* Place of a nuisance in the systematics; their number if it is none. */
static size_t nuisance_of(const cli *c, const train_job *j, const char *name)
{
  const size_t n_z = fairu_systematics_n_nuisances(j->systematics);
  fairu_nuisance nuisance = { .struct_size = sizeof nuisance };
  for (size_t k = 0; k < n_z; k++)
    if (fairu_systematics_nuisance(j->systematics, c->ctx, k, &nuisance) == FAIRU_OK &&
        strcmp(nuisance.name, name) == 0)
      return k;
  return n_z;
}

/* "0.9,1,1.1": values of the only nuisance that the method is about. */
static int points_of_one(cli *c, train_job *j)
{
  const size_t n_z = fairu_systematics_n_nuisances(j->systematics);
  text_list list;
  double *values = NULL;
  size_t k = 0;
  if (j->texts.nuisances.n == 1)
    k = nuisance_of(c, j, j->texts.nuisances.items[0]);
  else if (j->texts.nuisances.n > 1 || n_z != 1)
    return cli_fail(c, FAIRU_ERR_ARGUMENT,
                    "--points: values are of one nuisance; for several, a CSV file with a column for each");
  if (k == n_z)
    return cli_fail(c, FAIRU_ERR_NOT_FOUND, "--nuisance: the systematics have no '%s'",
                    j->texts.nuisances.items[0]);
  int status = text_list_read(c, "points", j->texts.points, &list);
  if (status == FAIRU_OK)
    status = text_list_numbers(c, "points", &list, &values);
  if (status == FAIRU_OK)
    status = nominal_points(c, j, list.n);
  for (size_t i = 0; i < list.n && status == FAIRU_OK; i++)
    j->points[i * n_z + k] = values[i];
  free(values);
  text_list_free(&list);
  return status;
}

/* A file: a column for each nuisance that is not nominal. */
static int points_of_file(cli *c, train_job *j)
{
  const size_t n_z = fairu_systematics_n_nuisances(j->systematics);
  fairu_events *table = NULL;
  int status = fairu_events_read_csv(c->ctx, j->texts.points, NULL, &table);
  const size_t n = fairu_events_n_events(table);
  if (status == FAIRU_OK)
    status = nominal_points(c, j, n);
  for (size_t column = 0; column < fairu_events_n_columns(table) && status == FAIRU_OK; column++) {
    size_t stride = 1;
    const float *values = fairu_events_column(table, column, &stride);
    const size_t k = nuisance_of(c, j, fairu_events_column_name(table, column));
    if (k == n_z)
      status = cli_fail(c, FAIRU_ERR_NOT_FOUND, "%s: '%s' is no nuisance of the systematics", j->texts.points,
                        fairu_events_column_name(table, column));
    for (size_t i = 0; i < n && status == FAIRU_OK; i++)
      j->points[i * n_z + k] = (double)values[i * stride];
  }
  fairu_events_destroy(table);
  return status;
}

int train_points_read(cli *c, train_job *j)
{
  if (!j->texts.points)
    return FAIRU_OK;
  if (!j->systematics)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--points wants --systematics, which move events there");
  const int numbers = strspn(j->texts.points, "0123456789.,+-eE") == strlen(j->texts.points);
  return numbers ? points_of_one(c, j) : points_of_file(c, j);
}
