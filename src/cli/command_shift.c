/* command_shift.c - `fairu shift`: FAIR Universe events in, shifted ones out. */
#include "challenge.h"
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_PRIMARY = CHALLENGE_PRIMARY, N_GIVEN = 2, N_COLUMNS = CHALLENGE_FEATURES + N_GIVEN };
enum { WEIGHTS = N_PRIMARY, LABELS };

static const char label_column[] = "detailed_labels";

enum { TES, JES, SOFT_MET, TTBAR, DIBOSON, BKG, N_NUISANCES };
static const char *const nuisances[N_NUISANCES] = { "tes",         "jes",           "soft_met",
                                                    "ttbar_scale", "diboson_scale", "bkg_scale" };

typedef struct shift_job {
  const char *names[N_COLUMNS]; /* of the output; those in the middle as far as the input has them */
  const char *pack, *rng, *arithmetic;
  double z[N_NUISANCES];
  uint64_t seed;
  int no_cuts;
  int has[N_COLUMNS]; /* the input has the column */
  int has_names;      /* labels have names, in a column of their own */
  fairu_csv_reader *reader;
  fairu_csv_writer *writer;       /* made with the first piece, which tells the columns */
  uint64_t first_row;             /* of the piece */
  fairu_events *in, *table, *out; /* one piece */
  fairu_systematics *systematics;
  double begun; /* seconds */
} shift_job;

/* Memory is bounded by the piece; the numpy generator alone, which draws by position, wants the whole table to smear it. */
enum { PIECE_ROWS = 1 << 16 };

static size_t rows_at_once(const shift_job *j)
{
  return strcmp(j->rng, "numpy") == 0 && j->z[SOFT_MET] > 0.0 ? SIZE_MAX : PIECE_ROWS;
}

static void name_columns(shift_job *j)
{
  for (size_t i = 0; i < CHALLENGE_FEATURES; i++)
    j->names[i < N_PRIMARY ? i : i + N_GIVEN] = challenge_features[i];
  j->names[WEIGHTS] = "weights";
  j->names[LABELS] = "labels";
}

/* Normalisations are shifted. */
static int scales(const shift_job *j)
{
  return j->z[TTBAR] != 1.0 || j->z[DIBOSON] != 1.0 || j->z[BKG] != 1.0;
}

/* ---- messages ------------------------------------------------------------------------------------------ */

/* The library counts rows from the begin of the piece. */
static int fail_in_file(cli *c, const shift_job *j, int status)
{
  const char *message = fairu_context_message(c->ctx);
  const char *rest = NULL;
  uint64_t row = 0;
  if (input_row(message, &row, &rest))
    return cli_fail(c, status, "%s: row %llu%s", c->files[0], (unsigned long long)(row + j->first_row), rest);
  return cli_fail(c, status, "%s: %s", c->files[0], message);
}

/* ---- input --------------------------------------------------------------------------------------------- */

static size_t column_of(const fairu_events *events, const char *name)
{
  for (size_t i = 0; i < fairu_events_n_columns(events); i++)
    if (strcmp(fairu_events_column_name(events, i), name) == 0)
      return i;
  return FAIRU_NONE;
}

/* Limits that keep memory in bounds have no meaning for a file that passes by. */
static int lift_limits(cli *c)
{
  fairu_limits limits;
  const int status = fairu_limits_init(&limits, sizeof limits);
  limits.file_bytes = limits.decompressed_bytes = UINT64_MAX;
  return status == FAIRU_OK ? fairu_context_set_limits(c->ctx, &limits) : status;
}

/* Names of processes are optional. */
static int open_input(cli *c, shift_job *j, const char *path)
{
  fairu_csv_options csv;
  int status = fairu_csv_options_init(&csv, sizeof csv);
  if (status == FAIRU_OK)
    status = lift_limits(c);
  if (status != FAIRU_OK)
    return status;
  csv.label = label_column;
  csv.optional = 1;
  if (strcmp(path, "-") == 0)
    strcpy(c->input, "-:");
  return fairu_csv_reader_create(c->ctx, path, &csv, &j->reader);
}

