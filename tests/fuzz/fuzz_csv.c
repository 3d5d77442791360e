/* Any bytes as a CSV file. The first byte chooses the options. */
#include "fuzz/options.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void csv_choose(fairu_csv_options *options, unsigned choice)
{
  static const char *const columns[] = { "a", "b" };
  static const fairu_missing missing[] = { { NULL, -999.0, 0.0F }, { "a", (double)NAN, 1.0F } };
  fuzz_must(fairu_csv_options_init(options, sizeof *options) == FAIRU_OK);
  if (choice & 1) {
    options->label = "label";
    options->weight = "weight";
    options->id = "id";
  }
  if (choice & 2)
    options->delimiter = ';';
  if (choice & 4) {
    options->missing = missing;
    options->n_missing = 2;
  }
  options->optional = (choice & 16) != 0;
  if (choice & 8) {
    options->columns = columns;
    options->n_columns = 2;
  }
}

/* What was read is whole, and can be looked at. */
static void csv_use(fairu_context *ctx, const fairu_events *events)
{
  const size_t n = fairu_events_n_events(events);
  for (size_t k = 0; k < fairu_events_n_columns(events); k++) {
    size_t stride = 0;
    const float *column = fairu_events_column(events, k, &stride);
    fuzz_must(column != NULL && fairu_events_column_name(events, k) != NULL);
    for (size_t i = 0; i < n; i++)
      fuzz_must(column[i * stride] - column[i * stride] == 0.0F);
  }
  fairu_events *again = NULL;
  FUZZ_CHECK(ctx, fairu_events_concatenate(events, ctx, events, &again), again);
  fairu_events_destroy(again);
}

/* Written and read, it is written as the same file; without columns there is nothing to write. */
static void csv_again(fairu_context *ctx, const fairu_events *events, const fairu_csv_options *chosen)
{
  fairu_csv_options options;
  fairu_events *again = NULL;
  char first[64], second[64];
  csv_choose(&options, 0);
  options.label = fairu_events_labels(events) ? chosen->label : NULL;
  options.weight = fairu_events_weights(events) ? chosen->weight : NULL;
  options.id = fairu_events_ids(events) ? chosen->id : NULL;
  const int status = fairu_events_write_csv(events, ctx, fuzz_path(first, ".a.gz"), &options);
  fuzz_check(ctx, status, status == FAIRU_OK ? events : NULL);
  if (status != FAIRU_OK)
    return;
  fuzz_full(1);
  const int full = fairu_events_write_csv(events, ctx, fuzz_path(second, ".b.gz"), &options);
  fuzz_full(0);
  fuzz_must(full == FAIRU_ERR_IO && access(second, F_OK) != 0);
  FUZZ_SAVE(ctx, fairu_events_write_csv(events, ctx, second, &options));
  fuzz_must(fairu_events_read_csv(ctx, first, &options, &again) == FAIRU_OK);
  fuzz_must(fairu_events_n_events(again) == fairu_events_n_events(events));
  fuzz_must(fairu_events_write_csv(again, ctx, second, &options) == FAIRU_OK);
  fuzz_must(fuzz_same_files(first, second));
  fairu_events_destroy(again);
  unlink(first);
  unlink(second);
}

