/* fairu/arrow.h - event tables on columns of others through the Arrow C data interface: pyarrow, polars,
 * duckdb and the like hand over what they read (Parquet, say) as two structs, without a copy and without a
 * dependency.
 */
#ifndef FAIRU_ARROW_H
#define FAIRU_ARROW_H

#include <fairu/events.h>

FAIRU_BEGIN_DECLS

/* As https://arrow.apache.org/docs/format/CDataInterface.html gives them, guard included. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

typedef struct fairu_arrow_options {
  size_t struct_size;
  /* columns of float to see as features; NULL: all but label, weight, id and columns of text */
  const char *const *columns;
  size_t n_columns;
  /* text, plain or as a dictionary, becomes categories; else whole numbers; NULL: none */
  const char *label;
  const char *weight; /* float or double, NULL: none */
  const char *id;     /* 64-bit integers, NULL: none */
} fairu_arrow_options;

/* Fill with defaults. FAIRU_ERR_NULL, FAIRU_ERR_STRUCT_SIZE. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_arrow_options_init(fairu_arrow_options *options, size_t struct_size);

/* Make a view of a record batch (format "+s"): features are float columns ("f") and stay where they are;
 * label, weight and id are copied. schema and array remain the caller's, who releases them after the table
 * and every table that shares its memory. Nothing may be null. options NULL: defaults. FAIRU_ERR_UNSUPPORTED
 * (the type of a column), FAIRU_ERR_FORMAT (structs that contradict each other, or are released),
 * FAIRU_ERR_NON_FINITE (a null, a weight: row and column), FAIRU_ERR_NOT_FOUND (a column),
 * FAIRU_ERR_DUPLICATE, FAIRU_ERR_LIMIT. Since 0.2 */
FAIRU_API FAIRU_NODISCARD int fairu_events_create_view_arrow(fairu_context *ctx,
                                                             const struct ArrowSchema *schema,
                                                             const struct ArrowArray *array,
                                                             const fairu_arrow_options *options,
                                                             fairu_events **out);

FAIRU_END_DECLS

#endif /* FAIRU_ARROW_H */
