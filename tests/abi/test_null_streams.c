/* NULL, one pointer at a time: tables of events in pieces, and side by side. */
#include "abi/null.h"
#include "base/zip_made.h"

static void table_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  REFUSES(fairu_events_check_disjoint(NULL, ctx, t->w.events));
  REFUSES_CTX(fairu_events_check_disjoint(t->w.events, NULL, t->w.events));
  REFUSES(fairu_events_check_disjoint(t->w.events, ctx, NULL));
}

static void reader_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_csv_reader *reader = NULL;
  CHECK_OK(ctx, fairu_csv_reader_create(ctx, t->w.csv, NULL, &reader));
  null_reset(t);
  NO_OBJECT_CTX(fairu_csv_reader_create(NULL, t->w.csv, NULL, OUT(fairu_csv_reader)));
  NO_OBJECT(fairu_csv_reader_create(ctx, NULL, NULL, OUT(fairu_csv_reader)));
  MAKES(fairu_csv_reader_create(ctx, t->w.csv, NULL, OUT(fairu_csv_reader)), fairu_csv_reader);
  REFUSES(fairu_csv_reader_create(ctx, t->w.csv, NULL, NULL));
  IGNORES(fairu_csv_reader_destroy(NULL));
  NO_OBJECT(fairu_csv_reader_next(NULL, ctx, 1, OUT(fairu_events)));
  NO_OBJECT_CTX(fairu_csv_reader_next(reader, NULL, 1, OUT(fairu_events)));
  REFUSES(fairu_csv_reader_next(reader, ctx, 1, NULL));
  ANSWERS(fairu_csv_reader_fraction(NULL) >= 0.0 ? 0 : 1); /* NaN */
  fairu_csv_reader_destroy(reader);
}

static void writer_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  fairu_csv_writer *writer = NULL;
  CHECK_OK(ctx, fairu_csv_writer_create(ctx, t->w.path, NULL, &writer));
  null_reset(t);
  NO_OBJECT_CTX(fairu_csv_writer_create(NULL, t->w.path, NULL, OUT(fairu_csv_writer)));
  NO_OBJECT(fairu_csv_writer_create(ctx, NULL, NULL, OUT(fairu_csv_writer)));
  MAKES(fairu_csv_writer_create(ctx, t->w.path, NULL, OUT(fairu_csv_writer)), fairu_csv_writer);
  REFUSES(fairu_csv_writer_create(ctx, t->w.path, NULL, NULL));
  IGNORES(fairu_csv_writer_destroy(NULL));
  REFUSES(fairu_csv_writer_add(NULL, ctx, t->w.events));
  REFUSES_CTX(fairu_csv_writer_add(writer, NULL, t->w.events));
  REFUSES(fairu_csv_writer_add(writer, ctx, NULL));
  REFUSES(fairu_csv_writer_close(NULL, ctx));
  REFUSES_CTX(fairu_csv_writer_close(writer, NULL));
  fairu_csv_writer_destroy(writer);
}

static void npz_rows(null_test *t)
{
  fairu_context *ctx = t->w.ctx;
  zip_made z = { .size = 0 };
  char path[512];
  zip_add(&z, "a.npy",
          "\x93NUMPY\1\0\x40\0{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}         \0\0\0\0", 78,
          0);
  zip_end(&z, 0, "");
  support_write_file(support_path(path, sizeof path, "a.npz"), z.bytes, z.size);
  ANSWERS(fairu_npz_options_init(NULL, sizeof(fairu_npz_options)) == FAIRU_ERR_NULL);
  NO_OBJECT_CTX(fairu_events_read_npz(NULL, path, NULL, OUT(fairu_events)));
  NO_OBJECT(fairu_events_read_npz(ctx, NULL, NULL, OUT(fairu_events)));
  MAKES(fairu_events_read_npz(ctx, path, NULL, OUT(fairu_events)), fairu_events);
  REFUSES(fairu_events_read_npz(ctx, path, NULL, NULL));
}

static void all_rows(null_test *t)
{
  table_rows(t);
  reader_rows(t);
  writer_rows(t);
  npz_rows(t);
}

int main(void)
{
  static const char *const names[] = { "events" };
  return null_main(names, sizeof names / sizeof *names, all_rows);
}