static int copy_column(cli *c, shift_job *j, size_t to, size_t from)
{
  size_t stride = 1;
  float *values = NULL;
  const float *x = fairu_events_column(j->in, from, &stride);
  const int status = fairu_events_column_data(j->table, c->ctx, to, &values);
  for (size_t i = 0; status == FAIRU_OK && i < fairu_events_n_events(j->in); i++)
    values[i] = x[i * stride];
  return status;
}

/* Rows are known by their number in the file, labels by name or by number. */
static int copy_attributes(cli *c, shift_job *j)
{
  const size_t n = fairu_events_n_events(j->in), n_categories = fairu_events_n_categories(j->in);
  uint64_t *rows = malloc((n + 1) * sizeof *rows);
  if (!rows)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: numbers of %zu rows", n);
  for (size_t i = 0; i < n; i++)
    rows[i] = j->first_row + i;
  int status = fairu_events_set_ids(j->table, c->ctx, rows, n);
  free(rows);
  if (status == FAIRU_OK && j->has_names)
    status = fairu_events_set_labels(j->table, c->ctx, fairu_events_labels(j->in), n);
  if (status != FAIRU_OK || n_categories == 0)
    return status;
  const char **categories = malloc(n_categories * sizeof *categories);
  if (!categories)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: names of labels");
  for (size_t i = 0; i < n_categories; i++)
    categories[i] = fairu_events_category_name(j->in, i);
  status = fairu_events_set_categories(j->table, c->ctx, categories, n_categories);
  free(categories);
  return status;
}

/* Weights take part in double, from the float they are in the original files. */
static int set_weights(cli *c, shift_job *j)
{
  const size_t n = fairu_events_n_events(j->in);
  const float *x = fairu_events_column(j->table, WEIGHTS, NULL);
  double *weights = malloc((n + 1) * sizeof *weights);
  if (!weights)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu weights", n);
  for (size_t i = 0; i < n; i++)
    weights[i] = (double)x[i];
  const int status = fairu_events_set_weights(j->table, c->ctx, weights, n);
  free(weights);
  return status;
}

/* Without names, 0 and 1 of `labels` tell background from signal. */
static int set_labels(cli *c, shift_job *j)
{
  const size_t n = fairu_events_n_events(j->in);
  const float *x = fairu_events_column(j->table, LABELS, NULL);
  int32_t *labels = malloc((n + 1) * sizeof *labels);
  if (!labels)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu labels", n);
  int status = FAIRU_OK;
  for (size_t i = 0; i < n && status == FAIRU_OK; i++) {
    labels[i] = x[i] == 1.0f;
    if (x[i] != 0.0f && x[i] != 1.0f)
      status = cli_fail(c, FAIRU_ERR_RANGE, "%s: row %llu, column labels is %g, not 0 or 1", c->files[0],
                        (unsigned long long)j->first_row + i, (double)x[i]);
  }
  if (status == FAIRU_OK)
    status = fairu_events_set_labels(j->table, c->ctx, labels, n);
  free(labels);
  return status;
}

/* A label that is misspelt would not be scaled, and nobody would see. */
static int check_names(cli *c, const shift_job *j)
{
  const int32_t *labels = fairu_events_labels(j->in);
  for (size_t i = 0; i < fairu_events_n_events(j->in); i++) {
    const char *name = fairu_events_category_name(j->in, (size_t)labels[i]);
    if (name && challenge_process(name) < 0)
      return cli_fail(c, FAIRU_ERR_NOT_FOUND,
                      "%s: row %llu, column %s is '%s'; normalisations are shifted of ztautau, diboson, "
                      "ttbar and htautau",
                      c->files[0], (unsigned long long)j->first_row + i, label_column, name);
  }
  return FAIRU_OK;
}

/* The table that is shifted: all columns of the output. */
static int make_table(cli *c, shift_job *j)
{
  j->has_names = fairu_events_labels(j->in) != NULL;
  int status = scales(j) && j->has_names ? check_names(c, j) : FAIRU_OK;
  if (status == FAIRU_OK)
    status = fairu_events_create(c->ctx, fairu_events_n_events(j->in), N_COLUMNS, j->names, &j->table);
  for (size_t i = 0; i < N_COLUMNS && status == FAIRU_OK; i++) {
    size_t from = column_of(j->in, j->names[i]);
    j->has[i] = from != FAIRU_NONE;
    if (i < N_PRIMARY && !j->has[i])
      status = fail_in_file(c, j, fairu_events_find_column(j->in, c->ctx, j->names[i], &from));
    else if (i < N_PRIMARY + N_GIVEN && j->has[i])
      status = copy_column(c, j, i, from);
  }
  if (status == FAIRU_OK)
    status = copy_attributes(c, j);
  if (status == FAIRU_OK && j->has[WEIGHTS])
    status = set_weights(c, j);
  if (status == FAIRU_OK && j->has[LABELS] && !j->has_names)
    status = set_labels(c, j);
  fairu_events_destroy(j->in);
  j->in = NULL;
  return status;
}