/* The same file in pieces: as many rows and the same end, ids apart, which are unique within a piece only. */
static void csv_in_pieces(fairu_context *ctx, const char *path, const fairu_csv_options *options, int status,
                          size_t n_rows)
{
  fairu_csv_reader *reader = NULL;
  fairu_events *piece = NULL;
  size_t n = 0;
  fuzz_arm(1);
  int got = fairu_csv_reader_create(ctx, path, options, &reader);
  fuzz_must(got != FAIRU_OK || fairu_csv_reader_next(reader, ctx, 0, &piece) == FAIRU_ERR_RANGE);
  while (got == FAIRU_OK) {
    got = fairu_csv_reader_next(reader, ctx, 3, &piece);
    if (!piece)
      break;
    n += fairu_events_n_events(piece);
    fairu_events_destroy(piece);
    const double fraction = fairu_csv_reader_fraction(reader);
    fuzz_must(fraction >= 0.0 && fraction <= 1.0);
  }
  fuzz_arm(0);
  if (fuzz_faults()->failed) {
    fairu_context_resume(ctx);
    fuzz_must(got == FAIRU_OK || !reader || fairu_csv_reader_next(reader, ctx, 3, &piece) == got);
    if (got != status && got != FAIRU_ERR_DUPLICATE && status != FAIRU_ERR_DUPLICATE)
      fuzz_must(got == FAIRU_ERR_OUT_OF_MEMORY || fuzz_faults()->cancels);
    fairu_csv_reader_destroy(reader);
    return;
  }
  fuzz_check(ctx, got, got == FAIRU_OK ? reader : NULL);
  fairu_csv_reader_destroy(reader);
  if (status != FAIRU_ERR_DUPLICATE && got != FAIRU_ERR_DUPLICATE) /* found at the end of a piece */
    fuzz_must(got == status);
  fuzz_must(status != FAIRU_OK || n == n_rows);
}

static void csv_wrong(fairu_context *ctx)
{
  static const char delimiters[] = { '\0', '\n', '"', '.', '0', '9' };
  fairu_csv_options options;
  fairu_csv_reader *reader = NULL;
  fairu_events *events = NULL;
  FUZZ_WRONG(fairu_csv_reader_create(NULL, "-", NULL, &reader));
  FUZZ_WRONG(fairu_csv_reader_create(ctx, NULL, NULL, &reader));
  FUZZ_WRONG(fairu_csv_reader_create(ctx, "-", NULL, NULL));
  FUZZ_WRONG(fairu_events_read_csv(ctx, "-", NULL, NULL));
  FUZZ_WRONG(fairu_csv_reader_next(NULL, NULL, 1, &events));
  FUZZ_WRONG(fairu_csv_reader_next(NULL, ctx, 1, &events));
  fuzz_must(isnan(fairu_csv_reader_fraction(NULL)));
  csv_choose(&options, 0);
  for (size_t i = 0; i < sizeof delimiters; i++) {
    options.delimiter = delimiters[i];
    fuzz_must(fairu_events_read_csv(ctx, "-", &options, &events) == FAIRU_ERR_ARGUMENT);
  }
  csv_choose(&options, 0);
  options.n_columns = 1;
  FUZZ_WRONG(fairu_events_read_csv(ctx, "-", &options, &events));
  options.n_columns = 0;
  options.n_missing = 1;
  FUZZ_WRONG(fairu_events_read_csv(ctx, "-", &options, &events));
  options.struct_size = 1;
  fuzz_must(fairu_events_read_csv(ctx, "-", &options, &events) == FAIRU_ERR_STRUCT_SIZE);
  fuzz_must(fairu_events_read_csv(ctx, "/nowhere", NULL, &events) == FAIRU_ERR_IO && !events);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_options words;
  fairu_context *ctx = fuzz_begin(&words, &bytes, &size);
  if (size == 0) {
    if (words.n == 0)
      csv_wrong(ctx);
    fairu_context_destroy(ctx);
    return 0;
  }
  fairu_csv_options options;
  fairu_events *events = NULL;
  fuzz_file file;
  csv_choose(&options, bytes[0]);
  fuzz_open(&file, bytes + 1, size - 1);
  FUZZ_LOAD(ctx, fairu_events_read_csv(ctx, file.path, &options, &events), events);
  const int status = events ? FAIRU_OK : fairu_context_status(ctx);
  if (!fuzz_word(&words, 'l')) /* rows are counted within a piece */
    csv_in_pieces(ctx, file.path, &options, status, fairu_events_n_events(events));
  fuzz_close(&file);
  if (events)
    csv_use(ctx, events);
  if (events && fairu_events_n_columns(events) > 0 && !fuzz_word(&words, 'l') && fuzz_chosen(bytes, size))
    csv_again(ctx, events, &options);
  fairu_events_destroy(events);
  fairu_context_destroy(ctx);
  return 0;
}
