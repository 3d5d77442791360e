/* command_fill.c - `fairu fill`: from events to templates, in parts or at once.
 *
 * What is written is the exact state of the fill: it merges in any grouping to the same bytes, and serves wherever a workspace does. Events
 * are told apart by their number in the file, so that a part smears them as the whole would.
 */
#include "classifier_file.h"
#include "fill_file.h"
#include "fill_layout.h"
#include "input.h"
#include "option.h"
#include "out.h"
#include "systematics_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_ROWS = 1 << 16 };

typedef struct fill_job {
  classifier_file model;
  const char *model_path, *systematics_path, *binning_text, *label, *weight, *id, *out, *part;
  cli_list processes, knots, pairs, score_at;
  int observed, drop_others;
  double scale, bandwidth;
  uint64_t seed;
  fairu_systematics *systematics;
  fairu_binning *binning;
  fairu_grid *grid;
  fairu_fill *fill;
  fairu_fill_options options;
  fill_processes names;
  double *score_z;
  fairu_csv_reader *reader;
  uint64_t part_index, n_parts;
  uint64_t rows, taken; /* of the file so far, of those into the fill */
} fill_job;

/* ---- before the first row ----------------------------------------------------------------------------- */

static int read_part(cli *c, fill_job *j)
{
  uint64_t index = 1, n = 1;
  const char *end = j->part;
  if (j->part && (!option_whole(end, &end, &index) || *end != '/' || !option_whole(end + 1, &end, &n) ||
                  *end || index < 1 || index > n))
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "--part wants K/N with K from 1 to N, got '%s'", j->part);
  j->part_index = index - 1;
  j->n_parts = n;
  return FAIRU_OK;
}

static int set_options(cli *c, fill_job *j)
{
  int status = fairu_fill_options_init(&j->options, sizeof j->options);
  j->options.systematics = j->systematics;
  j->options.classifier = j->model.classifier;
  j->options.mode = j->observed ? FAIRU_FILL_SHIFTED_AT : FAIRU_FILL_AT_POINT;
  j->options.scale = j->scale;
  j->options.bandwidth = j->bandwidth;
  j->options.seed = j->seed;
  if (j->score_at.n == 0 || status != FAIRU_OK)
    return status;
  if (j->observed)
    return cli_fail(c, FAIRU_ERR_ARGUMENT,
                    "--score-at and --observed: data are scored under each hypothesis");
  j->options.mode = FAIRU_FILL_SCORED_AT;
  status = fill_point(c, "score-at", j->grid, &j->score_at, &j->score_z);
  j->options.score_z = j->score_z;
  return status;
}

static int create_fill(cli *c, fill_job *j)
{
  static const char *const observed[] = { "observed" };
  if (j->observed)
    return fairu_fill_create(c->ctx, j->grid, j->binning, observed, 1, &j->fill);
  const int status = fill_processes_read(c, &j->processes, &j->names);
  return status != FAIRU_OK ? status
                            : fairu_fill_create(c->ctx, j->grid, j->binning,
                                                (const char *const *)j->names.names, j->names.n, &j->fill);
}

static int prepare(cli *c, fill_job *j)
{
  int status = read_part(c, j);
  if (status == FAIRU_OK && j->systematics_path)
    status = systematics_config_read(c, j->systematics_path, &j->systematics);
  if (status == FAIRU_OK)
    status = fill_binning(c, j->binning_text, fairu_classifier_n_outputs(j->model.classifier), &j->binning);
  if (status == FAIRU_OK)
    status = fill_grid(c, j->systematics, j->model.classifier, &j->knots, &j->pairs, &j->grid);
  if (status == FAIRU_OK)
    status = create_fill(c, j);
  return status == FAIRU_OK ? set_options(c, j) : status;
}

/* ---- a piece ------------------------------------------------------------------------------------------ */

/* The number of each row in the file stands for its id, where it has none. */
static int number_rows(cli *c, const fill_job *j, fairu_events *piece)
{
  const size_t n = fairu_events_n_events(piece);
  if (fairu_events_ids(piece))
    return FAIRU_OK;
  uint64_t *ids = (uint64_t *)calloc(n + 1, sizeof *ids);
  if (!ids)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < n; i++)
    ids[i] = j->rows + i;
  const int status = fairu_events_set_ids(piece, c->ctx, ids, n);
  free(ids);
  return status;
}