/* ---- shift --------------------------------------------------------------------------------------------- */

static int make_chain(cli *c, shift_job *j)
{
  fairu_nuisance list[N_NUISANCES];
  fairu_higgsml_options options;
  int status = fairu_higgsml_options_init(&options, sizeof options);
  for (size_t i = 0; i < N_NUISANCES && status == FAIRU_OK; i++) {
    status = fairu_nuisance_init(&list[i], sizeof list[i]);
    list[i].name = nuisances[i];
    list[i].nominal = i == SOFT_MET ? 0.0 : 1.0;
  }
  options.tes = nuisances[TES];
  options.jes = nuisances[JES];
  options.soft_met = nuisances[SOFT_MET];
  options.ttbar_scale = nuisances[TTBAR];
  options.diboson_scale = nuisances[DIBOSON];
  options.bkg_scale = nuisances[BKG];
  options.cuts = !j->no_cuts;
  options.arithmetic =
      strcmp(j->arithmetic, "reference") == 0 ? FAIRU_ARITHMETIC_REFERENCE : FAIRU_ARITHMETIC_FAST;
  options.generator = strcmp(j->rng, "numpy") == 0 ? FAIRU_GENERATOR_NUMPY : FAIRU_GENERATOR_PHILOX;
  if (status == FAIRU_OK)
    status = fairu_systematics_create(c->ctx, list, N_NUISANCES, &j->systematics);
  return status == FAIRU_OK ? fairu_systematics_add_higgsml(j->systematics, c->ctx, &options) : status;
}

static int shift_events(cli *c, shift_job *j)
{
  if (scales(j) && !j->has[WEIGHTS])
    return cli_fail(c, FAIRU_ERR_NOT_FOUND, "%s: normalisations are shifted; there is no column 'weights'",
                    c->files[0]);
  int status =
      fairu_systematics_apply(j->systematics, c->ctx, j->table, j->z, N_NUISANCES, j->seed, NULL, &j->out);
  if (status == FAIRU_ERR_RANGE || status == FAIRU_ERR_NON_FINITE || status == FAIRU_ERR_ARGUMENT)
    return fail_in_file(c, j, status);
  float *x = NULL;
  if (status == FAIRU_OK && j->has[WEIGHTS])
    status = fairu_events_column_data(j->out, c->ctx, WEIGHTS, &x);
  for (size_t i = 0; x && i < fairu_events_n_events(j->out); i++)
    x[i] = (float)fairu_events_weights(j->out)[i];
  return status;
}

/* ---- output -------------------------------------------------------------------------------------------- */

static int open_output(cli *c, shift_job *j, const char *path)
{
  const char *columns[N_COLUMNS + 2];
  fairu_csv_options csv;
  int status = fairu_csv_options_init(&csv, sizeof csv);
  if (status != FAIRU_OK)
    return status;
  csv.id = columns[csv.n_columns++] = "row";
  for (size_t i = 0; i < N_COLUMNS; i++) {
    const int given = i >= N_PRIMARY && i < N_PRIMARY + N_GIVEN;
    if (!given || j->has[i])
      columns[csv.n_columns++] = j->names[i];
    if (i == LABELS && j->has_names)
      columns[csv.n_columns++] = label_column;
  }
  csv.label = label_column;
  csv.columns = columns;
  return fairu_csv_writer_create(c->ctx, path, &csv, &j->writer);
}

static void free_piece(shift_job *j)
{
  fairu_events_destroy(j->in);
  fairu_events_destroy(j->table);
  fairu_events_destroy(j->out);
  j->in = j->table = j->out = NULL;
}

