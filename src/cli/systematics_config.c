/* systematics_config.c - the file, and its nuisance parameters. */
#include "systematics_config.h"

#include "config_fields.h"
#include "input.h"
#include "out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_FIELDS = 10 };

/* Nuisances with what they point at. */
typedef struct parameters {
  fairu_nuisance *items; /* [n] */
  config_numbers *z, *density;
  size_t n;
} parameters;

static int read_nuisance(cli *c, const char *place, const json_t *object, parameters *p, size_t i)
{
  fairu_nuisance *nuisance = &p->items[i];
  int status = fairu_nuisance_init(nuisance, sizeof *nuisance);
  const config_field fields[N_FIELDS] = {
    { "name", CONFIG_TEXT, 1, &nuisance->name, NULL, 0 },
    { "prior", CONFIG_CHOICE, 0, &nuisance->prior, "gaussian|log-normal|uniform|tabulated",
      FAIRU_PRIOR_GAUSSIAN },
    { "nominal", CONFIG_NUMBER, 1, &nuisance->nominal, NULL, 0 },
    { "width", CONFIG_NUMBER, 0, &nuisance->width, NULL, 0 },
    { "centre", CONFIG_NUMBER, 0, &nuisance->centre, NULL, 0 },
    { "lower", CONFIG_NUMBER, 0, &nuisance->lower, NULL, 0 },
    { "upper", CONFIG_NUMBER, 0, &nuisance->upper, NULL, 0 },
    { "table_z", CONFIG_NUMBERS, 0, &p->z[i], NULL, 0 },
    { "table_density", CONFIG_NUMBERS, 0, &p->density[i], NULL, 0 },
    { "statistical_origin", CONFIG_FLAG, 0, &nuisance->statistical_origin, NULL, 0 },
  };
  if (status == FAIRU_OK)
    status = config_read(c, place, object, NULL, fields, N_FIELDS);
  if (status == FAIRU_OK && p->z[i].n != p->density[i].n)
    status = cli_fail(c, FAIRU_ERR_SHAPE, "%s: table_z has %zu numbers, table_density %zu", place, p->z[i].n,
                      p->density[i].n);
  if (status == FAIRU_OK && nuisance->prior == FAIRU_PRIOR_TABULATED && p->z[i].n == 0)
    status = cli_fail(c, FAIRU_ERR_FORMAT, "%s: prior \"tabulated\" wants table_z and table_density", place);
  nuisance->table_z = p->z[i].items;
  nuisance->table_density = p->density[i].items;
  nuisance->n_table = p->z[i].n;
  return status;
}

static int read_nuisances(cli *c, const char *path, const json_t *list, parameters *p)
{
  if (!json_is_array(list))
    return cli_fail(c, FAIRU_ERR_FORMAT, "%s: \"nuisances\" must be a list", path);
  p->n = json_array_size(list);
  p->items = calloc(p->n + 1, sizeof *p->items);
  p->z = calloc(p->n + 1, sizeof *p->z);
  p->density = calloc(p->n + 1, sizeof *p->density);
  int status =
      p->items && p->z && p->density ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < p->n && status == FAIRU_OK; i++) {
    char place[512];
    snprintf(place, sizeof place, "%s: nuisances[%zu]", path, i);
    status = read_nuisance(c, place, json_array_get(list, i), p, i);
  }
  return status;
}

static void free_parameters(parameters *p)
{
  for (size_t i = 0; p->z && p->density && i < p->n; i++) {
    free(p->z[i].items);
    free(p->density[i].items);
  }
  free(p->items);
  free(p->z);
  free(p->density);
}

static int create(cli *c, const char *path, const parameters *p, fairu_systematics **out)
{
  const int status = fairu_systematics_create(c->ctx, p->items, p->n, out);
  return status == FAIRU_OK ? status : cli_fail(c, status, "%s: %s", path, fairu_context_message(c->ctx));
}

static int read_steps(cli *c, const char *path, const json_t *list, fairu_systematics *systematics)
{
  int status = FAIRU_OK;
  if (!json_is_array(list))
    return cli_fail(c, FAIRU_ERR_FORMAT, "%s: \"steps\" must be a list", path);
  for (size_t i = 0; i < json_array_size(list) && status == FAIRU_OK; i++) {
    char place[512];
    snprintf(place, sizeof place, "%s: steps[%zu]", path, i);
    status = systematics_config_step(c, place, json_array_get(list, i), systematics);
  }
  return status;
}

static int check_keys(cli *c, const char *path, const json_t *root)
{
  if (!json_is_object(root))
    return cli_fail(c, FAIRU_ERR_FORMAT, "%s: must be an object with \"nuisances\" and \"steps\"", path);
  for (void *at = json_object_iter((json_t *)root); at; at = json_object_iter_next((json_t *)root, at)) {
    const char *key = json_object_iter_key(at);
    if (strcmp(key, "nuisances") != 0 && strcmp(key, "steps") != 0)
      return cli_fail(c, FAIRU_ERR_FORMAT, "%s: unknown field \"%s\"; there are nuisances, steps", path, key);
  }
  return FAIRU_OK;
}

static int from_json(cli *c, const char *path, const json_t *root, fairu_systematics **out)
{
  parameters p = { 0 };
  int status = check_keys(c, path, root);
  if (status == FAIRU_OK)
    status = read_nuisances(c, path, json_object_get(root, "nuisances"), &p);
  if (status == FAIRU_OK)
    status = create(c, path, &p, out);
  if (status == FAIRU_OK)
    status = read_steps(c, path, json_object_get(root, "steps"), *out);
  free_parameters(&p);
  return status;
}

int systematics_config_read(cli *c, const char *path, fairu_systematics **out)
{
  char memory[INPUT_PATH];
  const char *opened = path;
  json_error_t error;
  json_t *root = NULL;
  int status = input_path(c, path, memory, &opened);
  *out = NULL;
  if (status != FAIRU_OK)
    return status;
  FILE *file = fopen(opened, "re");
  if (!file)
    return cli_fail(c, errno == ENOMEM ? FAIRU_ERR_OUT_OF_MEMORY : FAIRU_ERR_IO, "cannot open %s: %s", path,
                    strerror(errno));
  root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
  fclose(file);
  if (out_json_lacks())
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "%s: out of memory", path);
  else if (!root)
    status = cli_fail(c, FAIRU_ERR_FORMAT, "%s:%d: %s", path, error.line, error.text);
  else
    status = from_json(c, path, root, out);
  json_decref(root);
  if (status != FAIRU_OK) {
    fairu_systematics_destroy(*out);
    *out = NULL;
  }
  return status;
}
