/* csv_rows.c - rows of a CSV file while their number is not known: blocks, made into a table in the end. */
#include "events/csv_rows.h"

#include <string.h>

#include "events/table.h"

enum { BLOCK_BYTES = 1 << 20, FEWEST_ROWS = 16, MOST_ROWS = 1 << 15 };

static size_t bytes_per_row(const fairu_csv_columns *columns)
{
  return columns->n_slots * sizeof(float) + (columns->has_weight ? sizeof(double) : 0) +
         (columns->has_id ? sizeof(uint64_t) : 0) + (columns->has_label ? sizeof(int32_t) : 0);
}

static size_t choose_rows(const fairu_csv_columns *columns)
{
  const size_t fit = BLOCK_BYTES / (bytes_per_row(columns) + 1);
  return fit < FEWEST_ROWS ? FEWEST_ROWS : fit > MOST_ROWS ? MOST_ROWS : fit;
}

static fairu_csv_block *new_block(fairu_context *ctx, const fairu_csv_columns *columns, size_t n_rows)
{
  fairu_csv_block *block =
      fairu_context__new(ctx, sizeof *block + n_rows * bytes_per_row(columns), 1, "CSV rows");
  if (!block)
    return NULL;
  block->weights = (double *)(void *)(block + 1); /* widest types first: all stay aligned */
  block->ids = (uint64_t *)(void *)(block->weights + (columns->has_weight ? n_rows : 0));
  block->labels = (int32_t *)(void *)(block->ids + (columns->has_id ? n_rows : 0));
  block->features = (float *)(void *)(block->labels + (columns->has_label ? n_rows : 0));
  return block;
}

int fairu_csv_rows__extend(fairu_csv_rows *rows, fairu_context *ctx, const fairu_csv_columns *columns)
{
  if (rows->n >= fairu_context__limits(ctx)->rows)
    return fairu_context__fail(ctx, FAIRU_ERR_LIMIT, "more than %zu rows (limit rows)", rows->n);
  if (rows->last && rows->last->n < rows->rows_per_block)
    return FAIRU_OK;
  if (!rows->last)
    rows->rows_per_block = choose_rows(columns);
  fairu_csv_block *block = new_block(ctx, columns, rows->rows_per_block);
  if (!block)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (rows->last)
    rows->last->next = block;
  else
    rows->first = block;
  rows->last = block;
  return FAIRU_OK;
}

static void free_first(fairu_csv_rows *rows, fairu_context *ctx)
{
  fairu_csv_block *block = rows->first;
  rows->first = block->next;
  fairu_context__free(ctx, block);
}

void fairu_csv_rows__free(fairu_csv_rows *rows, fairu_context *ctx)
{
  while (rows->first)
    free_first(rows, ctx);
  rows->last = NULL;
}

static int set_categories(fairu_events *events, fairu_context *ctx, const fairu_categories *categories,
                          int sorted)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  const char **names = fairu_context__scratch(ctx, categories->n, sizeof *names, "categories");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (sorted)
    memcpy(names, categories->names, categories->n * sizeof *names);
  else
    fairu_categories__by_code(categories, names);
  const int status = fairu_events_set_categories(events, ctx, names, categories->n);
  fairu_context__release(ctx, mark);
  return status;
}

static int create_table(size_t n, fairu_context *ctx, const fairu_csv_columns *columns,
                        const fairu_categories *categories, int sorted, fairu_events **out)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  const char **names = fairu_context__scratch(ctx, columns->n_features, sizeof *names, "column names");
  if (!names)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < columns->n; i++)
    if (columns->list[i].role == FAIRU_CSV_FEATURE)
      names[columns->list[i].slot] = columns->list[i].name;
  int status = fairu_events_create(ctx, n, columns->n_features, names, out);
  fairu_context__release(ctx, mark);
  if (status == FAIRU_OK && categories->n > 0)
    status = set_categories(*out, ctx, categories, sorted);
  if (status == FAIRU_OK && columns->has_weight)
    status = fairu_events__new_weights(*out, ctx);
  if (status == FAIRU_OK && columns->has_label)
    status = fairu_events__new_labels(*out, ctx);
  return status == FAIRU_OK && columns->has_id ? fairu_events__new_ids(*out, ctx) : status;
}

static void copy_block(const fairu_csv_block *block, size_t rows_per_block, const int32_t *places,
                       fairu_events *events, size_t first)
{
  for (size_t c = 0; c < events->n_columns; c++)
    memcpy(events->data + c * events->n_events + first, block->features + c * rows_per_block,
           block->n * sizeof(float));
  if (events->weights)
    memcpy(events->weights + first, block->weights, block->n * sizeof(double));
  if (events->ids)
    memcpy(events->ids + first, block->ids, block->n * sizeof(uint64_t));
  for (size_t i = 0; events->labels && i < block->n; i++)
    events->labels[first + i] = places ? places[block->labels[i]] : block->labels[i];
}

int fairu_csv_rows__finish(fairu_csv_rows *rows, fairu_context *ctx, const fairu_csv_columns *columns,
                           const fairu_categories *categories, int sorted, fairu_events **out)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  int32_t *places = NULL;
  if (categories->n > 0 && sorted) {
    places = fairu_context__scratch(ctx, categories->n, sizeof *places, "categories");
    if (!places)
      return FAIRU_ERR_OUT_OF_MEMORY;
    fairu_categories__places(categories, places);
  }
  int status = create_table(rows->n, ctx, columns, categories, sorted, out);
  for (size_t first = 0; status == FAIRU_OK && rows->first;) {
    copy_block(rows->first, rows->rows_per_block, places, *out, first);
    first += rows->first->n;
    free_first(rows, ctx);
    status = fairu_context__poll(ctx);
  }
  if (status == FAIRU_OK && (*out)->ids)
    status = fairu_ids__check_unique(ctx, (*out)->ids, (*out)->n_events);
  fairu_context__release(ctx, mark);
  if (status != FAIRU_OK) {
    fairu_events_destroy(*out);
    *out = NULL;
  }
  return status;
}
