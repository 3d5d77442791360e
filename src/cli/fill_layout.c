/* fill_layout.c - bins, axes and processes from options. */
#include "fill_layout.h"

#include "text_list.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- bins --------------------------------------------------------------------------------------------- */

static int misses(cli *c, const char *text, const char *wanted)
{
  return cli_fail(c, FAIRU_ERR_ARGUMENT, "--binning %s: wanted %s", text, wanted);
}

static int is_whole(double value, double most)
{
  return value >= 1.0 && value <= most && value == floor(value);
}

static int make_binning(cli *c, const char *text, const char *kind, const double *v, size_t n,
                        fairu_binning **out)
{
  if (strcmp(kind, "uniform") == 0)
    return n == 1 && is_whole(v[0], 65534.0) ? fairu_binning_create_uniform(c->ctx, (size_t)v[0], out)
                                             : misses(c, text, "uniform:BINS");
  if (strcmp(kind, "logit") == 0)
    return n == 3 && is_whole(v[0], 65534.0)
               ? fairu_binning_create_logit(c->ctx, (size_t)v[0], v[1], v[2], out)
               : misses(c, text, "logit:BINS,LOWER,UPPER");
  if (strcmp(kind, "edges") == 0)
    return fairu_binning_create_edges(c->ctx, FAIRU_OUTPUT_SCORE, v, n, out);
  if (strcmp(kind, "logit-edges") == 0)
    return fairu_binning_create_edges(c->ctx, FAIRU_OUTPUT_LOGIT, v, n, out);
  return misses(c, text, "uniform:..., logit:..., edges:..., logit-edges:... or classes");
}

int fill_binning(cli *c, const char *text, size_t n_outputs, fairu_binning **out)
{
  const char *colon = strchr(text, ':');
  char kind[32];
  text_list list = { 0 };
  double *values = NULL;
  if (strcmp(text, "classes") == 0)
    return fairu_binning_create_classes(c->ctx, n_outputs, out);
  if (!colon || (size_t)(colon - text) >= sizeof kind)
    return misses(c, text, "uniform:..., logit:..., edges:..., logit-edges:... or classes");
  memcpy(kind, text, (size_t)(colon - text));
  kind[colon - text] = '\0';
  int status = text_list_read(c, "binning", colon + 1, &list);
  if (status == FAIRU_OK)
    status = text_list_numbers(c, "binning", &list, &values);
  if (status == FAIRU_OK)
    status = make_binning(c, text, kind, values, list.n, out);
  free(values);
  text_list_free(&list);
  return status;
}

/* ---- axes --------------------------------------------------------------------------------------------- */

enum { USUAL_KNOTS = 5 };

typedef struct axes {
  size_t n;
  fairu_axis items[FILL_MOST];
  double *knots[FILL_MOST]; /* memory of theirs */
  fairu_nuisance
      narrow[FILL_MOST]; /* its range has fewer usual knots than a grid wants: the options have to say them */
} axes;

static size_t find_axis(const axes *a, const char *name)
{
  size_t i = 0;
  while (i < a->n && strcmp(a->items[i].name, name) != 0)
    i++;
  return i;
}

static double put_in(double value, double lower, double upper)
{
  return value < lower ? lower : value > upper ? upper : value;
}

/* Nominal, one and two widths to each side, as far as the range goes; over a uniform range evenly. */
static size_t usual_knots(const fairu_nuisance *nuisance, double knots[USUAL_KNOTS])
{
  size_t n = 0;
  for (int k = -2; k <= 2; k++) {
    double z = nuisance->nominal + (double)k * nuisance->width;
    if (nuisance->prior == FAIRU_PRIOR_LOG_NORMAL)
      z = nuisance->nominal * exp((double)k * nuisance->width);
    if (nuisance->prior == FAIRU_PRIOR_UNIFORM)
      z = nuisance->lower + (double)(k + 2) / 4.0 * (nuisance->upper - nuisance->lower);
    if (nuisance->prior == FAIRU_PRIOR_TABULATED)
      z = nuisance->table_z[0] +
          (double)(k + 2) / 4.0 * (nuisance->table_z[nuisance->n_table - 1] - nuisance->table_z[0]);
    z = put_in(z, nuisance->lower, nuisance->upper);
    if (n == 0 || z > knots[n - 1])
      knots[n++] = z;
  }
  return n;
}

/* One of the knots becomes nominal: several axes want that. */
static void meet_nominal(double *knots, size_t n, double nominal)
{
  size_t near = 0;
  for (size_t i = 1; i < n; i++)
    if (fabs(knots[i] - nominal) < fabs(knots[near] - nominal))
      near = i;
  if (fabs(knots[near] - nominal) < 1e-9 * (1.0 + fabs(nominal)))
    knots[near] = nominal;
}

