/* fairu/events.h - event tables: named float columns, weights, labels, ids.
 *
 * A table of n_events rows has columns of float (features), optionally one double weight, one int32 label
 * (class or category index) and one 64-bit id per row. It owns its memory or is a view of the caller's.
 * Signed weights are normal. Missing values are what the caller declares; NaN is refused on reading unless it
 * is declared as a sentinel. A table may be read by many threads; changing it needs exclusive access.
 */
#ifndef FAIRU_EVENTS_H
#define FAIRU_EVENTS_H

#include <fairu/base.h>

FAIRU_BEGIN_DECLS

typedef struct fairu_events fairu_events;

/* Make an owned table of zeros with n_columns named columns; no weights (each event counts 1), no labels, no
 * ids until set. names [n_columns] unique, non-empty, copied. n_events and n_columns may be 0.
 * FAIRU_ERR_NULL, FAIRU_ERR_DUPLICATE, FAIRU_ERR_ARGUMENT (empty name), FAIRU_ERR_LIMIT,
 * FAIRU_ERR_OUT_OF_MEMORY. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_create(fairu_context *ctx, size_t n_events, size_t n_columns,
                                                  const char *const *names, fairu_events **out);

/* Make a view of the caller's memory, no copy. columns [n_columns] point at row 0 of each column, rows are
 * `stride` floats apart: 1 for column arrays; n_columns for a row-major matrix whose columns[i] = matrix + i.
 * The memory must outlive the table and every table that shares it. Values are not checked here. Errors as
 * fairu_events_create, FAIRU_ERR_RANGE (stride 0). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_create_view(fairu_context *ctx, size_t n_events, size_t n_columns,
                                                       const char *const *names, const float *const *columns,
                                                       size_t stride, fairu_events **out);

/* Free a table; a view leaves the caller's memory alone. NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_events_destroy(fairu_events *events);

/* Shape; 0 for NULL. Since 0.2 */
FAIRU_API size_t fairu_events_n_events(const fairu_events *events);
FAIRU_API size_t fairu_events_n_columns(const fairu_events *events);

/* Name of column i, NULL if there is none. Lives as long as the table. Since 0.2 */
FAIRU_API const char *fairu_events_column_name(const fairu_events *events, size_t column);

/* Index of a column by name. FAIRU_ERR_NOT_FOUND names the column and lists near ones. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_find_column(const fairu_events *events, fairu_context *ctx,
                                                       const char *name, size_t *column);

/* Values of column i: row r at values[r * *stride]. NULL if there is no such column. Since 0.2 */
FAIRU_API const float *fairu_events_column(const fairu_events *events, size_t column, size_t *stride);

/* Writable values of an owned column (stride 1). FAIRU_ERR_ARGUMENT for a view, FAIRU_ERR_RANGE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_column_data(fairu_events *events, fairu_context *ctx,
                                                       size_t column, float **values);

/* Weights [n_events], labels [n_events] or ids [n_events]; NULL where the table has none. Since 0.2 */
FAIRU_API const double *fairu_events_weights(const fairu_events *events);
FAIRU_API const int32_t *fairu_events_labels(const fairu_events *events);
FAIRU_API const uint64_t *fairu_events_ids(const fairu_events *events);

/* Copy weights, labels or ids in; n must be n_events (FAIRU_ERR_SHAPE names both). Weights must be finite
 * (FAIRU_ERR_NON_FINITE names the row); ids must be unique (FAIRU_ERR_DUPLICATE names both rows). values NULL
 * with n = 0 takes them away. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_set_weights(fairu_events *events, fairu_context *ctx,
                                                       const double *values, size_t n);
FAIRU_API FAIRU_NODISCARD int fairu_events_set_labels(fairu_events *events, fairu_context *ctx,
                                                      const int32_t *values, size_t n);
FAIRU_API FAIRU_NODISCARD int fairu_events_set_ids(fairu_events *events, fairu_context *ctx,
                                                   const uint64_t *values, size_t n);

/* Names of the label values 0 .. n-1 (categories of a text column); 0 and NULL if labels are plain numbers.
 * Sorted by byte value when read from a file. Since 0.2 */
FAIRU_API size_t fairu_events_n_categories(const fairu_events *events);
FAIRU_API const char *fairu_events_category_name(const fairu_events *events, size_t category);
FAIRU_API FAIRU_NODISCARD int fairu_events_set_categories(fairu_events *events, fairu_context *ctx,
                                                          const char *const *names, size_t n);

