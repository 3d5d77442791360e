/* command_predict.c - `fairu predict`: scores of the events of a file. */
#include "classifier_file.h"
#include "input.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Memory is bounded by the piece. */
enum { PIECE_ROWS = 1 << 16, LINE_BYTES = 1 << 16 };

typedef struct prediction {
  classifier_file model;
  int logit;
  const char **features; /* [n_features] */
  size_t n_features, n_outputs;
  fairu_csv_reader *reader;
  fairu_csv_writer *writer;
  fairu_events *head; /* the columns of IN */
  int by_position;
} prediction;

static int ends_with(const char *name, const char *ending)
{
  const size_t a = strlen(name), b = strlen(ending);
  return a >= b && strcmp(name + a - b, ending) == 0;
}

static int take_features(cli *c, prediction *p)
{
  p->by_position = classifier_file_by_position(&p->model);
  p->n_features = fairu_classifier_n_features(p->model.classifier);
  p->n_outputs = fairu_classifier_n_outputs(p->model.classifier);
  p->features = (const char **)calloc(p->n_features + 1, sizeof *p->features);
  if (!p->features)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; i < p->n_features; i++)
    p->features[i] =
        p->by_position ? p->model.columns[i] : fairu_classifier_feature_name(p->model.classifier, i);
  return FAIRU_OK;
}

/* ---- files without a header --------------------------------------------------------------------------- */

/* Cells of a line that are all numbers; 0 if one is not. */
static size_t count_numbers(const char *line)
{
  size_t n = 0;
  for (const char *at = line;; at++) {
    char *end = NULL;
    (void)strtod(at, &end);
    while (end != at && *end == ' ')
      end++;
    if (end == at || (*end != ',' && *end != '\n' && *end != '\r' && *end != '\0'))
      return 0;
    n++;
    if (*end != ',')
      return n;
    at = end;
  }
}

static int write_all(int fd, const char *bytes, size_t size)
{
  while (size > 0) {
    const ssize_t n = write(fd, bytes, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return 0;
    bytes += n;
    size -= (size_t)n;
  }
  return 1;
}

/* A header line of the features' names, in quotes; columns behind these have names of their own. */
static int write_header(int fd, const prediction *p, size_t n)
{
  int good = 1;
  for (size_t i = 0; i < n && good; i++) {
    char more[48];
    snprintf(more, sizeof more, "column %zu", i);
    const char *name = i < p->n_features ? p->features[i] : more;
    good = write_all(fd, i ? ",\"" : "\"", i ? 2 : 1);
    for (; *name && good; name++)
      good = write_all(fd, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
    good = good && write_all(fd, "\"", 1);
  }
  return good && write_all(fd, "\n", 1);
}

/* The file behind a header line, in memory that goes with the process. */
static int add_header(cli *c, const prediction *p, const char *path, FILE *file, size_t n,
                      char buffer[INPUT_PATH])
{
  char bytes[1 << 12];
  const int fd = memfd_create("events", MFD_CLOEXEC);
  int good = fd >= 0 && write_header(fd, p, n);
  rewind(file);
  for (size_t got = 1; good && got > 0;) {
    got = fread(bytes, 1, sizeof bytes, file);
    good = write_all(fd, bytes, got);
  }
  if (!good || ferror(file))
    return cli_fail(c, FAIRU_ERR_IO, "%s: %s", path, strerror(errno));
  snprintf(buffer, INPUT_PATH, "/proc/self/fd/%d", fd);
  return FAIRU_OK;
}

/* Columns of a first line of numbers alone, which is no header; 0: it is one, or the file cannot be read, and the reader of events
 * says why. */
static int columns_without_header(cli *c, const char *path, size_t *n)
{
  FILE *file = fopen(path, "re");
  const int no_memory = !file && errno == ENOMEM;
  char *line = (char *)malloc(LINE_BYTES);
  *n = file && line && fgets(line, LINE_BYTES, file) ? count_numbers(line) : 0;
  const int status =
      line && !no_memory ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "%s: out of memory", path);
  free(line);
  if (file)
    fclose(file);
  return status;
}

/* A file without a header goes by position. */
static int name_columns(cli *c, const prediction *p, const char **path, char buffer[INPUT_PATH])
{
  size_t n = 0;
  const int failed = columns_without_header(c, *path, &n);
  if (failed != FAIRU_OK || n == 0)
    return failed;
  if (n < p->n_features)
    return cli_fail(c, FAIRU_ERR_SHAPE, "%s: %zu columns and no header, the model has %zu features", *path, n,
                    p->n_features);
  FILE *file = fopen(*path, "re");
  if (!file)
    return cli_fail(c, errno == ENOMEM ? FAIRU_ERR_OUT_OF_MEMORY : FAIRU_ERR_IO, "%s: %s", *path,
                    strerror(errno));
  const int status = add_header(c, p, *path, file, n, buffer);
  *path = buffer;
  fclose(file);
  return status;
}

/* ---- pieces ------------------------------------------------------------------------------------------- */

/* scores [n][n_outputs] as rows of the output. */
static int write_scores(cli *c, prediction *p, const float *scores, size_t n)
{
  char(*names)[32] = (char(*)[32])calloc(p->n_outputs, sizeof *names);
  const char **list = (const char **)calloc(p->n_outputs, sizeof *list);
  const float **columns = (const float **)calloc(p->n_outputs, sizeof *columns);
  fairu_events *out = NULL;
  int status = names && list && columns ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t o = 0; status == FAIRU_OK && o < p->n_outputs; o++) {
    const char *what = p->logit ? "logit" : "score";
    if (p->n_outputs == 1)
      snprintf(names[o], sizeof names[o], "%s", what);
    else
      snprintf(names[o], sizeof names[o], "%s_%zu", what, o);
    list[o] = names[o];
    columns[o] = scores + o;
  }
  if (status == FAIRU_OK)
    status = fairu_events_create_view(c->ctx, n, p->n_outputs, list, columns, p->n_outputs, &out);
  if (status == FAIRU_OK)
    status = fairu_csv_writer_add(p->writer, c->ctx, out);
  fairu_events_destroy(out);
  free(names);
  free((void *)list);
  free((void *)columns);
  return status;
}