/* Process of a row: n of them for none. */
static int find_process(cli *c, const fill_job *j, const fairu_events *piece, size_t row, size_t *p)
{
  const int32_t label = fairu_events_labels(piece)[row];
  for (*p = 0; *p < j->names.n; (*p)++)
    if (fill_processes_hold(&j->names, *p, piece, label))
      return FAIRU_OK;
  if (j->drop_others)
    return FAIRU_OK;
  const char *name =
      fairu_events_n_categories(piece) > 0 ? fairu_events_category_name(piece, (size_t)label) : NULL;
  if (name)
    return cli_fail(c, FAIRU_ERR_NOT_FOUND,
                    "%s: row %llu: label '%.64s' is of no process: --process NAME=%.64s, or --drop-others",
                    c->files[0], (unsigned long long)(j->rows + row), name, name);
  return cli_fail(c, FAIRU_ERR_NOT_FOUND,
                  "%s: row %llu: label %ld is of no process: --process NAME=%ld, or --drop-others",
                  c->files[0], (unsigned long long)(j->rows + row), (long)label, (long)label);
}

/* Which rows go where: process[row], names.n for those of other parts and of no process. */
static int sort_rows(cli *c, const fill_job *j, const fairu_events *piece, size_t *process)
{
  int status = FAIRU_OK;
  for (size_t row = 0; row < fairu_events_n_events(piece) && status == FAIRU_OK; row++) {
    process[row] = j->names.n;
    if ((j->rows + row) % j->n_parts == j->part_index)
      status = j->observed ? FAIRU_OK : find_process(c, j, piece, row, &process[row]);
    else
      process[row] = SIZE_MAX;
  }
  return status;
}

/* The library counts rows from the begin of what it was given. */
static int add_rows(cli *c, fill_job *j, const fairu_events *piece, const size_t *process, size_t p,
                    const char *name)
{
  const size_t n = fairu_events_n_events(piece);
  size_t n_rows = 0, *rows = (size_t *)calloc(n + 1, sizeof *rows);
  fairu_events *of = NULL;
  if (!rows)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t row = 0; row < n; row++)
    if (process[row] == p)
      rows[n_rows++] = row;
  int status = n_rows > 0 ? fairu_events_select(piece, c->ctx, rows, n_rows, &of) : FAIRU_OK;
  if (status == FAIRU_OK && n_rows > 0)
    status = fairu_fill_add(j->fill, c->ctx, name, of, &j->options);
  uint64_t row = 0;
  const char *rest = NULL;
  if (status != FAIRU_OK && input_row(fairu_context_message(c->ctx), &row, &rest) && row < n_rows)
    status =
        cli_fail(c, status, "%s: row %llu%s", c->files[0], (unsigned long long)(j->rows + rows[row]), rest);
  j->taken += n_rows;
  fairu_events_destroy(of);
  free(rows);
  return status;
}

static int add_piece(cli *c, fill_job *j, fairu_events *piece)
{
  const size_t n = fairu_events_n_events(piece);
  if (n > 0 && !j->observed && !fairu_events_labels(piece))
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "%s: no labels: --label COLUMN tells the process of an event",
                    c->files[0]);
  size_t *process = (size_t *)calloc(n + 1, sizeof *process);
  int status = process ? number_rows(c, j, piece) : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  if (status == FAIRU_OK)
    status = sort_rows(c, j, piece, process);
  if (status == FAIRU_OK && j->observed)
    status = add_rows(c, j, piece, process, 0, "observed");
  for (size_t p = 0; p < j->names.n && status == FAIRU_OK; p++)
    status = add_rows(c, j, piece, process, p, j->names.names[p]);
  free(process);
  j->rows += n;
  return status;
}

/* ---- the file ----------------------------------------------------------------------------------------- */

static int open_file(cli *c, fill_job *j, const char *path)
{
  fairu_csv_options options;
  fairu_limits limits;
  int status = fairu_csv_options_init(&options, sizeof options);
  options.label = j->observed ? NULL : j->label;
  options.weight = j->weight;
  options.id = j->id;
  if (status == FAIRU_OK)
    status = fairu_limits_init(&limits, sizeof limits);
  limits.file_bytes = limits.decompressed_bytes = UINT64_MAX; /* it passes by in pieces */
  if (status == FAIRU_OK)
    status = fairu_context_set_limits(c->ctx, &limits);
  return status == FAIRU_OK ? fairu_csv_reader_create(c->ctx, path, &options, &j->reader) : status;
}

static int read_pieces(cli *c, fill_job *j)
{
  for (;;) {
    fairu_events *piece = NULL;
    int status = fairu_csv_reader_next(j->reader, c->ctx, PIECE_ROWS, &piece);
    if (status != FAIRU_OK || !piece)
      return status;
    status = add_piece(c, j, piece);
    fairu_events_destroy(piece);
    if (status != FAIRU_OK)
      return status;
    cli_stage(c, "%llu rows", (unsigned long long)j->rows);
  }
}

