/* command_postfit.c - `fairu impacts`, `fairu breakdown`, `fairu gof`: what a fit means. */
#include "model_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- impacts ------------------------------------------------------------------------------------------ */

typedef struct impact_options {
  model_file model;
  uint64_t top;
} impact_options;

static double size_of(const fairu_impact *i)
{
  return fmax(fabs(i->impact_up), fabs(i->impact_down));
}

static int by_size(const void *a, const void *b)
{
  const double x = size_of((const fairu_impact *)a), y = size_of((const fairu_impact *)b);
  return x < y ? 1 : x > y ? -1 : 0;
}

static json_t *json_impact(const cli *c, const model_file *m, const fairu_impact *i)
{
  json_t *o = json_object();
  out_json_set(o, "name", out_json_text(model_name(c, m, i->parameter)));
  out_json_set(o, "value", out_json_number(i->value));
  out_json_set(o, "error", out_json_number(i->error));
  out_json_set(o, "prefit_error", out_json_number(i->prefit_error));
  out_json_set(o, "pull", out_json_number(i->pull));
  out_json_set(o, "constraint", out_json_number(i->constraint));
  out_json_set(o, "impact_up", out_json_number(i->impact_up));
  out_json_set(o, "impact_down", out_json_number(i->impact_down));
  out_json_set(o, "prefit_impact_up", out_json_number(i->prefit_up));
  out_json_set(o, "prefit_impact_down", out_json_number(i->prefit_down));
  out_json_set(o, "contribution", out_json_number(i->contribution));
  out_json_set(o, "statistical_origin", json_boolean(i->statistical_origin));
  return o;
}

/* A column of a table; empty where there is no number. */
static void print_cell(int width, int digits, double value)
{
  isfinite(value) ? printf(" %*.*g", width, digits, value) : printf(" %*s", width, "");
}

static void print_impacts(const cli *c, const model_file *m, const fairu_impact *impacts, size_t n)
{
  const size_t poi = fairu_likelihood_poi_index(m->likelihood);
  int moves = 0;
  printf("%-40s %9s %10s %12s %12s %12s %12s\n", "parameter", "pull", "constraint", "impact+", "impact-",
         "prefit+", "prefit-");
  for (size_t i = 0; i < n; i++) {
    const fairu_impact *k = &impacts[i];
    const double cells[] = { k->pull,        k->constraint, k->impact_up,
                             k->impact_down, k->prefit_up,  k->prefit_down };
    printf("%-40s", model_name(c, m, k->parameter));
    for (size_t j = 0; j < 6; j++)
      print_cell(j == 0 ? 9 : j == 1 ? 10 : 12, 5, cells[j]);
    puts(k->statistical_origin ? "" : "  two-point: not a measurement");
    moves |= size_of(&impacts[i]) > 0.0;
  }
  if (n > 0 && !moves)
    printf("nothing moves '%s': it stays at its bound\n", model_name(c, m, poi));
}

static int run_impacts(cli *c, void *data, json_t **root)
{
  const impact_options *o = data;
  const model_file *m = &o->model;
  size_t n = 0;
  fairu_impact *impacts = (fairu_impact *)calloc(m->n ? m->n : 1, sizeof *impacts);
  if (!impacts)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  impacts[0].struct_size = sizeof *impacts;
  const int status = fairu_likelihood_impacts(m->likelihood, c->ctx, m->data, &m->fit, impacts, m->n, &n);
  if (status == FAIRU_OK) {
    qsort(impacts, n, sizeof *impacts, by_size);
    const size_t shown = o->top && o->top < n ? (size_t)o->top : n;
    if (c->json) {
      json_t *list = json_array();
      for (size_t i = 0; i < shown; i++)
        json_array_append_new(list, json_impact(c, m, &impacts[i]));
      *root = json_object();
      out_json_set(*root, "poi", out_json_text(model_name(c, m, fairu_likelihood_poi_index(m->likelihood))));
      out_json_set(*root, "impacts", list);
    } else {
      print_impacts(c, m, impacts, shown);
    }
  }
  free(impacts);
  return status;
}