/* The columns of a piece under the names that the model has for them. */
static int rename_columns(cli *c, const prediction *p, const fairu_events *events, fairu_events **renamed)
{
  const char **names = (const char **)calloc(p->n_features, sizeof *names);
  const float **columns = (const float **)calloc(p->n_features, sizeof *columns);
  size_t stride = 1;
  int status = names && columns ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; status == FAIRU_OK && i < p->n_features; i++) {
    names[i] = fairu_classifier_feature_name(p->model.classifier, i);
    columns[i] = fairu_events_column(events, i, &stride);
  }
  if (status == FAIRU_OK)
    status = fairu_events_create_view(c->ctx, fairu_events_n_events(events), p->n_features, names, columns,
                                      stride, renamed);
  free((void *)names);
  free((void *)columns);
  return status;
}

static int predict_piece(cli *c, prediction *p, const fairu_events *piece)
{
  fairu_events *renamed = NULL;
  const int failed = p->by_position ? rename_columns(c, p, piece, &renamed) : FAIRU_OK;
  if (failed != FAIRU_OK)
    return failed;
  const fairu_events *events = renamed ? renamed : piece;
  const size_t n = fairu_events_n_events(events), n_z = fairu_classifier_n_nuisances(p->model.classifier);
  float *scores = (float *)calloc(n * p->n_outputs + 1, sizeof *scores);
  int status =
      scores ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu scores", n * p->n_outputs);
  if (status == FAIRU_OK)
    status = fairu_classifier_score_events(p->model.classifier, c->ctx, events, n_z ? p->model.z : NULL, 1,
                                           n_z, p->logit ? FAIRU_OUTPUT_LOGIT : FAIRU_OUTPUT_SCORE, scores);
  if (status == FAIRU_OK)
    status = write_scores(c, p, scores, n);
  fairu_events_destroy(renamed);
  free(scores);
  return status;
}

/* Cells that are not finite go on: the model says what becomes of them. */
static int open_csv(cli *c, const char *path, fairu_csv_options *options, fairu_csv_reader **reader)
{
  static const fairu_missing missing[] = { { NULL, (double)NAN, NAN },
                                           { NULL, (double)INFINITY, INFINITY },
                                           { NULL, -(double)INFINITY, -INFINITY } };
  options->missing = missing;
  options->n_missing = sizeof missing / sizeof *missing;
  return fairu_csv_reader_create(c->ctx, path, options, reader);
}

/* Compressed: the first line is known only once it has been taken for a header. */
static int check_head(cli *c, const prediction *p)
{
  const size_t n = fairu_events_n_columns(p->head);
  size_t numbers = 0;
  for (size_t i = 0; i < n; i++)
    numbers += count_numbers(fairu_events_column_name(p->head, i)) == 1;
  if (n == 0 || numbers < n)
    return FAIRU_OK;
  return cli_fail(c, FAIRU_ERR_FORMAT,
                  "%s: the first line is numbers alone; a compressed file needs a header with names",
                  c->files[1]);
}

/* The columns of a file with a header, for models that do not name theirs. */
static int read_head(cli *c, prediction *p, const char *path, const char ***names)
{
  fairu_csv_options options;
  fairu_csv_reader *reader = NULL;
  int status = fairu_csv_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = open_csv(c, path, &options, &reader);
  if (status == FAIRU_OK)
    status = fairu_csv_reader_next(reader, c->ctx, 1, &p->head);
  fairu_csv_reader_destroy(reader);
  if (status == FAIRU_OK)
    status = check_head(c, p);
  const size_t n = fairu_events_n_columns(p->head);
  *names = (const char **)calloc(n + 1, sizeof **names);
  if (status == FAIRU_OK && !*names)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory");
  for (size_t i = 0; status == FAIRU_OK && i < n; i++)
    (*names)[i] = fairu_events_column_name(p->head, i);
  p->model.columns = *names;
  p->model.n_columns = n;
  return status;
}