static int add_usual(cli *c, axes *a, const fairu_nuisance *nuisance)
{
  if (a->n == FILL_MOST)
    return cli_fail(c, FAIRU_ERR_LIMIT, "more than %d nuisances", (int)FILL_MOST);
  double *knots = (double *)calloc(USUAL_KNOTS, sizeof *knots);
  if (!knots)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  const size_t n = usual_knots(nuisance, knots);
  a->knots[a->n] = knots;
  a->items[a->n++] = (fairu_axis){ nuisance->name, knots, n, nuisance->nominal };
  if (n < 4)
    a->narrow[a->n - 1] = *nuisance;
  return FAIRU_OK;
}

static int add_of_systematics(cli *c, const fairu_systematics *systematics, axes *a)
{
  int status = FAIRU_OK;
  for (size_t i = 0; i < fairu_systematics_n_nuisances(systematics) && status == FAIRU_OK; i++) {
    fairu_nuisance nuisance;
    status = fairu_nuisance_init(&nuisance, sizeof nuisance);
    if (status == FAIRU_OK)
      status = fairu_systematics_nuisance(systematics, c->ctx, i, &nuisance);
    if (status == FAIRU_OK)
      status = add_usual(c, a, &nuisance);
  }
  return status;
}

/* Nuisances that only the classifier knows have knots in the options, or none. */
static int add_of_classifier(cli *c, const fairu_classifier *classifier, axes *a)
{
  for (size_t i = 0; i < fairu_classifier_n_nuisances(classifier); i++) {
    const char *name = fairu_classifier_nuisance_name(classifier, i);
    if (find_axis(a, name) < a->n)
      continue;
    if (a->n == FILL_MOST)
      return cli_fail(c, FAIRU_ERR_LIMIT, "more than %d nuisances", (int)FILL_MOST);
    a->items[a->n++] = (fairu_axis){ name, NULL, 0, (double)NAN };
  }
  return FAIRU_OK;
}

/* "NAME=K,K,..." */
static int set_knots(cli *c, axes *a, const char *text)
{
  const char *equal = strchr(text, '=');
  char name[256];
  if (!equal || equal == text || (size_t)(equal - text) >= sizeof name)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--knots wants NAME=VALUE,VALUE,..., got '%s'", text);
  memcpy(name, text, (size_t)(equal - text));
  name[equal - text] = '\0';
  const size_t i = find_axis(a, name);
  if (i == a->n)
    return cli_fail(c, FAIRU_ERR_NOT_FOUND,
                    "--knots %s: neither the systematics nor the model have a nuisance '%s'", text, name);
  text_list list = { 0 };
  free(a->knots[i]);
  a->knots[i] = NULL;
  int status = text_list_read(c, "knots", equal + 1, &list);
  if (status == FAIRU_OK)
    status = text_list_numbers(c, "knots", &list, &a->knots[i]);
  const size_t n = list.n;
  text_list_free(&list);
  if (status != FAIRU_OK)
    return status;
  if (isnan(a->items[i].nominal))
    a->items[i].nominal = a->knots[i][n / 2];
  meet_nominal(a->knots[i], n, a->items[i].nominal);
  a->items[i].knots = a->knots[i];
  a->items[i].n_knots = n;
  a->narrow[i].name = NULL;
  return FAIRU_OK;
}

static int check_axes(cli *c, const axes *a)
{
  for (size_t i = 0; i < a->n; i++) {
    const fairu_nuisance *narrow = &a->narrow[i];
    if (narrow->name)
      return cli_fail(c, FAIRU_ERR_RANGE,
                      "nuisance '%s': fewer than 4 knots about %g within [%g, %g]: say --knots %s=...",
                      narrow->name, narrow->nominal, narrow->lower, narrow->upper, narrow->name);
    if (!a->items[i].knots)
      return cli_fail(c, FAIRU_ERR_ARGUMENT,
                      "the model takes the nuisance '%s', which the systematics do not have: say --knots "
                      "%s=VALUE,VALUE,...",
                      a->items[i].name, a->items[i].name);
  }
  return FAIRU_OK;
}

/* "NAME,NAME" into two indices. */
static int read_pair(cli *c, const axes *a, const char *text, size_t pair[2])
{
  text_list list = { 0 };
  int status = text_list_read(c, "pair", text, &list);
  if (status == FAIRU_OK && list.n != 2)
    status = cli_fail(c, FAIRU_ERR_ARGUMENT, "--pair wants NAME,NAME, got '%s'", text);
  for (size_t i = 0; i < 2 && status == FAIRU_OK; i++) {
    pair[i] = find_axis(a, list.items[i]);
    if (pair[i] == a->n)
      status = cli_fail(c, FAIRU_ERR_NOT_FOUND, "--pair %s: no nuisance '%s'", text, list.items[i]);
  }
  text_list_free(&list);
  return status;
}

