/* classifier_file.c - reading models of any format, with the nuisance parameters that the command line names. */
#include "classifier_file.h"

#include "input.h"
#include "text_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What --nuisance names, each in a copy; values [n] or NULL. */
typedef struct assignments {
  char *names[CLI_MOST_LISTED];
  double values[CLI_MOST_LISTED];
  size_t n;
} assignments;

static int split(cli *c, const char *text, int values, char **name, double *value)
{
  const char *equal = values ? strrchr(text, '=') : text + strlen(text);
  char *end = NULL;
  if (!equal || equal == text)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--nuisance wants NAME%s, got '%s'", values ? "=VALUE" : "", text);
  if (values) {
    *value = strtod(equal + 1, &end);
    if (end == equal + 1 || *end)
      return cli_fail(c, FAIRU_ERR_ARGUMENT, "--nuisance %s: '%s' is not a number", text, equal + 1);
  }
  *name = strndup(text, (size_t)(equal - text));
  return *name ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
}

static int take_assignments(cli *c, const classifier_file *f, assignments *a)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < f->nuisances.n && status == FAIRU_OK; i++) {
    status = split(c, f->nuisances.items[i], f->values, &a->names[a->n], &a->values[a->n]);
    for (size_t k = 0; k < a->n && status == FAIRU_OK; k++)
      if (strcmp(a->names[k], a->names[a->n]) == 0) {
        free(a->names[a->n]);
        a->names[a->n] = NULL;
        status = cli_fail(c, FAIRU_ERR_DUPLICATE, "--nuisance %s is given twice", a->names[k]);
      }
    a->n += status == FAIRU_OK;
  }
  return status;
}

static size_t find_nuisance(const fairu_classifier *classifier, const char *name)
{
  size_t k = 0;
  while (k < fairu_classifier_n_nuisances(classifier) &&
         strcmp(fairu_classifier_nuisance_name(classifier, k), name) != 0)
    k++;
  return k;
}

static int knows_all(const fairu_classifier *classifier, const assignments *a)
{
  for (size_t i = 0; i < a->n; i++)
    if (find_nuisance(classifier, a->names[i]) == fairu_classifier_n_nuisances(classifier))
      return 0;
  return 1;
}

static int has_column(const classifier_file *f, const char *name)
{
  for (size_t i = 0; i < f->n_columns; i++)
    if (strcmp(f->columns[i], name) == 0)
      return 1;
  return 0;
}

/* Its inputs are x0, x1, ..., because they have no names; and the columns are as many, with other names. */
int classifier_file_by_position(const classifier_file *f)
{
  const size_t n = fairu_classifier_n_features(f->classifier);
  size_t known = 0;
  for (size_t i = 0; i < n; i++) {
    char name[32];
    snprintf(name, sizeof name, "x%zu", i);
    if (strcmp(name, fairu_classifier_feature_name(f->classifier, i)) != 0)
      return 0;
    known += (size_t)has_column(f, name);
  }
  return known < n && n == f->n_columns && fairu_classifier_n_nuisances(f->classifier) == 0;
}

static int again(cli *c, classifier_file *f, const char *path, const fairu_import_options *options)
{
  fairu_classifier_destroy(f->classifier);
  return fairu_classifier_import(c->ctx, path, options, &f->classifier);
}

/* As the file says; where names do not fit, once more with these as nuisances: other formats do not know which these are. */
static int import(cli *c, classifier_file *f, const char *path, const assignments *a,
                  fairu_import_options *options)
{
  options->output = f->output;
  int status = fairu_classifier_import(c->ctx, path, options, &f->classifier);
  if (status == FAIRU_OK && classifier_file_by_position(f)) {
    options->features = f->columns;
    options->n_features = f->n_columns;
    status = again(c, f, path, options);
  }
  if (status != FAIRU_OK || knows_all(f->classifier, a))
    return status;
  options->nuisances = (const char *const *)a->names;
  options->n_nuisances = a->n;
  status = again(c, f, path, options);
  for (size_t i = 0; status == FAIRU_OK && i < a->n; i++)
    if (find_nuisance(f->classifier, a->names[i]) == fairu_classifier_n_nuisances(f->classifier))
      status = cli_fail(c, FAIRU_ERR_NOT_FOUND, "%s: no nuisance '%s'", path, a->names[i]);
  return status;
}

static int has_input(const fairu_classifier *classifier, const char *name)
{
  for (size_t i = 0; i < fairu_classifier_n_features(classifier); i++)
    if (strcmp(fairu_classifier_feature_name(classifier, i), name) == 0)
      return 1;
  return find_nuisance(classifier, name) < fairu_classifier_n_nuisances(classifier);
}

/* A file that names its inputs does not take other names: these would have gone unread. */
static int check_names(cli *c, const classifier_file *f, const char *path, const text_list *names)
{
  for (size_t i = 0; i < names->n; i++)
    if (!has_input(f->classifier, names->items[i]))
      return cli_fail(c, FAIRU_ERR_ARGUMENT, "--features: %s names its inputs itself; none is '%s'", path,
                      names->items[i]);
  return FAIRU_OK;
}

/* With the names that --features gives. */
static int import_named(cli *c, classifier_file *f, const char *path, const assignments *a)
{
  fairu_import_options options;
  text_list names = { NULL, NULL, 0 };
  int status = fairu_import_options_init(&options, sizeof options);
  if (status == FAIRU_OK && f->features)
    status = text_list_read(c, "features", f->features, &names);
  options.features = names.items;
  options.n_features = names.n;
  if (status == FAIRU_OK)
    status = import(c, f, path, a, &options);
  if (status == FAIRU_OK)
    status = check_names(c, f, path, &names);
  text_list_free(&names);
  return status;
}

static int take_values(cli *c, classifier_file *f, const char *path, const assignments *a)
{
  const size_t n = fairu_classifier_n_nuisances(f->classifier);
  f->z = (double *)calloc(n ? n : 1, sizeof *f->z);
  if (!f->z)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t k = 0; k < n; k++) {
    const char *name = fairu_classifier_nuisance_name(f->classifier, k);
    size_t i = 0;
    while (i < a->n && strcmp(a->names[i], name) != 0)
      i++;
    if (i == a->n)
      return cli_fail(c, FAIRU_ERR_ARGUMENT, "%s has the nuisance '%s': --nuisance %s=VALUE", path, name,
                      name);
    f->z[k] = a->values[i];
  }
  return FAIRU_OK;
}

int classifier_file_read(cli *c, classifier_file *f, const char *path)
{
  char memory[INPUT_PATH];
  assignments *a = (assignments *)calloc(1, sizeof *a);
  int status = a ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  if (status == FAIRU_OK)
    status = take_assignments(c, f, a);
  if (status == FAIRU_OK)
    status = input_path(c, path, memory, &path);
  if (status == FAIRU_OK)
    status = import_named(c, f, path, a);
  if (status == FAIRU_OK && f->values)
    status = take_values(c, f, path, a);
  for (size_t i = 0; a && i < a->n; i++)
    free(a->names[i]);
  free(a);
  return status;
}

void classifier_file_free(classifier_file *f)
{
  fairu_classifier_destroy(f->classifier);
  free(f->z);
}