/* Sum of weights (number of events without weights), exactly rounded; label < 0: all events. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_sum_weights(const fairu_events *events, fairu_context *ctx,
                                                       int32_t label, double *sum);

/* New owned table of rows[0 .. n_rows-1], in that order, repeats allowed; with weights, labels, ids (ids are
 * dropped when a row repeats). FAIRU_ERR_RANGE names the entry. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_select(const fairu_events *events, fairu_context *ctx,
                                                  const size_t *rows, size_t n_rows, fairu_events **out);

/* New owned table of the rows with mask[row] != 0; n must be n_events. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_select_mask(const fairu_events *events, fairu_context *ctx,
                                                       const unsigned char *mask, size_t n,
                                                       fairu_events **out);

/* New owned table of the rows whose label is `label`. FAIRU_ERR_EMPTY if none, FAIRU_ERR_ARGUMENT without
 * labels. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_select_label(const fairu_events *events, fairu_context *ctx,
                                                        int32_t label, fairu_events **out);

/* New owned table with the rows of a and then of b; same columns in the same order (FAIRU_ERR_SHAPE). Ids are
 * kept if both have them and they stay unique, weights and labels if either has them (1 and 0 fill in). Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_concatenate(const fairu_events *a, fairu_context *ctx,
                                                       const fairu_events *b, fairu_events **out);

/* Part 0 .. n_parts-1 of each row by a hash of (seed, id): independent of row order, file pieces and other
 * rows; the row index stands in where the table has no ids. parts [n_events]. Philox4x32-10 with key = seed,
 * counter = id; the part is the high word of (64-bit word x n_parts). FAIRU_ERR_RANGE (n_parts 0). Since
 * 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_split(const fairu_events *events, fairu_context *ctx,
                                                 uint64_t seed, uint32_t n_parts, uint32_t *parts);

/* No event is in both tables, by id: of training and test, or of templates and pseudo-experiments, say.
 * FAIRU_ERR_DUPLICATE names an id that both have (the lowest) and its two rows, FAIRU_ERR_ARGUMENT a table
 * without ids. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_check_disjoint(const fairu_events *a, fairu_context *ctx,
                                                          const fairu_events *b);

/* ---- files -------------------------------------------------------------------------------------------- */

/* One declared missing value: cells of `column` (NULL: every column) equal to `value` (NaN: cells "nan" or
 * empty) become `replacement`. */
typedef struct fairu_missing {
  const char *column;
  double value;
  float replacement;
} fairu_missing;

typedef struct fairu_csv_options {
  size_t struct_size;
  /* columns to read as features; NULL: all numeric ones not used below */
  const char *const *columns;
  size_t n_columns;
  const char *label;  /* column with the class; text becomes categories; NULL: none */
  const char *weight; /* column with the weight, NULL: none */
  const char *id;     /* column with an unsigned 64-bit id, NULL: none */
  const fairu_missing *missing;
  size_t n_missing;
  char delimiter; /* default ',' */
  /* 1: label, weight and id are taken where the file has them; 0 (default): must be there */
  int optional;
} fairu_csv_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_csv_options_init(fairu_csv_options *options, size_t struct_size);

/* Read a CSV file with a header line; gzip by content (not by name), RFC 4180 quotes, LF or CRLF. Numbers are
 * correctly rounded in any locale. Text columns that are not the label are skipped unless asked for (then
 * FAIRU_ERR_FORMAT). options NULL: defaults. Every message names file, line and column. FAIRU_ERR_IO,
 * FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED, FAIRU_ERR_CHECKSUM, FAIRU_ERR_NON_FINITE, FAIRU_ERR_NOT_FOUND (a
 * named column), FAIRU_ERR_DUPLICATE, FAIRU_ERR_LIMIT, FAIRU_ERR_EMPTY (no header). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_read_csv(fairu_context *ctx, const char *path,
                                                    const fairu_csv_options *options, fairu_events **out);

/* A CSV file read in pieces: memory for one piece, whatever the size of the file. */
typedef struct fairu_csv_reader fairu_csv_reader;

/* Open a file and read its header line; path "-": standard input. options are not needed afterwards. Errors
 * as fairu_events_read_csv. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_csv_reader_create(fairu_context *ctx, const char *path,
                                                      const fairu_csv_options *options,
                                                      fairu_csv_reader **out);

/* Close and free; NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_csv_reader_destroy(fairu_csv_reader *reader);

/* The next rows as a table, at most max_rows. *out is NULL at the end of the file, once checksum and length
 * of a gzip file have been checked; a file without rows gives one table without rows first, for its columns.
 * Pieces put together are what fairu_events_read_csv makes of the file, two things apart: names of text
 * labels are those met so far, in order of appearance, so that a label keeps its number from piece to piece;
 * and ids are checked to be unique within a piece. After a failure the reader is good for nothing but to be
 * destroyed. Errors as fairu_events_read_csv, FAIRU_ERR_RANGE (max_rows 0). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_csv_reader_next(fairu_csv_reader *reader, fairu_context *ctx,
                                                    size_t max_rows, fairu_events **out);

/* How much of the file has been taken, 0 to 1, to tell progress: bytes as they lie on the disk. NaN where the
 * size is not known (standard input), and for NULL. Since 0.2 */