static int run_fill(cli *c, fill_job *j)
{
  char memory[INPUT_PATH];
  const char *in = c->files[0];
  int status = out_target(c, j->out);
  if (status == FAIRU_OK)
    status = input_path(c, in, memory, &in);
  if (status == FAIRU_OK)
    status = classifier_file_read(c, &j->model, j->model_path);
  if (status == FAIRU_OK)
    status = prepare(c, j);
  if (status == FAIRU_OK)
    status = open_file(c, j, in);
  if (status == FAIRU_OK)
    status = read_pieces(c, j);
  if (status == FAIRU_OK)
    status = fairu_fill_save(j->fill, c->ctx, j->out);
  return status == FAIRU_OK ? fill_tell(c, j->out, j->fill) : status;
}

static void drop_job(fill_job *j)
{
  fairu_csv_reader_destroy(j->reader);
  fairu_fill_destroy(j->fill);
  fairu_grid_destroy(j->grid);
  fairu_binning_destroy(j->binning);
  fairu_systematics_destroy(j->systematics);
  fill_processes_free(&j->names);
  free(j->score_z);
  classifier_file_free(&j->model);
}

int command_fill(int argc, char **argv)
{
  fill_job j = { .scale = 1.0, .seed = 1, .binning_text = "uniform:10", .label = "label", .weight = NULL };
  cli c;
  const cli_option options[] = {
    { "model", "MODEL", "classifier that scores events: fairu model file, ONNX, lwtnn JSON", CLI_TEXT,
      &j.model_path, 0, 0 },
    { "nuisance", "NAME", "an input of a model that does not know its nuisances; may be repeated", CLI_LIST,
      &j.model.nuisances, 0, 0 },
    { "out", "TEMPLATES", "file to write: the state of the fill, which merges and serves as WORKSPACE",
      CLI_TEXT, &j.out, 0, 0 },
    { "systematics", "CONFIG", "JSON file of nuisance parameters and what they do to events", CLI_TEXT,
      &j.systematics_path, 0, 0 },
    { "binning", "B",
      "uniform:N, logit:N,LOWER,UPPER, edges:E,..., logit-edges:E,..., or classes (the largest of several "
      "outputs); uniform:10 by default",
      CLI_TEXT, &j.binning_text, 0, 0 },
    { "label", "COLUMN", "column that tells the process of an event, 'label' by default", CLI_TEXT, &j.label,
      0, 0 },
    { "weight", "COLUMN", "column of weights, none by default", CLI_TEXT, &j.weight, 0, 0 },
    { "id", "COLUMN", "column of ids, which random shifts go by; the number of the row by default", CLI_TEXT,
      &j.id, 0, 0 },
    { "process", "NAME=LABEL,...",
      "a process and its labels; signal=1 and background=0 by default; may be repeated", CLI_LIST,
      &j.processes, 0, 0 },
    { "drop-others", NULL, "leave out events of no process, rather than to refuse them", CLI_FLAG,
      &j.drop_others, 0, 0 },
    { "observed", NULL,
      "DATA are what was observed: not shifted, scored under each hypothesis; for --observed of other "
      "commands",
      CLI_FLAG, &j.observed, 0, 0 },
    { "knots", "NAME=Z,Z,...",
      "values of a nuisance at which templates are filled (at least 4, or 1: kept there); "
      "0, 1 and 2 widths about nominal by default; may be repeated",
      CLI_LIST, &j.knots, 0, 0 },
    { "pair", "NAME,NAME", "two nuisances whose joint effect is filled too; may be repeated", CLI_LIST,
      &j.pairs, 0, 0 },
    { "score-at", "NAME=Z",
      "score at this Z throughout, at nominal values of the others, not at the Z that events are shifted to; "
      "may be repeated",
      CLI_LIST, &j.score_at, 0, 0 },
    { "scale", "X", "times each weight: a luminosity", CLI_NUMBER, &j.scale, -1e300, 1e300 },
    { "bandwidth", "X", "smear the binned variable by a Gaussian kernel of this width", CLI_NUMBER,
      &j.bandwidth, 0, 1e300 },
    { "part", "K/N", "take every Nth row from the Kth on: parts merge to the whole", CLI_TEXT, &j.part, 0,
      0 },
    { "seed", "N", "of random shifts", CLI_WHOLE, &j.seed, 0, 18446744073709549568.0 },
  };
  const cli_usage usage = {
    .command = "fairu fill",
    .files = "DATA",
    .about = "Fill templates: events of DATA (CSV, of any size) are shifted by the systematics to each value "
             "of the "
             "nuisance parameters, scored, and counted by process and bin. The exact sums are written: parts "
             "merge (fairu "
             "merge) to the same bytes as the whole, and the file serves wherever a WORKSPACE does.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_files = 1,
    .max_files = 1
  };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  if (!j.model_path || !j.out)
    return cli_misused(&c, "fairu fill wants --model MODEL and --out TEMPLATES");
  const int status = run_fill(&c, &j);
  drop_job(&j);
  return cli_end(&c, status);
}
