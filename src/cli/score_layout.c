#include "score_layout.h"

#include "out.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { COLUMNS = 5, MU_TRUE = 0 };
static const char *const names[COLUMNS] = { "mu_true", "mu_hats", "delta_mu_hats", "p16", "p84" };

int score_layout_is(const char *path)
{
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int load(cli *c, const char *directory, const char *name, json_t **root)
{
  char path[OUT_PATH];
  json_error_t error;
  const int status = out_path(c, path, directory, name);
  if (status != FAIRU_OK)
    return status;
  *root = json_load_file(path, 0, &error);
  if (out_json_lacks()) {
    json_decref(*root);
    *root = NULL;
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "%s: out of memory", path);
  }
  if (*root)
    return FAIRU_OK;
  if (error.line < 0)
    return cli_fail(c, FAIRU_ERR_IO, "%s: %s", path, error.text);
  return cli_fail(c, FAIRU_ERR_FORMAT, "%s:%d: %s", path, error.line, error.text);
}

static int grow(cli *c, score_layout *l, size_t n)
{
  if (l->n + n <= l->capacity)
    return FAIRU_OK;
  l->capacity = 2 * (l->n + n);
  int64_t *sets = realloc(l->sets, l->capacity * sizeof *sets);
  l->sets = sets ? sets : l->sets;
  int bad = !sets;
  for (int i = 0; i < COLUMNS; i++) {
    double *column = realloc(l->columns[i], l->capacity * sizeof *column);
    l->columns[i] = column ? column : l->columns[i];
    bad |= !column;
  }
  return bad ? cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu intervals", l->capacity) : FAIRU_OK;
}

static int add_column(cli *c, const char *file, const json_t *root, int column, size_t n, score_layout *l)
{
  const json_t *array = json_object_get(root, names[column]);
  if (!json_is_array(array) || json_array_size(array) != n)
    return cli_fail(c, FAIRU_ERR_FORMAT, "%s: \"%s\" must be an array as long as \"p16\", %zu", file,
                    names[column], n);
  for (size_t i = 0; i < n; i++) {
    const json_t *value = json_array_get(array, i);
    if (!json_is_number(value))
      return cli_fail(c, FAIRU_ERR_FORMAT, "%s: \"%s\"[%zu] is not a number", file, names[column], i);
    l->columns[column][l->n + i] = json_number_value(value);
  }
  return FAIRU_OK;
}

static int add_set(cli *c, const char *directory, size_t set, double mu, score_layout *l)
{
  char name[64], file[OUT_PATH];
  json_t *root = NULL;
  (void)snprintf(name, sizeof name, "result_%zu.json", set);
  int status = load(c, directory, name, &root);
  if (status == FAIRU_OK)
    status = out_path(c, file, directory, name);
  if (status != FAIRU_OK)
    return status;
  const size_t n = json_array_size(json_object_get(root, "p16"));
  status = grow(c, l, n);
  for (int i = MU_TRUE + 1; i < COLUMNS && status == FAIRU_OK; i++)
    status = add_column(c, file, root, i, n, l);
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    l->columns[MU_TRUE][l->n + i] = mu;
    l->sets[l->n + i] = (int64_t)set;
  }
  l->n += status == FAIRU_OK ? n : 0;
  json_decref(root);
  return status;
}

int score_layout_read(cli *c, const char *path, score_layout *l, fairu_interval_entries *entries)
{
  json_t *root = NULL;
  *l = (score_layout){ 0 };
  int status = load(c, path, "test_settings.json", &root);
  const json_t *mus = json_object_get(root, "ground_truth_mus");
  if (status == FAIRU_OK && !json_is_array(mus))
    status =
        cli_fail(c, FAIRU_ERR_FORMAT, "%s/test_settings.json: there is no array \"ground_truth_mus\"", path);
  for (size_t s = 0; status == FAIRU_OK && s < json_array_size(mus); s++) {
    const json_t *mu = json_array_get(mus, s);
    status = json_is_number(mu)
                 ? add_set(c, path, s, json_number_value(mu), l)
                 : cli_fail(c, FAIRU_ERR_FORMAT,
                            "%s/test_settings.json: ground_truth_mus[%zu] is not a number", path, s);
  }
  json_decref(root);
  if (status == FAIRU_OK && l->n == 0)
    status = cli_fail(c, FAIRU_ERR_EMPTY, "%s: no intervals", path);
  entries->n = l->n;
  entries->mu_true = l->columns[0];
  entries->mu_hat = l->columns[1];
  entries->delta_mu_hat = l->columns[2];
  entries->p16 = l->columns[3];
  entries->p84 = l->columns[4];
  entries->set = l->sets;
  return status;
}

void score_layout_free(score_layout *l)
{
  for (int i = 0; i < COLUMNS; i++)
    free(l->columns[i]);
  free(l->sets);
  *l = (score_layout){ 0 };
}