static void tell_rate(cli *c, const shift_job *j)
{
  const double seconds = cli_seconds() - j->begun, part = fairu_csv_reader_fraction(j->reader);
  if (part > 0.0)
    cli_stage(c, "%llu rows, %.0f rows/s, %.0f s left", (unsigned long long)j->first_row,
              (double)j->first_row / seconds, seconds * (1.0 - part) / part);
  else
    cli_stage(c, "%llu rows, %.0f rows/s", (unsigned long long)j->first_row, (double)j->first_row / seconds);
}

/* What has been read, shifted and written. */
static int shift_piece(cli *c, shift_job *j)
{
  const size_t n = fairu_events_n_events(j->in);
  int status = make_table(c, j);
  if (status == FAIRU_OK)
    status = shift_events(c, j);
  if (status == FAIRU_OK && !j->writer)
    status = open_output(c, j, c->files[1]);
  if (status == FAIRU_OK)
    status = fairu_csv_writer_add(j->writer, c->ctx, j->out);
  free_piece(j);
  j->first_row += n;
  tell_rate(c, j);
  return status;
}

static int shift(cli *c, shift_job *j)
{
  j->begun = cli_seconds();
  name_columns(j);
  int status = open_input(c, j, c->files[0]);
  if (status == FAIRU_OK)
    status = make_chain(c, j);
  while (status == FAIRU_OK) {
    status = fairu_csv_reader_next(j->reader, c->ctx, rows_at_once(j), &j->in);
    if (!j->in)
      break;
    status = shift_piece(c, j);
  }
  return status == FAIRU_OK ? fairu_csv_writer_close(j->writer, c->ctx) : status;
}

int command_shift(int argc, char **argv)
{
  shift_job j = {
    .pack = "higgsml", .rng = "philox", .arithmetic = "fast", .z = { 1, 1, 0, 1, 1, 1 }, .seed = 1
  };
  cli c;
  const cli_option options[] = {
    { "pack", "higgsml", "which experiment's columns, higgsml by default", CLI_CHOICE, &j.pack, 0, 0 },
    { "tes", "X", "tau energy scale, 1 by default", CLI_NUMBER, &j.z[TES], 1e-3, 1e3 },
    { "jes", "X", "jet energy scale, 1 by default", CLI_NUMBER, &j.z[JES], 1e-3, 1e3 },
    { "soft-met", "X", "width of the smearing of MET in GeV, 0 by default", CLI_NUMBER, &j.z[SOFT_MET], 0,
      1e6 },
    { "ttbar-scale", "X", "factor of weights of ttbar", CLI_NUMBER, &j.z[TTBAR], 0, 1e6 },
    { "diboson-scale", "X", "factor of weights of diboson", CLI_NUMBER, &j.z[DIBOSON], 0, 1e6 },
    { "bkg-scale", "X", "factor of weights of all background", CLI_NUMBER, &j.z[BKG], 0, 1e6 },
    { "seed", "N", "of the smearing, 1 by default; the challenge takes 31415", CLI_WHOLE, &j.seed, 0, 0 },
    { "no-cuts", NULL, "keep all events and jets", CLI_FLAG, &j.no_cuts, 0, 0 },
    { "rng", "numpy|philox", "generator of the smearing, philox by default", CLI_CHOICE, &j.rng, 0, 0 },
    { "arithmetic", "reference|fast", "the organisers' numbers bit for bit, or fast (default)", CLI_CHOICE,
      &j.arithmetic, 0, 0 },
  };
  const cli_usage usage = { .command = "fairu shift",
                            .files = "IN OUT",
                            .about = "Events of the FAIR Universe HiggsML Uncertainty Challenge (CSV, also "
                                     ".gz) as they look under shifted nuisance "
                                     "parameters, derived quantities computed anew. OUT begins with the "
                                     "column row, the number of the row in IN. Files pass by in pieces, "
                                     "which takes some 30 MB whatever their size; --rng numpy with "
                                     "--soft-met draws for the whole table, which it reads at once.",
                            .options = options,
                            .n_options = sizeof options / sizeof *options,
                            .min_files = 2,
                            .max_files = 2 };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  const int status = shift(&c, &j);
  free_piece(&j);
  fairu_systematics_destroy(j.systematics);
  fairu_csv_reader_destroy(j.reader);
  fairu_csv_writer_destroy(j.writer);
  return cli_end(&c, status);
}