int command_impacts(int argc, char **argv)
{
  impact_options o = { 0 };
  cli c;
  const cli_option options[] = { MODEL_OPTIONS(o.model),
                                 { "top", "N", "only the N largest", CLI_WHOLE, &o.top, 1, 1e6 } };
  const cli_usage usage = model_usage("fairu "
                                      "impacts",
                                      "Per parameter, largest first: pull, constraint, and by how much the "
                                      "fitted parameter of interest moves when "
                                      "this one is fixed one postfit or prefit error up and down.",
                                      options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  return model_run(&c, &o.model, run_impacts, &o);
}

/* ---- breakdown ---------------------------------------------------------------------------------------- */

enum { MOST_GROUPS = 256 };

typedef struct breakdown_options {
  model_file model;
  cli_list groups; /* "name=pattern,pattern" */
} breakdown_options;

typedef struct group_list {
  fairu_group groups[MOST_GROUPS];
  char *names[MOST_GROUPS];
  size_t *parameters[MOST_GROUPS];
  size_t n;
} group_list;

/* A name, or its beginning followed by '*'. */
static int fits(const char *name, const char *pattern, size_t length)
{
  if (length > 0 && pattern[length - 1] == '*')
    return strncmp(name, pattern, length - 1) == 0;
  return strlen(name) == length && memcmp(name, pattern, length) == 0;
}

static int in_group(const char *name, const char *patterns)
{
  for (const char *p = patterns; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
    if (fits(name, p, strcspn(p, ",")))
      return 1;
  return 0;
}

static int add_group(cli *c, const model_file *m, const char *text, group_list *list)
{
  const char *equal = strchr(text, '=');
  if (!equal || list->n == MOST_GROUPS)
    return cli_fail(c, FAIRU_ERR_ARGUMENT,
                    "--group wants NAME=PATTERN,PATTERN (at most %d of them), got '%s'", (int)MOST_GROUPS,
                    text);
  const size_t g = list->n++;
  list->names[g] = strndup(text, (size_t)(equal - text));
  list->parameters[g] = (size_t *)calloc(m->n, sizeof(size_t));
  if (!list->names[g] || !list->parameters[g])
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  size_t n = 0;
  for (size_t i = 0; i < m->n; i++)
    if (in_group(model_name(c, m, i), equal + 1))
      list->parameters[g][n++] = i;
  if (n == 0)
    return cli_fail(c, FAIRU_ERR_NOT_FOUND, "--group %s: no parameter fits", text);
  list->groups[g] = (fairu_group){ list->names[g], list->parameters[g], n };
  return FAIRU_OK;
}

static void show_part(const cli *c, const char *name, const fairu_breakdown *b, json_t *list)
{
  if (!c->json) {
    printf("%-24s +%-11.5g -%-11.5g +%-11.5g -%-11.5g\n", name, b->part_up, b->part_down, b->fixed_up,
           b->fixed_down);
    return;
  }
  json_t *o = json_object();
  out_json_set(o, "name", out_json_text(name));
  out_json_set(o, "part_up", out_json_number(b->part_up));
  out_json_set(o, "part_down", out_json_number(b->part_down));
  out_json_set(o, "fixed_up", out_json_number(b->fixed_up));
  out_json_set(o, "fixed_down", out_json_number(b->fixed_down));
  json_array_append_new(list, o);
}

static void show_parts(const cli *c, const group_list *list, const fairu_breakdown *parts, json_t **root)
{
  json_t *rows = c->json ? json_array() : NULL;
  if (!c->json)
    printf("total +%.6g -%.6g\n%-24s %-25s %s\n", parts[0].error_up, parts[0].error_down, "group",
           "adds in quadrature", "left with the group fixed");
  show_part(c, "all but the statistical", &parts[0], rows);
  show_part(c, "template statistics", &parts[1], rows);
  for (size_t g = 0; g < list->n; g++)
    show_part(c, list->names[g], &parts[2 + g], rows);
  if (!c->json)
    return;
  *root = json_object();
  out_json_set(*root, "error_up", out_json_number(parts[0].error_up));
  out_json_set(*root, "error_down", out_json_number(parts[0].error_down));
  out_json_set(*root, "statistical_up", out_json_number(parts[0].fixed_up));
  out_json_set(*root, "statistical_down", out_json_number(parts[0].fixed_down));
  out_json_set(*root, "groups", rows);
}

static int run_breakdown(cli *c, const breakdown_options *o, group_list *list, json_t **root)
{
  const model_file *m = &o->model;
  fairu_breakdown parts[MOST_GROUPS + 2] = { { .struct_size = sizeof parts[0] } };
  int status = FAIRU_OK;
  for (size_t g = 0; g < o->groups.n && status == FAIRU_OK; g++)
    status = add_group(c, m, o->groups.items[g], list);
  if (status == FAIRU_OK)
    status =
        fairu_likelihood_breakdown(m->likelihood, c->ctx, m->data, &m->fit, list->groups, list->n, parts);
  if (status == FAIRU_OK)
    show_parts(c, list, parts, root);
  for (size_t g = 0; g < list->n; g++) {
    free(list->names[g]);
    free(list->parameters[g]);
  }
  list->n = 0;
  return status;
}

int command_breakdown(int argc, char **argv)
{
  static group_list list;
  breakdown_options o = { 0 };
  json_t *root = NULL;
  cli c;
  const cli_option options[] = {
    MODEL_OPTIONS(o.model),
    { "group", "NAME=P,Q*", "a group of parameters, by name or beginning; may be repeated", CLI_LIST,
      &o.groups, 0, 0 },
  };
  const cli_usage usage = model_usage(
      "fairu "
      "breakdown",
      "Uncertainty of the parameter of interest by parts: what fixing a group at its best fit takes "
      "away, in quadrature.",
      options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  int status = model_open(&c, &o.model, c.files[0]);
  if (status == FAIRU_OK)
    status = run_breakdown(&c, &o, &list, &root);
  return model_finish(&c, &o.model, root, status);
}

/* ---- goodness of fit ---------------------------------------------------------------------------------- */

static int run_gof(cli *c, void *data, json_t **root)
{
  const model_file *m = data;
  fairu_goodness g = { .struct_size = sizeof g };
  const int status = fairu_likelihood_goodness(m->likelihood, c->ctx, m->data, &m->fit, &g);
  if (status != FAIRU_OK)
    return status;
  if (!c->json) {
    printf("deviance %.8g   degrees of freedom %d (%d data, %d free parameters)   p-value %.6g\n", g.deviance,
           g.dof, g.n_data, g.n_free, g.p_value);
    return FAIRU_OK;
  }
  *root = json_object();
  out_json_set(*root, "deviance", out_json_number(g.deviance));
  out_json_set(*root, "dof", json_integer(g.dof));
  out_json_set(*root, "n_data", json_integer(g.n_data));
  out_json_set(*root, "n_free", json_integer(g.n_free));
  out_json_set(*root, "p_value", out_json_number(g.p_value));
  return FAIRU_OK;
}

int command_gof(int argc, char **argv)
{
  model_file m = { 0 };
  cli c;
  const cli_option options[] = { MODEL_OPTIONS(m) };
  const cli_usage usage = model_usage(
      "fairu "
      "gof",
      "Goodness of fit against the saturated model (Baker and Cousins), constraints included; the "
      "p-value is asymptotic.",
      options, sizeof options / sizeof *options);
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  return model_run(&c, &m, run_gof, &m);
}