int fill_grid(cli *c, const fairu_systematics *systematics, const fairu_classifier *classifier,
              const cli_list *knots, const cli_list *pairs, fairu_grid **out)
{
  size_t pair[2 * FILL_MOST];
  axes *a = (axes *)calloc(1, sizeof *a);
  if (!a)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  int status = add_of_systematics(c, systematics, a);
  if (status == FAIRU_OK)
    status = add_of_classifier(c, classifier, a);
  for (size_t i = 0; i < knots->n && status == FAIRU_OK; i++)
    status = set_knots(c, a, knots->items[i]);
  if (status == FAIRU_OK)
    status = check_axes(c, a);
  if (pairs->n > FILL_MOST && status == FAIRU_OK)
    status = cli_fail(c, FAIRU_ERR_LIMIT, "more than %d pairs", (int)FILL_MOST);
  for (size_t i = 0; i < pairs->n && status == FAIRU_OK; i++)
    status = read_pair(c, a, pairs->items[i], pair + 2 * i);
  if (status == FAIRU_OK)
    status = fairu_grid_create(c->ctx, a->items, a->n, pair, pairs->n, out);
  for (size_t i = 0; i < a->n; i++)
    free(a->knots[i]);
  free(a);
  return status;
}

int fill_point(cli *c, const char *option, const fairu_grid *grid, const cli_list *values, double **z)
{
  const size_t n = fairu_grid_n_axes(grid);
  fairu_axis axis;
  int status = FAIRU_OK;
  *z = (double *)calloc(n + 1, sizeof **z);
  if (!*z)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    status = fairu_grid_axis(grid, c->ctx, i, &axis);
    (*z)[i] = axis.nominal;
  }
  for (size_t k = 0; k < values->n && status == FAIRU_OK; k++) {
    const char *text = values->items[k], *equal = strrchr(text, '=');
    char *end = NULL;
    size_t i = 0;
    const double value = equal ? strtod(equal + 1, &end) : 0.0;
    if (!equal || end == equal + 1 || *end)
      return cli_fail(c, FAIRU_ERR_ARGUMENT, "--%s wants NAME=VALUE, got '%s'", option, text);
    for (; i < n; i++) {
      status = fairu_grid_axis(grid, c->ctx, i, &axis);
      if (status != FAIRU_OK ||
          (strncmp(axis.name, text, (size_t)(equal - text)) == 0 && axis.name[equal - text] == '\0'))
        break;
    }
    if (status == FAIRU_OK && i == n)
      return cli_fail(c, FAIRU_ERR_NOT_FOUND, "--%s %s: no such nuisance", option, text);
    if (status == FAIRU_OK)
      (*z)[i] = value;
  }
  return status;
}

/* ---- processes ---------------------------------------------------------------------------------------- */

/* Is a label, `length` bytes of text, in the list ",A,B,"? */
static int holds(const char *labels, const char *label, size_t length)
{
  for (; *labels && labels[1]; labels += 1 + strcspn(labels + 1, ","))
    if (strcspn(labels + 1, ",") == length && memcmp(labels + 1, label, length) == 0)
      return 1;
  return 0;
}

/* An event is of one process. */
static int check_labels(cli *c, const fill_processes *p, const char *labels)
{
  for (const char *at = labels; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
    const size_t length = strcspn(at, ",");
    for (size_t i = 0; i < p->n && length > 0; i++)
      if (holds(p->labels[i], at, length))
        return cli_fail(c, FAIRU_ERR_DUPLICATE, "--process: label '%.*s' is of '%s' already", (int)length, at,
                        p->names[i]);
  }
  return FAIRU_OK;
}

static int add_process(cli *c, fill_processes *p, const char *text)
{
  const char *equal = strchr(text, '=');
  if (!equal || equal == text || !equal[1])
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--process wants NAME=LABEL,LABEL,..., got '%s'", text);
  if (p->n == FILL_MOST)
    return cli_fail(c, FAIRU_ERR_LIMIT, "more than %d processes", (int)FILL_MOST);
  const int status = check_labels(c, p, equal + 1);
  if (status != FAIRU_OK)
    return status;
  const size_t length = strlen(equal + 1) + 3;
  p->names[p->n] = strndup(text, (size_t)(equal - text));
  p->labels[p->n] = (char *)malloc(length);
  if (!p->names[p->n] || !p->labels[p->n])
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  snprintf(p->labels[p->n++], length, ",%s,", equal + 1);
  return FAIRU_OK;
}

int fill_processes_read(cli *c, const cli_list *list, fill_processes *processes)
{
  static const char *const usual[] = { "signal=1", "background=0" };
  const char *const *items = list->n > 0 ? list->items : usual;
  const size_t n = list->n > 0 ? list->n : sizeof usual / sizeof *usual;
  int status = FAIRU_OK;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++)
    status = add_process(c, processes, items[i]);
  return status;
}

void fill_processes_free(fill_processes *processes)
{
  for (size_t i = 0; i < FILL_MOST; i++) {
    free(processes->names[i]);
    free(processes->labels[i]);
  }
}

int fill_processes_hold(const fill_processes *processes, size_t p, const fairu_events *events, int32_t label)
{
  char number[24];
  const char *name = NULL;
  if (fairu_events_n_categories(events) > 0 && label >= 0)
    name = fairu_events_category_name(events, (size_t)label);
  if (!name) {
    snprintf(number, sizeof number, "%ld", (long)label);
    name = number;
  }
  return holds(processes->labels[p], name, strlen(name));
}