static int lift_limits(cli *c)
{
  fairu_limits limits;
  const int status = fairu_limits_init(&limits, sizeof limits);
  limits.file_bytes = limits.decompressed_bytes = UINT64_MAX; /* it passes by in pieces */
  return status == FAIRU_OK ? fairu_context_set_limits(c->ctx, &limits) : status;
}

static int predict_csv(cli *c, prediction *p, const char *path)
{
  char buffer[INPUT_PATH];
  fairu_csv_options options;
  int status = fairu_csv_options_init(&options, sizeof options);
  if (status == FAIRU_OK)
    status = lift_limits(c);
  options.columns = p->features;
  options.n_columns = p->n_features;
  if (status == FAIRU_OK)
    status = name_columns(c, p, &path, buffer);
  if (status == FAIRU_OK)
    status = open_csv(c, path, &options, &p->reader);
  for (fairu_events *piece = NULL; status == FAIRU_OK;) {
    status = fairu_csv_reader_next(p->reader, c->ctx, PIECE_ROWS, &piece);
    if (status != FAIRU_OK || !piece)
      return status;
    status = predict_piece(c, p, piece);
    fairu_events_destroy(piece);
  }
  return status;
}

static int predict_npy(cli *c, prediction *p, const char *path)
{
  fairu_events *events = NULL;
  int status = fairu_events_read_npy(c->ctx, path, p->features, p->n_features, &events);
  if (status == FAIRU_OK)
    status = predict_piece(c, p, events);
  fairu_events_destroy(events);
  return status;
}

static int predict(cli *c, prediction *p, const char *in)
{
  int status = take_features(c, p);
  if (status == FAIRU_OK && p->n_features == 0)
    status = cli_fail(c, FAIRU_ERR_SHAPE, "%s: a model without features", c->files[0]);
  if (status == FAIRU_OK)
    status = fairu_csv_writer_create(c->ctx, c->files[2], NULL, &p->writer);
  if (status == FAIRU_OK)
    status = ends_with(in, ".npy") ? predict_npy(c, p, in) : predict_csv(c, p, in);
  return status == FAIRU_OK ? fairu_csv_writer_close(p->writer, c->ctx) : status;
}

static int run(cli *c, prediction *p)
{
  const char *in = c->files[1], **names = NULL;
  char memory[INPUT_PATH];
  size_t n = 0;
  int status = input_path(c, in, memory, &in);
  if (status == FAIRU_OK && !ends_with(in, ".npy"))
    status = columns_without_header(c, in, &n);
  if (status == FAIRU_OK && !ends_with(in, ".npy") && n == 0)
    status = read_head(c, p, in, &names);
  if (status == FAIRU_OK)
    status = classifier_file_read(c, &p->model, c->files[0]);
  if (status == FAIRU_OK)
    status = predict(c, p, in);
  free((void *)names);
  return status;
}

int command_predict(int argc, char **argv)
{
  prediction p = { .model = { .values = 1 } };
  cli c;
  const cli_option options[] = {
    { "nuisance", "NAME=VALUE",
      "value of a nuisance parameter; an input of a model that does not know its own becomes one", CLI_LIST,
      &p.model.nuisances, 0, 0 },
    { "features", "A,B,...", "names for the columns of an input that has none (ONNX)", CLI_TEXT,
      &p.model.features, 0, 0 },
    { "output", "NAME", "output, label or tensor, where MODEL has several", CLI_TEXT, &p.model.output, 0, 0 },
    { "logit", NULL, "before the last sigmoid or softmax", CLI_FLAG, &p.logit, 0, 0 },
  };
  const cli_usage usage = {
    .command = "fairu predict",
    .files = "MODEL IN OUT",
    .about =
        "Scores of events. MODEL is a fairu model file, ONNX or lwtnn JSON; IN "
        "a CSV file, whose columns are matched by "
        "name (by position where its first line is numbers alone and the file not compressed), or .npy (by "
        "position); OUT a CSV file of one row per "
        "event and one column per output. Files of any size pass by in pieces.",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .min_files = 3,
    .max_files = 3
  };
  const int begun = cli_begin(&c, &usage, argc, argv);
  if (begun != CLI_CONTINUE)
    return begun;
  const int status = run(&c, &p);
  fairu_csv_reader_destroy(p.reader);
  fairu_csv_writer_destroy(p.writer);
  fairu_events_destroy(p.head);
  free((void *)p.features);
  classifier_file_free(&p.model);
  return cli_end(&c, status);
}