FAIRU_API double fairu_csv_reader_fraction(const fairu_csv_reader *reader);

/* Write all columns, then id, weight and label under the names given in options (defaults "id", "weight",
 * "label") where the table has them; options.columns, if given, says which of all these and in what order
 * (FAIRU_ERR_NOT_FOUND); floats "%.9g", weights "%.17g". gzip if path ends in ".gz". The file appears
 * complete or not at all (temporary name, fsync, rename). FAIRU_ERR_IO. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_write_csv(const fairu_events *events, fairu_context *ctx,
                                                     const char *path, const fairu_csv_options *options);

/* A CSV file written in pieces: it appears complete at the end, or not at all. */
typedef struct fairu_csv_writer fairu_csv_writer;

/* Begin a file under a temporary name; path "-": standard output. options (copied) as for
 * fairu_events_write_csv. FAIRU_ERR_IO, FAIRU_ERR_ARGUMENT, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_csv_writer_create(fairu_context *ctx, const char *path,
                                                      const fairu_csv_options *options,
                                                      fairu_csv_writer **out);

/* Free; a file that was not closed does not appear, and nothing is left of it. NULL is a no-op. Since 0.2 */
FAIRU_API void fairu_csv_writer_destroy(fairu_csv_writer *writer);

/* Append the rows of a table; the first one makes the header line, the others have the same columns to write.
 * After a failure the writer is good for nothing but to be destroyed. FAIRU_ERR_SHAPE (other columns),
 * FAIRU_ERR_NOT_FOUND, FAIRU_ERR_DUPLICATE, FAIRU_ERR_IO, FAIRU_ERR_ARGUMENT (closed). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_csv_writer_add(fairu_csv_writer *writer, fairu_context *ctx,
                                                   const fairu_events *events);

/* End the file: fsync and rename, after which it is there. FAIRU_ERR_IO, FAIRU_ERR_EMPTY (no table was
 * added), FAIRU_ERR_ARGUMENT (closed before). Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_csv_writer_close(fairu_csv_writer *writer, fairu_context *ctx);

/* Read a NumPy .npy file (versions 1 to 3; f4, f8, integers and booleans, both byte orders, C or Fortran
 * order, 1 or 2 dimensions; never objects; gzip by content) as n_columns features named names[]; names NULL:
 * "x0", "x1" ..., and n_columns 0 then takes as many as there are. FAIRU_ERR_SHAPE if the second dimension is
 * not n_columns. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_read_npy(fairu_context *ctx, const char *path,
                                                    const char *const *names, size_t n_columns,
                                                    fairu_events **out);

/* Arrays of a NumPy .npz file (a zip archive of .npy members, as numpy.savez and savez_compressed write it)
 * and what they are for. An array is named as in NumPy, without ".npy". */
typedef struct fairu_npz_options {
  size_t struct_size;
  /* arrays whose columns become features; NULL: all that are not used below */
  const char *const *features;
  size_t n_features;
  /* of the columns of all these arrays, one after the other; NULL: a column of one dimension is named as its
   * array "a", columns of two dimensions "a0", "a1" ... */
  const char *const *names;
  size_t n_names;
  const char *label;  /* array of 32-bit integers, whatever type they are kept in; NULL: none */
  const char *weight; /* array with a weight per row, NULL: none */
  const char *id;     /* array of integers >= 0, NULL: none */
} fairu_npz_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_npz_options_init(fairu_npz_options *options, size_t struct_size);

/* Read a .npz file: arrays of one or two dimensions as fairu_events_read_npy reads them, all of the same
 * length; stored or deflated, zip64 too, CRC-32 checked. options NULL: defaults. Messages name file and
 * array. FAIRU_ERR_NOT_FOUND (an array), FAIRU_ERR_SHAPE, FAIRU_ERR_DUPLICATE, FAIRU_ERR_NON_FINITE,
 * FAIRU_ERR_RANGE, FAIRU_ERR_EMPTY (no array for a feature), FAIRU_ERR_FORMAT, FAIRU_ERR_TRUNCATED,
 * FAIRU_ERR_CHECKSUM, FAIRU_ERR_UNSUPPORTED (encryption, other compression, other types), FAIRU_ERR_LIMIT,
 * FAIRU_ERR_IO. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_read_npz(fairu_context *ctx, const char *path,
                                                    const fairu_npz_options *options, fairu_events **out);

/* Write the feature columns as a [n_events, n_columns] '<f4' C-order .npy file, atomically. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_write_npy(const fairu_events *events, fairu_context *ctx,
                                                     const char *path);

FAIRU_END_DECLS

#endif /* FAIRU_EVENTS_H */
