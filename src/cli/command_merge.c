/* command_merge.c - `fairu merge`: parts of a fill put together. Sums are exact: any order and grouping gives the same bytes. */
#include "fill_file.h"
#include "out.h"

#include <stdio.h>

int fill_tell(cli *c, const char *path, const fairu_fill *fill)
{
  fairu_templates *templates = NULL;
  int status = fairu_templates_create_from_fill(c->ctx, fill, FAIRU_INTERPOLATION_LINEAR, &templates);
  if (status != FAIRU_OK)
    return status;
  json_t *root = json_object(), *list = json_array();
  const size_t n_bins = fairu_templates_n_bins(templates);
  const size_t n_points = fairu_grid_n_points(fairu_templates_grid(templates));
  for (size_t p = 0; p < fairu_templates_n_processes(templates); p++) {
    const double *yields = fairu_templates_yields(templates, p, 0);
    double sum = 0.0;
    for (size_t b = 0; b < n_bins; b++)
      sum += yields[b];
    if (!c->json)
      printf("%s: %s, yield %.6g at the first of %zu points\n", path,
             fairu_templates_process_name(templates, p), sum, n_points);
    json_t *item = json_object();
    out_json_set(item, "name", out_json_text(fairu_templates_process_name(templates, p)));
    out_json_set(item, "yield", out_json_number(sum));
    json_array_append_new(list, item);
  }
  out_json_set(root, "bins", json_integer((json_int_t)n_bins));
  out_json_set(root, "points", json_integer((json_int_t)n_points));
  out_json_set(root, "processes", list);
  if (c->json)
    status = out_json_print(root, c);
  json_decref(root);
  fairu_templates_destroy(templates);
  return status;
}

static int add_part(cli *c, const char *path, fairu_fill **fill)
{
  fairu_fill *part = NULL;
  int status = fairu_fill_load(c->ctx, path, &part);
  if (status != FAIRU_OK)
    return status;
  if (!*fill) {
    *fill = part;
    return FAIRU_OK;
  }
  status = fairu_fill_merge(*fill, c->ctx, part);
  if (status != FAIRU_OK)
    status = cli_fail(c, status, "%s and %s: %s", c->files[1], path, fairu_context_message(c->ctx));
  fairu_fill_destroy(part);
  return status;
}

int command_merge(int argc, char **argv)
{
  cli c;
  const cli_usage usage = {
    .command = "fairu merge",
    .files = "OUT PART...",
    .about =
        "Put parts of a fill together. All have the same bins, knots and processes; sums are exact, so any "
        "order and grouping gives the same bytes as filling at once.",
    .min_files = 2,
    .max_files = 1 << 20
  };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  fairu_fill *fill = NULL;
  int status = FAIRU_OK;
  for (int i = 1; i < c.n_files && status == FAIRU_OK; i++)
    status = add_part(&c, c.files[i], &fill);
  if (status == FAIRU_OK)
    status = fairu_fill_save(fill, c.ctx, c.files[0]);
  if (status == FAIRU_OK)
    status = fill_tell(&c, c.files[0], fill);
  fairu_fill_destroy(fill);
  return cli_end(&c, status);
}
