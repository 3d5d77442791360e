/* Written by `make abi-baseline` from the headers of libfairu 0.2.0; not to be edited. */
#include <stddef.h>
#include <stdio.h>

#include <fairu/fairu.h>
#include <fairu/version.h>

#define SAME(now, then) __builtin_types_compatible_p(now, then)
#define TYPE(type, field) __typeof__(((type *)0)->field)

_Static_assert(FAIRU_OK == 0, "FAIRU_OK was 0");
_Static_assert(FAIRU_ERR_NULL == 10, "FAIRU_ERR_NULL was 10");
_Static_assert(FAIRU_ERR_ARGUMENT == 11, "FAIRU_ERR_ARGUMENT was 11");
_Static_assert(FAIRU_ERR_STRUCT_SIZE == 12, "FAIRU_ERR_STRUCT_SIZE was 12");
_Static_assert(FAIRU_ERR_SHAPE == 13, "FAIRU_ERR_SHAPE was 13");
_Static_assert(FAIRU_ERR_RANGE == 14, "FAIRU_ERR_RANGE was 14");
_Static_assert(FAIRU_ERR_NON_FINITE == 15, "FAIRU_ERR_NON_FINITE was 15");
_Static_assert(FAIRU_ERR_NOT_FOUND == 16, "FAIRU_ERR_NOT_FOUND was 16");
_Static_assert(FAIRU_ERR_DUPLICATE == 17, "FAIRU_ERR_DUPLICATE was 17");
_Static_assert(FAIRU_ERR_EMPTY == 18, "FAIRU_ERR_EMPTY was 18");
_Static_assert(FAIRU_ERR_OUT_OF_MEMORY == 30, "FAIRU_ERR_OUT_OF_MEMORY was 30");
_Static_assert(FAIRU_ERR_LIMIT == 31, "FAIRU_ERR_LIMIT was 31");
_Static_assert(FAIRU_ERR_CANCELLED == 32, "FAIRU_ERR_CANCELLED was 32");
_Static_assert(FAIRU_ERR_DEADLINE == 33, "FAIRU_ERR_DEADLINE was 33");
_Static_assert(FAIRU_ERR_CALLBACK == 34, "FAIRU_ERR_CALLBACK was 34");
_Static_assert(FAIRU_ERR_THREAD == 35, "FAIRU_ERR_THREAD was 35");
_Static_assert(FAIRU_ERR_IO == 50, "FAIRU_ERR_IO was 50");
_Static_assert(FAIRU_ERR_FORMAT == 51, "FAIRU_ERR_FORMAT was 51");
_Static_assert(FAIRU_ERR_TRUNCATED == 52, "FAIRU_ERR_TRUNCATED was 52");
_Static_assert(FAIRU_ERR_CHECKSUM == 53, "FAIRU_ERR_CHECKSUM was 53");
_Static_assert(FAIRU_ERR_VERSION == 54, "FAIRU_ERR_VERSION was 54");
_Static_assert(FAIRU_ERR_UNSUPPORTED == 55, "FAIRU_ERR_UNSUPPORTED was 55");
_Static_assert(FAIRU_ERR_NEGATIVE_YIELD == 70, "FAIRU_ERR_NEGATIVE_YIELD was 70");
_Static_assert(FAIRU_ERR_NEGATIVE_WEIGHT == 71, "FAIRU_ERR_NEGATIVE_WEIGHT was 71");
_Static_assert(FAIRU_ERR_NOT_CONVERGED == 72, "FAIRU_ERR_NOT_CONVERGED was 72");
_Static_assert(FAIRU_ERR_NOT_POSITIVE_DEFINITE == 73, "FAIRU_ERR_NOT_POSITIVE_DEFINITE was 73");
_Static_assert(FAIRU_ERR_FLAT == 74, "FAIRU_ERR_FLAT was 74");
_Static_assert(FAIRU_ERR_INTERNAL == 99, "FAIRU_ERR_INTERNAL was 99");
_Static_assert(FAIRU_LOG_WARNING == 1, "FAIRU_LOG_WARNING was 1");
_Static_assert(FAIRU_LOG_INFO == 2, "FAIRU_LOG_INFO was 2");
_Static_assert(FAIRU_LOG_DEBUG == 3, "FAIRU_LOG_DEBUG was 3");
_Static_assert(FAIRU_BLAS_AUTO == 0, "FAIRU_BLAS_AUTO was 0");
_Static_assert(FAIRU_BLAS_NEVER == 1, "FAIRU_BLAS_NEVER was 1");
_Static_assert(FAIRU_BLAS_ALWAYS == 2, "FAIRU_BLAS_ALWAYS was 2");
struct then_fairu_allocator { void *(*allocate)(size_t size, void *user_data); void (*release)(void *pointer, void *user_data); void *user_data; };
_Static_assert(offsetof(fairu_allocator, allocate) == offsetof(struct then_fairu_allocator, allocate), "fairu_allocator.allocate was elsewhere");
_Static_assert(SAME(TYPE(fairu_allocator, allocate), TYPE(struct then_fairu_allocator, allocate)), "fairu_allocator.allocate was of another type");
_Static_assert(offsetof(fairu_allocator, release) == offsetof(struct then_fairu_allocator, release), "fairu_allocator.release was elsewhere");
_Static_assert(SAME(TYPE(fairu_allocator, release), TYPE(struct then_fairu_allocator, release)), "fairu_allocator.release was of another type");
_Static_assert(offsetof(fairu_allocator, user_data) == offsetof(struct then_fairu_allocator, user_data), "fairu_allocator.user_data was elsewhere");
_Static_assert(SAME(TYPE(fairu_allocator, user_data), TYPE(struct then_fairu_allocator, user_data)), "fairu_allocator.user_data was of another type");
_Static_assert(sizeof(fairu_allocator) == sizeof(struct then_fairu_allocator), "fairu_allocator was of another size");
struct then_fairu_limits { size_t struct_size; uint64_t file_bytes; uint64_t decompressed_bytes; uint64_t decompressed_ratio; uint64_t json_depth; uint64_t json_string_bytes; uint64_t name_bytes; uint64_t csv_columns; uint64_t csv_cell_bytes; uint64_t rows; uint64_t bins; uint64_t model_bytes; };
_Static_assert(offsetof(fairu_limits, struct_size) == offsetof(struct then_fairu_limits, struct_size), "fairu_limits.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, struct_size), TYPE(struct then_fairu_limits, struct_size)), "fairu_limits.struct_size was of another type");
_Static_assert(offsetof(fairu_limits, file_bytes) == offsetof(struct then_fairu_limits, file_bytes), "fairu_limits.file_bytes was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, file_bytes), TYPE(struct then_fairu_limits, file_bytes)), "fairu_limits.file_bytes was of another type");
_Static_assert(offsetof(fairu_limits, decompressed_bytes) == offsetof(struct then_fairu_limits, decompressed_bytes), "fairu_limits.decompressed_bytes was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, decompressed_bytes), TYPE(struct then_fairu_limits, decompressed_bytes)), "fairu_limits.decompressed_bytes was of another type");
_Static_assert(offsetof(fairu_limits, decompressed_ratio) == offsetof(struct then_fairu_limits, decompressed_ratio), "fairu_limits.decompressed_ratio was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, decompressed_ratio), TYPE(struct then_fairu_limits, decompressed_ratio)), "fairu_limits.decompressed_ratio was of another type");
_Static_assert(offsetof(fairu_limits, json_depth) == offsetof(struct then_fairu_limits, json_depth), "fairu_limits.json_depth was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, json_depth), TYPE(struct then_fairu_limits, json_depth)), "fairu_limits.json_depth was of another type");
_Static_assert(offsetof(fairu_limits, json_string_bytes) == offsetof(struct then_fairu_limits, json_string_bytes), "fairu_limits.json_string_bytes was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, json_string_bytes), TYPE(struct then_fairu_limits, json_string_bytes)), "fairu_limits.json_string_bytes was of another type");
_Static_assert(offsetof(fairu_limits, name_bytes) == offsetof(struct then_fairu_limits, name_bytes), "fairu_limits.name_bytes was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, name_bytes), TYPE(struct then_fairu_limits, name_bytes)), "fairu_limits.name_bytes was of another type");
_Static_assert(offsetof(fairu_limits, csv_columns) == offsetof(struct then_fairu_limits, csv_columns), "fairu_limits.csv_columns was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, csv_columns), TYPE(struct then_fairu_limits, csv_columns)), "fairu_limits.csv_columns was of another type");
_Static_assert(offsetof(fairu_limits, csv_cell_bytes) == offsetof(struct then_fairu_limits, csv_cell_bytes), "fairu_limits.csv_cell_bytes was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, csv_cell_bytes), TYPE(struct then_fairu_limits, csv_cell_bytes)), "fairu_limits.csv_cell_bytes was of another type");
_Static_assert(offsetof(fairu_limits, rows) == offsetof(struct then_fairu_limits, rows), "fairu_limits.rows was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, rows), TYPE(struct then_fairu_limits, rows)), "fairu_limits.rows was of another type");
_Static_assert(offsetof(fairu_limits, bins) == offsetof(struct then_fairu_limits, bins), "fairu_limits.bins was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, bins), TYPE(struct then_fairu_limits, bins)), "fairu_limits.bins was of another type");
_Static_assert(offsetof(fairu_limits, model_bytes) == offsetof(struct then_fairu_limits, model_bytes), "fairu_limits.model_bytes was elsewhere");
_Static_assert(SAME(TYPE(fairu_limits, model_bytes), TYPE(struct then_fairu_limits, model_bytes)), "fairu_limits.model_bytes was of another type");
_Static_assert(sizeof(fairu_limits) >= sizeof(struct then_fairu_limits), "fairu_limits was of another size");
typedef void (*then_fairu_log_fn)(int level, const char *text, void *user_data);
_Static_assert(SAME(fairu_log_fn, then_fairu_log_fn), "fairu_log_fn was of another type");
typedef int (*then_fairu_progress_fn)(const char *what, uint64_t done, uint64_t total, void *user_data);
_Static_assert(SAME(fairu_progress_fn, then_fairu_progress_fn), "fairu_progress_fn was of another type");
typedef int (*then_fairu_task_fn)(size_t chunk, void *task_data);
_Static_assert(SAME(fairu_task_fn, then_fairu_task_fn), "fairu_task_fn was of another type");
typedef int (*then_fairu_executor_fn)(size_t n_chunks, fairu_task_fn task, void *task_data, void *user_data);
_Static_assert(SAME(fairu_executor_fn, then_fairu_executor_fn), "fairu_executor_fn was of another type");
typedef const char * then_fairu_status_name(int status);
_Static_assert(SAME(__typeof__(fairu_status_name), then_fairu_status_name), "fairu_status_name was declared otherwise");
typedef const char * then_fairu_status_text(int status);
_Static_assert(SAME(__typeof__(fairu_status_text), then_fairu_status_text), "fairu_status_text was declared otherwise");
typedef int then_fairu_version_number(void);
_Static_assert(SAME(__typeof__(fairu_version_number), then_fairu_version_number), "fairu_version_number was declared otherwise");
typedef const char * then_fairu_version_string(void);
_Static_assert(SAME(__typeof__(fairu_version_string), then_fairu_version_string), "fairu_version_string was declared otherwise");
typedef int then_fairu_version_check(int number);
_Static_assert(SAME(__typeof__(fairu_version_check), then_fairu_version_check), "fairu_version_check was declared otherwise");
typedef int then_fairu_context_create(const fairu_allocator *allocator, fairu_context **out);
_Static_assert(SAME(__typeof__(fairu_context_create), then_fairu_context_create), "fairu_context_create was declared otherwise");
typedef void then_fairu_context_destroy(fairu_context *ctx);
_Static_assert(SAME(__typeof__(fairu_context_destroy), then_fairu_context_destroy), "fairu_context_destroy was declared otherwise");
typedef const char * then_fairu_context_message(const fairu_context *ctx);
_Static_assert(SAME(__typeof__(fairu_context_message), then_fairu_context_message), "fairu_context_message was declared otherwise");
typedef int then_fairu_context_status(const fairu_context *ctx);
_Static_assert(SAME(__typeof__(fairu_context_status), then_fairu_context_status), "fairu_context_status was declared otherwise");
typedef int then_fairu_context_set_log(fairu_context *ctx, int level, fairu_log_fn fn, void *user_data);
_Static_assert(SAME(__typeof__(fairu_context_set_log), then_fairu_context_set_log), "fairu_context_set_log was declared otherwise");
typedef int then_fairu_context_set_progress(fairu_context *ctx, fairu_progress_fn fn, void *user_data);
_Static_assert(SAME(__typeof__(fairu_context_set_progress), then_fairu_context_set_progress), "fairu_context_set_progress was declared otherwise");
typedef int then_fairu_context_set_threads(fairu_context *ctx, int n_threads);
_Static_assert(SAME(__typeof__(fairu_context_set_threads), then_fairu_context_set_threads), "fairu_context_set_threads was declared otherwise");
typedef int then_fairu_context_threads(const fairu_context *ctx);
_Static_assert(SAME(__typeof__(fairu_context_threads), then_fairu_context_threads), "fairu_context_threads was declared otherwise");
typedef int then_fairu_context_set_executor(fairu_context *ctx, fairu_executor_fn fn, void *user_data);
_Static_assert(SAME(__typeof__(fairu_context_set_executor), then_fairu_context_set_executor), "fairu_context_set_executor was declared otherwise");
typedef void then_fairu_context_cancel(fairu_context *ctx);
_Static_assert(SAME(__typeof__(fairu_context_cancel), then_fairu_context_cancel), "fairu_context_cancel was declared otherwise");
typedef void then_fairu_context_resume(fairu_context *ctx);
_Static_assert(SAME(__typeof__(fairu_context_resume), then_fairu_context_resume), "fairu_context_resume was declared otherwise");
typedef int then_fairu_context_set_deadline(fairu_context *ctx, double seconds);
_Static_assert(SAME(__typeof__(fairu_context_set_deadline), then_fairu_context_set_deadline), "fairu_context_set_deadline was declared otherwise");
typedef int then_fairu_context_set_blas(fairu_context *ctx, int policy);
_Static_assert(SAME(__typeof__(fairu_context_set_blas), then_fairu_context_set_blas), "fairu_context_set_blas was declared otherwise");
typedef int then_fairu_context_set_kernel(fairu_context *ctx, const char *name);
_Static_assert(SAME(__typeof__(fairu_context_set_kernel), then_fairu_context_set_kernel), "fairu_context_set_kernel was declared otherwise");
typedef const char * then_fairu_context_kernel(const fairu_context *ctx);
_Static_assert(SAME(__typeof__(fairu_context_kernel), then_fairu_context_kernel), "fairu_context_kernel was declared otherwise");
typedef const char * then_fairu_blas_core(void);
_Static_assert(SAME(__typeof__(fairu_blas_core), then_fairu_blas_core), "fairu_blas_core was declared otherwise");
typedef int then_fairu_limits_init(fairu_limits *limits, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_limits_init), then_fairu_limits_init), "fairu_limits_init was declared otherwise");
typedef int then_fairu_context_set_limits(fairu_context *ctx, const fairu_limits *limits);
_Static_assert(SAME(__typeof__(fairu_context_set_limits), then_fairu_context_set_limits), "fairu_context_set_limits was declared otherwise");
struct then_fairu_missing { const char *column; double value; float replacement; };
_Static_assert(offsetof(fairu_missing, column) == offsetof(struct then_fairu_missing, column), "fairu_missing.column was elsewhere");
_Static_assert(SAME(TYPE(fairu_missing, column), TYPE(struct then_fairu_missing, column)), "fairu_missing.column was of another type");
_Static_assert(offsetof(fairu_missing, value) == offsetof(struct then_fairu_missing, value), "fairu_missing.value was elsewhere");
_Static_assert(SAME(TYPE(fairu_missing, value), TYPE(struct then_fairu_missing, value)), "fairu_missing.value was of another type");
_Static_assert(offsetof(fairu_missing, replacement) == offsetof(struct then_fairu_missing, replacement), "fairu_missing.replacement was elsewhere");
_Static_assert(SAME(TYPE(fairu_missing, replacement), TYPE(struct then_fairu_missing, replacement)), "fairu_missing.replacement was of another type");
_Static_assert(sizeof(fairu_missing) == sizeof(struct then_fairu_missing), "fairu_missing was of another size");
struct then_fairu_csv_options { size_t struct_size; const char *const *columns; size_t n_columns; const char *label; const char *weight; const char *id; const fairu_missing *missing; size_t n_missing; char delimiter; int optional; };
_Static_assert(offsetof(fairu_csv_options, struct_size) == offsetof(struct then_fairu_csv_options, struct_size), "fairu_csv_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, struct_size), TYPE(struct then_fairu_csv_options, struct_size)), "fairu_csv_options.struct_size was of another type");
_Static_assert(offsetof(fairu_csv_options, columns) == offsetof(struct then_fairu_csv_options, columns), "fairu_csv_options.columns was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, columns), TYPE(struct then_fairu_csv_options, columns)), "fairu_csv_options.columns was of another type");
_Static_assert(offsetof(fairu_csv_options, n_columns) == offsetof(struct then_fairu_csv_options, n_columns), "fairu_csv_options.n_columns was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, n_columns), TYPE(struct then_fairu_csv_options, n_columns)), "fairu_csv_options.n_columns was of another type");
_Static_assert(offsetof(fairu_csv_options, label) == offsetof(struct then_fairu_csv_options, label), "fairu_csv_options.label was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, label), TYPE(struct then_fairu_csv_options, label)), "fairu_csv_options.label was of another type");
_Static_assert(offsetof(fairu_csv_options, weight) == offsetof(struct then_fairu_csv_options, weight), "fairu_csv_options.weight was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, weight), TYPE(struct then_fairu_csv_options, weight)), "fairu_csv_options.weight was of another type");
_Static_assert(offsetof(fairu_csv_options, id) == offsetof(struct then_fairu_csv_options, id), "fairu_csv_options.id was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, id), TYPE(struct then_fairu_csv_options, id)), "fairu_csv_options.id was of another type");
_Static_assert(offsetof(fairu_csv_options, missing) == offsetof(struct then_fairu_csv_options, missing), "fairu_csv_options.missing was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, missing), TYPE(struct then_fairu_csv_options, missing)), "fairu_csv_options.missing was of another type");
_Static_assert(offsetof(fairu_csv_options, n_missing) == offsetof(struct then_fairu_csv_options, n_missing), "fairu_csv_options.n_missing was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, n_missing), TYPE(struct then_fairu_csv_options, n_missing)), "fairu_csv_options.n_missing was of another type");
_Static_assert(offsetof(fairu_csv_options, delimiter) == offsetof(struct then_fairu_csv_options, delimiter), "fairu_csv_options.delimiter was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, delimiter), TYPE(struct then_fairu_csv_options, delimiter)), "fairu_csv_options.delimiter was of another type");
_Static_assert(offsetof(fairu_csv_options, optional) == offsetof(struct then_fairu_csv_options, optional), "fairu_csv_options.optional was elsewhere");
_Static_assert(SAME(TYPE(fairu_csv_options, optional), TYPE(struct then_fairu_csv_options, optional)), "fairu_csv_options.optional was of another type");
_Static_assert(sizeof(fairu_csv_options) >= sizeof(struct then_fairu_csv_options), "fairu_csv_options was of another size");
struct then_fairu_npz_options { size_t struct_size; const char *const *features; size_t n_features; const char *const *names; size_t n_names; const char *label; const char *weight; const char *id; };
_Static_assert(offsetof(fairu_npz_options, struct_size) == offsetof(struct then_fairu_npz_options, struct_size), "fairu_npz_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_npz_options, struct_size), TYPE(struct then_fairu_npz_options, struct_size)), "fairu_npz_options.struct_size was of another type");
_Static_assert(offsetof(fairu_npz_options, features) == offsetof(struct then_fairu_npz_options, features), "fairu_npz_options.features was elsewhere");
_Static_assert(SAME(TYPE(fairu_npz_options, features), TYPE(struct then_fairu_npz_options, features)), "fairu_npz_options.features was of another type");
_Static_assert(offsetof(fairu_npz_options, n_features) == offsetof(struct then_fairu_npz_options, n_features), "fairu_npz_options.n_features was elsewhere");
_Static_assert(SAME(TYPE(fairu_npz_options, n_features), TYPE(struct then_fairu_npz_options, n_features)), "fairu_npz_options.n_features was of another type");
_Static_assert(offsetof(fairu_npz_options, names) == offsetof(struct then_fairu_npz_options, names), "fairu_npz_options.names was elsewhere");
_Static_assert(SAME(TYPE(fairu_npz_options, names), TYPE(struct then_fairu_npz_options, names)), "fairu_npz_options.names was of another type");
_Static_assert(offsetof(fairu_npz_options, n_names) == offsetof(struct then_fairu_npz_options, n_names), "fairu_npz_options.n_names was elsewhere");
_Static_assert(SAME(TYPE(fairu_npz_options, n_names), TYPE(struct then_fairu_npz_options, n_names)), "fairu_npz_options.n_names was of another type");
_Static_assert(offsetof(fairu_npz_options, label) == offsetof(struct then_fairu_npz_options, label), "fairu_npz_options.label was elsewhere");
_Static_assert(SAME(TYPE(fairu_npz_options, label), TYPE(struct then_fairu_npz_options, label)), "fairu_npz_options.label was of another type");
_Static_assert(offsetof(fairu_npz_options, weight) == offsetof(struct then_fairu_npz_options, weight), "fairu_npz_options.weight was elsewhere");
_Static_assert(SAME(TYPE(fairu_npz_options, weight), TYPE(struct then_fairu_npz_options, weight)), "fairu_npz_options.weight was of another type");
_Static_assert(offsetof(fairu_npz_options, id) == offsetof(struct then_fairu_npz_options, id), "fairu_npz_options.id was elsewhere");
_Static_assert(SAME(TYPE(fairu_npz_options, id), TYPE(struct then_fairu_npz_options, id)), "fairu_npz_options.id was of another type");
_Static_assert(sizeof(fairu_npz_options) >= sizeof(struct then_fairu_npz_options), "fairu_npz_options was of another size");
typedef int then_fairu_events_create(fairu_context *ctx, size_t n_events, size_t n_columns, const char *const *names, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_create), then_fairu_events_create), "fairu_events_create was declared otherwise");
typedef int then_fairu_events_create_view(fairu_context *ctx, size_t n_events, size_t n_columns, const char *const *names, const float *const *columns, size_t stride, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_create_view), then_fairu_events_create_view), "fairu_events_create_view was declared otherwise");
typedef void then_fairu_events_destroy(fairu_events *events);
_Static_assert(SAME(__typeof__(fairu_events_destroy), then_fairu_events_destroy), "fairu_events_destroy was declared otherwise");
typedef size_t then_fairu_events_n_events(const fairu_events *events);
_Static_assert(SAME(__typeof__(fairu_events_n_events), then_fairu_events_n_events), "fairu_events_n_events was declared otherwise");
typedef size_t then_fairu_events_n_columns(const fairu_events *events);
_Static_assert(SAME(__typeof__(fairu_events_n_columns), then_fairu_events_n_columns), "fairu_events_n_columns was declared otherwise");
typedef const char * then_fairu_events_column_name(const fairu_events *events, size_t column);
_Static_assert(SAME(__typeof__(fairu_events_column_name), then_fairu_events_column_name), "fairu_events_column_name was declared otherwise");
typedef int then_fairu_events_find_column(const fairu_events *events, fairu_context *ctx, const char *name, size_t *column);
_Static_assert(SAME(__typeof__(fairu_events_find_column), then_fairu_events_find_column), "fairu_events_find_column was declared otherwise");
typedef const float * then_fairu_events_column(const fairu_events *events, size_t column, size_t *stride);
_Static_assert(SAME(__typeof__(fairu_events_column), then_fairu_events_column), "fairu_events_column was declared otherwise");
typedef int then_fairu_events_column_data(fairu_events *events, fairu_context *ctx, size_t column, float **values);
_Static_assert(SAME(__typeof__(fairu_events_column_data), then_fairu_events_column_data), "fairu_events_column_data was declared otherwise");
typedef const double * then_fairu_events_weights(const fairu_events *events);
_Static_assert(SAME(__typeof__(fairu_events_weights), then_fairu_events_weights), "fairu_events_weights was declared otherwise");
typedef const int32_t * then_fairu_events_labels(const fairu_events *events);
_Static_assert(SAME(__typeof__(fairu_events_labels), then_fairu_events_labels), "fairu_events_labels was declared otherwise");
typedef const uint64_t * then_fairu_events_ids(const fairu_events *events);
_Static_assert(SAME(__typeof__(fairu_events_ids), then_fairu_events_ids), "fairu_events_ids was declared otherwise");
typedef int then_fairu_events_set_weights(fairu_events *events, fairu_context *ctx, const double *values, size_t n);
_Static_assert(SAME(__typeof__(fairu_events_set_weights), then_fairu_events_set_weights), "fairu_events_set_weights was declared otherwise");
typedef int then_fairu_events_set_labels(fairu_events *events, fairu_context *ctx, const int32_t *values, size_t n);
_Static_assert(SAME(__typeof__(fairu_events_set_labels), then_fairu_events_set_labels), "fairu_events_set_labels was declared otherwise");
typedef int then_fairu_events_set_ids(fairu_events *events, fairu_context *ctx, const uint64_t *values, size_t n);
_Static_assert(SAME(__typeof__(fairu_events_set_ids), then_fairu_events_set_ids), "fairu_events_set_ids was declared otherwise");
typedef size_t then_fairu_events_n_categories(const fairu_events *events);
_Static_assert(SAME(__typeof__(fairu_events_n_categories), then_fairu_events_n_categories), "fairu_events_n_categories was declared otherwise");
typedef const char * then_fairu_events_category_name(const fairu_events *events, size_t category);
_Static_assert(SAME(__typeof__(fairu_events_category_name), then_fairu_events_category_name), "fairu_events_category_name was declared otherwise");
typedef int then_fairu_events_set_categories(fairu_events *events, fairu_context *ctx, const char *const *names, size_t n);
_Static_assert(SAME(__typeof__(fairu_events_set_categories), then_fairu_events_set_categories), "fairu_events_set_categories was declared otherwise");
typedef int then_fairu_events_sum_weights(const fairu_events *events, fairu_context *ctx, int32_t label, double *sum);
_Static_assert(SAME(__typeof__(fairu_events_sum_weights), then_fairu_events_sum_weights), "fairu_events_sum_weights was declared otherwise");
typedef int then_fairu_events_select(const fairu_events *events, fairu_context *ctx, const size_t *rows, size_t n_rows, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_select), then_fairu_events_select), "fairu_events_select was declared otherwise");
typedef int then_fairu_events_select_mask(const fairu_events *events, fairu_context *ctx, const unsigned char *mask, size_t n, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_select_mask), then_fairu_events_select_mask), "fairu_events_select_mask was declared otherwise");
typedef int then_fairu_events_select_label(const fairu_events *events, fairu_context *ctx, int32_t label, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_select_label), then_fairu_events_select_label), "fairu_events_select_label was declared otherwise");
typedef int then_fairu_events_concatenate(const fairu_events *a, fairu_context *ctx, const fairu_events *b, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_concatenate), then_fairu_events_concatenate), "fairu_events_concatenate was declared otherwise");
typedef int then_fairu_events_split(const fairu_events *events, fairu_context *ctx, uint64_t seed, uint32_t n_parts, uint32_t *parts);
_Static_assert(SAME(__typeof__(fairu_events_split), then_fairu_events_split), "fairu_events_split was declared otherwise");
typedef int then_fairu_events_check_disjoint(const fairu_events *a, fairu_context *ctx, const fairu_events *b);
_Static_assert(SAME(__typeof__(fairu_events_check_disjoint), then_fairu_events_check_disjoint), "fairu_events_check_disjoint was declared otherwise");
typedef int then_fairu_csv_options_init(fairu_csv_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_csv_options_init), then_fairu_csv_options_init), "fairu_csv_options_init was declared otherwise");
typedef int then_fairu_events_read_csv(fairu_context *ctx, const char *path, const fairu_csv_options *options, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_read_csv), then_fairu_events_read_csv), "fairu_events_read_csv was declared otherwise");
typedef int then_fairu_csv_reader_create(fairu_context *ctx, const char *path, const fairu_csv_options *options, fairu_csv_reader **out);
_Static_assert(SAME(__typeof__(fairu_csv_reader_create), then_fairu_csv_reader_create), "fairu_csv_reader_create was declared otherwise");
typedef void then_fairu_csv_reader_destroy(fairu_csv_reader *reader);
_Static_assert(SAME(__typeof__(fairu_csv_reader_destroy), then_fairu_csv_reader_destroy), "fairu_csv_reader_destroy was declared otherwise");
typedef int then_fairu_csv_reader_next(fairu_csv_reader *reader, fairu_context *ctx, size_t max_rows, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_csv_reader_next), then_fairu_csv_reader_next), "fairu_csv_reader_next was declared otherwise");
typedef double then_fairu_csv_reader_fraction(const fairu_csv_reader *reader);
_Static_assert(SAME(__typeof__(fairu_csv_reader_fraction), then_fairu_csv_reader_fraction), "fairu_csv_reader_fraction was declared otherwise");
typedef int then_fairu_events_write_csv(const fairu_events *events, fairu_context *ctx, const char *path, const fairu_csv_options *options);
_Static_assert(SAME(__typeof__(fairu_events_write_csv), then_fairu_events_write_csv), "fairu_events_write_csv was declared otherwise");
typedef int then_fairu_csv_writer_create(fairu_context *ctx, const char *path, const fairu_csv_options *options, fairu_csv_writer **out);
_Static_assert(SAME(__typeof__(fairu_csv_writer_create), then_fairu_csv_writer_create), "fairu_csv_writer_create was declared otherwise");
typedef void then_fairu_csv_writer_destroy(fairu_csv_writer *writer);
_Static_assert(SAME(__typeof__(fairu_csv_writer_destroy), then_fairu_csv_writer_destroy), "fairu_csv_writer_destroy was declared otherwise");
typedef int then_fairu_csv_writer_add(fairu_csv_writer *writer, fairu_context *ctx, const fairu_events *events);
_Static_assert(SAME(__typeof__(fairu_csv_writer_add), then_fairu_csv_writer_add), "fairu_csv_writer_add was declared otherwise");
typedef int then_fairu_csv_writer_close(fairu_csv_writer *writer, fairu_context *ctx);
_Static_assert(SAME(__typeof__(fairu_csv_writer_close), then_fairu_csv_writer_close), "fairu_csv_writer_close was declared otherwise");
typedef int then_fairu_events_read_npy(fairu_context *ctx, const char *path, const char *const *names, size_t n_columns, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_read_npy), then_fairu_events_read_npy), "fairu_events_read_npy was declared otherwise");
typedef int then_fairu_npz_options_init(fairu_npz_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_npz_options_init), then_fairu_npz_options_init), "fairu_npz_options_init was declared otherwise");
typedef int then_fairu_events_read_npz(fairu_context *ctx, const char *path, const fairu_npz_options *options, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_read_npz), then_fairu_events_read_npz), "fairu_events_read_npz was declared otherwise");
typedef int then_fairu_events_write_npy(const fairu_events *events, fairu_context *ctx, const char *path);
_Static_assert(SAME(__typeof__(fairu_events_write_npy), then_fairu_events_write_npy), "fairu_events_write_npy was declared otherwise");
struct then_fairu_arrow_options { size_t struct_size; const char *const *columns; size_t n_columns; const char *label; const char *weight; const char *id; };
_Static_assert(offsetof(fairu_arrow_options, struct_size) == offsetof(struct then_fairu_arrow_options, struct_size), "fairu_arrow_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_arrow_options, struct_size), TYPE(struct then_fairu_arrow_options, struct_size)), "fairu_arrow_options.struct_size was of another type");
_Static_assert(offsetof(fairu_arrow_options, columns) == offsetof(struct then_fairu_arrow_options, columns), "fairu_arrow_options.columns was elsewhere");
_Static_assert(SAME(TYPE(fairu_arrow_options, columns), TYPE(struct then_fairu_arrow_options, columns)), "fairu_arrow_options.columns was of another type");
_Static_assert(offsetof(fairu_arrow_options, n_columns) == offsetof(struct then_fairu_arrow_options, n_columns), "fairu_arrow_options.n_columns was elsewhere");
_Static_assert(SAME(TYPE(fairu_arrow_options, n_columns), TYPE(struct then_fairu_arrow_options, n_columns)), "fairu_arrow_options.n_columns was of another type");
_Static_assert(offsetof(fairu_arrow_options, label) == offsetof(struct then_fairu_arrow_options, label), "fairu_arrow_options.label was elsewhere");
_Static_assert(SAME(TYPE(fairu_arrow_options, label), TYPE(struct then_fairu_arrow_options, label)), "fairu_arrow_options.label was of another type");
_Static_assert(offsetof(fairu_arrow_options, weight) == offsetof(struct then_fairu_arrow_options, weight), "fairu_arrow_options.weight was elsewhere");
_Static_assert(SAME(TYPE(fairu_arrow_options, weight), TYPE(struct then_fairu_arrow_options, weight)), "fairu_arrow_options.weight was of another type");
_Static_assert(offsetof(fairu_arrow_options, id) == offsetof(struct then_fairu_arrow_options, id), "fairu_arrow_options.id was elsewhere");
_Static_assert(SAME(TYPE(fairu_arrow_options, id), TYPE(struct then_fairu_arrow_options, id)), "fairu_arrow_options.id was of another type");
_Static_assert(sizeof(fairu_arrow_options) >= sizeof(struct then_fairu_arrow_options), "fairu_arrow_options was of another size");
typedef int then_fairu_arrow_options_init(fairu_arrow_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_arrow_options_init), then_fairu_arrow_options_init), "fairu_arrow_options_init was declared otherwise");
typedef int then_fairu_events_create_view_arrow(fairu_context *ctx, const struct ArrowSchema *schema, const struct ArrowArray *array, const fairu_arrow_options *options, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_events_create_view_arrow), then_fairu_events_create_view_arrow), "fairu_events_create_view_arrow was declared otherwise");
_Static_assert(FAIRU_PRIOR_GAUSSIAN == 1, "FAIRU_PRIOR_GAUSSIAN was 1");
_Static_assert(FAIRU_PRIOR_LOG_NORMAL == 2, "FAIRU_PRIOR_LOG_NORMAL was 2");
_Static_assert(FAIRU_PRIOR_UNIFORM == 3, "FAIRU_PRIOR_UNIFORM was 3");
_Static_assert(FAIRU_PRIOR_TABULATED == 4, "FAIRU_PRIOR_TABULATED was 4");
_Static_assert(FAIRU_ARITHMETIC_FAST == 0, "FAIRU_ARITHMETIC_FAST was 0");
_Static_assert(FAIRU_ARITHMETIC_REFERENCE == 1, "FAIRU_ARITHMETIC_REFERENCE was 1");
_Static_assert(FAIRU_GENERATOR_PHILOX == 0, "FAIRU_GENERATOR_PHILOX was 0");
_Static_assert(FAIRU_GENERATOR_NUMPY == 1, "FAIRU_GENERATOR_NUMPY was 1");
struct then_fairu_nuisance { size_t struct_size; const char *name; int prior; double nominal; double centre; double width; double lower, upper; const double *table_z; const double *table_density; size_t n_table; int statistical_origin; };
_Static_assert(offsetof(fairu_nuisance, struct_size) == offsetof(struct then_fairu_nuisance, struct_size), "fairu_nuisance.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, struct_size), TYPE(struct then_fairu_nuisance, struct_size)), "fairu_nuisance.struct_size was of another type");
_Static_assert(offsetof(fairu_nuisance, name) == offsetof(struct then_fairu_nuisance, name), "fairu_nuisance.name was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, name), TYPE(struct then_fairu_nuisance, name)), "fairu_nuisance.name was of another type");
_Static_assert(offsetof(fairu_nuisance, prior) == offsetof(struct then_fairu_nuisance, prior), "fairu_nuisance.prior was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, prior), TYPE(struct then_fairu_nuisance, prior)), "fairu_nuisance.prior was of another type");
_Static_assert(offsetof(fairu_nuisance, nominal) == offsetof(struct then_fairu_nuisance, nominal), "fairu_nuisance.nominal was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, nominal), TYPE(struct then_fairu_nuisance, nominal)), "fairu_nuisance.nominal was of another type");
_Static_assert(offsetof(fairu_nuisance, centre) == offsetof(struct then_fairu_nuisance, centre), "fairu_nuisance.centre was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, centre), TYPE(struct then_fairu_nuisance, centre)), "fairu_nuisance.centre was of another type");
_Static_assert(offsetof(fairu_nuisance, width) == offsetof(struct then_fairu_nuisance, width), "fairu_nuisance.width was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, width), TYPE(struct then_fairu_nuisance, width)), "fairu_nuisance.width was of another type");
_Static_assert(offsetof(fairu_nuisance, lower) == offsetof(struct then_fairu_nuisance, lower), "fairu_nuisance.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, lower), TYPE(struct then_fairu_nuisance, lower)), "fairu_nuisance.lower was of another type");
_Static_assert(offsetof(fairu_nuisance, upper) == offsetof(struct then_fairu_nuisance, upper), "fairu_nuisance.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, upper), TYPE(struct then_fairu_nuisance, upper)), "fairu_nuisance.upper was of another type");
_Static_assert(offsetof(fairu_nuisance, table_z) == offsetof(struct then_fairu_nuisance, table_z), "fairu_nuisance.table_z was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, table_z), TYPE(struct then_fairu_nuisance, table_z)), "fairu_nuisance.table_z was of another type");
_Static_assert(offsetof(fairu_nuisance, table_density) == offsetof(struct then_fairu_nuisance, table_density), "fairu_nuisance.table_density was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, table_density), TYPE(struct then_fairu_nuisance, table_density)), "fairu_nuisance.table_density was of another type");
_Static_assert(offsetof(fairu_nuisance, n_table) == offsetof(struct then_fairu_nuisance, n_table), "fairu_nuisance.n_table was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, n_table), TYPE(struct then_fairu_nuisance, n_table)), "fairu_nuisance.n_table was of another type");
_Static_assert(offsetof(fairu_nuisance, statistical_origin) == offsetof(struct then_fairu_nuisance, statistical_origin), "fairu_nuisance.statistical_origin was elsewhere");
_Static_assert(SAME(TYPE(fairu_nuisance, statistical_origin), TYPE(struct then_fairu_nuisance, statistical_origin)), "fairu_nuisance.statistical_origin was of another type");
_Static_assert(sizeof(fairu_nuisance) >= sizeof(struct then_fairu_nuisance), "fairu_nuisance was of another size");
struct then_fairu_higgsml2014_options { size_t struct_size; const char *tes, *jes, *les; const char *soft_met; const char *bkg_scale; double tau_pt_min; };
_Static_assert(offsetof(fairu_higgsml2014_options, struct_size) == offsetof(struct then_fairu_higgsml2014_options, struct_size), "fairu_higgsml2014_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml2014_options, struct_size), TYPE(struct then_fairu_higgsml2014_options, struct_size)), "fairu_higgsml2014_options.struct_size was of another type");
_Static_assert(offsetof(fairu_higgsml2014_options, tes) == offsetof(struct then_fairu_higgsml2014_options, tes), "fairu_higgsml2014_options.tes was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml2014_options, tes), TYPE(struct then_fairu_higgsml2014_options, tes)), "fairu_higgsml2014_options.tes was of another type");
_Static_assert(offsetof(fairu_higgsml2014_options, jes) == offsetof(struct then_fairu_higgsml2014_options, jes), "fairu_higgsml2014_options.jes was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml2014_options, jes), TYPE(struct then_fairu_higgsml2014_options, jes)), "fairu_higgsml2014_options.jes was of another type");
_Static_assert(offsetof(fairu_higgsml2014_options, les) == offsetof(struct then_fairu_higgsml2014_options, les), "fairu_higgsml2014_options.les was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml2014_options, les), TYPE(struct then_fairu_higgsml2014_options, les)), "fairu_higgsml2014_options.les was of another type");
_Static_assert(offsetof(fairu_higgsml2014_options, soft_met) == offsetof(struct then_fairu_higgsml2014_options, soft_met), "fairu_higgsml2014_options.soft_met was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml2014_options, soft_met), TYPE(struct then_fairu_higgsml2014_options, soft_met)), "fairu_higgsml2014_options.soft_met was of another type");
_Static_assert(offsetof(fairu_higgsml2014_options, bkg_scale) == offsetof(struct then_fairu_higgsml2014_options, bkg_scale), "fairu_higgsml2014_options.bkg_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml2014_options, bkg_scale), TYPE(struct then_fairu_higgsml2014_options, bkg_scale)), "fairu_higgsml2014_options.bkg_scale was of another type");
_Static_assert(offsetof(fairu_higgsml2014_options, tau_pt_min) == offsetof(struct then_fairu_higgsml2014_options, tau_pt_min), "fairu_higgsml2014_options.tau_pt_min was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml2014_options, tau_pt_min), TYPE(struct then_fairu_higgsml2014_options, tau_pt_min)), "fairu_higgsml2014_options.tau_pt_min was of another type");
_Static_assert(sizeof(fairu_higgsml2014_options) >= sizeof(struct then_fairu_higgsml2014_options), "fairu_higgsml2014_options was of another size");
struct then_fairu_higgsml_options { size_t struct_size; const char *tes, *jes; const char *soft_met; const char *log_soft_met; const char *ttbar_scale; const char *diboson_scale; const char *bkg_scale; int cuts; int arithmetic; int generator; };
_Static_assert(offsetof(fairu_higgsml_options, struct_size) == offsetof(struct then_fairu_higgsml_options, struct_size), "fairu_higgsml_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, struct_size), TYPE(struct then_fairu_higgsml_options, struct_size)), "fairu_higgsml_options.struct_size was of another type");
_Static_assert(offsetof(fairu_higgsml_options, tes) == offsetof(struct then_fairu_higgsml_options, tes), "fairu_higgsml_options.tes was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, tes), TYPE(struct then_fairu_higgsml_options, tes)), "fairu_higgsml_options.tes was of another type");
_Static_assert(offsetof(fairu_higgsml_options, jes) == offsetof(struct then_fairu_higgsml_options, jes), "fairu_higgsml_options.jes was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, jes), TYPE(struct then_fairu_higgsml_options, jes)), "fairu_higgsml_options.jes was of another type");
_Static_assert(offsetof(fairu_higgsml_options, soft_met) == offsetof(struct then_fairu_higgsml_options, soft_met), "fairu_higgsml_options.soft_met was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, soft_met), TYPE(struct then_fairu_higgsml_options, soft_met)), "fairu_higgsml_options.soft_met was of another type");
_Static_assert(offsetof(fairu_higgsml_options, log_soft_met) == offsetof(struct then_fairu_higgsml_options, log_soft_met), "fairu_higgsml_options.log_soft_met was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, log_soft_met), TYPE(struct then_fairu_higgsml_options, log_soft_met)), "fairu_higgsml_options.log_soft_met was of another type");
_Static_assert(offsetof(fairu_higgsml_options, ttbar_scale) == offsetof(struct then_fairu_higgsml_options, ttbar_scale), "fairu_higgsml_options.ttbar_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, ttbar_scale), TYPE(struct then_fairu_higgsml_options, ttbar_scale)), "fairu_higgsml_options.ttbar_scale was of another type");
_Static_assert(offsetof(fairu_higgsml_options, diboson_scale) == offsetof(struct then_fairu_higgsml_options, diboson_scale), "fairu_higgsml_options.diboson_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, diboson_scale), TYPE(struct then_fairu_higgsml_options, diboson_scale)), "fairu_higgsml_options.diboson_scale was of another type");
_Static_assert(offsetof(fairu_higgsml_options, bkg_scale) == offsetof(struct then_fairu_higgsml_options, bkg_scale), "fairu_higgsml_options.bkg_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, bkg_scale), TYPE(struct then_fairu_higgsml_options, bkg_scale)), "fairu_higgsml_options.bkg_scale was of another type");
_Static_assert(offsetof(fairu_higgsml_options, cuts) == offsetof(struct then_fairu_higgsml_options, cuts), "fairu_higgsml_options.cuts was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, cuts), TYPE(struct then_fairu_higgsml_options, cuts)), "fairu_higgsml_options.cuts was of another type");
_Static_assert(offsetof(fairu_higgsml_options, arithmetic) == offsetof(struct then_fairu_higgsml_options, arithmetic), "fairu_higgsml_options.arithmetic was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, arithmetic), TYPE(struct then_fairu_higgsml_options, arithmetic)), "fairu_higgsml_options.arithmetic was of another type");
_Static_assert(offsetof(fairu_higgsml_options, generator) == offsetof(struct then_fairu_higgsml_options, generator), "fairu_higgsml_options.generator was elsewhere");
_Static_assert(SAME(TYPE(fairu_higgsml_options, generator), TYPE(struct then_fairu_higgsml_options, generator)), "fairu_higgsml_options.generator was of another type");
_Static_assert(sizeof(fairu_higgsml_options) >= sizeof(struct then_fairu_higgsml_options), "fairu_higgsml_options was of another size");
struct then_fairu_migration { size_t struct_size; double cut; double sentinel; double category; double crossing; double weight; size_t n_crossing; };
_Static_assert(offsetof(fairu_migration, struct_size) == offsetof(struct then_fairu_migration, struct_size), "fairu_migration.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_migration, struct_size), TYPE(struct then_fairu_migration, struct_size)), "fairu_migration.struct_size was of another type");
_Static_assert(offsetof(fairu_migration, cut) == offsetof(struct then_fairu_migration, cut), "fairu_migration.cut was elsewhere");
_Static_assert(SAME(TYPE(fairu_migration, cut), TYPE(struct then_fairu_migration, cut)), "fairu_migration.cut was of another type");
_Static_assert(offsetof(fairu_migration, sentinel) == offsetof(struct then_fairu_migration, sentinel), "fairu_migration.sentinel was elsewhere");
_Static_assert(SAME(TYPE(fairu_migration, sentinel), TYPE(struct then_fairu_migration, sentinel)), "fairu_migration.sentinel was of another type");
_Static_assert(offsetof(fairu_migration, category) == offsetof(struct then_fairu_migration, category), "fairu_migration.category was elsewhere");
_Static_assert(SAME(TYPE(fairu_migration, category), TYPE(struct then_fairu_migration, category)), "fairu_migration.category was of another type");
_Static_assert(offsetof(fairu_migration, crossing) == offsetof(struct then_fairu_migration, crossing), "fairu_migration.crossing was elsewhere");
_Static_assert(SAME(TYPE(fairu_migration, crossing), TYPE(struct then_fairu_migration, crossing)), "fairu_migration.crossing was of another type");
_Static_assert(offsetof(fairu_migration, weight) == offsetof(struct then_fairu_migration, weight), "fairu_migration.weight was elsewhere");
_Static_assert(SAME(TYPE(fairu_migration, weight), TYPE(struct then_fairu_migration, weight)), "fairu_migration.weight was of another type");
_Static_assert(offsetof(fairu_migration, n_crossing) == offsetof(struct then_fairu_migration, n_crossing), "fairu_migration.n_crossing was elsewhere");
_Static_assert(SAME(TYPE(fairu_migration, n_crossing), TYPE(struct then_fairu_migration, n_crossing)), "fairu_migration.n_crossing was of another type");
_Static_assert(sizeof(fairu_migration) >= sizeof(struct then_fairu_migration), "fairu_migration was of another size");
typedef int (*then_fairu_transform_fn)(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events, float *const *columns, size_t n_columns, double *weights, unsigned char *passed, void *user_data);
_Static_assert(SAME(fairu_transform_fn, then_fairu_transform_fn), "fairu_transform_fn was of another type");
typedef int (*then_fairu_transform_tangent_fn)(const double *z, size_t n_nuisances, uint64_t seed, size_t first_row, size_t n_events, double *const *values, double *const *tangents, size_t n_columns, unsigned char *passed, void *user_data);
_Static_assert(SAME(fairu_transform_tangent_fn, then_fairu_transform_tangent_fn), "fairu_transform_tangent_fn was of another type");
typedef int then_fairu_nuisance_init(fairu_nuisance *nuisance, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_nuisance_init), then_fairu_nuisance_init), "fairu_nuisance_init was declared otherwise");
typedef int then_fairu_nuisance_draw(fairu_context *ctx, const fairu_nuisance *nuisance, uint64_t seed, uint64_t first, size_t n, int clip, double *values);
_Static_assert(SAME(__typeof__(fairu_nuisance_draw), then_fairu_nuisance_draw), "fairu_nuisance_draw was declared otherwise");
typedef int then_fairu_systematics_create(fairu_context *ctx, const fairu_nuisance *nuisances, size_t n_nuisances, fairu_systematics **out);
_Static_assert(SAME(__typeof__(fairu_systematics_create), then_fairu_systematics_create), "fairu_systematics_create was declared otherwise");
typedef void then_fairu_systematics_destroy(fairu_systematics *systematics);
_Static_assert(SAME(__typeof__(fairu_systematics_destroy), then_fairu_systematics_destroy), "fairu_systematics_destroy was declared otherwise");
typedef size_t then_fairu_systematics_n_nuisances(const fairu_systematics *systematics);
_Static_assert(SAME(__typeof__(fairu_systematics_n_nuisances), then_fairu_systematics_n_nuisances), "fairu_systematics_n_nuisances was declared otherwise");
typedef int then_fairu_systematics_nuisance(const fairu_systematics *systematics, fairu_context *ctx, size_t i, fairu_nuisance *nuisance);
_Static_assert(SAME(__typeof__(fairu_systematics_nuisance), then_fairu_systematics_nuisance), "fairu_systematics_nuisance was declared otherwise");
typedef int then_fairu_systematics_add_rotation(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance, const char *x, const char *y, double reference);
_Static_assert(SAME(__typeof__(fairu_systematics_add_rotation), then_fairu_systematics_add_rotation), "fairu_systematics_add_rotation was declared otherwise");
typedef int then_fairu_systematics_add_scale(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance, const char *const *columns, size_t n_columns);
_Static_assert(SAME(__typeof__(fairu_systematics_add_scale), then_fairu_systematics_add_scale), "fairu_systematics_add_scale was declared otherwise");
typedef int then_fairu_systematics_add_momentum_scale(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance, const char *pt, const char *phi, const char *met, const char *met_phi, double pt_min);
_Static_assert(SAME(__typeof__(fairu_systematics_add_momentum_scale), then_fairu_systematics_add_momentum_scale), "fairu_systematics_add_momentum_scale was declared otherwise");
typedef int then_fairu_systematics_add_met_smearing(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance, const char *met, const char *met_phi);
_Static_assert(SAME(__typeof__(fairu_systematics_add_met_smearing), then_fairu_systematics_add_met_smearing), "fairu_systematics_add_met_smearing was declared otherwise");
typedef int then_fairu_systematics_add_weight_scale(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance, const char *const *labels, size_t n_labels);
_Static_assert(SAME(__typeof__(fairu_systematics_add_weight_scale), then_fairu_systematics_add_weight_scale), "fairu_systematics_add_weight_scale was declared otherwise");
typedef int then_fairu_systematics_add_shift(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance, const char *const *columns, const double *steps, size_t n_columns, double reference);
_Static_assert(SAME(__typeof__(fairu_systematics_add_shift), then_fairu_systematics_add_shift), "fairu_systematics_add_shift was declared otherwise");
typedef int then_fairu_systematics_add_smearing(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance, const char *const *columns, size_t n_columns);
_Static_assert(SAME(__typeof__(fairu_systematics_add_smearing), then_fairu_systematics_add_smearing), "fairu_systematics_add_smearing was declared otherwise");
typedef int then_fairu_systematics_add_cut(fairu_systematics *systematics, fairu_context *ctx, const char *column, double lower, double upper);
_Static_assert(SAME(__typeof__(fairu_systematics_add_cut), then_fairu_systematics_add_cut), "fairu_systematics_add_cut was declared otherwise");
typedef int then_fairu_systematics_add_category(fairu_systematics *systematics, fairu_context *ctx, const char *column, const double *edges, size_t n_edges, const char *category);
_Static_assert(SAME(__typeof__(fairu_systematics_add_category), then_fairu_systematics_add_category), "fairu_systematics_add_category was declared otherwise");
typedef int then_fairu_systematics_add_two_point(fairu_systematics *systematics, fairu_context *ctx, const char *nuisance, const char *up, const char *down);
_Static_assert(SAME(__typeof__(fairu_systematics_add_two_point), then_fairu_systematics_add_two_point), "fairu_systematics_add_two_point was declared otherwise");
typedef int then_fairu_higgsml2014_options_init(fairu_higgsml2014_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_higgsml2014_options_init), then_fairu_higgsml2014_options_init), "fairu_higgsml2014_options_init was declared otherwise");
typedef int then_fairu_systematics_add_higgsml2014(fairu_systematics *systematics, fairu_context *ctx, const fairu_higgsml2014_options *options);
_Static_assert(SAME(__typeof__(fairu_systematics_add_higgsml2014), then_fairu_systematics_add_higgsml2014), "fairu_systematics_add_higgsml2014 was declared otherwise");
typedef int then_fairu_higgsml_options_init(fairu_higgsml_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_higgsml_options_init), then_fairu_higgsml_options_init), "fairu_higgsml_options_init was declared otherwise");
typedef int then_fairu_systematics_add_higgsml(fairu_systematics *systematics, fairu_context *ctx, const fairu_higgsml_options *options);
_Static_assert(SAME(__typeof__(fairu_systematics_add_higgsml), then_fairu_systematics_add_higgsml), "fairu_systematics_add_higgsml was declared otherwise");
typedef int then_fairu_systematics_add_callback(fairu_systematics *systematics, fairu_context *ctx, const char *const *columns, size_t n_columns, fairu_transform_fn fn, void *user_data);
_Static_assert(SAME(__typeof__(fairu_systematics_add_callback), then_fairu_systematics_add_callback), "fairu_systematics_add_callback was declared otherwise");
typedef int then_fairu_systematics_add_callback_with_tangents( fairu_systematics *systematics, fairu_context *ctx, const char *const *columns, size_t n_columns, fairu_transform_fn fn, fairu_transform_tangent_fn tangent, void *user_data);
_Static_assert(SAME(__typeof__(fairu_systematics_add_callback_with_tangents), then_fairu_systematics_add_callback_with_tangents), "fairu_systematics_add_callback_with_tangents was declared otherwise");
typedef int then_fairu_systematics_apply(const fairu_systematics *systematics, fairu_context *ctx, const fairu_events *in, const double *z, size_t n_nuisances, uint64_t seed, unsigned char *passed, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_systematics_apply), then_fairu_systematics_apply), "fairu_systematics_apply was declared otherwise");
typedef int then_fairu_systematics_tangents(const fairu_systematics *systematics, fairu_context *ctx, const fairu_events *in, const double *z, size_t n_nuisances, uint64_t seed, const char *const *features, size_t n_features, float *tangents);
_Static_assert(SAME(__typeof__(fairu_systematics_tangents), then_fairu_systematics_tangents), "fairu_systematics_tangents was declared otherwise");
typedef int then_fairu_systematics_migration(const fairu_systematics *systematics, fairu_context *ctx, const fairu_events *in, const double *z, size_t n_nuisances, size_t k, double step, uint64_t seed, fairu_migration *migration);
_Static_assert(SAME(__typeof__(fairu_systematics_migration), then_fairu_systematics_migration), "fairu_systematics_migration was declared otherwise");
typedef int then_fairu_systematics_check_tangents(const fairu_systematics *systematics, fairu_context *ctx, const fairu_events *in, const double *z, size_t n_nuisances, const double *steps, uint64_t seed, double limit);
_Static_assert(SAME(__typeof__(fairu_systematics_check_tangents), then_fairu_systematics_check_tangents), "fairu_systematics_check_tangents was declared otherwise");
_Static_assert(FAIRU_ACTIVATION_LINEAR == 0, "FAIRU_ACTIVATION_LINEAR was 0");
_Static_assert(FAIRU_ACTIVATION_RELU == 1, "FAIRU_ACTIVATION_RELU was 1");
_Static_assert(FAIRU_ACTIVATION_TANH == 2, "FAIRU_ACTIVATION_TANH was 2");
_Static_assert(FAIRU_ACTIVATION_SIGMOID == 3, "FAIRU_ACTIVATION_SIGMOID was 3");
_Static_assert(FAIRU_ACTIVATION_ELU == 4, "FAIRU_ACTIVATION_ELU was 4");
_Static_assert(FAIRU_ACTIVATION_SOFTMAX == 5, "FAIRU_ACTIVATION_SOFTMAX was 5");
_Static_assert(FAIRU_OUTPUT_SCORE == 0, "FAIRU_OUTPUT_SCORE was 0");
_Static_assert(FAIRU_OUTPUT_LOGIT == 1, "FAIRU_OUTPUT_LOGIT was 1");
_Static_assert(FAIRU_OUTPUT_CLASS == 2, "FAIRU_OUTPUT_CLASS was 2");
_Static_assert(FAIRU_INPUT_REFUSE == 0, "FAIRU_INPUT_REFUSE was 0");
_Static_assert(FAIRU_INPUT_DEFAULT == 1, "FAIRU_INPUT_DEFAULT was 1");
_Static_assert(FAIRU_INPUT_PASS == 2, "FAIRU_INPUT_PASS was 2");
_Static_assert(FAIRU_INPUT_CLIP == 3, "FAIRU_INPUT_CLIP was 3");
struct then_fairu_layer { size_t n_in, n_out; int activation; const float *weights; const float *bias; };
_Static_assert(offsetof(fairu_layer, n_in) == offsetof(struct then_fairu_layer, n_in), "fairu_layer.n_in was elsewhere");
_Static_assert(SAME(TYPE(fairu_layer, n_in), TYPE(struct then_fairu_layer, n_in)), "fairu_layer.n_in was of another type");
_Static_assert(offsetof(fairu_layer, n_out) == offsetof(struct then_fairu_layer, n_out), "fairu_layer.n_out was elsewhere");
_Static_assert(SAME(TYPE(fairu_layer, n_out), TYPE(struct then_fairu_layer, n_out)), "fairu_layer.n_out was of another type");
_Static_assert(offsetof(fairu_layer, activation) == offsetof(struct then_fairu_layer, activation), "fairu_layer.activation was elsewhere");
_Static_assert(SAME(TYPE(fairu_layer, activation), TYPE(struct then_fairu_layer, activation)), "fairu_layer.activation was of another type");
_Static_assert(offsetof(fairu_layer, weights) == offsetof(struct then_fairu_layer, weights), "fairu_layer.weights was elsewhere");
_Static_assert(SAME(TYPE(fairu_layer, weights), TYPE(struct then_fairu_layer, weights)), "fairu_layer.weights was of another type");
_Static_assert(offsetof(fairu_layer, bias) == offsetof(struct then_fairu_layer, bias), "fairu_layer.bias was elsewhere");
_Static_assert(SAME(TYPE(fairu_layer, bias), TYPE(struct then_fairu_layer, bias)), "fairu_layer.bias was of another type");
_Static_assert(sizeof(fairu_layer) == sizeof(struct then_fairu_layer), "fairu_layer was of another size");
struct then_fairu_network_options { size_t struct_size; const char *const *features; size_t n_features; const char *const *nuisances; size_t n_nuisances; const double *offset; const double *scale; const double *z_lower; const double *z_upper; };
_Static_assert(offsetof(fairu_network_options, struct_size) == offsetof(struct then_fairu_network_options, struct_size), "fairu_network_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, struct_size), TYPE(struct then_fairu_network_options, struct_size)), "fairu_network_options.struct_size was of another type");
_Static_assert(offsetof(fairu_network_options, features) == offsetof(struct then_fairu_network_options, features), "fairu_network_options.features was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, features), TYPE(struct then_fairu_network_options, features)), "fairu_network_options.features was of another type");
_Static_assert(offsetof(fairu_network_options, n_features) == offsetof(struct then_fairu_network_options, n_features), "fairu_network_options.n_features was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, n_features), TYPE(struct then_fairu_network_options, n_features)), "fairu_network_options.n_features was of another type");
_Static_assert(offsetof(fairu_network_options, nuisances) == offsetof(struct then_fairu_network_options, nuisances), "fairu_network_options.nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, nuisances), TYPE(struct then_fairu_network_options, nuisances)), "fairu_network_options.nuisances was of another type");
_Static_assert(offsetof(fairu_network_options, n_nuisances) == offsetof(struct then_fairu_network_options, n_nuisances), "fairu_network_options.n_nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, n_nuisances), TYPE(struct then_fairu_network_options, n_nuisances)), "fairu_network_options.n_nuisances was of another type");
_Static_assert(offsetof(fairu_network_options, offset) == offsetof(struct then_fairu_network_options, offset), "fairu_network_options.offset was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, offset), TYPE(struct then_fairu_network_options, offset)), "fairu_network_options.offset was of another type");
_Static_assert(offsetof(fairu_network_options, scale) == offsetof(struct then_fairu_network_options, scale), "fairu_network_options.scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, scale), TYPE(struct then_fairu_network_options, scale)), "fairu_network_options.scale was of another type");
_Static_assert(offsetof(fairu_network_options, z_lower) == offsetof(struct then_fairu_network_options, z_lower), "fairu_network_options.z_lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, z_lower), TYPE(struct then_fairu_network_options, z_lower)), "fairu_network_options.z_lower was of another type");
_Static_assert(offsetof(fairu_network_options, z_upper) == offsetof(struct then_fairu_network_options, z_upper), "fairu_network_options.z_upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_network_options, z_upper), TYPE(struct then_fairu_network_options, z_upper)), "fairu_network_options.z_upper was of another type");
_Static_assert(sizeof(fairu_network_options) >= sizeof(struct then_fairu_network_options), "fairu_network_options was of another size");
struct then_fairu_input_options { size_t struct_size; const float *defaults; const float *lower; const float *upper; int non_finite; int outside; };
_Static_assert(offsetof(fairu_input_options, struct_size) == offsetof(struct then_fairu_input_options, struct_size), "fairu_input_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_input_options, struct_size), TYPE(struct then_fairu_input_options, struct_size)), "fairu_input_options.struct_size was of another type");
_Static_assert(offsetof(fairu_input_options, defaults) == offsetof(struct then_fairu_input_options, defaults), "fairu_input_options.defaults was elsewhere");
_Static_assert(SAME(TYPE(fairu_input_options, defaults), TYPE(struct then_fairu_input_options, defaults)), "fairu_input_options.defaults was of another type");
_Static_assert(offsetof(fairu_input_options, lower) == offsetof(struct then_fairu_input_options, lower), "fairu_input_options.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_input_options, lower), TYPE(struct then_fairu_input_options, lower)), "fairu_input_options.lower was of another type");
_Static_assert(offsetof(fairu_input_options, upper) == offsetof(struct then_fairu_input_options, upper), "fairu_input_options.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_input_options, upper), TYPE(struct then_fairu_input_options, upper)), "fairu_input_options.upper was of another type");
_Static_assert(offsetof(fairu_input_options, non_finite) == offsetof(struct then_fairu_input_options, non_finite), "fairu_input_options.non_finite was elsewhere");
_Static_assert(SAME(TYPE(fairu_input_options, non_finite), TYPE(struct then_fairu_input_options, non_finite)), "fairu_input_options.non_finite was of another type");
_Static_assert(offsetof(fairu_input_options, outside) == offsetof(struct then_fairu_input_options, outside), "fairu_input_options.outside was elsewhere");
_Static_assert(SAME(TYPE(fairu_input_options, outside), TYPE(struct then_fairu_input_options, outside)), "fairu_input_options.outside was of another type");
_Static_assert(sizeof(fairu_input_options) >= sizeof(struct then_fairu_input_options), "fairu_input_options was of another size");
typedef int (*then_fairu_score_fn)(const float *features, size_t n_events, size_t n_features, const double *z, size_t n_nuisances, float *logits, void *user_data);
_Static_assert(SAME(fairu_score_fn, then_fairu_score_fn), "fairu_score_fn was of another type");
typedef int then_fairu_network_options_init(fairu_network_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_network_options_init), then_fairu_network_options_init), "fairu_network_options_init was declared otherwise");
typedef int then_fairu_classifier_create_network(fairu_context *ctx, const fairu_network_options *options, const fairu_layer *layers, size_t n_layers, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_create_network), then_fairu_classifier_create_network), "fairu_classifier_create_network was declared otherwise");
typedef int then_fairu_classifier_create_gated(fairu_context *ctx, const fairu_classifier *below, const fairu_classifier *above, const char *nuisance, double nominal, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_create_gated), then_fairu_classifier_create_gated), "fairu_classifier_create_gated was declared otherwise");
typedef int then_fairu_classifier_create_ensemble(fairu_context *ctx, const fairu_classifier *const *members, size_t n, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_create_ensemble), then_fairu_classifier_create_ensemble), "fairu_classifier_create_ensemble was declared otherwise");
typedef int then_fairu_classifier_create_linear(fairu_context *ctx, const char *const *features, const double *weights, size_t n_features, double bias, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_create_linear), then_fairu_classifier_create_linear), "fairu_classifier_create_linear was declared otherwise");
typedef int then_fairu_classifier_create_rotation(fairu_context *ctx, const char *x, const char *y, const char *nuisance, double slope, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_create_rotation), then_fairu_classifier_create_rotation), "fairu_classifier_create_rotation was declared otherwise");
typedef int then_fairu_classifier_create_callback( fairu_context *ctx, const char *const *features, size_t n_features, const char *const *nuisances, size_t n_nuisances, size_t n_outputs, fairu_score_fn fn, void *user_data, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_create_callback), then_fairu_classifier_create_callback), "fairu_classifier_create_callback was declared otherwise");
typedef int then_fairu_input_options_init(fairu_input_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_input_options_init), then_fairu_input_options_init), "fairu_input_options_init was declared otherwise");
typedef int then_fairu_classifier_create_with_inputs(fairu_context *ctx, const fairu_classifier *classifier, const fairu_input_options *options, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_create_with_inputs), then_fairu_classifier_create_with_inputs), "fairu_classifier_create_with_inputs was declared otherwise");
typedef void then_fairu_classifier_destroy(fairu_classifier *classifier);
_Static_assert(SAME(__typeof__(fairu_classifier_destroy), then_fairu_classifier_destroy), "fairu_classifier_destroy was declared otherwise");
typedef size_t then_fairu_classifier_n_features(const fairu_classifier *classifier);
_Static_assert(SAME(__typeof__(fairu_classifier_n_features), then_fairu_classifier_n_features), "fairu_classifier_n_features was declared otherwise");
typedef size_t then_fairu_classifier_n_nuisances(const fairu_classifier *classifier);
_Static_assert(SAME(__typeof__(fairu_classifier_n_nuisances), then_fairu_classifier_n_nuisances), "fairu_classifier_n_nuisances was declared otherwise");
typedef size_t then_fairu_classifier_n_outputs(const fairu_classifier *classifier);
_Static_assert(SAME(__typeof__(fairu_classifier_n_outputs), then_fairu_classifier_n_outputs), "fairu_classifier_n_outputs was declared otherwise");
typedef const char * then_fairu_classifier_feature_name(const fairu_classifier *classifier, size_t i);
_Static_assert(SAME(__typeof__(fairu_classifier_feature_name), then_fairu_classifier_feature_name), "fairu_classifier_feature_name was declared otherwise");
typedef const char * then_fairu_classifier_nuisance_name(const fairu_classifier *classifier, size_t i);
_Static_assert(SAME(__typeof__(fairu_classifier_nuisance_name), then_fairu_classifier_nuisance_name), "fairu_classifier_nuisance_name was declared otherwise");
typedef int then_fairu_classifier_nuisance_range(const fairu_classifier *classifier, fairu_context *ctx, size_t i, double *lower, double *upper);
_Static_assert(SAME(__typeof__(fairu_classifier_nuisance_range), then_fairu_classifier_nuisance_range), "fairu_classifier_nuisance_range was declared otherwise");
typedef int then_fairu_classifier_score(const fairu_classifier *classifier, fairu_context *ctx, const float *features, size_t n_events, size_t n_features, const double *z, size_t n_nuisances, int output, float *scores);
_Static_assert(SAME(__typeof__(fairu_classifier_score), then_fairu_classifier_score), "fairu_classifier_score was declared otherwise");
typedef int then_fairu_classifier_score_event(const fairu_classifier *classifier, fairu_context *ctx, const float *features, size_t n_features, const double *z, size_t n_nuisances, int output, float *scores);
_Static_assert(SAME(__typeof__(fairu_classifier_score_event), then_fairu_classifier_score_event), "fairu_classifier_score_event was declared otherwise");
typedef int then_fairu_classifier_score_derivative(const fairu_classifier *classifier, fairu_context *ctx, const float *features, size_t n_events, size_t n_features, const double *z, size_t n_nuisances, int output, float *scores, float *d_features, float *d_z);
_Static_assert(SAME(__typeof__(fairu_classifier_score_derivative), then_fairu_classifier_score_derivative), "fairu_classifier_score_derivative was declared otherwise");
typedef int then_fairu_classifier_score_events(const fairu_classifier *classifier, fairu_context *ctx, const fairu_events *events, const double *z, size_t n_points, size_t n_nuisances, int output, float *scores);
_Static_assert(SAME(__typeof__(fairu_classifier_score_events), then_fairu_classifier_score_events), "fairu_classifier_score_events was declared otherwise");
typedef int then_fairu_classifier_save(const fairu_classifier *classifier, fairu_context *ctx, const char *path);
_Static_assert(SAME(__typeof__(fairu_classifier_save), then_fairu_classifier_save), "fairu_classifier_save was declared otherwise");
typedef int then_fairu_classifier_load(fairu_context *ctx, const char *path, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_load), then_fairu_classifier_load), "fairu_classifier_load was declared otherwise");
typedef int then_fairu_auc(fairu_context *ctx, const float *scores, const int32_t *labels, const double *weights, size_t n, double *auc);
_Static_assert(SAME(__typeof__(fairu_auc), then_fairu_auc), "fairu_auc was declared otherwise");
_Static_assert(FAIRU_OPTIMISER_ADAM == 1, "FAIRU_OPTIMISER_ADAM was 1");
_Static_assert(FAIRU_OPTIMISER_SGD == 2, "FAIRU_OPTIMISER_SGD was 2");
_Static_assert(FAIRU_OPTIMISER_RMSPROP == 3, "FAIRU_OPTIMISER_RMSPROP was 3");
_Static_assert(FAIRU_LOSS_BINARY == 1, "FAIRU_LOSS_BINARY was 1");
_Static_assert(FAIRU_LOSS_CATEGORICAL == 2, "FAIRU_LOSS_CATEGORICAL was 2");
_Static_assert(FAIRU_LOSS_SQUARED == 3, "FAIRU_LOSS_SQUARED was 3");
_Static_assert(FAIRU_SCHEDULE_CONSTANT == 0, "FAIRU_SCHEDULE_CONSTANT was 0");
_Static_assert(FAIRU_SCHEDULE_COSINE == 1, "FAIRU_SCHEDULE_COSINE was 1");
_Static_assert(FAIRU_SCHEDULE_STEP == 2, "FAIRU_SCHEDULE_STEP was 2");
struct then_fairu_training_options { size_t struct_size; const char *const *features; size_t n_features; const char *const *nuisances; size_t n_nuisances; int loss; size_t n_classes; const char *const *targets; size_t n_targets; const size_t *hidden; size_t n_hidden; int activation; const int *activations; double dropout; int batch_norm; int optimiser; int schedule; double learning_rate; double final_rate; double momentum; double l2; size_t batch; size_t epochs; double validation_fraction; size_t patience; int standardise; int balance; const char *gate; double gate_nominal; size_t members; const float *tangents; size_t n_tangents; double tangent_penalty; const char *checkpoint; size_t checkpoint_every; int resume; uint64_t seed; fairu_epoch_fn on_epoch; void *user_data; };
_Static_assert(offsetof(fairu_training_options, struct_size) == offsetof(struct then_fairu_training_options, struct_size), "fairu_training_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, struct_size), TYPE(struct then_fairu_training_options, struct_size)), "fairu_training_options.struct_size was of another type");
_Static_assert(offsetof(fairu_training_options, features) == offsetof(struct then_fairu_training_options, features), "fairu_training_options.features was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, features), TYPE(struct then_fairu_training_options, features)), "fairu_training_options.features was of another type");
_Static_assert(offsetof(fairu_training_options, n_features) == offsetof(struct then_fairu_training_options, n_features), "fairu_training_options.n_features was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, n_features), TYPE(struct then_fairu_training_options, n_features)), "fairu_training_options.n_features was of another type");
_Static_assert(offsetof(fairu_training_options, nuisances) == offsetof(struct then_fairu_training_options, nuisances), "fairu_training_options.nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, nuisances), TYPE(struct then_fairu_training_options, nuisances)), "fairu_training_options.nuisances was of another type");
_Static_assert(offsetof(fairu_training_options, n_nuisances) == offsetof(struct then_fairu_training_options, n_nuisances), "fairu_training_options.n_nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, n_nuisances), TYPE(struct then_fairu_training_options, n_nuisances)), "fairu_training_options.n_nuisances was of another type");
_Static_assert(offsetof(fairu_training_options, loss) == offsetof(struct then_fairu_training_options, loss), "fairu_training_options.loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, loss), TYPE(struct then_fairu_training_options, loss)), "fairu_training_options.loss was of another type");
_Static_assert(offsetof(fairu_training_options, n_classes) == offsetof(struct then_fairu_training_options, n_classes), "fairu_training_options.n_classes was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, n_classes), TYPE(struct then_fairu_training_options, n_classes)), "fairu_training_options.n_classes was of another type");
_Static_assert(offsetof(fairu_training_options, targets) == offsetof(struct then_fairu_training_options, targets), "fairu_training_options.targets was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, targets), TYPE(struct then_fairu_training_options, targets)), "fairu_training_options.targets was of another type");
_Static_assert(offsetof(fairu_training_options, n_targets) == offsetof(struct then_fairu_training_options, n_targets), "fairu_training_options.n_targets was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, n_targets), TYPE(struct then_fairu_training_options, n_targets)), "fairu_training_options.n_targets was of another type");
_Static_assert(offsetof(fairu_training_options, hidden) == offsetof(struct then_fairu_training_options, hidden), "fairu_training_options.hidden was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, hidden), TYPE(struct then_fairu_training_options, hidden)), "fairu_training_options.hidden was of another type");
_Static_assert(offsetof(fairu_training_options, n_hidden) == offsetof(struct then_fairu_training_options, n_hidden), "fairu_training_options.n_hidden was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, n_hidden), TYPE(struct then_fairu_training_options, n_hidden)), "fairu_training_options.n_hidden was of another type");
_Static_assert(offsetof(fairu_training_options, activation) == offsetof(struct then_fairu_training_options, activation), "fairu_training_options.activation was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, activation), TYPE(struct then_fairu_training_options, activation)), "fairu_training_options.activation was of another type");
_Static_assert(offsetof(fairu_training_options, activations) == offsetof(struct then_fairu_training_options, activations), "fairu_training_options.activations was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, activations), TYPE(struct then_fairu_training_options, activations)), "fairu_training_options.activations was of another type");
_Static_assert(offsetof(fairu_training_options, dropout) == offsetof(struct then_fairu_training_options, dropout), "fairu_training_options.dropout was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, dropout), TYPE(struct then_fairu_training_options, dropout)), "fairu_training_options.dropout was of another type");
_Static_assert(offsetof(fairu_training_options, batch_norm) == offsetof(struct then_fairu_training_options, batch_norm), "fairu_training_options.batch_norm was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, batch_norm), TYPE(struct then_fairu_training_options, batch_norm)), "fairu_training_options.batch_norm was of another type");
_Static_assert(offsetof(fairu_training_options, optimiser) == offsetof(struct then_fairu_training_options, optimiser), "fairu_training_options.optimiser was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, optimiser), TYPE(struct then_fairu_training_options, optimiser)), "fairu_training_options.optimiser was of another type");
_Static_assert(offsetof(fairu_training_options, schedule) == offsetof(struct then_fairu_training_options, schedule), "fairu_training_options.schedule was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, schedule), TYPE(struct then_fairu_training_options, schedule)), "fairu_training_options.schedule was of another type");
_Static_assert(offsetof(fairu_training_options, learning_rate) == offsetof(struct then_fairu_training_options, learning_rate), "fairu_training_options.learning_rate was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, learning_rate), TYPE(struct then_fairu_training_options, learning_rate)), "fairu_training_options.learning_rate was of another type");
_Static_assert(offsetof(fairu_training_options, final_rate) == offsetof(struct then_fairu_training_options, final_rate), "fairu_training_options.final_rate was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, final_rate), TYPE(struct then_fairu_training_options, final_rate)), "fairu_training_options.final_rate was of another type");
_Static_assert(offsetof(fairu_training_options, momentum) == offsetof(struct then_fairu_training_options, momentum), "fairu_training_options.momentum was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, momentum), TYPE(struct then_fairu_training_options, momentum)), "fairu_training_options.momentum was of another type");
_Static_assert(offsetof(fairu_training_options, l2) == offsetof(struct then_fairu_training_options, l2), "fairu_training_options.l2 was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, l2), TYPE(struct then_fairu_training_options, l2)), "fairu_training_options.l2 was of another type");
_Static_assert(offsetof(fairu_training_options, batch) == offsetof(struct then_fairu_training_options, batch), "fairu_training_options.batch was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, batch), TYPE(struct then_fairu_training_options, batch)), "fairu_training_options.batch was of another type");
_Static_assert(offsetof(fairu_training_options, epochs) == offsetof(struct then_fairu_training_options, epochs), "fairu_training_options.epochs was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, epochs), TYPE(struct then_fairu_training_options, epochs)), "fairu_training_options.epochs was of another type");
_Static_assert(offsetof(fairu_training_options, validation_fraction) == offsetof(struct then_fairu_training_options, validation_fraction), "fairu_training_options.validation_fraction was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, validation_fraction), TYPE(struct then_fairu_training_options, validation_fraction)), "fairu_training_options.validation_fraction was of another type");
_Static_assert(offsetof(fairu_training_options, patience) == offsetof(struct then_fairu_training_options, patience), "fairu_training_options.patience was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, patience), TYPE(struct then_fairu_training_options, patience)), "fairu_training_options.patience was of another type");
_Static_assert(offsetof(fairu_training_options, standardise) == offsetof(struct then_fairu_training_options, standardise), "fairu_training_options.standardise was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, standardise), TYPE(struct then_fairu_training_options, standardise)), "fairu_training_options.standardise was of another type");
_Static_assert(offsetof(fairu_training_options, balance) == offsetof(struct then_fairu_training_options, balance), "fairu_training_options.balance was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, balance), TYPE(struct then_fairu_training_options, balance)), "fairu_training_options.balance was of another type");
_Static_assert(offsetof(fairu_training_options, gate) == offsetof(struct then_fairu_training_options, gate), "fairu_training_options.gate was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, gate), TYPE(struct then_fairu_training_options, gate)), "fairu_training_options.gate was of another type");
_Static_assert(offsetof(fairu_training_options, gate_nominal) == offsetof(struct then_fairu_training_options, gate_nominal), "fairu_training_options.gate_nominal was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, gate_nominal), TYPE(struct then_fairu_training_options, gate_nominal)), "fairu_training_options.gate_nominal was of another type");
_Static_assert(offsetof(fairu_training_options, members) == offsetof(struct then_fairu_training_options, members), "fairu_training_options.members was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, members), TYPE(struct then_fairu_training_options, members)), "fairu_training_options.members was of another type");
_Static_assert(offsetof(fairu_training_options, tangents) == offsetof(struct then_fairu_training_options, tangents), "fairu_training_options.tangents was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, tangents), TYPE(struct then_fairu_training_options, tangents)), "fairu_training_options.tangents was of another type");
_Static_assert(offsetof(fairu_training_options, n_tangents) == offsetof(struct then_fairu_training_options, n_tangents), "fairu_training_options.n_tangents was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, n_tangents), TYPE(struct then_fairu_training_options, n_tangents)), "fairu_training_options.n_tangents was of another type");
_Static_assert(offsetof(fairu_training_options, tangent_penalty) == offsetof(struct then_fairu_training_options, tangent_penalty), "fairu_training_options.tangent_penalty was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, tangent_penalty), TYPE(struct then_fairu_training_options, tangent_penalty)), "fairu_training_options.tangent_penalty was of another type");
_Static_assert(offsetof(fairu_training_options, checkpoint) == offsetof(struct then_fairu_training_options, checkpoint), "fairu_training_options.checkpoint was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, checkpoint), TYPE(struct then_fairu_training_options, checkpoint)), "fairu_training_options.checkpoint was of another type");
_Static_assert(offsetof(fairu_training_options, checkpoint_every) == offsetof(struct then_fairu_training_options, checkpoint_every), "fairu_training_options.checkpoint_every was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, checkpoint_every), TYPE(struct then_fairu_training_options, checkpoint_every)), "fairu_training_options.checkpoint_every was of another type");
_Static_assert(offsetof(fairu_training_options, resume) == offsetof(struct then_fairu_training_options, resume), "fairu_training_options.resume was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, resume), TYPE(struct then_fairu_training_options, resume)), "fairu_training_options.resume was of another type");
_Static_assert(offsetof(fairu_training_options, seed) == offsetof(struct then_fairu_training_options, seed), "fairu_training_options.seed was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, seed), TYPE(struct then_fairu_training_options, seed)), "fairu_training_options.seed was of another type");
_Static_assert(offsetof(fairu_training_options, on_epoch) == offsetof(struct then_fairu_training_options, on_epoch), "fairu_training_options.on_epoch was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, on_epoch), TYPE(struct then_fairu_training_options, on_epoch)), "fairu_training_options.on_epoch was of another type");
_Static_assert(offsetof(fairu_training_options, user_data) == offsetof(struct then_fairu_training_options, user_data), "fairu_training_options.user_data was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_options, user_data), TYPE(struct then_fairu_training_options, user_data)), "fairu_training_options.user_data was of another type");
_Static_assert(sizeof(fairu_training_options) >= sizeof(struct then_fairu_training_options), "fairu_training_options was of another size");
struct then_fairu_training_result { size_t struct_size; size_t epochs; size_t best_epoch; uint64_t steps; double training_loss; double validation_loss; };
_Static_assert(offsetof(fairu_training_result, struct_size) == offsetof(struct then_fairu_training_result, struct_size), "fairu_training_result.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_result, struct_size), TYPE(struct then_fairu_training_result, struct_size)), "fairu_training_result.struct_size was of another type");
_Static_assert(offsetof(fairu_training_result, epochs) == offsetof(struct then_fairu_training_result, epochs), "fairu_training_result.epochs was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_result, epochs), TYPE(struct then_fairu_training_result, epochs)), "fairu_training_result.epochs was of another type");
_Static_assert(offsetof(fairu_training_result, best_epoch) == offsetof(struct then_fairu_training_result, best_epoch), "fairu_training_result.best_epoch was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_result, best_epoch), TYPE(struct then_fairu_training_result, best_epoch)), "fairu_training_result.best_epoch was of another type");
_Static_assert(offsetof(fairu_training_result, steps) == offsetof(struct then_fairu_training_result, steps), "fairu_training_result.steps was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_result, steps), TYPE(struct then_fairu_training_result, steps)), "fairu_training_result.steps was of another type");
_Static_assert(offsetof(fairu_training_result, training_loss) == offsetof(struct then_fairu_training_result, training_loss), "fairu_training_result.training_loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_result, training_loss), TYPE(struct then_fairu_training_result, training_loss)), "fairu_training_result.training_loss was of another type");
_Static_assert(offsetof(fairu_training_result, validation_loss) == offsetof(struct then_fairu_training_result, validation_loss), "fairu_training_result.validation_loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_training_result, validation_loss), TYPE(struct then_fairu_training_result, validation_loss)), "fairu_training_result.validation_loss was of another type");
_Static_assert(sizeof(fairu_training_result) >= sizeof(struct then_fairu_training_result), "fairu_training_result was of another size");
typedef int (*then_fairu_epoch_fn)(size_t epoch, double training_loss, double validation_loss, void *user_data);
_Static_assert(SAME(fairu_epoch_fn, then_fairu_epoch_fn), "fairu_epoch_fn was of another type");
typedef int then_fairu_training_options_init(fairu_training_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_training_options_init), then_fairu_training_options_init), "fairu_training_options_init was declared otherwise");
typedef int then_fairu_classifier_train(fairu_context *ctx, const fairu_events *events, const fairu_training_options *options, fairu_training_result *result, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_train), then_fairu_classifier_train), "fairu_classifier_train was declared otherwise");
_Static_assert(FAIRU_DENSITY_AUTO == 0, "FAIRU_DENSITY_AUTO was 0");
_Static_assert(FAIRU_DENSITY_MIXTURE == 1, "FAIRU_DENSITY_MIXTURE was 1");
_Static_assert(FAIRU_DENSITY_GAUSSIAN == 2, "FAIRU_DENSITY_GAUSSIAN was 2");
_Static_assert(FAIRU_DENSITY_DISCRETE == 3, "FAIRU_DENSITY_DISCRETE was 3");
_Static_assert(FAIRU_DENSITY_SQUARED == 4, "FAIRU_DENSITY_SQUARED was 4");
struct then_fairu_adversary_options { size_t struct_size; const char *nuisance; int density; size_t components; const size_t *hidden; size_t n_hidden; int activation; int sees; double lambda; int only_label; int reversal; size_t classifier_epochs; size_t adversary_epochs; size_t adversary_steps; size_t rounds; int optimiser; double learning_rate; double l2; };
_Static_assert(offsetof(fairu_adversary_options, struct_size) == offsetof(struct then_fairu_adversary_options, struct_size), "fairu_adversary_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, struct_size), TYPE(struct then_fairu_adversary_options, struct_size)), "fairu_adversary_options.struct_size was of another type");
_Static_assert(offsetof(fairu_adversary_options, nuisance) == offsetof(struct then_fairu_adversary_options, nuisance), "fairu_adversary_options.nuisance was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, nuisance), TYPE(struct then_fairu_adversary_options, nuisance)), "fairu_adversary_options.nuisance was of another type");
_Static_assert(offsetof(fairu_adversary_options, density) == offsetof(struct then_fairu_adversary_options, density), "fairu_adversary_options.density was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, density), TYPE(struct then_fairu_adversary_options, density)), "fairu_adversary_options.density was of another type");
_Static_assert(offsetof(fairu_adversary_options, components) == offsetof(struct then_fairu_adversary_options, components), "fairu_adversary_options.components was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, components), TYPE(struct then_fairu_adversary_options, components)), "fairu_adversary_options.components was of another type");
_Static_assert(offsetof(fairu_adversary_options, hidden) == offsetof(struct then_fairu_adversary_options, hidden), "fairu_adversary_options.hidden was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, hidden), TYPE(struct then_fairu_adversary_options, hidden)), "fairu_adversary_options.hidden was of another type");
_Static_assert(offsetof(fairu_adversary_options, n_hidden) == offsetof(struct then_fairu_adversary_options, n_hidden), "fairu_adversary_options.n_hidden was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, n_hidden), TYPE(struct then_fairu_adversary_options, n_hidden)), "fairu_adversary_options.n_hidden was of another type");
_Static_assert(offsetof(fairu_adversary_options, activation) == offsetof(struct then_fairu_adversary_options, activation), "fairu_adversary_options.activation was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, activation), TYPE(struct then_fairu_adversary_options, activation)), "fairu_adversary_options.activation was of another type");
_Static_assert(offsetof(fairu_adversary_options, sees) == offsetof(struct then_fairu_adversary_options, sees), "fairu_adversary_options.sees was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, sees), TYPE(struct then_fairu_adversary_options, sees)), "fairu_adversary_options.sees was of another type");
_Static_assert(offsetof(fairu_adversary_options, lambda) == offsetof(struct then_fairu_adversary_options, lambda), "fairu_adversary_options.lambda was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, lambda), TYPE(struct then_fairu_adversary_options, lambda)), "fairu_adversary_options.lambda was of another type");
_Static_assert(offsetof(fairu_adversary_options, only_label) == offsetof(struct then_fairu_adversary_options, only_label), "fairu_adversary_options.only_label was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, only_label), TYPE(struct then_fairu_adversary_options, only_label)), "fairu_adversary_options.only_label was of another type");
_Static_assert(offsetof(fairu_adversary_options, reversal) == offsetof(struct then_fairu_adversary_options, reversal), "fairu_adversary_options.reversal was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, reversal), TYPE(struct then_fairu_adversary_options, reversal)), "fairu_adversary_options.reversal was of another type");
_Static_assert(offsetof(fairu_adversary_options, classifier_epochs) == offsetof(struct then_fairu_adversary_options, classifier_epochs), "fairu_adversary_options.classifier_epochs was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, classifier_epochs), TYPE(struct then_fairu_adversary_options, classifier_epochs)), "fairu_adversary_options.classifier_epochs was of another type");
_Static_assert(offsetof(fairu_adversary_options, adversary_epochs) == offsetof(struct then_fairu_adversary_options, adversary_epochs), "fairu_adversary_options.adversary_epochs was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, adversary_epochs), TYPE(struct then_fairu_adversary_options, adversary_epochs)), "fairu_adversary_options.adversary_epochs was of another type");
_Static_assert(offsetof(fairu_adversary_options, adversary_steps) == offsetof(struct then_fairu_adversary_options, adversary_steps), "fairu_adversary_options.adversary_steps was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, adversary_steps), TYPE(struct then_fairu_adversary_options, adversary_steps)), "fairu_adversary_options.adversary_steps was of another type");
_Static_assert(offsetof(fairu_adversary_options, rounds) == offsetof(struct then_fairu_adversary_options, rounds), "fairu_adversary_options.rounds was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, rounds), TYPE(struct then_fairu_adversary_options, rounds)), "fairu_adversary_options.rounds was of another type");
_Static_assert(offsetof(fairu_adversary_options, optimiser) == offsetof(struct then_fairu_adversary_options, optimiser), "fairu_adversary_options.optimiser was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, optimiser), TYPE(struct then_fairu_adversary_options, optimiser)), "fairu_adversary_options.optimiser was of another type");
_Static_assert(offsetof(fairu_adversary_options, learning_rate) == offsetof(struct then_fairu_adversary_options, learning_rate), "fairu_adversary_options.learning_rate was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, learning_rate), TYPE(struct then_fairu_adversary_options, learning_rate)), "fairu_adversary_options.learning_rate was of another type");
_Static_assert(offsetof(fairu_adversary_options, l2) == offsetof(struct then_fairu_adversary_options, l2), "fairu_adversary_options.l2 was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_options, l2), TYPE(struct then_fairu_adversary_options, l2)), "fairu_adversary_options.l2 was of another type");
_Static_assert(sizeof(fairu_adversary_options) >= sizeof(struct then_fairu_adversary_options), "fairu_adversary_options was of another size");
struct then_fairu_adversary_result { size_t struct_size; double classifier_loss; double adversary_loss; double validation_classifier_loss; double validation_adversary_loss; double blind_loss; };
_Static_assert(offsetof(fairu_adversary_result, struct_size) == offsetof(struct then_fairu_adversary_result, struct_size), "fairu_adversary_result.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_result, struct_size), TYPE(struct then_fairu_adversary_result, struct_size)), "fairu_adversary_result.struct_size was of another type");
_Static_assert(offsetof(fairu_adversary_result, classifier_loss) == offsetof(struct then_fairu_adversary_result, classifier_loss), "fairu_adversary_result.classifier_loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_result, classifier_loss), TYPE(struct then_fairu_adversary_result, classifier_loss)), "fairu_adversary_result.classifier_loss was of another type");
_Static_assert(offsetof(fairu_adversary_result, adversary_loss) == offsetof(struct then_fairu_adversary_result, adversary_loss), "fairu_adversary_result.adversary_loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_result, adversary_loss), TYPE(struct then_fairu_adversary_result, adversary_loss)), "fairu_adversary_result.adversary_loss was of another type");
_Static_assert(offsetof(fairu_adversary_result, validation_classifier_loss) == offsetof(struct then_fairu_adversary_result, validation_classifier_loss), "fairu_adversary_result.validation_classifier_loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_result, validation_classifier_loss), TYPE(struct then_fairu_adversary_result, validation_classifier_loss)), "fairu_adversary_result.validation_classifier_loss was of another type");
_Static_assert(offsetof(fairu_adversary_result, validation_adversary_loss) == offsetof(struct then_fairu_adversary_result, validation_adversary_loss), "fairu_adversary_result.validation_adversary_loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_result, validation_adversary_loss), TYPE(struct then_fairu_adversary_result, validation_adversary_loss)), "fairu_adversary_result.validation_adversary_loss was of another type");
_Static_assert(offsetof(fairu_adversary_result, blind_loss) == offsetof(struct then_fairu_adversary_result, blind_loss), "fairu_adversary_result.blind_loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_adversary_result, blind_loss), TYPE(struct then_fairu_adversary_result, blind_loss)), "fairu_adversary_result.blind_loss was of another type");
_Static_assert(sizeof(fairu_adversary_result) >= sizeof(struct then_fairu_adversary_result), "fairu_adversary_result was of another size");
typedef int then_fairu_adversary_options_init(fairu_adversary_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_adversary_options_init), then_fairu_adversary_options_init), "fairu_adversary_options_init was declared otherwise");
typedef int then_fairu_classifier_train_adversarial( fairu_context *ctx, const fairu_events *events, const fairu_training_options *training, const fairu_adversary_options *adversary, fairu_training_result *result, fairu_adversary_result *adversary_result, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_train_adversarial), then_fairu_classifier_train_adversarial), "fairu_classifier_train_adversarial was declared otherwise");
_Static_assert(FAIRU_SUMMARY_SOFTMAX == 1, "FAIRU_SUMMARY_SOFTMAX was 1");
_Static_assert(FAIRU_SUMMARY_KDE == 2, "FAIRU_SUMMARY_KDE was 2");
_Static_assert(FAIRU_SUMMARY_SCORE == 3, "FAIRU_SUMMARY_SCORE was 3");
_Static_assert(FAIRU_SIGNIFICANCE_SIMPLE == 1, "FAIRU_SIGNIFICANCE_SIMPLE was 1");
_Static_assert(FAIRU_SIGNIFICANCE_ASIMOV == 2, "FAIRU_SIGNIFICANCE_ASIMOV was 2");
struct then_fairu_summary_counts { size_t n_processes, n_variations, n_tangents, n_bins; const double *counts; const double *tangents; };
_Static_assert(offsetof(fairu_summary_counts, n_processes) == offsetof(struct then_fairu_summary_counts, n_processes), "fairu_summary_counts.n_processes was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_counts, n_processes), TYPE(struct then_fairu_summary_counts, n_processes)), "fairu_summary_counts.n_processes was of another type");
_Static_assert(offsetof(fairu_summary_counts, n_variations) == offsetof(struct then_fairu_summary_counts, n_variations), "fairu_summary_counts.n_variations was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_counts, n_variations), TYPE(struct then_fairu_summary_counts, n_variations)), "fairu_summary_counts.n_variations was of another type");
_Static_assert(offsetof(fairu_summary_counts, n_tangents) == offsetof(struct then_fairu_summary_counts, n_tangents), "fairu_summary_counts.n_tangents was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_counts, n_tangents), TYPE(struct then_fairu_summary_counts, n_tangents)), "fairu_summary_counts.n_tangents was of another type");
_Static_assert(offsetof(fairu_summary_counts, n_bins) == offsetof(struct then_fairu_summary_counts, n_bins), "fairu_summary_counts.n_bins was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_counts, n_bins), TYPE(struct then_fairu_summary_counts, n_bins)), "fairu_summary_counts.n_bins was of another type");
_Static_assert(offsetof(fairu_summary_counts, counts) == offsetof(struct then_fairu_summary_counts, counts), "fairu_summary_counts.counts was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_counts, counts), TYPE(struct then_fairu_summary_counts, counts)), "fairu_summary_counts.counts was of another type");
_Static_assert(offsetof(fairu_summary_counts, tangents) == offsetof(struct then_fairu_summary_counts, tangents), "fairu_summary_counts.tangents was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_counts, tangents), TYPE(struct then_fairu_summary_counts, tangents)), "fairu_summary_counts.tangents was of another type");
_Static_assert(sizeof(fairu_summary_counts) == sizeof(struct then_fairu_summary_counts), "fairu_summary_counts was of another size");
struct then_fairu_summary_options { size_t struct_size; fairu_summary_loss_fn loss; void *loss_data; int kind; size_t n_bins; double temperature; double bandwidth; const double *edges; const fairu_events *const *variations; size_t n_variations; size_t n_processes; size_t warm_up; };
_Static_assert(offsetof(fairu_summary_options, struct_size) == offsetof(struct then_fairu_summary_options, struct_size), "fairu_summary_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, struct_size), TYPE(struct then_fairu_summary_options, struct_size)), "fairu_summary_options.struct_size was of another type");
_Static_assert(offsetof(fairu_summary_options, loss) == offsetof(struct then_fairu_summary_options, loss), "fairu_summary_options.loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, loss), TYPE(struct then_fairu_summary_options, loss)), "fairu_summary_options.loss was of another type");
_Static_assert(offsetof(fairu_summary_options, loss_data) == offsetof(struct then_fairu_summary_options, loss_data), "fairu_summary_options.loss_data was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, loss_data), TYPE(struct then_fairu_summary_options, loss_data)), "fairu_summary_options.loss_data was of another type");
_Static_assert(offsetof(fairu_summary_options, kind) == offsetof(struct then_fairu_summary_options, kind), "fairu_summary_options.kind was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, kind), TYPE(struct then_fairu_summary_options, kind)), "fairu_summary_options.kind was of another type");
_Static_assert(offsetof(fairu_summary_options, n_bins) == offsetof(struct then_fairu_summary_options, n_bins), "fairu_summary_options.n_bins was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, n_bins), TYPE(struct then_fairu_summary_options, n_bins)), "fairu_summary_options.n_bins was of another type");
_Static_assert(offsetof(fairu_summary_options, temperature) == offsetof(struct then_fairu_summary_options, temperature), "fairu_summary_options.temperature was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, temperature), TYPE(struct then_fairu_summary_options, temperature)), "fairu_summary_options.temperature was of another type");
_Static_assert(offsetof(fairu_summary_options, bandwidth) == offsetof(struct then_fairu_summary_options, bandwidth), "fairu_summary_options.bandwidth was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, bandwidth), TYPE(struct then_fairu_summary_options, bandwidth)), "fairu_summary_options.bandwidth was of another type");
_Static_assert(offsetof(fairu_summary_options, edges) == offsetof(struct then_fairu_summary_options, edges), "fairu_summary_options.edges was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, edges), TYPE(struct then_fairu_summary_options, edges)), "fairu_summary_options.edges was of another type");
_Static_assert(offsetof(fairu_summary_options, variations) == offsetof(struct then_fairu_summary_options, variations), "fairu_summary_options.variations was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, variations), TYPE(struct then_fairu_summary_options, variations)), "fairu_summary_options.variations was of another type");
_Static_assert(offsetof(fairu_summary_options, n_variations) == offsetof(struct then_fairu_summary_options, n_variations), "fairu_summary_options.n_variations was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, n_variations), TYPE(struct then_fairu_summary_options, n_variations)), "fairu_summary_options.n_variations was of another type");
_Static_assert(offsetof(fairu_summary_options, n_processes) == offsetof(struct then_fairu_summary_options, n_processes), "fairu_summary_options.n_processes was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, n_processes), TYPE(struct then_fairu_summary_options, n_processes)), "fairu_summary_options.n_processes was of another type");
_Static_assert(offsetof(fairu_summary_options, warm_up) == offsetof(struct then_fairu_summary_options, warm_up), "fairu_summary_options.warm_up was elsewhere");
_Static_assert(SAME(TYPE(fairu_summary_options, warm_up), TYPE(struct then_fairu_summary_options, warm_up)), "fairu_summary_options.warm_up was of another type");
_Static_assert(sizeof(fairu_summary_options) >= sizeof(struct then_fairu_summary_options), "fairu_summary_options was of another size");
struct then_fairu_significance_options { size_t struct_size; double signal, background; double uncertainty; int formula; };
_Static_assert(offsetof(fairu_significance_options, struct_size) == offsetof(struct then_fairu_significance_options, struct_size), "fairu_significance_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_significance_options, struct_size), TYPE(struct then_fairu_significance_options, struct_size)), "fairu_significance_options.struct_size was of another type");
_Static_assert(offsetof(fairu_significance_options, signal) == offsetof(struct then_fairu_significance_options, signal), "fairu_significance_options.signal was elsewhere");
_Static_assert(SAME(TYPE(fairu_significance_options, signal), TYPE(struct then_fairu_significance_options, signal)), "fairu_significance_options.signal was of another type");
_Static_assert(offsetof(fairu_significance_options, background) == offsetof(struct then_fairu_significance_options, background), "fairu_significance_options.background was elsewhere");
_Static_assert(SAME(TYPE(fairu_significance_options, background), TYPE(struct then_fairu_significance_options, background)), "fairu_significance_options.background was of another type");
_Static_assert(offsetof(fairu_significance_options, uncertainty) == offsetof(struct then_fairu_significance_options, uncertainty), "fairu_significance_options.uncertainty was elsewhere");
_Static_assert(SAME(TYPE(fairu_significance_options, uncertainty), TYPE(struct then_fairu_significance_options, uncertainty)), "fairu_significance_options.uncertainty was of another type");
_Static_assert(offsetof(fairu_significance_options, formula) == offsetof(struct then_fairu_significance_options, formula), "fairu_significance_options.formula was elsewhere");
_Static_assert(SAME(TYPE(fairu_significance_options, formula), TYPE(struct then_fairu_significance_options, formula)), "fairu_significance_options.formula was of another type");
_Static_assert(sizeof(fairu_significance_options) >= sizeof(struct then_fairu_significance_options), "fairu_significance_options was of another size");
typedef int (*then_fairu_summary_loss_fn)(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts, double *d_tangents, void *user_data);
_Static_assert(SAME(fairu_summary_loss_fn, then_fairu_summary_loss_fn), "fairu_summary_loss_fn was of another type");
typedef int then_fairu_summary_options_init(fairu_summary_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_summary_options_init), then_fairu_summary_options_init), "fairu_summary_options_init was declared otherwise");
typedef int then_fairu_classifier_train_summary(fairu_context *ctx, const fairu_events *events, const fairu_training_options *training, const fairu_summary_options *summary, fairu_training_result *result, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_train_summary), then_fairu_classifier_train_summary), "fairu_classifier_train_summary was declared otherwise");
typedef int then_fairu_significance_options_init(fairu_significance_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_significance_options_init), then_fairu_significance_options_init), "fairu_significance_options_init was declared otherwise");
typedef int then_fairu_significance_loss(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts, double *d_tangents, void *user_data);
_Static_assert(SAME(__typeof__(fairu_significance_loss), then_fairu_significance_loss), "fairu_significance_loss was declared otherwise");
_Static_assert(FAIRU_PROBABILITY_PLATT == 0, "FAIRU_PROBABILITY_PLATT was 0");
_Static_assert(FAIRU_PROBABILITY_ISOTONIC == 1, "FAIRU_PROBABILITY_ISOTONIC was 1");
_Static_assert(FAIRU_PROBABILITY_HISTOGRAM == 2, "FAIRU_PROBABILITY_HISTOGRAM was 2");
struct then_fairu_probability_options { size_t struct_size; int method; int soft_targets; size_t n_bins; int equal_width; double margin; };
_Static_assert(offsetof(fairu_probability_options, struct_size) == offsetof(struct then_fairu_probability_options, struct_size), "fairu_probability_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_options, struct_size), TYPE(struct then_fairu_probability_options, struct_size)), "fairu_probability_options.struct_size was of another type");
_Static_assert(offsetof(fairu_probability_options, method) == offsetof(struct then_fairu_probability_options, method), "fairu_probability_options.method was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_options, method), TYPE(struct then_fairu_probability_options, method)), "fairu_probability_options.method was of another type");
_Static_assert(offsetof(fairu_probability_options, soft_targets) == offsetof(struct then_fairu_probability_options, soft_targets), "fairu_probability_options.soft_targets was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_options, soft_targets), TYPE(struct then_fairu_probability_options, soft_targets)), "fairu_probability_options.soft_targets was of another type");
_Static_assert(offsetof(fairu_probability_options, n_bins) == offsetof(struct then_fairu_probability_options, n_bins), "fairu_probability_options.n_bins was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_options, n_bins), TYPE(struct then_fairu_probability_options, n_bins)), "fairu_probability_options.n_bins was of another type");
_Static_assert(offsetof(fairu_probability_options, equal_width) == offsetof(struct then_fairu_probability_options, equal_width), "fairu_probability_options.equal_width was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_options, equal_width), TYPE(struct then_fairu_probability_options, equal_width)), "fairu_probability_options.equal_width was of another type");
_Static_assert(offsetof(fairu_probability_options, margin) == offsetof(struct then_fairu_probability_options, margin), "fairu_probability_options.margin was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_options, margin), TYPE(struct then_fairu_probability_options, margin)), "fairu_probability_options.margin was of another type");
_Static_assert(sizeof(fairu_probability_options) >= sizeof(struct then_fairu_probability_options), "fairu_probability_options was of another size");
struct then_fairu_probability_summary { size_t struct_size; int method; size_t n_knots; double slope, offset; double covariance[3]; double log_prior_odds; double margin; };
_Static_assert(offsetof(fairu_probability_summary, struct_size) == offsetof(struct then_fairu_probability_summary, struct_size), "fairu_probability_summary.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_summary, struct_size), TYPE(struct then_fairu_probability_summary, struct_size)), "fairu_probability_summary.struct_size was of another type");
_Static_assert(offsetof(fairu_probability_summary, method) == offsetof(struct then_fairu_probability_summary, method), "fairu_probability_summary.method was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_summary, method), TYPE(struct then_fairu_probability_summary, method)), "fairu_probability_summary.method was of another type");
_Static_assert(offsetof(fairu_probability_summary, n_knots) == offsetof(struct then_fairu_probability_summary, n_knots), "fairu_probability_summary.n_knots was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_summary, n_knots), TYPE(struct then_fairu_probability_summary, n_knots)), "fairu_probability_summary.n_knots was of another type");
_Static_assert(offsetof(fairu_probability_summary, slope) == offsetof(struct then_fairu_probability_summary, slope), "fairu_probability_summary.slope was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_summary, slope), TYPE(struct then_fairu_probability_summary, slope)), "fairu_probability_summary.slope was of another type");
_Static_assert(offsetof(fairu_probability_summary, offset) == offsetof(struct then_fairu_probability_summary, offset), "fairu_probability_summary.offset was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_summary, offset), TYPE(struct then_fairu_probability_summary, offset)), "fairu_probability_summary.offset was of another type");
_Static_assert(offsetof(fairu_probability_summary, covariance) == offsetof(struct then_fairu_probability_summary, covariance), "fairu_probability_summary.covariance was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_summary, covariance), TYPE(struct then_fairu_probability_summary, covariance)), "fairu_probability_summary.covariance was of another type");
_Static_assert(offsetof(fairu_probability_summary, log_prior_odds) == offsetof(struct then_fairu_probability_summary, log_prior_odds), "fairu_probability_summary.log_prior_odds was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_summary, log_prior_odds), TYPE(struct then_fairu_probability_summary, log_prior_odds)), "fairu_probability_summary.log_prior_odds was of another type");
_Static_assert(offsetof(fairu_probability_summary, margin) == offsetof(struct then_fairu_probability_summary, margin), "fairu_probability_summary.margin was elsewhere");
_Static_assert(SAME(TYPE(fairu_probability_summary, margin), TYPE(struct then_fairu_probability_summary, margin)), "fairu_probability_summary.margin was of another type");
_Static_assert(sizeof(fairu_probability_summary) >= sizeof(struct then_fairu_probability_summary), "fairu_probability_summary was of another size");
struct then_fairu_reliability_options { size_t struct_size; size_t n_bins; int equal_weights; double level; };
_Static_assert(offsetof(fairu_reliability_options, struct_size) == offsetof(struct then_fairu_reliability_options, struct_size), "fairu_reliability_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_options, struct_size), TYPE(struct then_fairu_reliability_options, struct_size)), "fairu_reliability_options.struct_size was of another type");
_Static_assert(offsetof(fairu_reliability_options, n_bins) == offsetof(struct then_fairu_reliability_options, n_bins), "fairu_reliability_options.n_bins was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_options, n_bins), TYPE(struct then_fairu_reliability_options, n_bins)), "fairu_reliability_options.n_bins was of another type");
_Static_assert(offsetof(fairu_reliability_options, equal_weights) == offsetof(struct then_fairu_reliability_options, equal_weights), "fairu_reliability_options.equal_weights was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_options, equal_weights), TYPE(struct then_fairu_reliability_options, equal_weights)), "fairu_reliability_options.equal_weights was of another type");
_Static_assert(offsetof(fairu_reliability_options, level) == offsetof(struct then_fairu_reliability_options, level), "fairu_reliability_options.level was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_options, level), TYPE(struct then_fairu_reliability_options, level)), "fairu_reliability_options.level was of another type");
_Static_assert(sizeof(fairu_reliability_options) >= sizeof(struct then_fairu_reliability_options), "fairu_reliability_options was of another size");
struct then_fairu_reliability_bin { double lower, upper; double mean; double fraction; double fraction_lower, fraction_upper; double spread; double weight; double effective; size_t n; };
_Static_assert(offsetof(fairu_reliability_bin, lower) == offsetof(struct then_fairu_reliability_bin, lower), "fairu_reliability_bin.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, lower), TYPE(struct then_fairu_reliability_bin, lower)), "fairu_reliability_bin.lower was of another type");
_Static_assert(offsetof(fairu_reliability_bin, upper) == offsetof(struct then_fairu_reliability_bin, upper), "fairu_reliability_bin.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, upper), TYPE(struct then_fairu_reliability_bin, upper)), "fairu_reliability_bin.upper was of another type");
_Static_assert(offsetof(fairu_reliability_bin, mean) == offsetof(struct then_fairu_reliability_bin, mean), "fairu_reliability_bin.mean was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, mean), TYPE(struct then_fairu_reliability_bin, mean)), "fairu_reliability_bin.mean was of another type");
_Static_assert(offsetof(fairu_reliability_bin, fraction) == offsetof(struct then_fairu_reliability_bin, fraction), "fairu_reliability_bin.fraction was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, fraction), TYPE(struct then_fairu_reliability_bin, fraction)), "fairu_reliability_bin.fraction was of another type");
_Static_assert(offsetof(fairu_reliability_bin, fraction_lower) == offsetof(struct then_fairu_reliability_bin, fraction_lower), "fairu_reliability_bin.fraction_lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, fraction_lower), TYPE(struct then_fairu_reliability_bin, fraction_lower)), "fairu_reliability_bin.fraction_lower was of another type");
_Static_assert(offsetof(fairu_reliability_bin, fraction_upper) == offsetof(struct then_fairu_reliability_bin, fraction_upper), "fairu_reliability_bin.fraction_upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, fraction_upper), TYPE(struct then_fairu_reliability_bin, fraction_upper)), "fairu_reliability_bin.fraction_upper was of another type");
_Static_assert(offsetof(fairu_reliability_bin, spread) == offsetof(struct then_fairu_reliability_bin, spread), "fairu_reliability_bin.spread was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, spread), TYPE(struct then_fairu_reliability_bin, spread)), "fairu_reliability_bin.spread was of another type");
_Static_assert(offsetof(fairu_reliability_bin, weight) == offsetof(struct then_fairu_reliability_bin, weight), "fairu_reliability_bin.weight was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, weight), TYPE(struct then_fairu_reliability_bin, weight)), "fairu_reliability_bin.weight was of another type");
_Static_assert(offsetof(fairu_reliability_bin, effective) == offsetof(struct then_fairu_reliability_bin, effective), "fairu_reliability_bin.effective was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, effective), TYPE(struct then_fairu_reliability_bin, effective)), "fairu_reliability_bin.effective was of another type");
_Static_assert(offsetof(fairu_reliability_bin, n) == offsetof(struct then_fairu_reliability_bin, n), "fairu_reliability_bin.n was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability_bin, n), TYPE(struct then_fairu_reliability_bin, n)), "fairu_reliability_bin.n was of another type");
_Static_assert(sizeof(fairu_reliability_bin) == sizeof(struct then_fairu_reliability_bin), "fairu_reliability_bin was of another size");
struct then_fairu_reliability { size_t struct_size; uint64_t n; size_t n_filled; double weight; double mean; double fraction; double expected_error; double sampling_error; double maximum_error; double chi_square; double brier; double log_loss; };
_Static_assert(offsetof(fairu_reliability, struct_size) == offsetof(struct then_fairu_reliability, struct_size), "fairu_reliability.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, struct_size), TYPE(struct then_fairu_reliability, struct_size)), "fairu_reliability.struct_size was of another type");
_Static_assert(offsetof(fairu_reliability, n) == offsetof(struct then_fairu_reliability, n), "fairu_reliability.n was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, n), TYPE(struct then_fairu_reliability, n)), "fairu_reliability.n was of another type");
_Static_assert(offsetof(fairu_reliability, n_filled) == offsetof(struct then_fairu_reliability, n_filled), "fairu_reliability.n_filled was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, n_filled), TYPE(struct then_fairu_reliability, n_filled)), "fairu_reliability.n_filled was of another type");
_Static_assert(offsetof(fairu_reliability, weight) == offsetof(struct then_fairu_reliability, weight), "fairu_reliability.weight was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, weight), TYPE(struct then_fairu_reliability, weight)), "fairu_reliability.weight was of another type");
_Static_assert(offsetof(fairu_reliability, mean) == offsetof(struct then_fairu_reliability, mean), "fairu_reliability.mean was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, mean), TYPE(struct then_fairu_reliability, mean)), "fairu_reliability.mean was of another type");
_Static_assert(offsetof(fairu_reliability, fraction) == offsetof(struct then_fairu_reliability, fraction), "fairu_reliability.fraction was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, fraction), TYPE(struct then_fairu_reliability, fraction)), "fairu_reliability.fraction was of another type");
_Static_assert(offsetof(fairu_reliability, expected_error) == offsetof(struct then_fairu_reliability, expected_error), "fairu_reliability.expected_error was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, expected_error), TYPE(struct then_fairu_reliability, expected_error)), "fairu_reliability.expected_error was of another type");
_Static_assert(offsetof(fairu_reliability, sampling_error) == offsetof(struct then_fairu_reliability, sampling_error), "fairu_reliability.sampling_error was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, sampling_error), TYPE(struct then_fairu_reliability, sampling_error)), "fairu_reliability.sampling_error was of another type");
_Static_assert(offsetof(fairu_reliability, maximum_error) == offsetof(struct then_fairu_reliability, maximum_error), "fairu_reliability.maximum_error was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, maximum_error), TYPE(struct then_fairu_reliability, maximum_error)), "fairu_reliability.maximum_error was of another type");
_Static_assert(offsetof(fairu_reliability, chi_square) == offsetof(struct then_fairu_reliability, chi_square), "fairu_reliability.chi_square was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, chi_square), TYPE(struct then_fairu_reliability, chi_square)), "fairu_reliability.chi_square was of another type");
_Static_assert(offsetof(fairu_reliability, brier) == offsetof(struct then_fairu_reliability, brier), "fairu_reliability.brier was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, brier), TYPE(struct then_fairu_reliability, brier)), "fairu_reliability.brier was of another type");
_Static_assert(offsetof(fairu_reliability, log_loss) == offsetof(struct then_fairu_reliability, log_loss), "fairu_reliability.log_loss was elsewhere");
_Static_assert(SAME(TYPE(fairu_reliability, log_loss), TYPE(struct then_fairu_reliability, log_loss)), "fairu_reliability.log_loss was of another type");
_Static_assert(sizeof(fairu_reliability) >= sizeof(struct then_fairu_reliability), "fairu_reliability was of another size");
typedef int then_fairu_probability_options_init(fairu_probability_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_probability_options_init), then_fairu_probability_options_init), "fairu_probability_options_init was declared otherwise");
typedef int then_fairu_probability_map_create(fairu_context *ctx, const float *logits, const int32_t *labels, const double *weights, size_t n, const fairu_probability_options *options, fairu_probability_map **out);
_Static_assert(SAME(__typeof__(fairu_probability_map_create), then_fairu_probability_map_create), "fairu_probability_map_create was declared otherwise");
typedef void then_fairu_probability_map_destroy(fairu_probability_map *map);
_Static_assert(SAME(__typeof__(fairu_probability_map_destroy), then_fairu_probability_map_destroy), "fairu_probability_map_destroy was declared otherwise");
typedef int then_fairu_probability_map_apply(const fairu_probability_map *map, fairu_context *ctx, const float *logits, size_t n, int output, double *probabilities);
_Static_assert(SAME(__typeof__(fairu_probability_map_apply), then_fairu_probability_map_apply), "fairu_probability_map_apply was declared otherwise");
typedef int then_fairu_probability_map_log_ratio(const fairu_probability_map *map, fairu_context *ctx, const float *logits, size_t n, double *log_ratios);
_Static_assert(SAME(__typeof__(fairu_probability_map_log_ratio), then_fairu_probability_map_log_ratio), "fairu_probability_map_log_ratio was declared otherwise");
typedef int then_fairu_probability_map_describe(const fairu_probability_map *map, fairu_context *ctx, fairu_probability_summary *summary);
_Static_assert(SAME(__typeof__(fairu_probability_map_describe), then_fairu_probability_map_describe), "fairu_probability_map_describe was declared otherwise");
typedef int then_fairu_probability_map_knot(const fairu_probability_map *map, fairu_context *ctx, size_t i, double *logit, double *probability);
_Static_assert(SAME(__typeof__(fairu_probability_map_knot), then_fairu_probability_map_knot), "fairu_probability_map_knot was declared otherwise");
typedef int then_fairu_probability_map_save(const fairu_probability_map *map, fairu_context *ctx, const char *path);
_Static_assert(SAME(__typeof__(fairu_probability_map_save), then_fairu_probability_map_save), "fairu_probability_map_save was declared otherwise");
typedef int then_fairu_probability_map_load(fairu_context *ctx, const char *path, fairu_probability_map **out);
_Static_assert(SAME(__typeof__(fairu_probability_map_load), then_fairu_probability_map_load), "fairu_probability_map_load was declared otherwise");
typedef int then_fairu_classifier_create_calibrated(fairu_context *ctx, const fairu_classifier *classifier, const fairu_probability_map *map, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_create_calibrated), then_fairu_classifier_create_calibrated), "fairu_classifier_create_calibrated was declared otherwise");
typedef int then_fairu_probability_logit(fairu_context *ctx, const float *scores, size_t n, float *logits);
_Static_assert(SAME(__typeof__(fairu_probability_logit), then_fairu_probability_logit), "fairu_probability_logit was declared otherwise");
typedef int then_fairu_probability_log_ratio(fairu_context *ctx, const float *logits, size_t n, double signal, double background, double *log_ratios);
_Static_assert(SAME(__typeof__(fairu_probability_log_ratio), then_fairu_probability_log_ratio), "fairu_probability_log_ratio was declared otherwise");
typedef int then_fairu_reliability_options_init(fairu_reliability_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_reliability_options_init), then_fairu_reliability_options_init), "fairu_reliability_options_init was declared otherwise");
typedef int then_fairu_reliability_measure(fairu_context *ctx, const double *probabilities, const int32_t *labels, const double *weights, size_t n, const fairu_reliability_options *options, fairu_reliability_bin *bins, fairu_reliability *result);
_Static_assert(SAME(__typeof__(fairu_reliability_measure), then_fairu_reliability_measure), "fairu_reliability_measure was declared otherwise");
_Static_assert(FAIRU_FORMAT_AUTO == 0, "FAIRU_FORMAT_AUTO was 0");
_Static_assert(FAIRU_FORMAT_FAIRU == 1, "FAIRU_FORMAT_FAIRU was 1");
_Static_assert(FAIRU_FORMAT_ONNX == 2, "FAIRU_FORMAT_ONNX was 2");
_Static_assert(FAIRU_FORMAT_LWTNN == 3, "FAIRU_FORMAT_LWTNN was 3");
_Static_assert(FAIRU_FORMAT_LWTNN_GRAPH == 4, "FAIRU_FORMAT_LWTNN_GRAPH was 4");
struct then_fairu_import_options { size_t struct_size; int format; const char *const *features; size_t n_features; const char *const *nuisances; size_t n_nuisances; const char *output; };
_Static_assert(offsetof(fairu_import_options, struct_size) == offsetof(struct then_fairu_import_options, struct_size), "fairu_import_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_import_options, struct_size), TYPE(struct then_fairu_import_options, struct_size)), "fairu_import_options.struct_size was of another type");
_Static_assert(offsetof(fairu_import_options, format) == offsetof(struct then_fairu_import_options, format), "fairu_import_options.format was elsewhere");
_Static_assert(SAME(TYPE(fairu_import_options, format), TYPE(struct then_fairu_import_options, format)), "fairu_import_options.format was of another type");
_Static_assert(offsetof(fairu_import_options, features) == offsetof(struct then_fairu_import_options, features), "fairu_import_options.features was elsewhere");
_Static_assert(SAME(TYPE(fairu_import_options, features), TYPE(struct then_fairu_import_options, features)), "fairu_import_options.features was of another type");
_Static_assert(offsetof(fairu_import_options, n_features) == offsetof(struct then_fairu_import_options, n_features), "fairu_import_options.n_features was elsewhere");
_Static_assert(SAME(TYPE(fairu_import_options, n_features), TYPE(struct then_fairu_import_options, n_features)), "fairu_import_options.n_features was of another type");
_Static_assert(offsetof(fairu_import_options, nuisances) == offsetof(struct then_fairu_import_options, nuisances), "fairu_import_options.nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_import_options, nuisances), TYPE(struct then_fairu_import_options, nuisances)), "fairu_import_options.nuisances was of another type");
_Static_assert(offsetof(fairu_import_options, n_nuisances) == offsetof(struct then_fairu_import_options, n_nuisances), "fairu_import_options.n_nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_import_options, n_nuisances), TYPE(struct then_fairu_import_options, n_nuisances)), "fairu_import_options.n_nuisances was of another type");
_Static_assert(offsetof(fairu_import_options, output) == offsetof(struct then_fairu_import_options, output), "fairu_import_options.output was elsewhere");
_Static_assert(SAME(TYPE(fairu_import_options, output), TYPE(struct then_fairu_import_options, output)), "fairu_import_options.output was of another type");
_Static_assert(sizeof(fairu_import_options) >= sizeof(struct then_fairu_import_options), "fairu_import_options was of another size");
typedef int then_fairu_import_options_init(fairu_import_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_import_options_init), then_fairu_import_options_init), "fairu_import_options_init was declared otherwise");
typedef int then_fairu_classifier_import(fairu_context *ctx, const char *path, const fairu_import_options *options, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_classifier_import), then_fairu_classifier_import), "fairu_classifier_import was declared otherwise");
typedef int then_fairu_classifier_export(const fairu_classifier *classifier, fairu_context *ctx, const char *path, int format);
_Static_assert(SAME(__typeof__(fairu_classifier_export), then_fairu_classifier_export), "fairu_classifier_export was declared otherwise");
_Static_assert(FAIRU_NO_BIN == 65535, "FAIRU_NO_BIN was 65535");
_Static_assert(FAIRU_FILL_AT_POINT == 0, "FAIRU_FILL_AT_POINT was 0");
_Static_assert(FAIRU_FILL_SCORED_AT == 1, "FAIRU_FILL_SCORED_AT was 1");
_Static_assert(FAIRU_FILL_SHIFTED_AT == 2, "FAIRU_FILL_SHIFTED_AT was 2");
_Static_assert(FAIRU_BANDWIDTH_SILVERMAN == 0, "FAIRU_BANDWIDTH_SILVERMAN was 0");
_Static_assert(FAIRU_BANDWIDTH_SCOTT == 1, "FAIRU_BANDWIDTH_SCOTT was 1");
_Static_assert(FAIRU_INTERPOLATION_LOG == 0, "FAIRU_INTERPOLATION_LOG was 0");
_Static_assert(FAIRU_INTERPOLATION_LINEAR == 1, "FAIRU_INTERPOLATION_LINEAR was 1");
_Static_assert(FAIRU_INTERPOLATION_SQRT == 2, "FAIRU_INTERPOLATION_SQRT was 2");
struct then_fairu_axis { const char *name; const double *knots; size_t n_knots; double nominal; };
_Static_assert(offsetof(fairu_axis, name) == offsetof(struct then_fairu_axis, name), "fairu_axis.name was elsewhere");
_Static_assert(SAME(TYPE(fairu_axis, name), TYPE(struct then_fairu_axis, name)), "fairu_axis.name was of another type");
_Static_assert(offsetof(fairu_axis, knots) == offsetof(struct then_fairu_axis, knots), "fairu_axis.knots was elsewhere");
_Static_assert(SAME(TYPE(fairu_axis, knots), TYPE(struct then_fairu_axis, knots)), "fairu_axis.knots was of another type");
_Static_assert(offsetof(fairu_axis, n_knots) == offsetof(struct then_fairu_axis, n_knots), "fairu_axis.n_knots was elsewhere");
_Static_assert(SAME(TYPE(fairu_axis, n_knots), TYPE(struct then_fairu_axis, n_knots)), "fairu_axis.n_knots was of another type");
_Static_assert(offsetof(fairu_axis, nominal) == offsetof(struct then_fairu_axis, nominal), "fairu_axis.nominal was elsewhere");
_Static_assert(SAME(TYPE(fairu_axis, nominal), TYPE(struct then_fairu_axis, nominal)), "fairu_axis.nominal was of another type");
_Static_assert(sizeof(fairu_axis) == sizeof(struct then_fairu_axis), "fairu_axis was of another size");
struct then_fairu_fill_options { size_t struct_size; const fairu_classifier *classifier; const fairu_systematics *systematics; int mode; const double *score_z; const double *shift_z; double scale; uint64_t seed; double bandwidth; };
_Static_assert(offsetof(fairu_fill_options, struct_size) == offsetof(struct then_fairu_fill_options, struct_size), "fairu_fill_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, struct_size), TYPE(struct then_fairu_fill_options, struct_size)), "fairu_fill_options.struct_size was of another type");
_Static_assert(offsetof(fairu_fill_options, classifier) == offsetof(struct then_fairu_fill_options, classifier), "fairu_fill_options.classifier was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, classifier), TYPE(struct then_fairu_fill_options, classifier)), "fairu_fill_options.classifier was of another type");
_Static_assert(offsetof(fairu_fill_options, systematics) == offsetof(struct then_fairu_fill_options, systematics), "fairu_fill_options.systematics was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, systematics), TYPE(struct then_fairu_fill_options, systematics)), "fairu_fill_options.systematics was of another type");
_Static_assert(offsetof(fairu_fill_options, mode) == offsetof(struct then_fairu_fill_options, mode), "fairu_fill_options.mode was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, mode), TYPE(struct then_fairu_fill_options, mode)), "fairu_fill_options.mode was of another type");
_Static_assert(offsetof(fairu_fill_options, score_z) == offsetof(struct then_fairu_fill_options, score_z), "fairu_fill_options.score_z was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, score_z), TYPE(struct then_fairu_fill_options, score_z)), "fairu_fill_options.score_z was of another type");
_Static_assert(offsetof(fairu_fill_options, shift_z) == offsetof(struct then_fairu_fill_options, shift_z), "fairu_fill_options.shift_z was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, shift_z), TYPE(struct then_fairu_fill_options, shift_z)), "fairu_fill_options.shift_z was of another type");
_Static_assert(offsetof(fairu_fill_options, scale) == offsetof(struct then_fairu_fill_options, scale), "fairu_fill_options.scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, scale), TYPE(struct then_fairu_fill_options, scale)), "fairu_fill_options.scale was of another type");
_Static_assert(offsetof(fairu_fill_options, seed) == offsetof(struct then_fairu_fill_options, seed), "fairu_fill_options.seed was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, seed), TYPE(struct then_fairu_fill_options, seed)), "fairu_fill_options.seed was of another type");
_Static_assert(offsetof(fairu_fill_options, bandwidth) == offsetof(struct then_fairu_fill_options, bandwidth), "fairu_fill_options.bandwidth was elsewhere");
_Static_assert(SAME(TYPE(fairu_fill_options, bandwidth), TYPE(struct then_fairu_fill_options, bandwidth)), "fairu_fill_options.bandwidth was of another type");
_Static_assert(sizeof(fairu_fill_options) >= sizeof(struct then_fairu_fill_options), "fairu_fill_options was of another size");
typedef int (*then_fairu_yield_fn)(size_t process, const double *z, size_t n_axes, size_t n_bins, double *yields, double *variances, void *user_data);
_Static_assert(SAME(fairu_yield_fn, then_fairu_yield_fn), "fairu_yield_fn was of another type");
typedef int then_fairu_binning_create_uniform(fairu_context *ctx, size_t n_bins, fairu_binning **out);
_Static_assert(SAME(__typeof__(fairu_binning_create_uniform), then_fairu_binning_create_uniform), "fairu_binning_create_uniform was declared otherwise");
typedef int then_fairu_binning_create_logit(fairu_context *ctx, size_t n_bins, double lower, double upper, fairu_binning **out);
_Static_assert(SAME(__typeof__(fairu_binning_create_logit), then_fairu_binning_create_logit), "fairu_binning_create_logit was declared otherwise");
typedef int then_fairu_binning_create_edges(fairu_context *ctx, int variable, const double *edges, size_t n_edges, fairu_binning **out);
_Static_assert(SAME(__typeof__(fairu_binning_create_edges), then_fairu_binning_create_edges), "fairu_binning_create_edges was declared otherwise");
typedef int then_fairu_binning_create_classes(fairu_context *ctx, size_t n_classes, fairu_binning **out);
_Static_assert(SAME(__typeof__(fairu_binning_create_classes), then_fairu_binning_create_classes), "fairu_binning_create_classes was declared otherwise");
typedef int then_fairu_binning_create_quantile(fairu_context *ctx, int variable, const float *values, const double *weights, size_t n, size_t n_bins, fairu_binning **out);
_Static_assert(SAME(__typeof__(fairu_binning_create_quantile), then_fairu_binning_create_quantile), "fairu_binning_create_quantile was declared otherwise");
typedef void then_fairu_binning_destroy(fairu_binning *binning);
_Static_assert(SAME(__typeof__(fairu_binning_destroy), then_fairu_binning_destroy), "fairu_binning_destroy was declared otherwise");
typedef size_t then_fairu_binning_n_bins(const fairu_binning *binning);
_Static_assert(SAME(__typeof__(fairu_binning_n_bins), then_fairu_binning_n_bins), "fairu_binning_n_bins was declared otherwise");
typedef int then_fairu_binning_variable(const fairu_binning *binning);
_Static_assert(SAME(__typeof__(fairu_binning_variable), then_fairu_binning_variable), "fairu_binning_variable was declared otherwise");
typedef const double * then_fairu_binning_edges(const fairu_binning *binning);
_Static_assert(SAME(__typeof__(fairu_binning_edges), then_fairu_binning_edges), "fairu_binning_edges was declared otherwise");
typedef int then_fairu_binning_index(const fairu_binning *binning, fairu_context *ctx, const float *values, size_t n, uint16_t *bins);
_Static_assert(SAME(__typeof__(fairu_binning_index), then_fairu_binning_index), "fairu_binning_index was declared otherwise");
typedef int then_fairu_grid_create(fairu_context *ctx, const fairu_axis *axes, size_t n_axes, const size_t *pairs, size_t n_pairs, fairu_grid **out);
_Static_assert(SAME(__typeof__(fairu_grid_create), then_fairu_grid_create), "fairu_grid_create was declared otherwise");
typedef void then_fairu_grid_destroy(fairu_grid *grid);
_Static_assert(SAME(__typeof__(fairu_grid_destroy), then_fairu_grid_destroy), "fairu_grid_destroy was declared otherwise");
typedef size_t then_fairu_grid_n_axes(const fairu_grid *grid);
_Static_assert(SAME(__typeof__(fairu_grid_n_axes), then_fairu_grid_n_axes), "fairu_grid_n_axes was declared otherwise");
typedef size_t then_fairu_grid_n_points(const fairu_grid *grid);
_Static_assert(SAME(__typeof__(fairu_grid_n_points), then_fairu_grid_n_points), "fairu_grid_n_points was declared otherwise");
typedef int then_fairu_grid_axis(const fairu_grid *grid, fairu_context *ctx, size_t i, fairu_axis *axis);
_Static_assert(SAME(__typeof__(fairu_grid_axis), then_fairu_grid_axis), "fairu_grid_axis was declared otherwise");
typedef int then_fairu_grid_points(const fairu_grid *grid, fairu_context *ctx, double *z);
_Static_assert(SAME(__typeof__(fairu_grid_points), then_fairu_grid_points), "fairu_grid_points was declared otherwise");
typedef int then_fairu_fill_options_init(fairu_fill_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_fill_options_init), then_fairu_fill_options_init), "fairu_fill_options_init was declared otherwise");
typedef int then_fairu_kernel_bandwidth(fairu_context *ctx, int rule, const float *values, const double *weights, size_t n, double *bandwidth);
_Static_assert(SAME(__typeof__(fairu_kernel_bandwidth), then_fairu_kernel_bandwidth), "fairu_kernel_bandwidth was declared otherwise");
typedef int then_fairu_bin_table_create(fairu_context *ctx, const fairu_grid *grid, const fairu_binning *binning, const fairu_events *events, const fairu_fill_options *options, int distinct, fairu_bin_table **out);
_Static_assert(SAME(__typeof__(fairu_bin_table_create), then_fairu_bin_table_create), "fairu_bin_table_create was declared otherwise");
typedef void then_fairu_bin_table_destroy(fairu_bin_table *table);
_Static_assert(SAME(__typeof__(fairu_bin_table_destroy), then_fairu_bin_table_destroy), "fairu_bin_table_destroy was declared otherwise");
typedef size_t then_fairu_bin_table_n_rows(const fairu_bin_table *table);
_Static_assert(SAME(__typeof__(fairu_bin_table_n_rows), then_fairu_bin_table_n_rows), "fairu_bin_table_n_rows was declared otherwise");
typedef size_t then_fairu_bin_table_n_points(const fairu_bin_table *table);
_Static_assert(SAME(__typeof__(fairu_bin_table_n_points), then_fairu_bin_table_n_points), "fairu_bin_table_n_points was declared otherwise");
typedef size_t then_fairu_bin_table_n_bins(const fairu_bin_table *table);
_Static_assert(SAME(__typeof__(fairu_bin_table_n_bins), then_fairu_bin_table_n_bins), "fairu_bin_table_n_bins was declared otherwise");
typedef const uint16_t * then_fairu_bin_table_bins(const fairu_bin_table *table);
_Static_assert(SAME(__typeof__(fairu_bin_table_bins), then_fairu_bin_table_bins), "fairu_bin_table_bins was declared otherwise");
typedef const double * then_fairu_bin_table_weights(const fairu_bin_table *table);
_Static_assert(SAME(__typeof__(fairu_bin_table_weights), then_fairu_bin_table_weights), "fairu_bin_table_weights was declared otherwise");
typedef int then_fairu_bin_table_histogram(const fairu_bin_table *table, fairu_context *ctx, const double *multiplicities, int use_weights, double *counts);
_Static_assert(SAME(__typeof__(fairu_bin_table_histogram), then_fairu_bin_table_histogram), "fairu_bin_table_histogram was declared otherwise");
typedef int then_fairu_fill_create(fairu_context *ctx, const fairu_grid *grid, const fairu_binning *binning, const char *const *processes, size_t n_processes, fairu_fill **out);
_Static_assert(SAME(__typeof__(fairu_fill_create), then_fairu_fill_create), "fairu_fill_create was declared otherwise");
typedef void then_fairu_fill_destroy(fairu_fill *fill);
_Static_assert(SAME(__typeof__(fairu_fill_destroy), then_fairu_fill_destroy), "fairu_fill_destroy was declared otherwise");
typedef int then_fairu_fill_add(fairu_fill *fill, fairu_context *ctx, const char *process, const fairu_events *events, const fairu_fill_options *options);
_Static_assert(SAME(__typeof__(fairu_fill_add), then_fairu_fill_add), "fairu_fill_add was declared otherwise");
typedef int then_fairu_fill_merge(fairu_fill *fill, fairu_context *ctx, const fairu_fill *other);
_Static_assert(SAME(__typeof__(fairu_fill_merge), then_fairu_fill_merge), "fairu_fill_merge was declared otherwise");
typedef int then_fairu_fill_save(const fairu_fill *fill, fairu_context *ctx, const char *path);
_Static_assert(SAME(__typeof__(fairu_fill_save), then_fairu_fill_save), "fairu_fill_save was declared otherwise");
typedef int then_fairu_fill_load(fairu_context *ctx, const char *path, fairu_fill **out);
_Static_assert(SAME(__typeof__(fairu_fill_load), then_fairu_fill_load), "fairu_fill_load was declared otherwise");
typedef int then_fairu_fill_pack(const fairu_fill *fill, fairu_context *ctx, void *bytes, size_t capacity, size_t *size);
_Static_assert(SAME(__typeof__(fairu_fill_pack), then_fairu_fill_pack), "fairu_fill_pack was declared otherwise");
typedef int then_fairu_fill_unpack(fairu_context *ctx, const void *bytes, size_t size, fairu_fill **out);
_Static_assert(SAME(__typeof__(fairu_fill_unpack), then_fairu_fill_unpack), "fairu_fill_unpack was declared otherwise");
typedef const fairu_grid * then_fairu_fill_grid(const fairu_fill *fill);
_Static_assert(SAME(__typeof__(fairu_fill_grid), then_fairu_fill_grid), "fairu_fill_grid was declared otherwise");
typedef int then_fairu_templates_create_from_fill(fairu_context *ctx, const fairu_fill *fill, int interpolation, fairu_templates **out);
_Static_assert(SAME(__typeof__(fairu_templates_create_from_fill), then_fairu_templates_create_from_fill), "fairu_templates_create_from_fill was declared otherwise");
typedef int then_fairu_templates_create(fairu_context *ctx, const fairu_grid *grid, const char *const *processes, size_t n_processes, size_t n_bins, const double *yields, const double *variances, int interpolation, fairu_templates **out);
_Static_assert(SAME(__typeof__(fairu_templates_create), then_fairu_templates_create), "fairu_templates_create was declared otherwise");
typedef int then_fairu_templates_create_from_function(fairu_context *ctx, const fairu_grid *grid, const char *const *processes, size_t n_processes, size_t n_bins, fairu_yield_fn fn, void *user_data, int interpolation, fairu_templates **out);
_Static_assert(SAME(__typeof__(fairu_templates_create_from_function), then_fairu_templates_create_from_function), "fairu_templates_create_from_function was declared otherwise");
typedef void then_fairu_templates_destroy(fairu_templates *templates);
_Static_assert(SAME(__typeof__(fairu_templates_destroy), then_fairu_templates_destroy), "fairu_templates_destroy was declared otherwise");
typedef size_t then_fairu_templates_n_processes(const fairu_templates *templates);
_Static_assert(SAME(__typeof__(fairu_templates_n_processes), then_fairu_templates_n_processes), "fairu_templates_n_processes was declared otherwise");
typedef size_t then_fairu_templates_n_bins(const fairu_templates *templates);
_Static_assert(SAME(__typeof__(fairu_templates_n_bins), then_fairu_templates_n_bins), "fairu_templates_n_bins was declared otherwise");
typedef size_t then_fairu_templates_n_axes(const fairu_templates *templates);
_Static_assert(SAME(__typeof__(fairu_templates_n_axes), then_fairu_templates_n_axes), "fairu_templates_n_axes was declared otherwise");
typedef const char * then_fairu_templates_process_name(const fairu_templates *templates, size_t i);
_Static_assert(SAME(__typeof__(fairu_templates_process_name), then_fairu_templates_process_name), "fairu_templates_process_name was declared otherwise");
typedef const fairu_grid * then_fairu_templates_grid(const fairu_templates *templates);
_Static_assert(SAME(__typeof__(fairu_templates_grid), then_fairu_templates_grid), "fairu_templates_grid was declared otherwise");
typedef const double * then_fairu_templates_yields(const fairu_templates *templates, size_t process, size_t point);
_Static_assert(SAME(__typeof__(fairu_templates_yields), then_fairu_templates_yields), "fairu_templates_yields was declared otherwise");
typedef const double * then_fairu_templates_variances(const fairu_templates *templates, size_t process, size_t point);
_Static_assert(SAME(__typeof__(fairu_templates_variances), then_fairu_templates_variances), "fairu_templates_variances was declared otherwise");
typedef int then_fairu_templates_evaluate(const fairu_templates *templates, fairu_context *ctx, const double *z, size_t n_axes, double *nu, double *d_nu, double *d2_nu);
_Static_assert(SAME(__typeof__(fairu_templates_evaluate), then_fairu_templates_evaluate), "fairu_templates_evaluate was declared otherwise");
typedef int then_fairu_templates_evaluate_variance(const fairu_templates *templates, fairu_context *ctx, const double *z, size_t n_axes, double *variance, double *d_var, double *d2_var);
_Static_assert(SAME(__typeof__(fairu_templates_evaluate_variance), then_fairu_templates_evaluate_variance), "fairu_templates_evaluate_variance was declared otherwise");
typedef int then_fairu_templates_save(const fairu_templates *templates, fairu_context *ctx, const char *path);
_Static_assert(SAME(__typeof__(fairu_templates_save), then_fairu_templates_save), "fairu_templates_save was declared otherwise");
typedef int then_fairu_templates_load(fairu_context *ctx, const char *path, fairu_templates **out);
_Static_assert(SAME(__typeof__(fairu_templates_load), then_fairu_templates_load), "fairu_templates_load was declared otherwise");
_Static_assert(FAIRU_CONSTRAINT_NONE == 0, "FAIRU_CONSTRAINT_NONE was 0");
_Static_assert(FAIRU_CONSTRAINT_PRIOR == 1, "FAIRU_CONSTRAINT_PRIOR was 1");
_Static_assert(FAIRU_CONSTRAINT_AUXILIARY == 2, "FAIRU_CONSTRAINT_AUXILIARY was 2");
_Static_assert(FAIRU_CONSTRAINT_POISSON == 3, "FAIRU_CONSTRAINT_POISSON was 3");
_Static_assert(FAIRU_MC_STAT_NONE == 0, "FAIRU_MC_STAT_NONE was 0");
_Static_assert(FAIRU_MC_STAT_MOVING == 1, "FAIRU_MC_STAT_MOVING was 1");
_Static_assert(FAIRU_CONSTANT_POISSON == 0, "FAIRU_CONSTANT_POISSON was 0");
_Static_assert(FAIRU_CONSTANT_PUBLISHED == 1, "FAIRU_CONSTANT_PUBLISHED was 1");
_Static_assert(FAIRU_CONSTANT_SATURATED == 2, "FAIRU_CONSTANT_SATURATED was 2");
_Static_assert(FAIRU_PARAMETER_FACTOR == 1, "FAIRU_PARAMETER_FACTOR was 1");
_Static_assert(FAIRU_PARAMETER_NUISANCE == 2, "FAIRU_PARAMETER_NUISANCE was 2");
_Static_assert(FAIRU_PARAMETER_GAMMA == 3, "FAIRU_PARAMETER_GAMMA was 3");
struct then_fairu_factor { const char *name; const char *process; double start; double lower, upper; };
_Static_assert(offsetof(fairu_factor, name) == offsetof(struct then_fairu_factor, name), "fairu_factor.name was elsewhere");
_Static_assert(SAME(TYPE(fairu_factor, name), TYPE(struct then_fairu_factor, name)), "fairu_factor.name was of another type");
_Static_assert(offsetof(fairu_factor, process) == offsetof(struct then_fairu_factor, process), "fairu_factor.process was elsewhere");
_Static_assert(SAME(TYPE(fairu_factor, process), TYPE(struct then_fairu_factor, process)), "fairu_factor.process was of another type");
_Static_assert(offsetof(fairu_factor, start) == offsetof(struct then_fairu_factor, start), "fairu_factor.start was elsewhere");
_Static_assert(SAME(TYPE(fairu_factor, start), TYPE(struct then_fairu_factor, start)), "fairu_factor.start was of another type");
_Static_assert(offsetof(fairu_factor, lower) == offsetof(struct then_fairu_factor, lower), "fairu_factor.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_factor, lower), TYPE(struct then_fairu_factor, lower)), "fairu_factor.lower was of another type");
_Static_assert(offsetof(fairu_factor, upper) == offsetof(struct then_fairu_factor, upper), "fairu_factor.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_factor, upper), TYPE(struct then_fairu_factor, upper)), "fairu_factor.upper was of another type");
_Static_assert(sizeof(fairu_factor) == sizeof(struct then_fairu_factor), "fairu_factor was of another size");
struct then_fairu_constraint { const char *nuisance; int kind; const fairu_nuisance *prior; const fairu_templates *auxiliary; };
_Static_assert(offsetof(fairu_constraint, nuisance) == offsetof(struct then_fairu_constraint, nuisance), "fairu_constraint.nuisance was elsewhere");
_Static_assert(SAME(TYPE(fairu_constraint, nuisance), TYPE(struct then_fairu_constraint, nuisance)), "fairu_constraint.nuisance was of another type");
_Static_assert(offsetof(fairu_constraint, kind) == offsetof(struct then_fairu_constraint, kind), "fairu_constraint.kind was elsewhere");
_Static_assert(SAME(TYPE(fairu_constraint, kind), TYPE(struct then_fairu_constraint, kind)), "fairu_constraint.kind was of another type");
_Static_assert(offsetof(fairu_constraint, prior) == offsetof(struct then_fairu_constraint, prior), "fairu_constraint.prior was elsewhere");
_Static_assert(SAME(TYPE(fairu_constraint, prior), TYPE(struct then_fairu_constraint, prior)), "fairu_constraint.prior was of another type");
_Static_assert(offsetof(fairu_constraint, auxiliary) == offsetof(struct then_fairu_constraint, auxiliary), "fairu_constraint.auxiliary was elsewhere");
_Static_assert(SAME(TYPE(fairu_constraint, auxiliary), TYPE(struct then_fairu_constraint, auxiliary)), "fairu_constraint.auxiliary was of another type");
_Static_assert(sizeof(fairu_constraint) == sizeof(struct then_fairu_constraint), "fairu_constraint was of another size");
struct then_fairu_likelihood_options { size_t struct_size; const fairu_factor *factors; size_t n_factors; size_t poi; const fairu_constraint *constraints; size_t n_constraints; int mc_stat; int constant; };
_Static_assert(offsetof(fairu_likelihood_options, struct_size) == offsetof(struct then_fairu_likelihood_options, struct_size), "fairu_likelihood_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_likelihood_options, struct_size), TYPE(struct then_fairu_likelihood_options, struct_size)), "fairu_likelihood_options.struct_size was of another type");
_Static_assert(offsetof(fairu_likelihood_options, factors) == offsetof(struct then_fairu_likelihood_options, factors), "fairu_likelihood_options.factors was elsewhere");
_Static_assert(SAME(TYPE(fairu_likelihood_options, factors), TYPE(struct then_fairu_likelihood_options, factors)), "fairu_likelihood_options.factors was of another type");
_Static_assert(offsetof(fairu_likelihood_options, n_factors) == offsetof(struct then_fairu_likelihood_options, n_factors), "fairu_likelihood_options.n_factors was elsewhere");
_Static_assert(SAME(TYPE(fairu_likelihood_options, n_factors), TYPE(struct then_fairu_likelihood_options, n_factors)), "fairu_likelihood_options.n_factors was of another type");
_Static_assert(offsetof(fairu_likelihood_options, poi) == offsetof(struct then_fairu_likelihood_options, poi), "fairu_likelihood_options.poi was elsewhere");
_Static_assert(SAME(TYPE(fairu_likelihood_options, poi), TYPE(struct then_fairu_likelihood_options, poi)), "fairu_likelihood_options.poi was of another type");
_Static_assert(offsetof(fairu_likelihood_options, constraints) == offsetof(struct then_fairu_likelihood_options, constraints), "fairu_likelihood_options.constraints was elsewhere");
_Static_assert(SAME(TYPE(fairu_likelihood_options, constraints), TYPE(struct then_fairu_likelihood_options, constraints)), "fairu_likelihood_options.constraints was of another type");
_Static_assert(offsetof(fairu_likelihood_options, n_constraints) == offsetof(struct then_fairu_likelihood_options, n_constraints), "fairu_likelihood_options.n_constraints was elsewhere");
_Static_assert(SAME(TYPE(fairu_likelihood_options, n_constraints), TYPE(struct then_fairu_likelihood_options, n_constraints)), "fairu_likelihood_options.n_constraints was of another type");
_Static_assert(offsetof(fairu_likelihood_options, mc_stat) == offsetof(struct then_fairu_likelihood_options, mc_stat), "fairu_likelihood_options.mc_stat was elsewhere");
_Static_assert(SAME(TYPE(fairu_likelihood_options, mc_stat), TYPE(struct then_fairu_likelihood_options, mc_stat)), "fairu_likelihood_options.mc_stat was of another type");
_Static_assert(offsetof(fairu_likelihood_options, constant) == offsetof(struct then_fairu_likelihood_options, constant), "fairu_likelihood_options.constant was elsewhere");
_Static_assert(SAME(TYPE(fairu_likelihood_options, constant), TYPE(struct then_fairu_likelihood_options, constant)), "fairu_likelihood_options.constant was of another type");
_Static_assert(sizeof(fairu_likelihood_options) >= sizeof(struct then_fairu_likelihood_options), "fairu_likelihood_options was of another size");
struct then_fairu_event_model { size_t struct_size; double signal_yield; double background_yield; const char *const *nuisances; const double *lower; const double *upper; const double *start; size_t n_nuisances; fairu_event_term_fn term; void *term_data; const fairu_event_terms *terms; fairu_event_yield_fn yields; void *yield_data; };
_Static_assert(offsetof(fairu_event_model, struct_size) == offsetof(struct then_fairu_event_model, struct_size), "fairu_event_model.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, struct_size), TYPE(struct then_fairu_event_model, struct_size)), "fairu_event_model.struct_size was of another type");
_Static_assert(offsetof(fairu_event_model, signal_yield) == offsetof(struct then_fairu_event_model, signal_yield), "fairu_event_model.signal_yield was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, signal_yield), TYPE(struct then_fairu_event_model, signal_yield)), "fairu_event_model.signal_yield was of another type");
_Static_assert(offsetof(fairu_event_model, background_yield) == offsetof(struct then_fairu_event_model, background_yield), "fairu_event_model.background_yield was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, background_yield), TYPE(struct then_fairu_event_model, background_yield)), "fairu_event_model.background_yield was of another type");
_Static_assert(offsetof(fairu_event_model, nuisances) == offsetof(struct then_fairu_event_model, nuisances), "fairu_event_model.nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, nuisances), TYPE(struct then_fairu_event_model, nuisances)), "fairu_event_model.nuisances was of another type");
_Static_assert(offsetof(fairu_event_model, lower) == offsetof(struct then_fairu_event_model, lower), "fairu_event_model.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, lower), TYPE(struct then_fairu_event_model, lower)), "fairu_event_model.lower was of another type");
_Static_assert(offsetof(fairu_event_model, upper) == offsetof(struct then_fairu_event_model, upper), "fairu_event_model.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, upper), TYPE(struct then_fairu_event_model, upper)), "fairu_event_model.upper was of another type");
_Static_assert(offsetof(fairu_event_model, start) == offsetof(struct then_fairu_event_model, start), "fairu_event_model.start was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, start), TYPE(struct then_fairu_event_model, start)), "fairu_event_model.start was of another type");
_Static_assert(offsetof(fairu_event_model, n_nuisances) == offsetof(struct then_fairu_event_model, n_nuisances), "fairu_event_model.n_nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, n_nuisances), TYPE(struct then_fairu_event_model, n_nuisances)), "fairu_event_model.n_nuisances was of another type");
_Static_assert(offsetof(fairu_event_model, term) == offsetof(struct then_fairu_event_model, term), "fairu_event_model.term was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, term), TYPE(struct then_fairu_event_model, term)), "fairu_event_model.term was of another type");
_Static_assert(offsetof(fairu_event_model, term_data) == offsetof(struct then_fairu_event_model, term_data), "fairu_event_model.term_data was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, term_data), TYPE(struct then_fairu_event_model, term_data)), "fairu_event_model.term_data was of another type");
_Static_assert(offsetof(fairu_event_model, terms) == offsetof(struct then_fairu_event_model, terms), "fairu_event_model.terms was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, terms), TYPE(struct then_fairu_event_model, terms)), "fairu_event_model.terms was of another type");
_Static_assert(offsetof(fairu_event_model, yields) == offsetof(struct then_fairu_event_model, yields), "fairu_event_model.yields was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, yields), TYPE(struct then_fairu_event_model, yields)), "fairu_event_model.yields was of another type");
_Static_assert(offsetof(fairu_event_model, yield_data) == offsetof(struct then_fairu_event_model, yield_data), "fairu_event_model.yield_data was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_model, yield_data), TYPE(struct then_fairu_event_model, yield_data)), "fairu_event_model.yield_data was of another type");
_Static_assert(sizeof(fairu_event_model) >= sizeof(struct then_fairu_event_model), "fairu_event_model was of another size");
struct then_fairu_parameter { size_t struct_size; const char *name; int kind; double start; double lower, upper; int constraint; int fixed; double width; double aux; int statistical_origin; };
_Static_assert(offsetof(fairu_parameter, struct_size) == offsetof(struct then_fairu_parameter, struct_size), "fairu_parameter.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, struct_size), TYPE(struct then_fairu_parameter, struct_size)), "fairu_parameter.struct_size was of another type");
_Static_assert(offsetof(fairu_parameter, name) == offsetof(struct then_fairu_parameter, name), "fairu_parameter.name was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, name), TYPE(struct then_fairu_parameter, name)), "fairu_parameter.name was of another type");
_Static_assert(offsetof(fairu_parameter, kind) == offsetof(struct then_fairu_parameter, kind), "fairu_parameter.kind was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, kind), TYPE(struct then_fairu_parameter, kind)), "fairu_parameter.kind was of another type");
_Static_assert(offsetof(fairu_parameter, start) == offsetof(struct then_fairu_parameter, start), "fairu_parameter.start was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, start), TYPE(struct then_fairu_parameter, start)), "fairu_parameter.start was of another type");
_Static_assert(offsetof(fairu_parameter, lower) == offsetof(struct then_fairu_parameter, lower), "fairu_parameter.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, lower), TYPE(struct then_fairu_parameter, lower)), "fairu_parameter.lower was of another type");
_Static_assert(offsetof(fairu_parameter, upper) == offsetof(struct then_fairu_parameter, upper), "fairu_parameter.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, upper), TYPE(struct then_fairu_parameter, upper)), "fairu_parameter.upper was of another type");
_Static_assert(offsetof(fairu_parameter, constraint) == offsetof(struct then_fairu_parameter, constraint), "fairu_parameter.constraint was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, constraint), TYPE(struct then_fairu_parameter, constraint)), "fairu_parameter.constraint was of another type");
_Static_assert(offsetof(fairu_parameter, fixed) == offsetof(struct then_fairu_parameter, fixed), "fairu_parameter.fixed was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, fixed), TYPE(struct then_fairu_parameter, fixed)), "fairu_parameter.fixed was of another type");
_Static_assert(offsetof(fairu_parameter, width) == offsetof(struct then_fairu_parameter, width), "fairu_parameter.width was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, width), TYPE(struct then_fairu_parameter, width)), "fairu_parameter.width was of another type");
_Static_assert(offsetof(fairu_parameter, aux) == offsetof(struct then_fairu_parameter, aux), "fairu_parameter.aux was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, aux), TYPE(struct then_fairu_parameter, aux)), "fairu_parameter.aux was of another type");
_Static_assert(offsetof(fairu_parameter, statistical_origin) == offsetof(struct then_fairu_parameter, statistical_origin), "fairu_parameter.statistical_origin was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter, statistical_origin), TYPE(struct then_fairu_parameter, statistical_origin)), "fairu_parameter.statistical_origin was of another type");
_Static_assert(sizeof(fairu_parameter) >= sizeof(struct then_fairu_parameter), "fairu_parameter was of another size");
struct then_fairu_combine_options { size_t struct_size; const char *poi; int allow_same_events; };
_Static_assert(offsetof(fairu_combine_options, struct_size) == offsetof(struct then_fairu_combine_options, struct_size), "fairu_combine_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_combine_options, struct_size), TYPE(struct then_fairu_combine_options, struct_size)), "fairu_combine_options.struct_size was of another type");
_Static_assert(offsetof(fairu_combine_options, poi) == offsetof(struct then_fairu_combine_options, poi), "fairu_combine_options.poi was elsewhere");
_Static_assert(SAME(TYPE(fairu_combine_options, poi), TYPE(struct then_fairu_combine_options, poi)), "fairu_combine_options.poi was of another type");
_Static_assert(offsetof(fairu_combine_options, allow_same_events) == offsetof(struct then_fairu_combine_options, allow_same_events), "fairu_combine_options.allow_same_events was elsewhere");
_Static_assert(SAME(TYPE(fairu_combine_options, allow_same_events), TYPE(struct then_fairu_combine_options, allow_same_events)), "fairu_combine_options.allow_same_events was of another type");
_Static_assert(sizeof(fairu_combine_options) >= sizeof(struct then_fairu_combine_options), "fairu_combine_options was of another size");
typedef int (*then_fairu_event_term_fn)(size_t first, size_t n, const double *z, size_t n_z, double *log_ratio, double *d_log_ratio, double *d2_log_ratio, double *log_density, double *d_log_density, double *d2_log_density, void *user_data);
_Static_assert(SAME(fairu_event_term_fn, then_fairu_event_term_fn), "fairu_event_term_fn was of another type");
typedef int (*then_fairu_event_yield_fn)(const double *z, size_t n_z, double *yields, double *d_yields, double *d2_yields, void *user_data);
_Static_assert(SAME(fairu_event_yield_fn, then_fairu_event_yield_fn), "fairu_event_yield_fn was of another type");
typedef int then_fairu_likelihood_options_init(fairu_likelihood_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_likelihood_options_init), then_fairu_likelihood_options_init), "fairu_likelihood_options_init was declared otherwise");
typedef int then_fairu_likelihood_create(fairu_context *ctx, const fairu_templates *templates, const fairu_likelihood_options *options, fairu_likelihood **out);
_Static_assert(SAME(__typeof__(fairu_likelihood_create), then_fairu_likelihood_create), "fairu_likelihood_create was declared otherwise");
typedef int then_fairu_event_model_init(fairu_event_model *model, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_event_model_init), then_fairu_event_model_init), "fairu_event_model_init was declared otherwise");
typedef int then_fairu_likelihood_create_unbinned(fairu_context *ctx, const fairu_event_model *model, const fairu_likelihood_options *options, fairu_likelihood **out);
_Static_assert(SAME(__typeof__(fairu_likelihood_create_unbinned), then_fairu_likelihood_create_unbinned), "fairu_likelihood_create_unbinned was declared otherwise");
typedef void then_fairu_likelihood_destroy(fairu_likelihood *likelihood);
_Static_assert(SAME(__typeof__(fairu_likelihood_destroy), then_fairu_likelihood_destroy), "fairu_likelihood_destroy was declared otherwise");
typedef size_t then_fairu_likelihood_n_parameters(const fairu_likelihood *likelihood);
_Static_assert(SAME(__typeof__(fairu_likelihood_n_parameters), then_fairu_likelihood_n_parameters), "fairu_likelihood_n_parameters was declared otherwise");
typedef size_t then_fairu_likelihood_n_bins(const fairu_likelihood *likelihood);
_Static_assert(SAME(__typeof__(fairu_likelihood_n_bins), then_fairu_likelihood_n_bins), "fairu_likelihood_n_bins was declared otherwise");
typedef size_t then_fairu_likelihood_poi_index(const fairu_likelihood *likelihood);
_Static_assert(SAME(__typeof__(fairu_likelihood_poi_index), then_fairu_likelihood_poi_index), "fairu_likelihood_poi_index was declared otherwise");
typedef int then_fairu_likelihood_parameter(const fairu_likelihood *likelihood, fairu_context *ctx, size_t i, fairu_parameter *parameter);
_Static_assert(SAME(__typeof__(fairu_likelihood_parameter), then_fairu_likelihood_parameter), "fairu_likelihood_parameter was declared otherwise");
typedef int then_fairu_likelihood_find_parameter(const fairu_likelihood *likelihood, fairu_context *ctx, const char *name, size_t *index);
_Static_assert(SAME(__typeof__(fairu_likelihood_find_parameter), then_fairu_likelihood_find_parameter), "fairu_likelihood_find_parameter was declared otherwise");
typedef int then_fairu_likelihood_expected(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params, size_t n_params, double *nu);
_Static_assert(SAME(__typeof__(fairu_likelihood_expected), then_fairu_likelihood_expected), "fairu_likelihood_expected was declared otherwise");
typedef int then_fairu_likelihood_nll(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const double *params, size_t n_params, double *nll, double *gradient, double *hessian);
_Static_assert(SAME(__typeof__(fairu_likelihood_nll), then_fairu_likelihood_nll), "fairu_likelihood_nll was declared otherwise");
typedef int then_fairu_likelihood_nll_difference(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const double *a, const double *b, size_t n_params, double *difference);
_Static_assert(SAME(__typeof__(fairu_likelihood_nll_difference), then_fairu_likelihood_nll_difference), "fairu_likelihood_nll_difference was declared otherwise");
typedef int then_fairu_combine_options_init(fairu_combine_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_combine_options_init), then_fairu_combine_options_init), "fairu_combine_options_init was declared otherwise");
typedef int then_fairu_likelihood_create_combined(fairu_context *ctx, const fairu_likelihood *const *parts, size_t n_parts, const fairu_combine_options *options, fairu_likelihood **out);
_Static_assert(SAME(__typeof__(fairu_likelihood_create_combined), then_fairu_likelihood_create_combined), "fairu_likelihood_create_combined was declared otherwise");
typedef size_t then_fairu_likelihood_n_parts(const fairu_likelihood *likelihood);
_Static_assert(SAME(__typeof__(fairu_likelihood_n_parts), then_fairu_likelihood_n_parts), "fairu_likelihood_n_parts was declared otherwise");
typedef const fairu_likelihood * then_fairu_likelihood_part(const fairu_likelihood *likelihood, size_t i);
_Static_assert(SAME(__typeof__(fairu_likelihood_part), then_fairu_likelihood_part), "fairu_likelihood_part was declared otherwise");
typedef int then_fairu_data_create(fairu_context *ctx, const fairu_likelihood *likelihood, fairu_data **out);
_Static_assert(SAME(__typeof__(fairu_data_create), then_fairu_data_create), "fairu_data_create was declared otherwise");
typedef void then_fairu_data_destroy(fairu_data *data);
_Static_assert(SAME(__typeof__(fairu_data_destroy), then_fairu_data_destroy), "fairu_data_destroy was declared otherwise");
typedef fairu_data * then_fairu_data_part(fairu_data *data, size_t i);
_Static_assert(SAME(__typeof__(fairu_data_part), then_fairu_data_part), "fairu_data_part was declared otherwise");
typedef int then_fairu_data_copy(fairu_data *data, fairu_context *ctx, const fairu_data *from);
_Static_assert(SAME(__typeof__(fairu_data_copy), then_fairu_data_copy), "fairu_data_copy was declared otherwise");
typedef int then_fairu_data_set_observed(fairu_data *data, fairu_context *ctx, const double *observed, size_t n_bins);
_Static_assert(SAME(__typeof__(fairu_data_set_observed), then_fairu_data_set_observed), "fairu_data_set_observed was declared otherwise");
typedef int then_fairu_data_set_observed_moving(fairu_data *data, fairu_context *ctx, const fairu_templates *observed);
_Static_assert(SAME(__typeof__(fairu_data_set_observed_moving), then_fairu_data_set_observed_moving), "fairu_data_set_observed_moving was declared otherwise");
typedef int then_fairu_data_set_aux(fairu_data *data, fairu_context *ctx, size_t parameter, double value);
_Static_assert(SAME(__typeof__(fairu_data_set_aux), then_fairu_data_set_aux), "fairu_data_set_aux was declared otherwise");
typedef int then_fairu_data_set_aux_counts(fairu_data *data, fairu_context *ctx, size_t parameter, const double *counts, size_t n);
_Static_assert(SAME(__typeof__(fairu_data_set_aux_counts), then_fairu_data_set_aux_counts), "fairu_data_set_aux_counts was declared otherwise");
typedef int then_fairu_data_set_events(fairu_data *data, fairu_context *ctx, const double *weights, size_t n);
_Static_assert(SAME(__typeof__(fairu_data_set_events), then_fairu_data_set_events), "fairu_data_set_events was declared otherwise");
typedef int then_fairu_data_observed(const fairu_data *data, fairu_context *ctx, const double *params, size_t n_params, double *observed);
_Static_assert(SAME(__typeof__(fairu_data_observed), then_fairu_data_observed), "fairu_data_observed was declared otherwise");
typedef int then_fairu_data_aux(const fairu_data *data, fairu_context *ctx, size_t parameter, double *value);
_Static_assert(SAME(__typeof__(fairu_data_aux), then_fairu_data_aux), "fairu_data_aux was declared otherwise");
typedef int then_fairu_likelihood_asimov(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params, size_t n_params, fairu_data *data);
_Static_assert(SAME(__typeof__(fairu_likelihood_asimov), then_fairu_likelihood_asimov), "fairu_likelihood_asimov was declared otherwise");
typedef int then_fairu_likelihood_toy(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params, size_t n_params, uint64_t seed, uint64_t toy, fairu_data *data);
_Static_assert(SAME(__typeof__(fairu_likelihood_toy), then_fairu_likelihood_toy), "fairu_likelihood_toy was declared otherwise");
typedef int then_fairu_likelihood_toy_events(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params, size_t n_params, const fairu_grid *grid, const fairu_bin_table *const *tables, const double *scales, size_t n_tables, uint64_t seed, uint64_t toy, fairu_data *data);
_Static_assert(SAME(__typeof__(fairu_likelihood_toy_events), then_fairu_likelihood_toy_events), "fairu_likelihood_toy_events was declared otherwise");
_Static_assert(FAIRU_NORMALISE_BACKGROUND == 1, "FAIRU_NORMALISE_BACKGROUND was 1");
_Static_assert(FAIRU_NORMALISE_SIGNAL == 2, "FAIRU_NORMALISE_SIGNAL was 2");
struct then_fairu_event_classifiers { size_t struct_size; const fairu_classifier *ratio; double ratio_prior; const fairu_classifier *density; double density_prior; };
_Static_assert(offsetof(fairu_event_classifiers, struct_size) == offsetof(struct then_fairu_event_classifiers, struct_size), "fairu_event_classifiers.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_classifiers, struct_size), TYPE(struct then_fairu_event_classifiers, struct_size)), "fairu_event_classifiers.struct_size was of another type");
_Static_assert(offsetof(fairu_event_classifiers, ratio) == offsetof(struct then_fairu_event_classifiers, ratio), "fairu_event_classifiers.ratio was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_classifiers, ratio), TYPE(struct then_fairu_event_classifiers, ratio)), "fairu_event_classifiers.ratio was of another type");
_Static_assert(offsetof(fairu_event_classifiers, ratio_prior) == offsetof(struct then_fairu_event_classifiers, ratio_prior), "fairu_event_classifiers.ratio_prior was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_classifiers, ratio_prior), TYPE(struct then_fairu_event_classifiers, ratio_prior)), "fairu_event_classifiers.ratio_prior was of another type");
_Static_assert(offsetof(fairu_event_classifiers, density) == offsetof(struct then_fairu_event_classifiers, density), "fairu_event_classifiers.density was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_classifiers, density), TYPE(struct then_fairu_event_classifiers, density)), "fairu_event_classifiers.density was of another type");
_Static_assert(offsetof(fairu_event_classifiers, density_prior) == offsetof(struct then_fairu_event_classifiers, density_prior), "fairu_event_classifiers.density_prior was elsewhere");
_Static_assert(SAME(TYPE(fairu_event_classifiers, density_prior), TYPE(struct then_fairu_event_classifiers, density_prior)), "fairu_event_classifiers.density_prior was of another type");
_Static_assert(sizeof(fairu_event_classifiers) >= sizeof(struct then_fairu_event_classifiers), "fairu_event_classifiers was of another size");
typedef int then_fairu_event_terms_create(fairu_context *ctx, const fairu_grid *grid, size_t n_events, const double *log_ratio, const double *log_density, fairu_event_terms **out);
_Static_assert(SAME(__typeof__(fairu_event_terms_create), then_fairu_event_terms_create), "fairu_event_terms_create was declared otherwise");
typedef int then_fairu_event_terms_create_from_function(fairu_context *ctx, const fairu_grid *grid, size_t n_events, fairu_event_term_fn term, void *user_data, fairu_event_terms **out);
_Static_assert(SAME(__typeof__(fairu_event_terms_create_from_function), then_fairu_event_terms_create_from_function), "fairu_event_terms_create_from_function was declared otherwise");
typedef int then_fairu_event_classifiers_init(fairu_event_classifiers *classifiers, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_event_classifiers_init), then_fairu_event_classifiers_init), "fairu_event_classifiers_init was declared otherwise");
typedef int then_fairu_event_terms_create_from_classifiers( fairu_context *ctx, const fairu_grid *grid, const fairu_events *events, const fairu_event_classifiers *classifiers, fairu_event_terms **out);
_Static_assert(SAME(__typeof__(fairu_event_terms_create_from_classifiers), then_fairu_event_terms_create_from_classifiers), "fairu_event_terms_create_from_classifiers was declared otherwise");
typedef void then_fairu_event_terms_destroy(fairu_event_terms *terms);
_Static_assert(SAME(__typeof__(fairu_event_terms_destroy), then_fairu_event_terms_destroy), "fairu_event_terms_destroy was declared otherwise");
typedef size_t then_fairu_event_terms_n_events(const fairu_event_terms *terms);
_Static_assert(SAME(__typeof__(fairu_event_terms_n_events), then_fairu_event_terms_n_events), "fairu_event_terms_n_events was declared otherwise");
typedef int then_fairu_event_terms_evaluate(size_t first, size_t n, const double *z, size_t n_z, double *log_ratio, double *d_log_ratio, double *d2_log_ratio, double *log_density, double *d_log_density, double *d2_log_density, void *terms);
_Static_assert(SAME(__typeof__(fairu_event_terms_evaluate), then_fairu_event_terms_evaluate), "fairu_event_terms_evaluate was declared otherwise");
typedef int then_fairu_event_terms_set_pool(fairu_event_terms *terms, fairu_context *ctx, const double *weights, size_t n);
_Static_assert(SAME(__typeof__(fairu_event_terms_set_pool), then_fairu_event_terms_set_pool), "fairu_event_terms_set_pool was declared otherwise");
typedef int then_fairu_event_terms_normalise(fairu_event_terms *terms, fairu_context *ctx, const fairu_event_terms *pool, int which);
_Static_assert(SAME(__typeof__(fairu_event_terms_normalise), then_fairu_event_terms_normalise), "fairu_event_terms_normalise was declared otherwise");
typedef int then_fairu_data_set_event_terms(fairu_data *data, fairu_context *ctx, const fairu_event_terms *terms, const double *weights, size_t n);
_Static_assert(SAME(__typeof__(fairu_data_set_event_terms), then_fairu_data_set_event_terms), "fairu_data_set_event_terms was declared otherwise");
typedef int then_fairu_data_draw_events(fairu_data *data, fairu_context *ctx, const double *means, size_t n, uint64_t seed, uint64_t toy);
_Static_assert(SAME(__typeof__(fairu_data_draw_events), then_fairu_data_draw_events), "fairu_data_draw_events was declared otherwise");
_Static_assert(FAIRU_CODE_0 == 1, "FAIRU_CODE_0 was 1");
_Static_assert(FAIRU_CODE_1 == 2, "FAIRU_CODE_1 was 2");
_Static_assert(FAIRU_CODE_2 == 3, "FAIRU_CODE_2 was 3");
_Static_assert(FAIRU_CODE_4 == 4, "FAIRU_CODE_4 was 4");
_Static_assert(FAIRU_CODE_4P == 5, "FAIRU_CODE_4P was 5");
_Static_assert(FAIRU_CODE_2_PYHF == 6, "FAIRU_CODE_2_PYHF was 6");
struct then_fairu_parameter_options { size_t struct_size; double start; double lower, upper; int fixed; const fairu_nuisance *prior; double poisson_scale; double aux; };
_Static_assert(offsetof(fairu_parameter_options, struct_size) == offsetof(struct then_fairu_parameter_options, struct_size), "fairu_parameter_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter_options, struct_size), TYPE(struct then_fairu_parameter_options, struct_size)), "fairu_parameter_options.struct_size was of another type");
_Static_assert(offsetof(fairu_parameter_options, start) == offsetof(struct then_fairu_parameter_options, start), "fairu_parameter_options.start was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter_options, start), TYPE(struct then_fairu_parameter_options, start)), "fairu_parameter_options.start was of another type");
_Static_assert(offsetof(fairu_parameter_options, lower) == offsetof(struct then_fairu_parameter_options, lower), "fairu_parameter_options.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter_options, lower), TYPE(struct then_fairu_parameter_options, lower)), "fairu_parameter_options.lower was of another type");
_Static_assert(offsetof(fairu_parameter_options, upper) == offsetof(struct then_fairu_parameter_options, upper), "fairu_parameter_options.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter_options, upper), TYPE(struct then_fairu_parameter_options, upper)), "fairu_parameter_options.upper was of another type");
_Static_assert(offsetof(fairu_parameter_options, fixed) == offsetof(struct then_fairu_parameter_options, fixed), "fairu_parameter_options.fixed was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter_options, fixed), TYPE(struct then_fairu_parameter_options, fixed)), "fairu_parameter_options.fixed was of another type");
_Static_assert(offsetof(fairu_parameter_options, prior) == offsetof(struct then_fairu_parameter_options, prior), "fairu_parameter_options.prior was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter_options, prior), TYPE(struct then_fairu_parameter_options, prior)), "fairu_parameter_options.prior was of another type");
_Static_assert(offsetof(fairu_parameter_options, poisson_scale) == offsetof(struct then_fairu_parameter_options, poisson_scale), "fairu_parameter_options.poisson_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter_options, poisson_scale), TYPE(struct then_fairu_parameter_options, poisson_scale)), "fairu_parameter_options.poisson_scale was of another type");
_Static_assert(offsetof(fairu_parameter_options, aux) == offsetof(struct then_fairu_parameter_options, aux), "fairu_parameter_options.aux was elsewhere");
_Static_assert(SAME(TYPE(fairu_parameter_options, aux), TYPE(struct then_fairu_parameter_options, aux)), "fairu_parameter_options.aux was of another type");
_Static_assert(sizeof(fairu_parameter_options) >= sizeof(struct then_fairu_parameter_options), "fairu_parameter_options was of another size");
typedef int then_fairu_model_create(fairu_context *ctx, fairu_model **out);
_Static_assert(SAME(__typeof__(fairu_model_create), then_fairu_model_create), "fairu_model_create was declared otherwise");
typedef void then_fairu_model_destroy(fairu_model *model);
_Static_assert(SAME(__typeof__(fairu_model_destroy), then_fairu_model_destroy), "fairu_model_destroy was declared otherwise");
typedef int then_fairu_parameter_options_init(fairu_parameter_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_parameter_options_init), then_fairu_parameter_options_init), "fairu_parameter_options_init was declared otherwise");
typedef int then_fairu_model_add_parameter(fairu_model *model, fairu_context *ctx, const char *name, const fairu_parameter_options *options, size_t *index);
_Static_assert(SAME(__typeof__(fairu_model_add_parameter), then_fairu_model_add_parameter), "fairu_model_add_parameter was declared otherwise");
typedef int then_fairu_model_add_channel(fairu_model *model, fairu_context *ctx, const char *name, size_t n_bins, size_t *index);
_Static_assert(SAME(__typeof__(fairu_model_add_channel), then_fairu_model_add_channel), "fairu_model_add_channel was declared otherwise");
typedef int then_fairu_model_add_sample(fairu_model *model, fairu_context *ctx, size_t channel, const char *name, const double *yields, size_t n_bins, size_t *index);
_Static_assert(SAME(__typeof__(fairu_model_add_sample), then_fairu_model_add_sample), "fairu_model_add_sample was declared otherwise");
typedef int then_fairu_model_add_factor(fairu_model *model, fairu_context *ctx, size_t sample, size_t parameter);
_Static_assert(SAME(__typeof__(fairu_model_add_factor), then_fairu_model_add_factor), "fairu_model_add_factor was declared otherwise");
typedef int then_fairu_model_add_norm(fairu_model *model, fairu_context *ctx, size_t sample, size_t parameter, double down, double up, int code);
_Static_assert(SAME(__typeof__(fairu_model_add_norm), then_fairu_model_add_norm), "fairu_model_add_norm was declared otherwise");
typedef int then_fairu_model_add_shift(fairu_model *model, fairu_context *ctx, size_t sample, size_t parameter, const double *down, const double *up, size_t n_bins, int code);
_Static_assert(SAME(__typeof__(fairu_model_add_shift), then_fairu_model_add_shift), "fairu_model_add_shift was declared otherwise");
typedef int then_fairu_model_add_spline(fairu_model *model, fairu_context *ctx, size_t sample, size_t parameter, const double *knots, size_t n_knots, double nominal, const double *yields, size_t n_bins);
_Static_assert(SAME(__typeof__(fairu_model_add_spline), then_fairu_model_add_spline), "fairu_model_add_spline was declared otherwise");
typedef int then_fairu_model_add_bin_factors(fairu_model *model, fairu_context *ctx, size_t sample, const size_t *parameters, size_t n_bins);
_Static_assert(SAME(__typeof__(fairu_model_add_bin_factors), then_fairu_model_add_bin_factors), "fairu_model_add_bin_factors was declared otherwise");
typedef int then_fairu_likelihood_create_from_model(fairu_context *ctx, const fairu_model *model, const char *poi, fairu_likelihood **out);
_Static_assert(SAME(__typeof__(fairu_likelihood_create_from_model), then_fairu_likelihood_create_from_model), "fairu_likelihood_create_from_model was declared otherwise");
typedef size_t then_fairu_likelihood_n_channels(const fairu_likelihood *likelihood);
_Static_assert(SAME(__typeof__(fairu_likelihood_n_channels), then_fairu_likelihood_n_channels), "fairu_likelihood_n_channels was declared otherwise");
typedef const char * then_fairu_likelihood_channel_name(const fairu_likelihood *likelihood, size_t channel);
_Static_assert(SAME(__typeof__(fairu_likelihood_channel_name), then_fairu_likelihood_channel_name), "fairu_likelihood_channel_name was declared otherwise");
typedef size_t then_fairu_likelihood_channel_n_bins(const fairu_likelihood *likelihood, size_t channel);
_Static_assert(SAME(__typeof__(fairu_likelihood_channel_n_bins), then_fairu_likelihood_channel_n_bins), "fairu_likelihood_channel_n_bins was declared otherwise");
typedef size_t then_fairu_likelihood_channel_first_bin(const fairu_likelihood *likelihood, size_t channel);
_Static_assert(SAME(__typeof__(fairu_likelihood_channel_first_bin), then_fairu_likelihood_channel_first_bin), "fairu_likelihood_channel_first_bin was declared otherwise");
typedef size_t then_fairu_likelihood_n_samples(const fairu_likelihood *likelihood);
_Static_assert(SAME(__typeof__(fairu_likelihood_n_samples), then_fairu_likelihood_n_samples), "fairu_likelihood_n_samples was declared otherwise");
typedef const char * then_fairu_likelihood_sample_name(const fairu_likelihood *likelihood, size_t sample);
_Static_assert(SAME(__typeof__(fairu_likelihood_sample_name), then_fairu_likelihood_sample_name), "fairu_likelihood_sample_name was declared otherwise");
typedef size_t then_fairu_likelihood_sample_channel(const fairu_likelihood *likelihood, size_t sample);
_Static_assert(SAME(__typeof__(fairu_likelihood_sample_channel), then_fairu_likelihood_sample_channel), "fairu_likelihood_sample_channel was declared otherwise");
typedef int then_fairu_likelihood_expected_sample(const fairu_likelihood *likelihood, fairu_context *ctx, size_t sample, const double *params, size_t n_params, double *nu);
_Static_assert(SAME(__typeof__(fairu_likelihood_expected_sample), then_fairu_likelihood_expected_sample), "fairu_likelihood_expected_sample was declared otherwise");
_Static_assert(FAIRU_EXPECTED_MAX_NUISANCES == 16, "FAIRU_EXPECTED_MAX_NUISANCES was 16");
_Static_assert(FAIRU_SOURCE_TANGENT == 1, "FAIRU_SOURCE_TANGENT was 1");
_Static_assert(FAIRU_SOURCE_VARIATIONS == 2, "FAIRU_SOURCE_VARIATIONS was 2");
_Static_assert(FAIRU_SOURCE_RATE == 3, "FAIRU_SOURCE_RATE was 3");
_Static_assert(FAIRU_EXPECTED_VARIANCE == 1, "FAIRU_EXPECTED_VARIANCE was 1");
_Static_assert(FAIRU_EXPECTED_SIGMA == 2, "FAIRU_EXPECTED_SIGMA was 2");
_Static_assert(FAIRU_EXPECTED_CLS == 3, "FAIRU_EXPECTED_CLS was 3");
_Static_assert(FAIRU_EXPECTED_P0 == 4, "FAIRU_EXPECTED_P0 was 4");
_Static_assert(FAIRU_EXPECTED_DETERMINANT == 5, "FAIRU_EXPECTED_DETERMINANT was 5");
struct then_fairu_expected_nuisance { size_t struct_size; int source; size_t tangent, up, down, process; double step_up, step_down; double width; };
_Static_assert(offsetof(fairu_expected_nuisance, struct_size) == offsetof(struct then_fairu_expected_nuisance, struct_size), "fairu_expected_nuisance.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, struct_size), TYPE(struct then_fairu_expected_nuisance, struct_size)), "fairu_expected_nuisance.struct_size was of another type");
_Static_assert(offsetof(fairu_expected_nuisance, source) == offsetof(struct then_fairu_expected_nuisance, source), "fairu_expected_nuisance.source was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, source), TYPE(struct then_fairu_expected_nuisance, source)), "fairu_expected_nuisance.source was of another type");
_Static_assert(offsetof(fairu_expected_nuisance, tangent) == offsetof(struct then_fairu_expected_nuisance, tangent), "fairu_expected_nuisance.tangent was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, tangent), TYPE(struct then_fairu_expected_nuisance, tangent)), "fairu_expected_nuisance.tangent was of another type");
_Static_assert(offsetof(fairu_expected_nuisance, up) == offsetof(struct then_fairu_expected_nuisance, up), "fairu_expected_nuisance.up was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, up), TYPE(struct then_fairu_expected_nuisance, up)), "fairu_expected_nuisance.up was of another type");
_Static_assert(offsetof(fairu_expected_nuisance, down) == offsetof(struct then_fairu_expected_nuisance, down), "fairu_expected_nuisance.down was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, down), TYPE(struct then_fairu_expected_nuisance, down)), "fairu_expected_nuisance.down was of another type");
_Static_assert(offsetof(fairu_expected_nuisance, process) == offsetof(struct then_fairu_expected_nuisance, process), "fairu_expected_nuisance.process was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, process), TYPE(struct then_fairu_expected_nuisance, process)), "fairu_expected_nuisance.process was of another type");
_Static_assert(offsetof(fairu_expected_nuisance, step_up) == offsetof(struct then_fairu_expected_nuisance, step_up), "fairu_expected_nuisance.step_up was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, step_up), TYPE(struct then_fairu_expected_nuisance, step_up)), "fairu_expected_nuisance.step_up was of another type");
_Static_assert(offsetof(fairu_expected_nuisance, step_down) == offsetof(struct then_fairu_expected_nuisance, step_down), "fairu_expected_nuisance.step_down was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, step_down), TYPE(struct then_fairu_expected_nuisance, step_down)), "fairu_expected_nuisance.step_down was of another type");
_Static_assert(offsetof(fairu_expected_nuisance, width) == offsetof(struct then_fairu_expected_nuisance, width), "fairu_expected_nuisance.width was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_nuisance, width), TYPE(struct then_fairu_expected_nuisance, width)), "fairu_expected_nuisance.width was of another type");
_Static_assert(sizeof(fairu_expected_nuisance) >= sizeof(struct then_fairu_expected_nuisance), "fairu_expected_nuisance was of another size");
struct then_fairu_expected_loss_options { size_t struct_size; const double *yields; size_t n_processes; size_t signal; const fairu_expected_nuisance *nuisances; size_t n_nuisances; double floor; int quantity; int logarithm; int interpolation; };
_Static_assert(offsetof(fairu_expected_loss_options, struct_size) == offsetof(struct then_fairu_expected_loss_options, struct_size), "fairu_expected_loss_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, struct_size), TYPE(struct then_fairu_expected_loss_options, struct_size)), "fairu_expected_loss_options.struct_size was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, yields) == offsetof(struct then_fairu_expected_loss_options, yields), "fairu_expected_loss_options.yields was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, yields), TYPE(struct then_fairu_expected_loss_options, yields)), "fairu_expected_loss_options.yields was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, n_processes) == offsetof(struct then_fairu_expected_loss_options, n_processes), "fairu_expected_loss_options.n_processes was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, n_processes), TYPE(struct then_fairu_expected_loss_options, n_processes)), "fairu_expected_loss_options.n_processes was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, signal) == offsetof(struct then_fairu_expected_loss_options, signal), "fairu_expected_loss_options.signal was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, signal), TYPE(struct then_fairu_expected_loss_options, signal)), "fairu_expected_loss_options.signal was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, nuisances) == offsetof(struct then_fairu_expected_loss_options, nuisances), "fairu_expected_loss_options.nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, nuisances), TYPE(struct then_fairu_expected_loss_options, nuisances)), "fairu_expected_loss_options.nuisances was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, n_nuisances) == offsetof(struct then_fairu_expected_loss_options, n_nuisances), "fairu_expected_loss_options.n_nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, n_nuisances), TYPE(struct then_fairu_expected_loss_options, n_nuisances)), "fairu_expected_loss_options.n_nuisances was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, floor) == offsetof(struct then_fairu_expected_loss_options, floor), "fairu_expected_loss_options.floor was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, floor), TYPE(struct then_fairu_expected_loss_options, floor)), "fairu_expected_loss_options.floor was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, quantity) == offsetof(struct then_fairu_expected_loss_options, quantity), "fairu_expected_loss_options.quantity was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, quantity), TYPE(struct then_fairu_expected_loss_options, quantity)), "fairu_expected_loss_options.quantity was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, logarithm) == offsetof(struct then_fairu_expected_loss_options, logarithm), "fairu_expected_loss_options.logarithm was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, logarithm), TYPE(struct then_fairu_expected_loss_options, logarithm)), "fairu_expected_loss_options.logarithm was of another type");
_Static_assert(offsetof(fairu_expected_loss_options, interpolation) == offsetof(struct then_fairu_expected_loss_options, interpolation), "fairu_expected_loss_options.interpolation was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_loss_options, interpolation), TYPE(struct then_fairu_expected_loss_options, interpolation)), "fairu_expected_loss_options.interpolation was of another type");
_Static_assert(sizeof(fairu_expected_loss_options) >= sizeof(struct then_fairu_expected_loss_options), "fairu_expected_loss_options was of another size");
struct then_fairu_expected_result { size_t struct_size; double variance, sigma; double sigma_mu; double stat; double determinant; double cls, q; double p0, q0; double nuisance_sigma[FAIRU_EXPECTED_MAX_NUISANCES]; };
_Static_assert(offsetof(fairu_expected_result, struct_size) == offsetof(struct then_fairu_expected_result, struct_size), "fairu_expected_result.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, struct_size), TYPE(struct then_fairu_expected_result, struct_size)), "fairu_expected_result.struct_size was of another type");
_Static_assert(offsetof(fairu_expected_result, variance) == offsetof(struct then_fairu_expected_result, variance), "fairu_expected_result.variance was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, variance), TYPE(struct then_fairu_expected_result, variance)), "fairu_expected_result.variance was of another type");
_Static_assert(offsetof(fairu_expected_result, sigma) == offsetof(struct then_fairu_expected_result, sigma), "fairu_expected_result.sigma was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, sigma), TYPE(struct then_fairu_expected_result, sigma)), "fairu_expected_result.sigma was of another type");
_Static_assert(offsetof(fairu_expected_result, sigma_mu) == offsetof(struct then_fairu_expected_result, sigma_mu), "fairu_expected_result.sigma_mu was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, sigma_mu), TYPE(struct then_fairu_expected_result, sigma_mu)), "fairu_expected_result.sigma_mu was of another type");
_Static_assert(offsetof(fairu_expected_result, stat) == offsetof(struct then_fairu_expected_result, stat), "fairu_expected_result.stat was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, stat), TYPE(struct then_fairu_expected_result, stat)), "fairu_expected_result.stat was of another type");
_Static_assert(offsetof(fairu_expected_result, determinant) == offsetof(struct then_fairu_expected_result, determinant), "fairu_expected_result.determinant was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, determinant), TYPE(struct then_fairu_expected_result, determinant)), "fairu_expected_result.determinant was of another type");
_Static_assert(offsetof(fairu_expected_result, cls) == offsetof(struct then_fairu_expected_result, cls), "fairu_expected_result.cls was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, cls), TYPE(struct then_fairu_expected_result, cls)), "fairu_expected_result.cls was of another type");
_Static_assert(offsetof(fairu_expected_result, q) == offsetof(struct then_fairu_expected_result, q), "fairu_expected_result.q was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, q), TYPE(struct then_fairu_expected_result, q)), "fairu_expected_result.q was of another type");
_Static_assert(offsetof(fairu_expected_result, p0) == offsetof(struct then_fairu_expected_result, p0), "fairu_expected_result.p0 was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, p0), TYPE(struct then_fairu_expected_result, p0)), "fairu_expected_result.p0 was of another type");
_Static_assert(offsetof(fairu_expected_result, q0) == offsetof(struct then_fairu_expected_result, q0), "fairu_expected_result.q0 was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, q0), TYPE(struct then_fairu_expected_result, q0)), "fairu_expected_result.q0 was of another type");
_Static_assert(offsetof(fairu_expected_result, nuisance_sigma) == offsetof(struct then_fairu_expected_result, nuisance_sigma), "fairu_expected_result.nuisance_sigma was elsewhere");
_Static_assert(SAME(TYPE(fairu_expected_result, nuisance_sigma), TYPE(struct then_fairu_expected_result, nuisance_sigma)), "fairu_expected_result.nuisance_sigma was of another type");
_Static_assert(sizeof(fairu_expected_result) >= sizeof(struct then_fairu_expected_result), "fairu_expected_result was of another size");
typedef int then_fairu_expected_loss_options_init(fairu_expected_loss_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_expected_loss_options_init), then_fairu_expected_loss_options_init), "fairu_expected_loss_options_init was declared otherwise");
typedef int then_fairu_expected_loss(fairu_context *ctx, const fairu_summary_counts *counts, double *loss, double *d_counts, double *d_tangents, void *options);
_Static_assert(SAME(__typeof__(fairu_expected_loss), then_fairu_expected_loss), "fairu_expected_loss was declared otherwise");
typedef int then_fairu_expected_loss_report(fairu_context *ctx, const fairu_summary_counts *counts, const fairu_expected_loss_options *options, fairu_expected_result *result);
_Static_assert(SAME(__typeof__(fairu_expected_loss_report), then_fairu_expected_loss_report), "fairu_expected_loss_report was declared otherwise");
struct then_fairu_workspace_options { size_t struct_size; const char *measurement; const char *poi; int norm_code; int shift_code; const char *const *two_points; size_t n_two_points; };
_Static_assert(offsetof(fairu_workspace_options, struct_size) == offsetof(struct then_fairu_workspace_options, struct_size), "fairu_workspace_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_workspace_options, struct_size), TYPE(struct then_fairu_workspace_options, struct_size)), "fairu_workspace_options.struct_size was of another type");
_Static_assert(offsetof(fairu_workspace_options, measurement) == offsetof(struct then_fairu_workspace_options, measurement), "fairu_workspace_options.measurement was elsewhere");
_Static_assert(SAME(TYPE(fairu_workspace_options, measurement), TYPE(struct then_fairu_workspace_options, measurement)), "fairu_workspace_options.measurement was of another type");
_Static_assert(offsetof(fairu_workspace_options, poi) == offsetof(struct then_fairu_workspace_options, poi), "fairu_workspace_options.poi was elsewhere");
_Static_assert(SAME(TYPE(fairu_workspace_options, poi), TYPE(struct then_fairu_workspace_options, poi)), "fairu_workspace_options.poi was of another type");
_Static_assert(offsetof(fairu_workspace_options, norm_code) == offsetof(struct then_fairu_workspace_options, norm_code), "fairu_workspace_options.norm_code was elsewhere");
_Static_assert(SAME(TYPE(fairu_workspace_options, norm_code), TYPE(struct then_fairu_workspace_options, norm_code)), "fairu_workspace_options.norm_code was of another type");
_Static_assert(offsetof(fairu_workspace_options, shift_code) == offsetof(struct then_fairu_workspace_options, shift_code), "fairu_workspace_options.shift_code was elsewhere");
_Static_assert(SAME(TYPE(fairu_workspace_options, shift_code), TYPE(struct then_fairu_workspace_options, shift_code)), "fairu_workspace_options.shift_code was of another type");
_Static_assert(offsetof(fairu_workspace_options, two_points) == offsetof(struct then_fairu_workspace_options, two_points), "fairu_workspace_options.two_points was elsewhere");
_Static_assert(SAME(TYPE(fairu_workspace_options, two_points), TYPE(struct then_fairu_workspace_options, two_points)), "fairu_workspace_options.two_points was of another type");
_Static_assert(offsetof(fairu_workspace_options, n_two_points) == offsetof(struct then_fairu_workspace_options, n_two_points), "fairu_workspace_options.n_two_points was elsewhere");
_Static_assert(SAME(TYPE(fairu_workspace_options, n_two_points), TYPE(struct then_fairu_workspace_options, n_two_points)), "fairu_workspace_options.n_two_points was of another type");
_Static_assert(sizeof(fairu_workspace_options) >= sizeof(struct then_fairu_workspace_options), "fairu_workspace_options was of another size");
typedef int then_fairu_workspace_read(fairu_context *ctx, const char *path, fairu_workspace **out);
_Static_assert(SAME(__typeof__(fairu_workspace_read), then_fairu_workspace_read), "fairu_workspace_read was declared otherwise");
typedef int then_fairu_workspace_parse(fairu_context *ctx, const char *text, size_t size, const char *name, fairu_workspace **out);
_Static_assert(SAME(__typeof__(fairu_workspace_parse), then_fairu_workspace_parse), "fairu_workspace_parse was declared otherwise");
typedef void then_fairu_workspace_destroy(fairu_workspace *workspace);
_Static_assert(SAME(__typeof__(fairu_workspace_destroy), then_fairu_workspace_destroy), "fairu_workspace_destroy was declared otherwise");
typedef size_t then_fairu_workspace_n_measurements(const fairu_workspace *workspace);
_Static_assert(SAME(__typeof__(fairu_workspace_n_measurements), then_fairu_workspace_n_measurements), "fairu_workspace_n_measurements was declared otherwise");
typedef const char * then_fairu_workspace_measurement_name(const fairu_workspace *workspace, size_t i);
_Static_assert(SAME(__typeof__(fairu_workspace_measurement_name), then_fairu_workspace_measurement_name), "fairu_workspace_measurement_name was declared otherwise");
typedef const char * then_fairu_workspace_measurement_poi(const fairu_workspace *workspace, size_t i);
_Static_assert(SAME(__typeof__(fairu_workspace_measurement_poi), then_fairu_workspace_measurement_poi), "fairu_workspace_measurement_poi was declared otherwise");
typedef int then_fairu_workspace_options_init(fairu_workspace_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_workspace_options_init), then_fairu_workspace_options_init), "fairu_workspace_options_init was declared otherwise");
typedef int then_fairu_likelihood_create_from_workspace(fairu_context *ctx, const fairu_workspace *workspace, const fairu_workspace_options *options, fairu_likelihood **out);
_Static_assert(SAME(__typeof__(fairu_likelihood_create_from_workspace), then_fairu_likelihood_create_from_workspace), "fairu_likelihood_create_from_workspace was declared otherwise");
typedef int then_fairu_model_create_from_workspace(fairu_context *ctx, const fairu_workspace *workspace, const fairu_workspace_options *options, const char **poi, fairu_model **out);
_Static_assert(SAME(__typeof__(fairu_model_create_from_workspace), then_fairu_model_create_from_workspace), "fairu_model_create_from_workspace was declared otherwise");
typedef int then_fairu_data_create_from_workspace(fairu_context *ctx, const fairu_workspace *workspace, const fairu_likelihood *likelihood, fairu_data **out);
_Static_assert(SAME(__typeof__(fairu_data_create_from_workspace), then_fairu_data_create_from_workspace), "fairu_data_create_from_workspace was declared otherwise");
typedef int then_fairu_likelihood_write_workspace(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const char *path, const char *measurement);
_Static_assert(SAME(__typeof__(fairu_likelihood_write_workspace), then_fairu_likelihood_write_workspace), "fairu_likelihood_write_workspace was declared otherwise");
typedef int then_fairu_workspace_patch(const fairu_workspace *workspace, fairu_context *ctx, const char *patch, size_t size, const char *name, fairu_workspace **out);
_Static_assert(SAME(__typeof__(fairu_workspace_patch), then_fairu_workspace_patch), "fairu_workspace_patch was declared otherwise");
typedef int then_fairu_workspace_patch_file(const fairu_workspace *workspace, fairu_context *ctx, const char *path, fairu_workspace **out);
_Static_assert(SAME(__typeof__(fairu_workspace_patch_file), then_fairu_workspace_patch_file), "fairu_workspace_patch_file was declared otherwise");
typedef int then_fairu_patchset_read(fairu_context *ctx, const char *path, fairu_patchset **out);
_Static_assert(SAME(__typeof__(fairu_patchset_read), then_fairu_patchset_read), "fairu_patchset_read was declared otherwise");
typedef void then_fairu_patchset_destroy(fairu_patchset *patchset);
_Static_assert(SAME(__typeof__(fairu_patchset_destroy), then_fairu_patchset_destroy), "fairu_patchset_destroy was declared otherwise");
typedef size_t then_fairu_patchset_n_patches(const fairu_patchset *patchset);
_Static_assert(SAME(__typeof__(fairu_patchset_n_patches), then_fairu_patchset_n_patches), "fairu_patchset_n_patches was declared otherwise");
typedef const char * then_fairu_patchset_patch_name(const fairu_patchset *patchset, size_t i);
_Static_assert(SAME(__typeof__(fairu_patchset_patch_name), then_fairu_patchset_patch_name), "fairu_patchset_patch_name was declared otherwise");
typedef int then_fairu_patchset_verify(const fairu_patchset *patchset, fairu_context *ctx, const fairu_workspace *workspace);
_Static_assert(SAME(__typeof__(fairu_patchset_verify), then_fairu_patchset_verify), "fairu_patchset_verify was declared otherwise");
typedef int then_fairu_patchset_apply(const fairu_patchset *patchset, fairu_context *ctx, const fairu_workspace *workspace, const char *patch, fairu_workspace **out);
_Static_assert(SAME(__typeof__(fairu_patchset_apply), then_fairu_patchset_apply), "fairu_patchset_apply was declared otherwise");
typedef int then_fairu_patchset_find(const fairu_patchset *patchset, fairu_context *ctx, const char *const *values, size_t n_values, size_t *index);
_Static_assert(SAME(__typeof__(fairu_patchset_find), then_fairu_patchset_find), "fairu_patchset_find was declared otherwise");
_Static_assert(FAIRU_INTERVAL_CROSSING == 0, "FAIRU_INTERVAL_CROSSING was 0");
_Static_assert(FAIRU_INTERVAL_BOUND == 1, "FAIRU_INTERVAL_BOUND was 1");
_Static_assert(FAIRU_INTERVAL_YIELD == 2, "FAIRU_INTERVAL_YIELD was 2");
_Static_assert(FAIRU_INTERVAL_EMPTY == 3, "FAIRU_INTERVAL_EMPTY was 3");
struct then_fairu_fit_options { size_t struct_size; const double *start; const unsigned char *fixed; const double *starts; size_t n_starts; int spread_starts; int max_iterations; double edm_tolerance; };
_Static_assert(offsetof(fairu_fit_options, struct_size) == offsetof(struct then_fairu_fit_options, struct_size), "fairu_fit_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_options, struct_size), TYPE(struct then_fairu_fit_options, struct_size)), "fairu_fit_options.struct_size was of another type");
_Static_assert(offsetof(fairu_fit_options, start) == offsetof(struct then_fairu_fit_options, start), "fairu_fit_options.start was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_options, start), TYPE(struct then_fairu_fit_options, start)), "fairu_fit_options.start was of another type");
_Static_assert(offsetof(fairu_fit_options, fixed) == offsetof(struct then_fairu_fit_options, fixed), "fairu_fit_options.fixed was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_options, fixed), TYPE(struct then_fairu_fit_options, fixed)), "fairu_fit_options.fixed was of another type");
_Static_assert(offsetof(fairu_fit_options, starts) == offsetof(struct then_fairu_fit_options, starts), "fairu_fit_options.starts was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_options, starts), TYPE(struct then_fairu_fit_options, starts)), "fairu_fit_options.starts was of another type");
_Static_assert(offsetof(fairu_fit_options, n_starts) == offsetof(struct then_fairu_fit_options, n_starts), "fairu_fit_options.n_starts was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_options, n_starts), TYPE(struct then_fairu_fit_options, n_starts)), "fairu_fit_options.n_starts was of another type");
_Static_assert(offsetof(fairu_fit_options, spread_starts) == offsetof(struct then_fairu_fit_options, spread_starts), "fairu_fit_options.spread_starts was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_options, spread_starts), TYPE(struct then_fairu_fit_options, spread_starts)), "fairu_fit_options.spread_starts was of another type");
_Static_assert(offsetof(fairu_fit_options, max_iterations) == offsetof(struct then_fairu_fit_options, max_iterations), "fairu_fit_options.max_iterations was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_options, max_iterations), TYPE(struct then_fairu_fit_options, max_iterations)), "fairu_fit_options.max_iterations was of another type");
_Static_assert(offsetof(fairu_fit_options, edm_tolerance) == offsetof(struct then_fairu_fit_options, edm_tolerance), "fairu_fit_options.edm_tolerance was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_options, edm_tolerance), TYPE(struct then_fairu_fit_options, edm_tolerance)), "fairu_fit_options.edm_tolerance was of another type");
_Static_assert(sizeof(fairu_fit_options) >= sizeof(struct then_fairu_fit_options), "fairu_fit_options was of another size");
struct then_fairu_fit_result { size_t struct_size; double nll[2]; double edm; double min_eigenvalue; int status; int iterations; int evaluations; int n_minima; int n_at_bound; int n_zero_yield; };
_Static_assert(offsetof(fairu_fit_result, struct_size) == offsetof(struct then_fairu_fit_result, struct_size), "fairu_fit_result.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, struct_size), TYPE(struct then_fairu_fit_result, struct_size)), "fairu_fit_result.struct_size was of another type");
_Static_assert(offsetof(fairu_fit_result, nll) == offsetof(struct then_fairu_fit_result, nll), "fairu_fit_result.nll was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, nll), TYPE(struct then_fairu_fit_result, nll)), "fairu_fit_result.nll was of another type");
_Static_assert(offsetof(fairu_fit_result, edm) == offsetof(struct then_fairu_fit_result, edm), "fairu_fit_result.edm was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, edm), TYPE(struct then_fairu_fit_result, edm)), "fairu_fit_result.edm was of another type");
_Static_assert(offsetof(fairu_fit_result, min_eigenvalue) == offsetof(struct then_fairu_fit_result, min_eigenvalue), "fairu_fit_result.min_eigenvalue was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, min_eigenvalue), TYPE(struct then_fairu_fit_result, min_eigenvalue)), "fairu_fit_result.min_eigenvalue was of another type");
_Static_assert(offsetof(fairu_fit_result, status) == offsetof(struct then_fairu_fit_result, status), "fairu_fit_result.status was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, status), TYPE(struct then_fairu_fit_result, status)), "fairu_fit_result.status was of another type");
_Static_assert(offsetof(fairu_fit_result, iterations) == offsetof(struct then_fairu_fit_result, iterations), "fairu_fit_result.iterations was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, iterations), TYPE(struct then_fairu_fit_result, iterations)), "fairu_fit_result.iterations was of another type");
_Static_assert(offsetof(fairu_fit_result, evaluations) == offsetof(struct then_fairu_fit_result, evaluations), "fairu_fit_result.evaluations was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, evaluations), TYPE(struct then_fairu_fit_result, evaluations)), "fairu_fit_result.evaluations was of another type");
_Static_assert(offsetof(fairu_fit_result, n_minima) == offsetof(struct then_fairu_fit_result, n_minima), "fairu_fit_result.n_minima was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, n_minima), TYPE(struct then_fairu_fit_result, n_minima)), "fairu_fit_result.n_minima was of another type");
_Static_assert(offsetof(fairu_fit_result, n_at_bound) == offsetof(struct then_fairu_fit_result, n_at_bound), "fairu_fit_result.n_at_bound was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, n_at_bound), TYPE(struct then_fairu_fit_result, n_at_bound)), "fairu_fit_result.n_at_bound was of another type");
_Static_assert(offsetof(fairu_fit_result, n_zero_yield) == offsetof(struct then_fairu_fit_result, n_zero_yield), "fairu_fit_result.n_zero_yield was elsewhere");
_Static_assert(SAME(TYPE(fairu_fit_result, n_zero_yield), TYPE(struct then_fairu_fit_result, n_zero_yield)), "fairu_fit_result.n_zero_yield was of another type");
_Static_assert(sizeof(fairu_fit_result) >= sizeof(struct then_fairu_fit_result), "fairu_fit_result was of another size");
struct then_fairu_interval_options { size_t struct_size; size_t parameter; double level; double delta_nll; double nll_minimum; const fairu_fit_options *fit; };
_Static_assert(offsetof(fairu_interval_options, struct_size) == offsetof(struct then_fairu_interval_options, struct_size), "fairu_interval_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_options, struct_size), TYPE(struct then_fairu_interval_options, struct_size)), "fairu_interval_options.struct_size was of another type");
_Static_assert(offsetof(fairu_interval_options, parameter) == offsetof(struct then_fairu_interval_options, parameter), "fairu_interval_options.parameter was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_options, parameter), TYPE(struct then_fairu_interval_options, parameter)), "fairu_interval_options.parameter was of another type");
_Static_assert(offsetof(fairu_interval_options, level) == offsetof(struct then_fairu_interval_options, level), "fairu_interval_options.level was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_options, level), TYPE(struct then_fairu_interval_options, level)), "fairu_interval_options.level was of another type");
_Static_assert(offsetof(fairu_interval_options, delta_nll) == offsetof(struct then_fairu_interval_options, delta_nll), "fairu_interval_options.delta_nll was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_options, delta_nll), TYPE(struct then_fairu_interval_options, delta_nll)), "fairu_interval_options.delta_nll was of another type");
_Static_assert(offsetof(fairu_interval_options, nll_minimum) == offsetof(struct then_fairu_interval_options, nll_minimum), "fairu_interval_options.nll_minimum was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_options, nll_minimum), TYPE(struct then_fairu_interval_options, nll_minimum)), "fairu_interval_options.nll_minimum was of another type");
_Static_assert(offsetof(fairu_interval_options, fit) == offsetof(struct then_fairu_interval_options, fit), "fairu_interval_options.fit was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_options, fit), TYPE(struct then_fairu_interval_options, fit)), "fairu_interval_options.fit was of another type");
_Static_assert(sizeof(fairu_interval_options) >= sizeof(struct then_fairu_interval_options), "fairu_interval_options was of another size");
struct then_fairu_interval { size_t struct_size; double best; double lower, upper; int lower_end, upper_end; double nll_minimum; int evaluations; };
_Static_assert(offsetof(fairu_interval, struct_size) == offsetof(struct then_fairu_interval, struct_size), "fairu_interval.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval, struct_size), TYPE(struct then_fairu_interval, struct_size)), "fairu_interval.struct_size was of another type");
_Static_assert(offsetof(fairu_interval, best) == offsetof(struct then_fairu_interval, best), "fairu_interval.best was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval, best), TYPE(struct then_fairu_interval, best)), "fairu_interval.best was of another type");
_Static_assert(offsetof(fairu_interval, lower) == offsetof(struct then_fairu_interval, lower), "fairu_interval.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval, lower), TYPE(struct then_fairu_interval, lower)), "fairu_interval.lower was of another type");
_Static_assert(offsetof(fairu_interval, upper) == offsetof(struct then_fairu_interval, upper), "fairu_interval.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval, upper), TYPE(struct then_fairu_interval, upper)), "fairu_interval.upper was of another type");
_Static_assert(offsetof(fairu_interval, lower_end) == offsetof(struct then_fairu_interval, lower_end), "fairu_interval.lower_end was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval, lower_end), TYPE(struct then_fairu_interval, lower_end)), "fairu_interval.lower_end was of another type");
_Static_assert(offsetof(fairu_interval, upper_end) == offsetof(struct then_fairu_interval, upper_end), "fairu_interval.upper_end was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval, upper_end), TYPE(struct then_fairu_interval, upper_end)), "fairu_interval.upper_end was of another type");
_Static_assert(offsetof(fairu_interval, nll_minimum) == offsetof(struct then_fairu_interval, nll_minimum), "fairu_interval.nll_minimum was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval, nll_minimum), TYPE(struct then_fairu_interval, nll_minimum)), "fairu_interval.nll_minimum was of another type");
_Static_assert(offsetof(fairu_interval, evaluations) == offsetof(struct then_fairu_interval, evaluations), "fairu_interval.evaluations was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval, evaluations), TYPE(struct then_fairu_interval, evaluations)), "fairu_interval.evaluations was of another type");
_Static_assert(sizeof(fairu_interval) >= sizeof(struct then_fairu_interval), "fairu_interval was of another size");
typedef int then_fairu_fit_options_init(fairu_fit_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_fit_options_init), then_fairu_fit_options_init), "fairu_fit_options_init was declared otherwise");
typedef int then_fairu_likelihood_fit(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_fit_options *options, double *params, size_t n_params, double *covariance, fairu_fit_result *result);
_Static_assert(SAME(__typeof__(fairu_likelihood_fit), then_fairu_likelihood_fit), "fairu_likelihood_fit was declared otherwise");
typedef int then_fairu_likelihood_minima(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_fit_options *options, size_t capacity, double *nll, double *params, size_t n_params, size_t *n);
_Static_assert(SAME(__typeof__(fairu_likelihood_minima), then_fairu_likelihood_minima), "fairu_likelihood_minima was declared otherwise");
typedef int then_fairu_likelihood_profile(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_fit_options *options, size_t parameter, const double *values, size_t n, double *nll, double *params, size_t n_params);
_Static_assert(SAME(__typeof__(fairu_likelihood_profile), then_fairu_likelihood_profile), "fairu_likelihood_profile was declared otherwise");
typedef int then_fairu_interval_options_init(fairu_interval_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_interval_options_init), then_fairu_interval_options_init), "fairu_interval_options_init was declared otherwise");
typedef int then_fairu_likelihood_interval(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_interval_options *options, fairu_interval *interval, double *params_lower, double *params_upper, size_t n_params);
_Static_assert(SAME(__typeof__(fairu_likelihood_interval), then_fairu_likelihood_interval), "fairu_likelihood_interval was declared otherwise");
typedef int then_fairu_likelihood_scan(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_fit_options *options, size_t first, const double *first_values, size_t n_first, size_t second, const double *second_values, size_t n_second, double *nll);
_Static_assert(SAME(__typeof__(fairu_likelihood_scan), then_fairu_likelihood_scan), "fairu_likelihood_scan was declared otherwise");
typedef int then_fairu_likelihood_contour(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_interval_options *options, size_t first, size_t second, size_t n_points, double *first_out, double *second_out, double *best);
_Static_assert(SAME(__typeof__(fairu_likelihood_contour), then_fairu_likelihood_contour), "fairu_likelihood_contour was declared otherwise");
_Static_assert(FAIRU_TEST_T == 1, "FAIRU_TEST_T was 1");
_Static_assert(FAIRU_TEST_T_TILDE == 2, "FAIRU_TEST_T_TILDE was 2");
_Static_assert(FAIRU_TEST_Q == 3, "FAIRU_TEST_Q was 3");
_Static_assert(FAIRU_TEST_Q_TILDE == 4, "FAIRU_TEST_Q_TILDE was 4");
_Static_assert(FAIRU_TEST_Q0 == 5, "FAIRU_TEST_Q0 was 5");
struct then_fairu_hypotest_options { size_t struct_size; int statistic; int model_bounds; int clipped_normal; int all_branches; const fairu_fit_options *fit; };
_Static_assert(offsetof(fairu_hypotest_options, struct_size) == offsetof(struct then_fairu_hypotest_options, struct_size), "fairu_hypotest_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_options, struct_size), TYPE(struct then_fairu_hypotest_options, struct_size)), "fairu_hypotest_options.struct_size was of another type");
_Static_assert(offsetof(fairu_hypotest_options, statistic) == offsetof(struct then_fairu_hypotest_options, statistic), "fairu_hypotest_options.statistic was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_options, statistic), TYPE(struct then_fairu_hypotest_options, statistic)), "fairu_hypotest_options.statistic was of another type");
_Static_assert(offsetof(fairu_hypotest_options, model_bounds) == offsetof(struct then_fairu_hypotest_options, model_bounds), "fairu_hypotest_options.model_bounds was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_options, model_bounds), TYPE(struct then_fairu_hypotest_options, model_bounds)), "fairu_hypotest_options.model_bounds was of another type");
_Static_assert(offsetof(fairu_hypotest_options, clipped_normal) == offsetof(struct then_fairu_hypotest_options, clipped_normal), "fairu_hypotest_options.clipped_normal was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_options, clipped_normal), TYPE(struct then_fairu_hypotest_options, clipped_normal)), "fairu_hypotest_options.clipped_normal was of another type");
_Static_assert(offsetof(fairu_hypotest_options, all_branches) == offsetof(struct then_fairu_hypotest_options, all_branches), "fairu_hypotest_options.all_branches was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_options, all_branches), TYPE(struct then_fairu_hypotest_options, all_branches)), "fairu_hypotest_options.all_branches was of another type");
_Static_assert(offsetof(fairu_hypotest_options, fit) == offsetof(struct then_fairu_hypotest_options, fit), "fairu_hypotest_options.fit was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_options, fit), TYPE(struct then_fairu_hypotest_options, fit)), "fairu_hypotest_options.fit was of another type");
_Static_assert(sizeof(fairu_hypotest_options) >= sizeof(struct then_fairu_hypotest_options), "fairu_hypotest_options was of another size");
struct then_fairu_hypotest_result { size_t struct_size; double statistic; double asimov; double mu_hat; double p_sb; double p_b; double cls; double expected[5]; double expected_p_sb[5], expected_p_b[5]; double significance; double lower_branch; int evaluations; };
_Static_assert(offsetof(fairu_hypotest_result, struct_size) == offsetof(struct then_fairu_hypotest_result, struct_size), "fairu_hypotest_result.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, struct_size), TYPE(struct then_fairu_hypotest_result, struct_size)), "fairu_hypotest_result.struct_size was of another type");
_Static_assert(offsetof(fairu_hypotest_result, statistic) == offsetof(struct then_fairu_hypotest_result, statistic), "fairu_hypotest_result.statistic was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, statistic), TYPE(struct then_fairu_hypotest_result, statistic)), "fairu_hypotest_result.statistic was of another type");
_Static_assert(offsetof(fairu_hypotest_result, asimov) == offsetof(struct then_fairu_hypotest_result, asimov), "fairu_hypotest_result.asimov was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, asimov), TYPE(struct then_fairu_hypotest_result, asimov)), "fairu_hypotest_result.asimov was of another type");
_Static_assert(offsetof(fairu_hypotest_result, mu_hat) == offsetof(struct then_fairu_hypotest_result, mu_hat), "fairu_hypotest_result.mu_hat was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, mu_hat), TYPE(struct then_fairu_hypotest_result, mu_hat)), "fairu_hypotest_result.mu_hat was of another type");
_Static_assert(offsetof(fairu_hypotest_result, p_sb) == offsetof(struct then_fairu_hypotest_result, p_sb), "fairu_hypotest_result.p_sb was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, p_sb), TYPE(struct then_fairu_hypotest_result, p_sb)), "fairu_hypotest_result.p_sb was of another type");
_Static_assert(offsetof(fairu_hypotest_result, p_b) == offsetof(struct then_fairu_hypotest_result, p_b), "fairu_hypotest_result.p_b was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, p_b), TYPE(struct then_fairu_hypotest_result, p_b)), "fairu_hypotest_result.p_b was of another type");
_Static_assert(offsetof(fairu_hypotest_result, cls) == offsetof(struct then_fairu_hypotest_result, cls), "fairu_hypotest_result.cls was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, cls), TYPE(struct then_fairu_hypotest_result, cls)), "fairu_hypotest_result.cls was of another type");
_Static_assert(offsetof(fairu_hypotest_result, expected) == offsetof(struct then_fairu_hypotest_result, expected), "fairu_hypotest_result.expected was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, expected), TYPE(struct then_fairu_hypotest_result, expected)), "fairu_hypotest_result.expected was of another type");
_Static_assert(offsetof(fairu_hypotest_result, expected_p_sb) == offsetof(struct then_fairu_hypotest_result, expected_p_sb), "fairu_hypotest_result.expected_p_sb was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, expected_p_sb), TYPE(struct then_fairu_hypotest_result, expected_p_sb)), "fairu_hypotest_result.expected_p_sb was of another type");
_Static_assert(offsetof(fairu_hypotest_result, expected_p_b) == offsetof(struct then_fairu_hypotest_result, expected_p_b), "fairu_hypotest_result.expected_p_b was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, expected_p_b), TYPE(struct then_fairu_hypotest_result, expected_p_b)), "fairu_hypotest_result.expected_p_b was of another type");
_Static_assert(offsetof(fairu_hypotest_result, significance) == offsetof(struct then_fairu_hypotest_result, significance), "fairu_hypotest_result.significance was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, significance), TYPE(struct then_fairu_hypotest_result, significance)), "fairu_hypotest_result.significance was of another type");
_Static_assert(offsetof(fairu_hypotest_result, lower_branch) == offsetof(struct then_fairu_hypotest_result, lower_branch), "fairu_hypotest_result.lower_branch was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, lower_branch), TYPE(struct then_fairu_hypotest_result, lower_branch)), "fairu_hypotest_result.lower_branch was of another type");
_Static_assert(offsetof(fairu_hypotest_result, evaluations) == offsetof(struct then_fairu_hypotest_result, evaluations), "fairu_hypotest_result.evaluations was elsewhere");
_Static_assert(SAME(TYPE(fairu_hypotest_result, evaluations), TYPE(struct then_fairu_hypotest_result, evaluations)), "fairu_hypotest_result.evaluations was of another type");
_Static_assert(sizeof(fairu_hypotest_result) >= sizeof(struct then_fairu_hypotest_result), "fairu_hypotest_result was of another size");
struct then_fairu_limit { size_t struct_size; double observed; double expected[5]; double mu_hat; int evaluations; };
_Static_assert(offsetof(fairu_limit, struct_size) == offsetof(struct then_fairu_limit, struct_size), "fairu_limit.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_limit, struct_size), TYPE(struct then_fairu_limit, struct_size)), "fairu_limit.struct_size was of another type");
_Static_assert(offsetof(fairu_limit, observed) == offsetof(struct then_fairu_limit, observed), "fairu_limit.observed was elsewhere");
_Static_assert(SAME(TYPE(fairu_limit, observed), TYPE(struct then_fairu_limit, observed)), "fairu_limit.observed was of another type");
_Static_assert(offsetof(fairu_limit, expected) == offsetof(struct then_fairu_limit, expected), "fairu_limit.expected was elsewhere");
_Static_assert(SAME(TYPE(fairu_limit, expected), TYPE(struct then_fairu_limit, expected)), "fairu_limit.expected was of another type");
_Static_assert(offsetof(fairu_limit, mu_hat) == offsetof(struct then_fairu_limit, mu_hat), "fairu_limit.mu_hat was elsewhere");
_Static_assert(SAME(TYPE(fairu_limit, mu_hat), TYPE(struct then_fairu_limit, mu_hat)), "fairu_limit.mu_hat was of another type");
_Static_assert(offsetof(fairu_limit, evaluations) == offsetof(struct then_fairu_limit, evaluations), "fairu_limit.evaluations was elsewhere");
_Static_assert(SAME(TYPE(fairu_limit, evaluations), TYPE(struct then_fairu_limit, evaluations)), "fairu_limit.evaluations was of another type");
_Static_assert(sizeof(fairu_limit) >= sizeof(struct then_fairu_limit), "fairu_limit was of another size");
typedef int then_fairu_hypotest_options_init(fairu_hypotest_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_hypotest_options_init), then_fairu_hypotest_options_init), "fairu_hypotest_options_init was declared otherwise");
typedef int then_fairu_likelihood_test_statistic(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_hypotest_options *options, double mu, double *statistic, double *mu_hat);
_Static_assert(SAME(__typeof__(fairu_likelihood_test_statistic), then_fairu_likelihood_test_statistic), "fairu_likelihood_test_statistic was declared otherwise");
typedef int then_fairu_likelihood_hypotest(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_hypotest_options *options, double mu, fairu_hypotest_result *result);
_Static_assert(SAME(__typeof__(fairu_likelihood_hypotest), then_fairu_likelihood_hypotest), "fairu_likelihood_hypotest was declared otherwise");
typedef int then_fairu_likelihood_limit(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_hypotest_options *options, double level, fairu_limit *limit);
_Static_assert(SAME(__typeof__(fairu_likelihood_limit), then_fairu_likelihood_limit), "fairu_likelihood_limit was declared otherwise");
typedef int then_fairu_likelihood_asimov_at(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *observed, const fairu_fit_options *options, double mu, fairu_data *data, double *params, size_t n_params);
_Static_assert(SAME(__typeof__(fairu_likelihood_asimov_at), then_fairu_likelihood_asimov_at), "fairu_likelihood_asimov_at was declared otherwise");
typedef int then_fairu_asymptotic_pvalues(fairu_context *ctx, int statistic, double q, double q_asimov, double *p);
_Static_assert(SAME(__typeof__(fairu_asymptotic_pvalues), then_fairu_asymptotic_pvalues), "fairu_asymptotic_pvalues was declared otherwise");
typedef int then_fairu_significance_of_p(fairu_context *ctx, double p, double *z);
_Static_assert(SAME(__typeof__(fairu_significance_of_p), then_fairu_significance_of_p), "fairu_significance_of_p was declared otherwise");
typedef int then_fairu_p_of_significance(fairu_context *ctx, double z, double *p);
_Static_assert(SAME(__typeof__(fairu_p_of_significance), then_fairu_p_of_significance), "fairu_p_of_significance was declared otherwise");
typedef int then_fairu_significance_ams(fairu_context *ctx, double s, double b, double b_reg, double *z);
_Static_assert(SAME(__typeof__(fairu_significance_ams), then_fairu_significance_ams), "fairu_significance_ams was declared otherwise");
typedef int then_fairu_significance_asimov(fairu_context *ctx, double s, double b, double sigma_b, double *z);
_Static_assert(SAME(__typeof__(fairu_significance_asimov), then_fairu_significance_asimov), "fairu_significance_asimov was declared otherwise");
typedef int then_fairu_significance_ams1(fairu_context *ctx, double s, double b, double sigma_b, double *z);
_Static_assert(SAME(__typeof__(fairu_significance_ams1), then_fairu_significance_ams1), "fairu_significance_ams1 was declared otherwise");
_Static_assert(FAIRU_FINDING_SAME_SIDE == 1, "FAIRU_FINDING_SAME_SIDE was 1");
_Static_assert(FAIRU_FINDING_IDENTICAL == 2, "FAIRU_FINDING_IDENTICAL was 2");
_Static_assert(FAIRU_FINDING_ONE_SIDED == 3, "FAIRU_FINDING_ONE_SIDED was 3");
_Static_assert(FAIRU_FINDING_EMPTY_BIN == 4, "FAIRU_FINDING_EMPTY_BIN was 4");
_Static_assert(FAIRU_FINDING_NO_BACKGROUND == 5, "FAIRU_FINDING_NO_BACKGROUND was 5");
_Static_assert(FAIRU_FINDING_NEGATIVE_YIELD == 6, "FAIRU_FINDING_NEGATIVE_YIELD was 6");
_Static_assert(FAIRU_FINDING_NEGATIVE_TOTAL == 7, "FAIRU_FINDING_NEGATIVE_TOTAL was 7");
_Static_assert(FAIRU_FINDING_HUGE_TAU == 8, "FAIRU_FINDING_HUGE_TAU was 8");
_Static_assert(FAIRU_FINDING_LARGE_STAT_ERROR == 9, "FAIRU_FINDING_LARGE_STAT_ERROR was 9");
_Static_assert(FAIRU_FINDING_FAKE_CONSTRAINT == 10, "FAIRU_FINDING_FAKE_CONSTRAINT was 10");
_Static_assert(FAIRU_FINDING_LARGE_VARIATION == 11, "FAIRU_FINDING_LARGE_VARIATION was 11");
_Static_assert(FAIRU_FINDING_NO_EFFECT == 12, "FAIRU_FINDING_NO_EFFECT was 12");
_Static_assert(FAIRU_FINDING_OBSERVED_ZERO == 13, "FAIRU_FINDING_OBSERVED_ZERO was 13");
_Static_assert(FAIRU_SEVERITY_NOTE == 1, "FAIRU_SEVERITY_NOTE was 1");
_Static_assert(FAIRU_SEVERITY_WARNING == 2, "FAIRU_SEVERITY_WARNING was 2");
_Static_assert(FAIRU_SEVERITY_ERROR == 3, "FAIRU_SEVERITY_ERROR was 3");
struct then_fairu_impact { size_t struct_size; size_t parameter; double value, error; double prefit_error; double pull; double constraint; double impact_up, impact_down; double prefit_up, prefit_down; double contribution; int statistical_origin; };
_Static_assert(offsetof(fairu_impact, struct_size) == offsetof(struct then_fairu_impact, struct_size), "fairu_impact.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, struct_size), TYPE(struct then_fairu_impact, struct_size)), "fairu_impact.struct_size was of another type");
_Static_assert(offsetof(fairu_impact, parameter) == offsetof(struct then_fairu_impact, parameter), "fairu_impact.parameter was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, parameter), TYPE(struct then_fairu_impact, parameter)), "fairu_impact.parameter was of another type");
_Static_assert(offsetof(fairu_impact, value) == offsetof(struct then_fairu_impact, value), "fairu_impact.value was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, value), TYPE(struct then_fairu_impact, value)), "fairu_impact.value was of another type");
_Static_assert(offsetof(fairu_impact, error) == offsetof(struct then_fairu_impact, error), "fairu_impact.error was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, error), TYPE(struct then_fairu_impact, error)), "fairu_impact.error was of another type");
_Static_assert(offsetof(fairu_impact, prefit_error) == offsetof(struct then_fairu_impact, prefit_error), "fairu_impact.prefit_error was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, prefit_error), TYPE(struct then_fairu_impact, prefit_error)), "fairu_impact.prefit_error was of another type");
_Static_assert(offsetof(fairu_impact, pull) == offsetof(struct then_fairu_impact, pull), "fairu_impact.pull was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, pull), TYPE(struct then_fairu_impact, pull)), "fairu_impact.pull was of another type");
_Static_assert(offsetof(fairu_impact, constraint) == offsetof(struct then_fairu_impact, constraint), "fairu_impact.constraint was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, constraint), TYPE(struct then_fairu_impact, constraint)), "fairu_impact.constraint was of another type");
_Static_assert(offsetof(fairu_impact, impact_up) == offsetof(struct then_fairu_impact, impact_up), "fairu_impact.impact_up was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, impact_up), TYPE(struct then_fairu_impact, impact_up)), "fairu_impact.impact_up was of another type");
_Static_assert(offsetof(fairu_impact, impact_down) == offsetof(struct then_fairu_impact, impact_down), "fairu_impact.impact_down was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, impact_down), TYPE(struct then_fairu_impact, impact_down)), "fairu_impact.impact_down was of another type");
_Static_assert(offsetof(fairu_impact, prefit_up) == offsetof(struct then_fairu_impact, prefit_up), "fairu_impact.prefit_up was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, prefit_up), TYPE(struct then_fairu_impact, prefit_up)), "fairu_impact.prefit_up was of another type");
_Static_assert(offsetof(fairu_impact, prefit_down) == offsetof(struct then_fairu_impact, prefit_down), "fairu_impact.prefit_down was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, prefit_down), TYPE(struct then_fairu_impact, prefit_down)), "fairu_impact.prefit_down was of another type");
_Static_assert(offsetof(fairu_impact, contribution) == offsetof(struct then_fairu_impact, contribution), "fairu_impact.contribution was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, contribution), TYPE(struct then_fairu_impact, contribution)), "fairu_impact.contribution was of another type");
_Static_assert(offsetof(fairu_impact, statistical_origin) == offsetof(struct then_fairu_impact, statistical_origin), "fairu_impact.statistical_origin was elsewhere");
_Static_assert(SAME(TYPE(fairu_impact, statistical_origin), TYPE(struct then_fairu_impact, statistical_origin)), "fairu_impact.statistical_origin was of another type");
_Static_assert(sizeof(fairu_impact) >= sizeof(struct then_fairu_impact), "fairu_impact was of another size");
struct then_fairu_group { const char *name; const size_t *parameters; size_t n_parameters; };
_Static_assert(offsetof(fairu_group, name) == offsetof(struct then_fairu_group, name), "fairu_group.name was elsewhere");
_Static_assert(SAME(TYPE(fairu_group, name), TYPE(struct then_fairu_group, name)), "fairu_group.name was of another type");
_Static_assert(offsetof(fairu_group, parameters) == offsetof(struct then_fairu_group, parameters), "fairu_group.parameters was elsewhere");
_Static_assert(SAME(TYPE(fairu_group, parameters), TYPE(struct then_fairu_group, parameters)), "fairu_group.parameters was of another type");
_Static_assert(offsetof(fairu_group, n_parameters) == offsetof(struct then_fairu_group, n_parameters), "fairu_group.n_parameters was elsewhere");
_Static_assert(SAME(TYPE(fairu_group, n_parameters), TYPE(struct then_fairu_group, n_parameters)), "fairu_group.n_parameters was of another type");
_Static_assert(sizeof(fairu_group) == sizeof(struct then_fairu_group), "fairu_group was of another size");
struct then_fairu_breakdown { size_t struct_size; double error_up, error_down; double fixed_up, fixed_down; double part_up, part_down; };
_Static_assert(offsetof(fairu_breakdown, struct_size) == offsetof(struct then_fairu_breakdown, struct_size), "fairu_breakdown.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_breakdown, struct_size), TYPE(struct then_fairu_breakdown, struct_size)), "fairu_breakdown.struct_size was of another type");
_Static_assert(offsetof(fairu_breakdown, error_up) == offsetof(struct then_fairu_breakdown, error_up), "fairu_breakdown.error_up was elsewhere");
_Static_assert(SAME(TYPE(fairu_breakdown, error_up), TYPE(struct then_fairu_breakdown, error_up)), "fairu_breakdown.error_up was of another type");
_Static_assert(offsetof(fairu_breakdown, error_down) == offsetof(struct then_fairu_breakdown, error_down), "fairu_breakdown.error_down was elsewhere");
_Static_assert(SAME(TYPE(fairu_breakdown, error_down), TYPE(struct then_fairu_breakdown, error_down)), "fairu_breakdown.error_down was of another type");
_Static_assert(offsetof(fairu_breakdown, fixed_up) == offsetof(struct then_fairu_breakdown, fixed_up), "fairu_breakdown.fixed_up was elsewhere");
_Static_assert(SAME(TYPE(fairu_breakdown, fixed_up), TYPE(struct then_fairu_breakdown, fixed_up)), "fairu_breakdown.fixed_up was of another type");
_Static_assert(offsetof(fairu_breakdown, fixed_down) == offsetof(struct then_fairu_breakdown, fixed_down), "fairu_breakdown.fixed_down was elsewhere");
_Static_assert(SAME(TYPE(fairu_breakdown, fixed_down), TYPE(struct then_fairu_breakdown, fixed_down)), "fairu_breakdown.fixed_down was of another type");
_Static_assert(offsetof(fairu_breakdown, part_up) == offsetof(struct then_fairu_breakdown, part_up), "fairu_breakdown.part_up was elsewhere");
_Static_assert(SAME(TYPE(fairu_breakdown, part_up), TYPE(struct then_fairu_breakdown, part_up)), "fairu_breakdown.part_up was of another type");
_Static_assert(offsetof(fairu_breakdown, part_down) == offsetof(struct then_fairu_breakdown, part_down), "fairu_breakdown.part_down was elsewhere");
_Static_assert(SAME(TYPE(fairu_breakdown, part_down), TYPE(struct then_fairu_breakdown, part_down)), "fairu_breakdown.part_down was of another type");
_Static_assert(sizeof(fairu_breakdown) >= sizeof(struct then_fairu_breakdown), "fairu_breakdown was of another size");
struct then_fairu_goodness { size_t struct_size; double deviance; int n_data; int n_free; int dof; double p_value; };
_Static_assert(offsetof(fairu_goodness, struct_size) == offsetof(struct then_fairu_goodness, struct_size), "fairu_goodness.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_goodness, struct_size), TYPE(struct then_fairu_goodness, struct_size)), "fairu_goodness.struct_size was of another type");
_Static_assert(offsetof(fairu_goodness, deviance) == offsetof(struct then_fairu_goodness, deviance), "fairu_goodness.deviance was elsewhere");
_Static_assert(SAME(TYPE(fairu_goodness, deviance), TYPE(struct then_fairu_goodness, deviance)), "fairu_goodness.deviance was of another type");
_Static_assert(offsetof(fairu_goodness, n_data) == offsetof(struct then_fairu_goodness, n_data), "fairu_goodness.n_data was elsewhere");
_Static_assert(SAME(TYPE(fairu_goodness, n_data), TYPE(struct then_fairu_goodness, n_data)), "fairu_goodness.n_data was of another type");
_Static_assert(offsetof(fairu_goodness, n_free) == offsetof(struct then_fairu_goodness, n_free), "fairu_goodness.n_free was elsewhere");
_Static_assert(SAME(TYPE(fairu_goodness, n_free), TYPE(struct then_fairu_goodness, n_free)), "fairu_goodness.n_free was of another type");
_Static_assert(offsetof(fairu_goodness, dof) == offsetof(struct then_fairu_goodness, dof), "fairu_goodness.dof was elsewhere");
_Static_assert(SAME(TYPE(fairu_goodness, dof), TYPE(struct then_fairu_goodness, dof)), "fairu_goodness.dof was of another type");
_Static_assert(offsetof(fairu_goodness, p_value) == offsetof(struct then_fairu_goodness, p_value), "fairu_goodness.p_value was elsewhere");
_Static_assert(SAME(TYPE(fairu_goodness, p_value), TYPE(struct then_fairu_goodness, p_value)), "fairu_goodness.p_value was of another type");
_Static_assert(sizeof(fairu_goodness) >= sizeof(struct then_fairu_goodness), "fairu_goodness was of another size");
typedef int (*then_fairu_finding_fn)(int code, int severity, size_t parameter, size_t sample, size_t bin, size_t n, const char *text, void *user_data);
_Static_assert(SAME(fairu_finding_fn, then_fairu_finding_fn), "fairu_finding_fn was of another type");
typedef int then_fairu_covariance_errors(fairu_context *ctx, const double *covariance, size_t n_params, double *errors, double *correlations);
_Static_assert(SAME(__typeof__(fairu_covariance_errors), then_fairu_covariance_errors), "fairu_covariance_errors was declared otherwise");
typedef int then_fairu_likelihood_impacts(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_fit_options *options, fairu_impact *impacts, size_t capacity, size_t *n);
_Static_assert(SAME(__typeof__(fairu_likelihood_impacts), then_fairu_likelihood_impacts), "fairu_likelihood_impacts was declared otherwise");
typedef int then_fairu_likelihood_breakdown(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_fit_options *options, const fairu_group *groups, size_t n_groups, fairu_breakdown *parts);
_Static_assert(SAME(__typeof__(fairu_likelihood_breakdown), then_fairu_likelihood_breakdown), "fairu_likelihood_breakdown was declared otherwise");
typedef int then_fairu_likelihood_goodness(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, const fairu_fit_options *options, fairu_goodness *goodness);
_Static_assert(SAME(__typeof__(fairu_likelihood_goodness), then_fairu_likelihood_goodness), "fairu_likelihood_goodness was declared otherwise");
typedef int then_fairu_likelihood_yields(const fairu_likelihood *likelihood, fairu_context *ctx, const double *params, const double *covariance, size_t n_params, double *nu, double *error, double *nu_channel, double *error_channel);
_Static_assert(SAME(__typeof__(fairu_likelihood_yields), then_fairu_likelihood_yields), "fairu_likelihood_yields was declared otherwise");
typedef int then_fairu_likelihood_prefit_covariance(const fairu_likelihood *likelihood, fairu_context *ctx, double *covariance, size_t n_params);
_Static_assert(SAME(__typeof__(fairu_likelihood_prefit_covariance), then_fairu_likelihood_prefit_covariance), "fairu_likelihood_prefit_covariance was declared otherwise");
typedef int then_fairu_likelihood_diagnose(const fairu_likelihood *likelihood, fairu_context *ctx, const fairu_data *data, fairu_finding_fn fn, void *user_data);
_Static_assert(SAME(__typeof__(fairu_likelihood_diagnose), then_fairu_likelihood_diagnose), "fairu_likelihood_diagnose was declared otherwise");
struct then_fairu_challenge_baseline_nuisance { const char *name; double nominal, width; double lower, upper; };
_Static_assert(offsetof(fairu_challenge_baseline_nuisance, name) == offsetof(struct then_fairu_challenge_baseline_nuisance, name), "fairu_challenge_baseline_nuisance.name was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_nuisance, name), TYPE(struct then_fairu_challenge_baseline_nuisance, name)), "fairu_challenge_baseline_nuisance.name was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_nuisance, nominal) == offsetof(struct then_fairu_challenge_baseline_nuisance, nominal), "fairu_challenge_baseline_nuisance.nominal was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_nuisance, nominal), TYPE(struct then_fairu_challenge_baseline_nuisance, nominal)), "fairu_challenge_baseline_nuisance.nominal was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_nuisance, width) == offsetof(struct then_fairu_challenge_baseline_nuisance, width), "fairu_challenge_baseline_nuisance.width was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_nuisance, width), TYPE(struct then_fairu_challenge_baseline_nuisance, width)), "fairu_challenge_baseline_nuisance.width was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_nuisance, lower) == offsetof(struct then_fairu_challenge_baseline_nuisance, lower), "fairu_challenge_baseline_nuisance.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_nuisance, lower), TYPE(struct then_fairu_challenge_baseline_nuisance, lower)), "fairu_challenge_baseline_nuisance.lower was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_nuisance, upper) == offsetof(struct then_fairu_challenge_baseline_nuisance, upper), "fairu_challenge_baseline_nuisance.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_nuisance, upper), TYPE(struct then_fairu_challenge_baseline_nuisance, upper)), "fairu_challenge_baseline_nuisance.upper was of another type");
_Static_assert(sizeof(fairu_challenge_baseline_nuisance) == sizeof(struct then_fairu_challenge_baseline_nuisance), "fairu_challenge_baseline_nuisance was of another size");
struct then_fairu_challenge_baseline_result { size_t struct_size; double mu_hat, p16, p84; double delta_mu_hat; double nll; int n_at_limit; };
_Static_assert(offsetof(fairu_challenge_baseline_result, struct_size) == offsetof(struct then_fairu_challenge_baseline_result, struct_size), "fairu_challenge_baseline_result.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_result, struct_size), TYPE(struct then_fairu_challenge_baseline_result, struct_size)), "fairu_challenge_baseline_result.struct_size was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_result, mu_hat) == offsetof(struct then_fairu_challenge_baseline_result, mu_hat), "fairu_challenge_baseline_result.mu_hat was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_result, mu_hat), TYPE(struct then_fairu_challenge_baseline_result, mu_hat)), "fairu_challenge_baseline_result.mu_hat was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_result, p16) == offsetof(struct then_fairu_challenge_baseline_result, p16), "fairu_challenge_baseline_result.p16 was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_result, p16), TYPE(struct then_fairu_challenge_baseline_result, p16)), "fairu_challenge_baseline_result.p16 was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_result, p84) == offsetof(struct then_fairu_challenge_baseline_result, p84), "fairu_challenge_baseline_result.p84 was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_result, p84), TYPE(struct then_fairu_challenge_baseline_result, p84)), "fairu_challenge_baseline_result.p84 was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_result, delta_mu_hat) == offsetof(struct then_fairu_challenge_baseline_result, delta_mu_hat), "fairu_challenge_baseline_result.delta_mu_hat was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_result, delta_mu_hat), TYPE(struct then_fairu_challenge_baseline_result, delta_mu_hat)), "fairu_challenge_baseline_result.delta_mu_hat was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_result, nll) == offsetof(struct then_fairu_challenge_baseline_result, nll), "fairu_challenge_baseline_result.nll was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_result, nll), TYPE(struct then_fairu_challenge_baseline_result, nll)), "fairu_challenge_baseline_result.nll was of another type");
_Static_assert(offsetof(fairu_challenge_baseline_result, n_at_limit) == offsetof(struct then_fairu_challenge_baseline_result, n_at_limit), "fairu_challenge_baseline_result.n_at_limit was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_baseline_result, n_at_limit), TYPE(struct then_fairu_challenge_baseline_result, n_at_limit)), "fairu_challenge_baseline_result.n_at_limit was of another type");
_Static_assert(sizeof(fairu_challenge_baseline_result) >= sizeof(struct then_fairu_challenge_baseline_result), "fairu_challenge_baseline_result was of another size");
typedef const fairu_challenge_baseline_nuisance * then_fairu_challenge_baseline_nuisance_default(size_t i);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_nuisance_default), then_fairu_challenge_baseline_nuisance_default), "fairu_challenge_baseline_nuisance_default was declared otherwise");
typedef int then_fairu_challenge_baseline_create( fairu_context *ctx, const fairu_challenge_baseline_nuisance *nuisances, size_t n_nuisances, size_t n_bins, size_t degree, const double *signal, const double *background, fairu_challenge_baseline **out);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_create), then_fairu_challenge_baseline_create), "fairu_challenge_baseline_create was declared otherwise");
typedef int then_fairu_challenge_baseline_create_from_templates( fairu_context *ctx, const fairu_templates *templates, const char *signal, const fairu_challenge_baseline_nuisance *nuisances, size_t n_nuisances, size_t degree, fairu_challenge_baseline **out);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_create_from_templates), then_fairu_challenge_baseline_create_from_templates), "fairu_challenge_baseline_create_from_templates was declared otherwise");
typedef void then_fairu_challenge_baseline_destroy(fairu_challenge_baseline *baseline);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_destroy), then_fairu_challenge_baseline_destroy), "fairu_challenge_baseline_destroy was declared otherwise");
typedef size_t then_fairu_challenge_baseline_n_bins(const fairu_challenge_baseline *baseline);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_n_bins), then_fairu_challenge_baseline_n_bins), "fairu_challenge_baseline_n_bins was declared otherwise");
typedef size_t then_fairu_challenge_baseline_n_nuisances(const fairu_challenge_baseline *baseline);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_n_nuisances), then_fairu_challenge_baseline_n_nuisances), "fairu_challenge_baseline_n_nuisances was declared otherwise");
typedef int then_fairu_challenge_baseline_polynomials(const fairu_challenge_baseline *baseline, fairu_context *ctx, size_t nuisance, double value, double *signal, double *background);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_polynomials), then_fairu_challenge_baseline_polynomials), "fairu_challenge_baseline_polynomials was declared otherwise");
typedef int then_fairu_challenge_baseline_nll(const fairu_challenge_baseline *baseline, fairu_context *ctx, const double *observed, size_t n_bins, const double *params, size_t n_params, double *nll, double *gradient, double *hessian);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_nll), then_fairu_challenge_baseline_nll), "fairu_challenge_baseline_nll was declared otherwise");
typedef int then_fairu_challenge_baseline_fit(const fairu_challenge_baseline *baseline, fairu_context *ctx, const double *observed, size_t n_bins, const unsigned char *is_free, double *params, double *errors, size_t n_params, fairu_challenge_baseline_result *result);
_Static_assert(SAME(__typeof__(fairu_challenge_baseline_fit), then_fairu_challenge_baseline_fit), "fairu_challenge_baseline_fit was declared otherwise");
_Static_assert(FAIRU_METHOD_BASELINE == 1, "FAIRU_METHOD_BASELINE was 1");
_Static_assert(FAIRU_METHOD_AUGMENTED == 2, "FAIRU_METHOD_AUGMENTED was 2");
_Static_assert(FAIRU_METHOD_AWARE == 3, "FAIRU_METHOD_AWARE was 3");
_Static_assert(FAIRU_METHOD_PIVOT == 4, "FAIRU_METHOD_PIVOT was 4");
_Static_assert(FAIRU_METHOD_GRADIENT_REVERSAL == 5, "FAIRU_METHOD_GRADIENT_REVERSAL was 5");
_Static_assert(FAIRU_METHOD_TANGENT == 6, "FAIRU_METHOD_TANGENT was 6");
_Static_assert(FAIRU_METHOD_INFERNO == 7, "FAIRU_METHOD_INFERNO was 7");
_Static_assert(FAIRU_METHOD_NEOS == 8, "FAIRU_METHOD_NEOS was 8");
_Static_assert(FAIRU_METHOD_SIGNIFICANCE == 9, "FAIRU_METHOD_SIGNIFICANCE was 9");
struct then_fairu_method_options { size_t struct_size; int method; const fairu_training_options *training; const char *const *nuisances; size_t n_nuisances; const char *signal_label; const double *points; size_t n_points; size_t copies; double spread; const char *gate; double strength; const fairu_adversary_options *adversary; const fairu_summary_options *summary; double signal, background; double background_uncertainty; double step; const double *steps; int use_tangents; int free_nuisances; int quantity; int with_z; };
_Static_assert(offsetof(fairu_method_options, struct_size) == offsetof(struct then_fairu_method_options, struct_size), "fairu_method_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, struct_size), TYPE(struct then_fairu_method_options, struct_size)), "fairu_method_options.struct_size was of another type");
_Static_assert(offsetof(fairu_method_options, method) == offsetof(struct then_fairu_method_options, method), "fairu_method_options.method was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, method), TYPE(struct then_fairu_method_options, method)), "fairu_method_options.method was of another type");
_Static_assert(offsetof(fairu_method_options, training) == offsetof(struct then_fairu_method_options, training), "fairu_method_options.training was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, training), TYPE(struct then_fairu_method_options, training)), "fairu_method_options.training was of another type");
_Static_assert(offsetof(fairu_method_options, nuisances) == offsetof(struct then_fairu_method_options, nuisances), "fairu_method_options.nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, nuisances), TYPE(struct then_fairu_method_options, nuisances)), "fairu_method_options.nuisances was of another type");
_Static_assert(offsetof(fairu_method_options, n_nuisances) == offsetof(struct then_fairu_method_options, n_nuisances), "fairu_method_options.n_nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, n_nuisances), TYPE(struct then_fairu_method_options, n_nuisances)), "fairu_method_options.n_nuisances was of another type");
_Static_assert(offsetof(fairu_method_options, signal_label) == offsetof(struct then_fairu_method_options, signal_label), "fairu_method_options.signal_label was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, signal_label), TYPE(struct then_fairu_method_options, signal_label)), "fairu_method_options.signal_label was of another type");
_Static_assert(offsetof(fairu_method_options, points) == offsetof(struct then_fairu_method_options, points), "fairu_method_options.points was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, points), TYPE(struct then_fairu_method_options, points)), "fairu_method_options.points was of another type");
_Static_assert(offsetof(fairu_method_options, n_points) == offsetof(struct then_fairu_method_options, n_points), "fairu_method_options.n_points was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, n_points), TYPE(struct then_fairu_method_options, n_points)), "fairu_method_options.n_points was of another type");
_Static_assert(offsetof(fairu_method_options, copies) == offsetof(struct then_fairu_method_options, copies), "fairu_method_options.copies was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, copies), TYPE(struct then_fairu_method_options, copies)), "fairu_method_options.copies was of another type");
_Static_assert(offsetof(fairu_method_options, spread) == offsetof(struct then_fairu_method_options, spread), "fairu_method_options.spread was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, spread), TYPE(struct then_fairu_method_options, spread)), "fairu_method_options.spread was of another type");
_Static_assert(offsetof(fairu_method_options, gate) == offsetof(struct then_fairu_method_options, gate), "fairu_method_options.gate was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, gate), TYPE(struct then_fairu_method_options, gate)), "fairu_method_options.gate was of another type");
_Static_assert(offsetof(fairu_method_options, strength) == offsetof(struct then_fairu_method_options, strength), "fairu_method_options.strength was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, strength), TYPE(struct then_fairu_method_options, strength)), "fairu_method_options.strength was of another type");
_Static_assert(offsetof(fairu_method_options, adversary) == offsetof(struct then_fairu_method_options, adversary), "fairu_method_options.adversary was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, adversary), TYPE(struct then_fairu_method_options, adversary)), "fairu_method_options.adversary was of another type");
_Static_assert(offsetof(fairu_method_options, summary) == offsetof(struct then_fairu_method_options, summary), "fairu_method_options.summary was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, summary), TYPE(struct then_fairu_method_options, summary)), "fairu_method_options.summary was of another type");
_Static_assert(offsetof(fairu_method_options, signal) == offsetof(struct then_fairu_method_options, signal), "fairu_method_options.signal was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, signal), TYPE(struct then_fairu_method_options, signal)), "fairu_method_options.signal was of another type");
_Static_assert(offsetof(fairu_method_options, background) == offsetof(struct then_fairu_method_options, background), "fairu_method_options.background was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, background), TYPE(struct then_fairu_method_options, background)), "fairu_method_options.background was of another type");
_Static_assert(offsetof(fairu_method_options, background_uncertainty) == offsetof(struct then_fairu_method_options, background_uncertainty), "fairu_method_options.background_uncertainty was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, background_uncertainty), TYPE(struct then_fairu_method_options, background_uncertainty)), "fairu_method_options.background_uncertainty was of another type");
_Static_assert(offsetof(fairu_method_options, step) == offsetof(struct then_fairu_method_options, step), "fairu_method_options.step was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, step), TYPE(struct then_fairu_method_options, step)), "fairu_method_options.step was of another type");
_Static_assert(offsetof(fairu_method_options, steps) == offsetof(struct then_fairu_method_options, steps), "fairu_method_options.steps was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, steps), TYPE(struct then_fairu_method_options, steps)), "fairu_method_options.steps was of another type");
_Static_assert(offsetof(fairu_method_options, use_tangents) == offsetof(struct then_fairu_method_options, use_tangents), "fairu_method_options.use_tangents was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, use_tangents), TYPE(struct then_fairu_method_options, use_tangents)), "fairu_method_options.use_tangents was of another type");
_Static_assert(offsetof(fairu_method_options, free_nuisances) == offsetof(struct then_fairu_method_options, free_nuisances), "fairu_method_options.free_nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, free_nuisances), TYPE(struct then_fairu_method_options, free_nuisances)), "fairu_method_options.free_nuisances was of another type");
_Static_assert(offsetof(fairu_method_options, quantity) == offsetof(struct then_fairu_method_options, quantity), "fairu_method_options.quantity was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, quantity), TYPE(struct then_fairu_method_options, quantity)), "fairu_method_options.quantity was of another type");
_Static_assert(offsetof(fairu_method_options, with_z) == offsetof(struct then_fairu_method_options, with_z), "fairu_method_options.with_z was elsewhere");
_Static_assert(SAME(TYPE(fairu_method_options, with_z), TYPE(struct then_fairu_method_options, with_z)), "fairu_method_options.with_z was of another type");
_Static_assert(sizeof(fairu_method_options) >= sizeof(struct then_fairu_method_options), "fairu_method_options was of another size");
typedef const char * then_fairu_method_name(int method);
_Static_assert(SAME(__typeof__(fairu_method_name), then_fairu_method_name), "fairu_method_name was declared otherwise");
typedef int then_fairu_method_find(fairu_context *ctx, const char *name, int *method);
_Static_assert(SAME(__typeof__(fairu_method_find), then_fairu_method_find), "fairu_method_find was declared otherwise");
typedef int then_fairu_method_options_init(fairu_method_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_method_options_init), then_fairu_method_options_init), "fairu_method_options_init was declared otherwise");
typedef int then_fairu_method_train(fairu_context *ctx, const fairu_events *events, const fairu_systematics *systematics, const fairu_method_options *options, fairu_training_result *result, fairu_adversary_result *adversary_result, fairu_classifier **out);
_Static_assert(SAME(__typeof__(fairu_method_train), then_fairu_method_train), "fairu_method_train was declared otherwise");
struct then_fairu_toy_result { uint64_t toy; double estimate; double lower, upper; double nuisance; int status; };
_Static_assert(offsetof(fairu_toy_result, toy) == offsetof(struct then_fairu_toy_result, toy), "fairu_toy_result.toy was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_result, toy), TYPE(struct then_fairu_toy_result, toy)), "fairu_toy_result.toy was of another type");
_Static_assert(offsetof(fairu_toy_result, estimate) == offsetof(struct then_fairu_toy_result, estimate), "fairu_toy_result.estimate was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_result, estimate), TYPE(struct then_fairu_toy_result, estimate)), "fairu_toy_result.estimate was of another type");
_Static_assert(offsetof(fairu_toy_result, lower) == offsetof(struct then_fairu_toy_result, lower), "fairu_toy_result.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_result, lower), TYPE(struct then_fairu_toy_result, lower)), "fairu_toy_result.lower was of another type");
_Static_assert(offsetof(fairu_toy_result, upper) == offsetof(struct then_fairu_toy_result, upper), "fairu_toy_result.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_result, upper), TYPE(struct then_fairu_toy_result, upper)), "fairu_toy_result.upper was of another type");
_Static_assert(offsetof(fairu_toy_result, nuisance) == offsetof(struct then_fairu_toy_result, nuisance), "fairu_toy_result.nuisance was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_result, nuisance), TYPE(struct then_fairu_toy_result, nuisance)), "fairu_toy_result.nuisance was of another type");
_Static_assert(offsetof(fairu_toy_result, status) == offsetof(struct then_fairu_toy_result, status), "fairu_toy_result.status was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_result, status), TYPE(struct then_fairu_toy_result, status)), "fairu_toy_result.status was of another type");
_Static_assert(sizeof(fairu_toy_result) == sizeof(struct then_fairu_toy_result), "fairu_toy_result was of another size");
struct then_fairu_toy_study { size_t struct_size; const fairu_likelihood *likelihood; const double *truth; size_t n_params; uint64_t seed; size_t nuisance; const fairu_interval_options *interval; const fairu_grid *grid; const fairu_bin_table *const *tables; const double *scales; size_t n_tables; };
_Static_assert(offsetof(fairu_toy_study, struct_size) == offsetof(struct then_fairu_toy_study, struct_size), "fairu_toy_study.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, struct_size), TYPE(struct then_fairu_toy_study, struct_size)), "fairu_toy_study.struct_size was of another type");
_Static_assert(offsetof(fairu_toy_study, likelihood) == offsetof(struct then_fairu_toy_study, likelihood), "fairu_toy_study.likelihood was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, likelihood), TYPE(struct then_fairu_toy_study, likelihood)), "fairu_toy_study.likelihood was of another type");
_Static_assert(offsetof(fairu_toy_study, truth) == offsetof(struct then_fairu_toy_study, truth), "fairu_toy_study.truth was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, truth), TYPE(struct then_fairu_toy_study, truth)), "fairu_toy_study.truth was of another type");
_Static_assert(offsetof(fairu_toy_study, n_params) == offsetof(struct then_fairu_toy_study, n_params), "fairu_toy_study.n_params was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, n_params), TYPE(struct then_fairu_toy_study, n_params)), "fairu_toy_study.n_params was of another type");
_Static_assert(offsetof(fairu_toy_study, seed) == offsetof(struct then_fairu_toy_study, seed), "fairu_toy_study.seed was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, seed), TYPE(struct then_fairu_toy_study, seed)), "fairu_toy_study.seed was of another type");
_Static_assert(offsetof(fairu_toy_study, nuisance) == offsetof(struct then_fairu_toy_study, nuisance), "fairu_toy_study.nuisance was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, nuisance), TYPE(struct then_fairu_toy_study, nuisance)), "fairu_toy_study.nuisance was of another type");
_Static_assert(offsetof(fairu_toy_study, interval) == offsetof(struct then_fairu_toy_study, interval), "fairu_toy_study.interval was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, interval), TYPE(struct then_fairu_toy_study, interval)), "fairu_toy_study.interval was of another type");
_Static_assert(offsetof(fairu_toy_study, grid) == offsetof(struct then_fairu_toy_study, grid), "fairu_toy_study.grid was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, grid), TYPE(struct then_fairu_toy_study, grid)), "fairu_toy_study.grid was of another type");
_Static_assert(offsetof(fairu_toy_study, tables) == offsetof(struct then_fairu_toy_study, tables), "fairu_toy_study.tables was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, tables), TYPE(struct then_fairu_toy_study, tables)), "fairu_toy_study.tables was of another type");
_Static_assert(offsetof(fairu_toy_study, scales) == offsetof(struct then_fairu_toy_study, scales), "fairu_toy_study.scales was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, scales), TYPE(struct then_fairu_toy_study, scales)), "fairu_toy_study.scales was of another type");
_Static_assert(offsetof(fairu_toy_study, n_tables) == offsetof(struct then_fairu_toy_study, n_tables), "fairu_toy_study.n_tables was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_study, n_tables), TYPE(struct then_fairu_toy_study, n_tables)), "fairu_toy_study.n_tables was of another type");
_Static_assert(sizeof(fairu_toy_study) >= sizeof(struct then_fairu_toy_study), "fairu_toy_study was of another size");
struct then_fairu_coverage { size_t struct_size; uint64_t n; uint64_t n_failed; uint64_t n_covered; double coverage; double coverage_lower; double coverage_upper; double mean_half_width; double mean_estimate; double bias; double std_estimate; double mean_nuisance; double std_nuisance; double pull_mean; double pull_width; };
_Static_assert(offsetof(fairu_coverage, struct_size) == offsetof(struct then_fairu_coverage, struct_size), "fairu_coverage.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, struct_size), TYPE(struct then_fairu_coverage, struct_size)), "fairu_coverage.struct_size was of another type");
_Static_assert(offsetof(fairu_coverage, n) == offsetof(struct then_fairu_coverage, n), "fairu_coverage.n was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, n), TYPE(struct then_fairu_coverage, n)), "fairu_coverage.n was of another type");
_Static_assert(offsetof(fairu_coverage, n_failed) == offsetof(struct then_fairu_coverage, n_failed), "fairu_coverage.n_failed was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, n_failed), TYPE(struct then_fairu_coverage, n_failed)), "fairu_coverage.n_failed was of another type");
_Static_assert(offsetof(fairu_coverage, n_covered) == offsetof(struct then_fairu_coverage, n_covered), "fairu_coverage.n_covered was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, n_covered), TYPE(struct then_fairu_coverage, n_covered)), "fairu_coverage.n_covered was of another type");
_Static_assert(offsetof(fairu_coverage, coverage) == offsetof(struct then_fairu_coverage, coverage), "fairu_coverage.coverage was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, coverage), TYPE(struct then_fairu_coverage, coverage)), "fairu_coverage.coverage was of another type");
_Static_assert(offsetof(fairu_coverage, coverage_lower) == offsetof(struct then_fairu_coverage, coverage_lower), "fairu_coverage.coverage_lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, coverage_lower), TYPE(struct then_fairu_coverage, coverage_lower)), "fairu_coverage.coverage_lower was of another type");
_Static_assert(offsetof(fairu_coverage, coverage_upper) == offsetof(struct then_fairu_coverage, coverage_upper), "fairu_coverage.coverage_upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, coverage_upper), TYPE(struct then_fairu_coverage, coverage_upper)), "fairu_coverage.coverage_upper was of another type");
_Static_assert(offsetof(fairu_coverage, mean_half_width) == offsetof(struct then_fairu_coverage, mean_half_width), "fairu_coverage.mean_half_width was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, mean_half_width), TYPE(struct then_fairu_coverage, mean_half_width)), "fairu_coverage.mean_half_width was of another type");
_Static_assert(offsetof(fairu_coverage, mean_estimate) == offsetof(struct then_fairu_coverage, mean_estimate), "fairu_coverage.mean_estimate was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, mean_estimate), TYPE(struct then_fairu_coverage, mean_estimate)), "fairu_coverage.mean_estimate was of another type");
_Static_assert(offsetof(fairu_coverage, bias) == offsetof(struct then_fairu_coverage, bias), "fairu_coverage.bias was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, bias), TYPE(struct then_fairu_coverage, bias)), "fairu_coverage.bias was of another type");
_Static_assert(offsetof(fairu_coverage, std_estimate) == offsetof(struct then_fairu_coverage, std_estimate), "fairu_coverage.std_estimate was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, std_estimate), TYPE(struct then_fairu_coverage, std_estimate)), "fairu_coverage.std_estimate was of another type");
_Static_assert(offsetof(fairu_coverage, mean_nuisance) == offsetof(struct then_fairu_coverage, mean_nuisance), "fairu_coverage.mean_nuisance was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, mean_nuisance), TYPE(struct then_fairu_coverage, mean_nuisance)), "fairu_coverage.mean_nuisance was of another type");
_Static_assert(offsetof(fairu_coverage, std_nuisance) == offsetof(struct then_fairu_coverage, std_nuisance), "fairu_coverage.std_nuisance was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, std_nuisance), TYPE(struct then_fairu_coverage, std_nuisance)), "fairu_coverage.std_nuisance was of another type");
_Static_assert(offsetof(fairu_coverage, pull_mean) == offsetof(struct then_fairu_coverage, pull_mean), "fairu_coverage.pull_mean was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, pull_mean), TYPE(struct then_fairu_coverage, pull_mean)), "fairu_coverage.pull_mean was of another type");
_Static_assert(offsetof(fairu_coverage, pull_width) == offsetof(struct then_fairu_coverage, pull_width), "fairu_coverage.pull_width was elsewhere");
_Static_assert(SAME(TYPE(fairu_coverage, pull_width), TYPE(struct then_fairu_coverage, pull_width)), "fairu_coverage.pull_width was of another type");
_Static_assert(sizeof(fairu_coverage) >= sizeof(struct then_fairu_coverage), "fairu_coverage was of another size");
struct then_fairu_toy_test { size_t struct_size; const fairu_hypotest_options *options; uint64_t n_toys; uint64_t seed; };
_Static_assert(offsetof(fairu_toy_test, struct_size) == offsetof(struct then_fairu_toy_test, struct_size), "fairu_toy_test.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test, struct_size), TYPE(struct then_fairu_toy_test, struct_size)), "fairu_toy_test.struct_size was of another type");
_Static_assert(offsetof(fairu_toy_test, options) == offsetof(struct then_fairu_toy_test, options), "fairu_toy_test.options was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test, options), TYPE(struct then_fairu_toy_test, options)), "fairu_toy_test.options was of another type");
_Static_assert(offsetof(fairu_toy_test, n_toys) == offsetof(struct then_fairu_toy_test, n_toys), "fairu_toy_test.n_toys was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test, n_toys), TYPE(struct then_fairu_toy_test, n_toys)), "fairu_toy_test.n_toys was of another type");
_Static_assert(offsetof(fairu_toy_test, seed) == offsetof(struct then_fairu_toy_test, seed), "fairu_toy_test.seed was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test, seed), TYPE(struct then_fairu_toy_test, seed)), "fairu_toy_test.seed was of another type");
_Static_assert(sizeof(fairu_toy_test) >= sizeof(struct then_fairu_toy_test), "fairu_toy_test was of another size");
struct then_fairu_toy_test_result { size_t struct_size; double statistic; double p_sb, p_b, cls; double p_sb_error, p_b_error; double expected[5]; uint64_t n_sb, n_b; uint64_t n_failed_sb, n_failed_b; };
_Static_assert(offsetof(fairu_toy_test_result, struct_size) == offsetof(struct then_fairu_toy_test_result, struct_size), "fairu_toy_test_result.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, struct_size), TYPE(struct then_fairu_toy_test_result, struct_size)), "fairu_toy_test_result.struct_size was of another type");
_Static_assert(offsetof(fairu_toy_test_result, statistic) == offsetof(struct then_fairu_toy_test_result, statistic), "fairu_toy_test_result.statistic was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, statistic), TYPE(struct then_fairu_toy_test_result, statistic)), "fairu_toy_test_result.statistic was of another type");
_Static_assert(offsetof(fairu_toy_test_result, p_sb) == offsetof(struct then_fairu_toy_test_result, p_sb), "fairu_toy_test_result.p_sb was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, p_sb), TYPE(struct then_fairu_toy_test_result, p_sb)), "fairu_toy_test_result.p_sb was of another type");
_Static_assert(offsetof(fairu_toy_test_result, p_b) == offsetof(struct then_fairu_toy_test_result, p_b), "fairu_toy_test_result.p_b was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, p_b), TYPE(struct then_fairu_toy_test_result, p_b)), "fairu_toy_test_result.p_b was of another type");
_Static_assert(offsetof(fairu_toy_test_result, cls) == offsetof(struct then_fairu_toy_test_result, cls), "fairu_toy_test_result.cls was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, cls), TYPE(struct then_fairu_toy_test_result, cls)), "fairu_toy_test_result.cls was of another type");
_Static_assert(offsetof(fairu_toy_test_result, p_sb_error) == offsetof(struct then_fairu_toy_test_result, p_sb_error), "fairu_toy_test_result.p_sb_error was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, p_sb_error), TYPE(struct then_fairu_toy_test_result, p_sb_error)), "fairu_toy_test_result.p_sb_error was of another type");
_Static_assert(offsetof(fairu_toy_test_result, p_b_error) == offsetof(struct then_fairu_toy_test_result, p_b_error), "fairu_toy_test_result.p_b_error was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, p_b_error), TYPE(struct then_fairu_toy_test_result, p_b_error)), "fairu_toy_test_result.p_b_error was of another type");
_Static_assert(offsetof(fairu_toy_test_result, expected) == offsetof(struct then_fairu_toy_test_result, expected), "fairu_toy_test_result.expected was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, expected), TYPE(struct then_fairu_toy_test_result, expected)), "fairu_toy_test_result.expected was of another type");
_Static_assert(offsetof(fairu_toy_test_result, n_sb) == offsetof(struct then_fairu_toy_test_result, n_sb), "fairu_toy_test_result.n_sb was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, n_sb), TYPE(struct then_fairu_toy_test_result, n_sb)), "fairu_toy_test_result.n_sb was of another type");
_Static_assert(offsetof(fairu_toy_test_result, n_b) == offsetof(struct then_fairu_toy_test_result, n_b), "fairu_toy_test_result.n_b was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, n_b), TYPE(struct then_fairu_toy_test_result, n_b)), "fairu_toy_test_result.n_b was of another type");
_Static_assert(offsetof(fairu_toy_test_result, n_failed_sb) == offsetof(struct then_fairu_toy_test_result, n_failed_sb), "fairu_toy_test_result.n_failed_sb was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, n_failed_sb), TYPE(struct then_fairu_toy_test_result, n_failed_sb)), "fairu_toy_test_result.n_failed_sb was of another type");
_Static_assert(offsetof(fairu_toy_test_result, n_failed_b) == offsetof(struct then_fairu_toy_test_result, n_failed_b), "fairu_toy_test_result.n_failed_b was elsewhere");
_Static_assert(SAME(TYPE(fairu_toy_test_result, n_failed_b), TYPE(struct then_fairu_toy_test_result, n_failed_b)), "fairu_toy_test_result.n_failed_b was of another type");
_Static_assert(sizeof(fairu_toy_test_result) >= sizeof(struct then_fairu_toy_test_result), "fairu_toy_test_result was of another size");
typedef int (*then_fairu_estimator_fn)(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *user_data);
_Static_assert(SAME(fairu_estimator_fn, then_fairu_estimator_fn), "fairu_estimator_fn was of another type");
typedef int then_fairu_toys_run(fairu_context *ctx, uint64_t first, size_t n, fairu_estimator_fn estimator, void *user_data, fairu_toy_result *results);
_Static_assert(SAME(__typeof__(fairu_toys_run), then_fairu_toys_run), "fairu_toys_run was declared otherwise");
typedef int then_fairu_toys_pack(fairu_context *ctx, const fairu_toy_result *results, size_t n, void *bytes, size_t capacity, size_t *size);
_Static_assert(SAME(__typeof__(fairu_toys_pack), then_fairu_toys_pack), "fairu_toys_pack was declared otherwise");
typedef int then_fairu_toys_unpack(fairu_context *ctx, const void *bytes, size_t size, fairu_toy_result *results, size_t capacity, size_t *n);
_Static_assert(SAME(__typeof__(fairu_toys_unpack), then_fairu_toys_unpack), "fairu_toys_unpack was declared otherwise");
typedef int then_fairu_toy_study_init(fairu_toy_study *study, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_toy_study_init), then_fairu_toy_study_init), "fairu_toy_study_init was declared otherwise");
typedef int then_fairu_toy_study_estimate(fairu_context *ctx, uint64_t toy, fairu_toy_result *result, void *study);
_Static_assert(SAME(__typeof__(fairu_toy_study_estimate), then_fairu_toy_study_estimate), "fairu_toy_study_estimate was declared otherwise");
typedef int then_fairu_tally_create(fairu_context *ctx, double truth, fairu_tally **out);
_Static_assert(SAME(__typeof__(fairu_tally_create), then_fairu_tally_create), "fairu_tally_create was declared otherwise");
typedef void then_fairu_tally_destroy(fairu_tally *tally);
_Static_assert(SAME(__typeof__(fairu_tally_destroy), then_fairu_tally_destroy), "fairu_tally_destroy was declared otherwise");
typedef int then_fairu_tally_add(fairu_tally *tally, fairu_context *ctx, const fairu_toy_result *results, size_t n);
_Static_assert(SAME(__typeof__(fairu_tally_add), then_fairu_tally_add), "fairu_tally_add was declared otherwise");
typedef int then_fairu_tally_merge(fairu_tally *tally, fairu_context *ctx, const fairu_tally *other);
_Static_assert(SAME(__typeof__(fairu_tally_merge), then_fairu_tally_merge), "fairu_tally_merge was declared otherwise");
typedef double then_fairu_tally_truth(const fairu_tally *tally);
_Static_assert(SAME(__typeof__(fairu_tally_truth), then_fairu_tally_truth), "fairu_tally_truth was declared otherwise");
typedef int then_fairu_tally_save(const fairu_tally *tally, fairu_context *ctx, const char *path);
_Static_assert(SAME(__typeof__(fairu_tally_save), then_fairu_tally_save), "fairu_tally_save was declared otherwise");
typedef int then_fairu_tally_load(fairu_context *ctx, const char *path, fairu_tally **out);
_Static_assert(SAME(__typeof__(fairu_tally_load), then_fairu_tally_load), "fairu_tally_load was declared otherwise");
typedef int then_fairu_tally_pack(const fairu_tally *tally, fairu_context *ctx, void *bytes, size_t capacity, size_t *size);
_Static_assert(SAME(__typeof__(fairu_tally_pack), then_fairu_tally_pack), "fairu_tally_pack was declared otherwise");
typedef int then_fairu_tally_unpack(fairu_context *ctx, const void *bytes, size_t size, fairu_tally **out);
_Static_assert(SAME(__typeof__(fairu_tally_unpack), then_fairu_tally_unpack), "fairu_tally_unpack was declared otherwise");
typedef int then_fairu_tally_coverage(const fairu_tally *tally, fairu_context *ctx, double level, fairu_coverage *coverage);
_Static_assert(SAME(__typeof__(fairu_tally_coverage), then_fairu_tally_coverage), "fairu_tally_coverage was declared otherwise");
typedef int then_fairu_binomial_interval(fairu_context *ctx, uint64_t k, uint64_t n, double level, double *lower, double *upper);
_Static_assert(SAME(__typeof__(fairu_binomial_interval), then_fairu_binomial_interval), "fairu_binomial_interval was declared otherwise");
typedef int then_fairu_toy_test_init(fairu_toy_test *test, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_toy_test_init), then_fairu_toy_test_init), "fairu_toy_test_init was declared otherwise");
typedef int then_fairu_hypotest_toys(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data, const fairu_toy_test *test, double mu, fairu_toy_test_result *result, double *sb, double *b);
_Static_assert(SAME(__typeof__(fairu_hypotest_toys), then_fairu_hypotest_toys), "fairu_hypotest_toys was declared otherwise");
typedef int then_fairu_feldman_cousins(fairu_context *ctx, uint64_t n, double background, double level, double *lower, double *upper);
_Static_assert(SAME(__typeof__(fairu_feldman_cousins), then_fairu_feldman_cousins), "fairu_feldman_cousins was declared otherwise");
typedef int then_fairu_neyman_pvalues(fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data, const fairu_toy_test *test, const double *mu, size_t n_mu, double *p);
_Static_assert(SAME(__typeof__(fairu_neyman_pvalues), then_fairu_neyman_pvalues), "fairu_neyman_pvalues was declared otherwise");
_Static_assert(FAIRU_INTERVAL_CALIBRATION_DIGEST == 65, "FAIRU_INTERVAL_CALIBRATION_DIGEST was 65");
struct then_fairu_interval_calibration_options { size_t struct_size; double lower, upper; size_t n_mu; uint64_t n_toys; double level; uint64_t seed; int draw_nuisances; double template_statistics; double pool_statistics; int fixed_sums; const fairu_fit_options *fit; };
_Static_assert(offsetof(fairu_interval_calibration_options, struct_size) == offsetof(struct then_fairu_interval_calibration_options, struct_size), "fairu_interval_calibration_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, struct_size), TYPE(struct then_fairu_interval_calibration_options, struct_size)), "fairu_interval_calibration_options.struct_size was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, lower) == offsetof(struct then_fairu_interval_calibration_options, lower), "fairu_interval_calibration_options.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, lower), TYPE(struct then_fairu_interval_calibration_options, lower)), "fairu_interval_calibration_options.lower was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, upper) == offsetof(struct then_fairu_interval_calibration_options, upper), "fairu_interval_calibration_options.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, upper), TYPE(struct then_fairu_interval_calibration_options, upper)), "fairu_interval_calibration_options.upper was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, n_mu) == offsetof(struct then_fairu_interval_calibration_options, n_mu), "fairu_interval_calibration_options.n_mu was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, n_mu), TYPE(struct then_fairu_interval_calibration_options, n_mu)), "fairu_interval_calibration_options.n_mu was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, n_toys) == offsetof(struct then_fairu_interval_calibration_options, n_toys), "fairu_interval_calibration_options.n_toys was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, n_toys), TYPE(struct then_fairu_interval_calibration_options, n_toys)), "fairu_interval_calibration_options.n_toys was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, level) == offsetof(struct then_fairu_interval_calibration_options, level), "fairu_interval_calibration_options.level was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, level), TYPE(struct then_fairu_interval_calibration_options, level)), "fairu_interval_calibration_options.level was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, seed) == offsetof(struct then_fairu_interval_calibration_options, seed), "fairu_interval_calibration_options.seed was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, seed), TYPE(struct then_fairu_interval_calibration_options, seed)), "fairu_interval_calibration_options.seed was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, draw_nuisances) == offsetof(struct then_fairu_interval_calibration_options, draw_nuisances), "fairu_interval_calibration_options.draw_nuisances was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, draw_nuisances), TYPE(struct then_fairu_interval_calibration_options, draw_nuisances)), "fairu_interval_calibration_options.draw_nuisances was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, template_statistics) == offsetof(struct then_fairu_interval_calibration_options, template_statistics), "fairu_interval_calibration_options.template_statistics was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, template_statistics), TYPE(struct then_fairu_interval_calibration_options, template_statistics)), "fairu_interval_calibration_options.template_statistics was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, pool_statistics) == offsetof(struct then_fairu_interval_calibration_options, pool_statistics), "fairu_interval_calibration_options.pool_statistics was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, pool_statistics), TYPE(struct then_fairu_interval_calibration_options, pool_statistics)), "fairu_interval_calibration_options.pool_statistics was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, fixed_sums) == offsetof(struct then_fairu_interval_calibration_options, fixed_sums), "fairu_interval_calibration_options.fixed_sums was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, fixed_sums), TYPE(struct then_fairu_interval_calibration_options, fixed_sums)), "fairu_interval_calibration_options.fixed_sums was of another type");
_Static_assert(offsetof(fairu_interval_calibration_options, fit) == offsetof(struct then_fairu_interval_calibration_options, fit), "fairu_interval_calibration_options.fit was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_calibration_options, fit), TYPE(struct then_fairu_interval_calibration_options, fit)), "fairu_interval_calibration_options.fit was of another type");
_Static_assert(sizeof(fairu_interval_calibration_options) >= sizeof(struct then_fairu_interval_calibration_options), "fairu_interval_calibration_options was of another size");
struct then_fairu_calibrated_interval { size_t struct_size; double estimate; double lower, upper; int n_pieces; int lower_end, upper_end; };
_Static_assert(offsetof(fairu_calibrated_interval, struct_size) == offsetof(struct then_fairu_calibrated_interval, struct_size), "fairu_calibrated_interval.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_calibrated_interval, struct_size), TYPE(struct then_fairu_calibrated_interval, struct_size)), "fairu_calibrated_interval.struct_size was of another type");
_Static_assert(offsetof(fairu_calibrated_interval, estimate) == offsetof(struct then_fairu_calibrated_interval, estimate), "fairu_calibrated_interval.estimate was elsewhere");
_Static_assert(SAME(TYPE(fairu_calibrated_interval, estimate), TYPE(struct then_fairu_calibrated_interval, estimate)), "fairu_calibrated_interval.estimate was of another type");
_Static_assert(offsetof(fairu_calibrated_interval, lower) == offsetof(struct then_fairu_calibrated_interval, lower), "fairu_calibrated_interval.lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_calibrated_interval, lower), TYPE(struct then_fairu_calibrated_interval, lower)), "fairu_calibrated_interval.lower was of another type");
_Static_assert(offsetof(fairu_calibrated_interval, upper) == offsetof(struct then_fairu_calibrated_interval, upper), "fairu_calibrated_interval.upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_calibrated_interval, upper), TYPE(struct then_fairu_calibrated_interval, upper)), "fairu_calibrated_interval.upper was of another type");
_Static_assert(offsetof(fairu_calibrated_interval, n_pieces) == offsetof(struct then_fairu_calibrated_interval, n_pieces), "fairu_calibrated_interval.n_pieces was elsewhere");
_Static_assert(SAME(TYPE(fairu_calibrated_interval, n_pieces), TYPE(struct then_fairu_calibrated_interval, n_pieces)), "fairu_calibrated_interval.n_pieces was of another type");
_Static_assert(offsetof(fairu_calibrated_interval, lower_end) == offsetof(struct then_fairu_calibrated_interval, lower_end), "fairu_calibrated_interval.lower_end was elsewhere");
_Static_assert(SAME(TYPE(fairu_calibrated_interval, lower_end), TYPE(struct then_fairu_calibrated_interval, lower_end)), "fairu_calibrated_interval.lower_end was of another type");
_Static_assert(offsetof(fairu_calibrated_interval, upper_end) == offsetof(struct then_fairu_calibrated_interval, upper_end), "fairu_calibrated_interval.upper_end was elsewhere");
_Static_assert(SAME(TYPE(fairu_calibrated_interval, upper_end), TYPE(struct then_fairu_calibrated_interval, upper_end)), "fairu_calibrated_interval.upper_end was of another type");
_Static_assert(sizeof(fairu_calibrated_interval) >= sizeof(struct then_fairu_calibrated_interval), "fairu_calibrated_interval was of another size");
typedef int then_fairu_interval_calibration_options_init( fairu_interval_calibration_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_options_init), then_fairu_interval_calibration_options_init), "fairu_interval_calibration_options_init was declared otherwise");
typedef int then_fairu_interval_calibration_create( fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_interval_calibration_options *options, fairu_interval_calibration **out);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_create), then_fairu_interval_calibration_create), "fairu_interval_calibration_create was declared otherwise");
typedef void then_fairu_interval_calibration_destroy(fairu_interval_calibration *calibration);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_destroy), then_fairu_interval_calibration_destroy), "fairu_interval_calibration_destroy was declared otherwise");
typedef size_t then_fairu_interval_calibration_n_mu(const fairu_interval_calibration *calibration);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_n_mu), then_fairu_interval_calibration_n_mu), "fairu_interval_calibration_n_mu was declared otherwise");
typedef int then_fairu_interval_calibration_point(const fairu_interval_calibration *calibration, fairu_context *ctx, size_t i, double *mu, double *quantile, double *quantile_error, double *critical, uint64_t *n_failed);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_point), then_fairu_interval_calibration_point), "fairu_interval_calibration_point was declared otherwise");
typedef int then_fairu_interval_calibration_critical( const fairu_interval_calibration *calibration, fairu_context *ctx, double mu, double *critical, double *error);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_critical), then_fairu_interval_calibration_critical), "fairu_interval_calibration_critical was declared otherwise");
typedef int then_fairu_interval_calibration_digest(const fairu_interval_calibration *calibration, fairu_context *ctx, char *digest);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_digest), then_fairu_interval_calibration_digest), "fairu_interval_calibration_digest was declared otherwise");
typedef int then_fairu_interval_calibration_save(const fairu_interval_calibration *calibration, fairu_context *ctx, const char *path);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_save), then_fairu_interval_calibration_save), "fairu_interval_calibration_save was declared otherwise");
typedef int then_fairu_interval_calibration_load(fairu_context *ctx, const char *path, fairu_interval_calibration **out);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_load), then_fairu_interval_calibration_load), "fairu_interval_calibration_load was declared otherwise");
typedef int then_fairu_interval_calibration_interval( const fairu_interval_calibration *calibration, fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_data *data, const fairu_fit_options *options, fairu_calibrated_interval *interval, double *params, size_t n_params);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_interval), then_fairu_interval_calibration_interval), "fairu_interval_calibration_interval was declared otherwise");
typedef int then_fairu_interval_calibration_toy( fairu_context *ctx, const fairu_likelihood *likelihood, const fairu_interval_calibration_options *options, double mu, uint64_t stream, uint64_t toy, double *params, size_t n_params, fairu_data *data);
_Static_assert(SAME(__typeof__(fairu_interval_calibration_toy), then_fairu_interval_calibration_toy), "fairu_interval_calibration_toy was declared otherwise");
_Static_assert(FAIRU_CHALLENGE_ZTAUTAU == 0, "FAIRU_CHALLENGE_ZTAUTAU was 0");
_Static_assert(FAIRU_CHALLENGE_DIBOSON == 1, "FAIRU_CHALLENGE_DIBOSON was 1");
_Static_assert(FAIRU_CHALLENGE_TTBAR == 2, "FAIRU_CHALLENGE_TTBAR was 2");
_Static_assert(FAIRU_CHALLENGE_HTAUTAU == 3, "FAIRU_CHALLENGE_HTAUTAU was 3");
_Static_assert(FAIRU_CHALLENGE_PROCESSES == 4, "FAIRU_CHALLENGE_PROCESSES was 4");
struct then_fairu_challenge_options { size_t struct_size; int generator; uint64_t seed; uint64_t n_sets, n_pe; const double *mu; double mu_lower, mu_upper; int tes, jes, soft_met; int ttbar_scale, diboson_scale, bkg_scale; };
_Static_assert(offsetof(fairu_challenge_options, struct_size) == offsetof(struct then_fairu_challenge_options, struct_size), "fairu_challenge_options.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, struct_size), TYPE(struct then_fairu_challenge_options, struct_size)), "fairu_challenge_options.struct_size was of another type");
_Static_assert(offsetof(fairu_challenge_options, generator) == offsetof(struct then_fairu_challenge_options, generator), "fairu_challenge_options.generator was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, generator), TYPE(struct then_fairu_challenge_options, generator)), "fairu_challenge_options.generator was of another type");
_Static_assert(offsetof(fairu_challenge_options, seed) == offsetof(struct then_fairu_challenge_options, seed), "fairu_challenge_options.seed was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, seed), TYPE(struct then_fairu_challenge_options, seed)), "fairu_challenge_options.seed was of another type");
_Static_assert(offsetof(fairu_challenge_options, n_sets) == offsetof(struct then_fairu_challenge_options, n_sets), "fairu_challenge_options.n_sets was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, n_sets), TYPE(struct then_fairu_challenge_options, n_sets)), "fairu_challenge_options.n_sets was of another type");
_Static_assert(offsetof(fairu_challenge_options, n_pe) == offsetof(struct then_fairu_challenge_options, n_pe), "fairu_challenge_options.n_pe was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, n_pe), TYPE(struct then_fairu_challenge_options, n_pe)), "fairu_challenge_options.n_pe was of another type");
_Static_assert(offsetof(fairu_challenge_options, mu) == offsetof(struct then_fairu_challenge_options, mu), "fairu_challenge_options.mu was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, mu), TYPE(struct then_fairu_challenge_options, mu)), "fairu_challenge_options.mu was of another type");
_Static_assert(offsetof(fairu_challenge_options, mu_lower) == offsetof(struct then_fairu_challenge_options, mu_lower), "fairu_challenge_options.mu_lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, mu_lower), TYPE(struct then_fairu_challenge_options, mu_lower)), "fairu_challenge_options.mu_lower was of another type");
_Static_assert(offsetof(fairu_challenge_options, mu_upper) == offsetof(struct then_fairu_challenge_options, mu_upper), "fairu_challenge_options.mu_upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, mu_upper), TYPE(struct then_fairu_challenge_options, mu_upper)), "fairu_challenge_options.mu_upper was of another type");
_Static_assert(offsetof(fairu_challenge_options, tes) == offsetof(struct then_fairu_challenge_options, tes), "fairu_challenge_options.tes was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, tes), TYPE(struct then_fairu_challenge_options, tes)), "fairu_challenge_options.tes was of another type");
_Static_assert(offsetof(fairu_challenge_options, jes) == offsetof(struct then_fairu_challenge_options, jes), "fairu_challenge_options.jes was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, jes), TYPE(struct then_fairu_challenge_options, jes)), "fairu_challenge_options.jes was of another type");
_Static_assert(offsetof(fairu_challenge_options, soft_met) == offsetof(struct then_fairu_challenge_options, soft_met), "fairu_challenge_options.soft_met was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, soft_met), TYPE(struct then_fairu_challenge_options, soft_met)), "fairu_challenge_options.soft_met was of another type");
_Static_assert(offsetof(fairu_challenge_options, ttbar_scale) == offsetof(struct then_fairu_challenge_options, ttbar_scale), "fairu_challenge_options.ttbar_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, ttbar_scale), TYPE(struct then_fairu_challenge_options, ttbar_scale)), "fairu_challenge_options.ttbar_scale was of another type");
_Static_assert(offsetof(fairu_challenge_options, diboson_scale) == offsetof(struct then_fairu_challenge_options, diboson_scale), "fairu_challenge_options.diboson_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, diboson_scale), TYPE(struct then_fairu_challenge_options, diboson_scale)), "fairu_challenge_options.diboson_scale was of another type");
_Static_assert(offsetof(fairu_challenge_options, bkg_scale) == offsetof(struct then_fairu_challenge_options, bkg_scale), "fairu_challenge_options.bkg_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_options, bkg_scale), TYPE(struct then_fairu_challenge_options, bkg_scale)), "fairu_challenge_options.bkg_scale was of another type");
_Static_assert(sizeof(fairu_challenge_options) >= sizeof(struct then_fairu_challenge_options), "fairu_challenge_options was of another size");
struct then_fairu_challenge_experiment { size_t struct_size; uint64_t set, pe; uint64_t number; uint64_t seed; uint64_t smearing_seed; int generator; double mu; double tes, jes, soft_met; double ttbar_scale, diboson_scale, bkg_scale; double rates[4]; };
_Static_assert(offsetof(fairu_challenge_experiment, struct_size) == offsetof(struct then_fairu_challenge_experiment, struct_size), "fairu_challenge_experiment.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, struct_size), TYPE(struct then_fairu_challenge_experiment, struct_size)), "fairu_challenge_experiment.struct_size was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, set) == offsetof(struct then_fairu_challenge_experiment, set), "fairu_challenge_experiment.set was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, set), TYPE(struct then_fairu_challenge_experiment, set)), "fairu_challenge_experiment.set was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, pe) == offsetof(struct then_fairu_challenge_experiment, pe), "fairu_challenge_experiment.pe was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, pe), TYPE(struct then_fairu_challenge_experiment, pe)), "fairu_challenge_experiment.pe was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, number) == offsetof(struct then_fairu_challenge_experiment, number), "fairu_challenge_experiment.number was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, number), TYPE(struct then_fairu_challenge_experiment, number)), "fairu_challenge_experiment.number was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, seed) == offsetof(struct then_fairu_challenge_experiment, seed), "fairu_challenge_experiment.seed was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, seed), TYPE(struct then_fairu_challenge_experiment, seed)), "fairu_challenge_experiment.seed was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, smearing_seed) == offsetof(struct then_fairu_challenge_experiment, smearing_seed), "fairu_challenge_experiment.smearing_seed was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, smearing_seed), TYPE(struct then_fairu_challenge_experiment, smearing_seed)), "fairu_challenge_experiment.smearing_seed was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, generator) == offsetof(struct then_fairu_challenge_experiment, generator), "fairu_challenge_experiment.generator was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, generator), TYPE(struct then_fairu_challenge_experiment, generator)), "fairu_challenge_experiment.generator was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, mu) == offsetof(struct then_fairu_challenge_experiment, mu), "fairu_challenge_experiment.mu was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, mu), TYPE(struct then_fairu_challenge_experiment, mu)), "fairu_challenge_experiment.mu was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, tes) == offsetof(struct then_fairu_challenge_experiment, tes), "fairu_challenge_experiment.tes was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, tes), TYPE(struct then_fairu_challenge_experiment, tes)), "fairu_challenge_experiment.tes was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, jes) == offsetof(struct then_fairu_challenge_experiment, jes), "fairu_challenge_experiment.jes was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, jes), TYPE(struct then_fairu_challenge_experiment, jes)), "fairu_challenge_experiment.jes was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, soft_met) == offsetof(struct then_fairu_challenge_experiment, soft_met), "fairu_challenge_experiment.soft_met was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, soft_met), TYPE(struct then_fairu_challenge_experiment, soft_met)), "fairu_challenge_experiment.soft_met was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, ttbar_scale) == offsetof(struct then_fairu_challenge_experiment, ttbar_scale), "fairu_challenge_experiment.ttbar_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, ttbar_scale), TYPE(struct then_fairu_challenge_experiment, ttbar_scale)), "fairu_challenge_experiment.ttbar_scale was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, diboson_scale) == offsetof(struct then_fairu_challenge_experiment, diboson_scale), "fairu_challenge_experiment.diboson_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, diboson_scale), TYPE(struct then_fairu_challenge_experiment, diboson_scale)), "fairu_challenge_experiment.diboson_scale was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, bkg_scale) == offsetof(struct then_fairu_challenge_experiment, bkg_scale), "fairu_challenge_experiment.bkg_scale was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, bkg_scale), TYPE(struct then_fairu_challenge_experiment, bkg_scale)), "fairu_challenge_experiment.bkg_scale was of another type");
_Static_assert(offsetof(fairu_challenge_experiment, rates) == offsetof(struct then_fairu_challenge_experiment, rates), "fairu_challenge_experiment.rates was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_experiment, rates), TYPE(struct then_fairu_challenge_experiment, rates)), "fairu_challenge_experiment.rates was of another type");
_Static_assert(sizeof(fairu_challenge_experiment) >= sizeof(struct then_fairu_challenge_experiment), "fairu_challenge_experiment was of another size");
struct then_fairu_challenge_fill { size_t struct_size; const fairu_classifier *classifier; const fairu_binning *const *binnings; size_t n_binnings; const fairu_systematics *systematics; };
_Static_assert(offsetof(fairu_challenge_fill, struct_size) == offsetof(struct then_fairu_challenge_fill, struct_size), "fairu_challenge_fill.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_fill, struct_size), TYPE(struct then_fairu_challenge_fill, struct_size)), "fairu_challenge_fill.struct_size was of another type");
_Static_assert(offsetof(fairu_challenge_fill, classifier) == offsetof(struct then_fairu_challenge_fill, classifier), "fairu_challenge_fill.classifier was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_fill, classifier), TYPE(struct then_fairu_challenge_fill, classifier)), "fairu_challenge_fill.classifier was of another type");
_Static_assert(offsetof(fairu_challenge_fill, binnings) == offsetof(struct then_fairu_challenge_fill, binnings), "fairu_challenge_fill.binnings was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_fill, binnings), TYPE(struct then_fairu_challenge_fill, binnings)), "fairu_challenge_fill.binnings was of another type");
_Static_assert(offsetof(fairu_challenge_fill, n_binnings) == offsetof(struct then_fairu_challenge_fill, n_binnings), "fairu_challenge_fill.n_binnings was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_fill, n_binnings), TYPE(struct then_fairu_challenge_fill, n_binnings)), "fairu_challenge_fill.n_binnings was of another type");
_Static_assert(offsetof(fairu_challenge_fill, systematics) == offsetof(struct then_fairu_challenge_fill, systematics), "fairu_challenge_fill.systematics was elsewhere");
_Static_assert(SAME(TYPE(fairu_challenge_fill, systematics), TYPE(struct then_fairu_challenge_fill, systematics)), "fairu_challenge_fill.systematics was of another type");
_Static_assert(sizeof(fairu_challenge_fill) >= sizeof(struct then_fairu_challenge_fill), "fairu_challenge_fill was of another size");
typedef int then_fairu_challenge_normalise(fairu_events *pool, fairu_context *ctx, double sum_weights);
_Static_assert(SAME(__typeof__(fairu_challenge_normalise), then_fairu_challenge_normalise), "fairu_challenge_normalise was declared otherwise");
typedef int then_fairu_challenge_options_init(fairu_challenge_options *options, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_challenge_options_init), then_fairu_challenge_options_init), "fairu_challenge_options_init was declared otherwise");
typedef int then_fairu_challenge_draw(fairu_context *ctx, const fairu_challenge_options *options, uint64_t set, uint64_t pe, fairu_challenge_experiment *experiment);
_Static_assert(SAME(__typeof__(fairu_challenge_draw), then_fairu_challenge_draw), "fairu_challenge_draw was declared otherwise");
typedef int then_fairu_challenge_order(fairu_context *ctx, const fairu_challenge_options *options, uint64_t *order, size_t n);
_Static_assert(SAME(__typeof__(fairu_challenge_order), then_fairu_challenge_order), "fairu_challenge_order was declared otherwise");
typedef int then_fairu_challenge_counts(fairu_context *ctx, const fairu_challenge_experiment *experiment, const fairu_events *pool, uint64_t first_row, uint32_t *counts, size_t n, uint64_t *total);
_Static_assert(SAME(__typeof__(fairu_challenge_counts), then_fairu_challenge_counts), "fairu_challenge_counts was declared otherwise");
typedef int then_fairu_challenge_rows(fairu_context *ctx, const fairu_challenge_experiment *experiment, const fairu_events *pool, const uint32_t *counts, size_t n, size_t *rows, size_t n_rows);
_Static_assert(SAME(__typeof__(fairu_challenge_rows), then_fairu_challenge_rows), "fairu_challenge_rows was declared otherwise");
typedef int then_fairu_challenge_events(fairu_context *ctx, const fairu_challenge_experiment *experiment, const fairu_events *pool, uint64_t first_row, fairu_events **out);
_Static_assert(SAME(__typeof__(fairu_challenge_events), then_fairu_challenge_events), "fairu_challenge_events was declared otherwise");
typedef int then_fairu_challenge_fill_init(fairu_challenge_fill *fill, size_t struct_size);
_Static_assert(SAME(__typeof__(fairu_challenge_fill_init), then_fairu_challenge_fill_init), "fairu_challenge_fill_init was declared otherwise");
typedef int then_fairu_challenge_histograms(fairu_context *ctx, const fairu_challenge_experiment *experiment, const fairu_events *pool, uint64_t first_row, const fairu_challenge_fill *fill, double *counts, size_t n_counts, uint64_t *n_events, uint64_t *n_passed);
_Static_assert(SAME(__typeof__(fairu_challenge_histograms), then_fairu_challenge_histograms), "fairu_challenge_histograms was declared otherwise");
struct then_fairu_interval_entries { size_t struct_size; size_t n; const double *mu_true; const double *p16, *p84; const double *mu_hat; const double *delta_mu_hat; const int64_t *set; };
_Static_assert(offsetof(fairu_interval_entries, struct_size) == offsetof(struct then_fairu_interval_entries, struct_size), "fairu_interval_entries.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_entries, struct_size), TYPE(struct then_fairu_interval_entries, struct_size)), "fairu_interval_entries.struct_size was of another type");
_Static_assert(offsetof(fairu_interval_entries, n) == offsetof(struct then_fairu_interval_entries, n), "fairu_interval_entries.n was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_entries, n), TYPE(struct then_fairu_interval_entries, n)), "fairu_interval_entries.n was of another type");
_Static_assert(offsetof(fairu_interval_entries, mu_true) == offsetof(struct then_fairu_interval_entries, mu_true), "fairu_interval_entries.mu_true was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_entries, mu_true), TYPE(struct then_fairu_interval_entries, mu_true)), "fairu_interval_entries.mu_true was of another type");
_Static_assert(offsetof(fairu_interval_entries, p16) == offsetof(struct then_fairu_interval_entries, p16), "fairu_interval_entries.p16 was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_entries, p16), TYPE(struct then_fairu_interval_entries, p16)), "fairu_interval_entries.p16 was of another type");
_Static_assert(offsetof(fairu_interval_entries, p84) == offsetof(struct then_fairu_interval_entries, p84), "fairu_interval_entries.p84 was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_entries, p84), TYPE(struct then_fairu_interval_entries, p84)), "fairu_interval_entries.p84 was of another type");
_Static_assert(offsetof(fairu_interval_entries, mu_hat) == offsetof(struct then_fairu_interval_entries, mu_hat), "fairu_interval_entries.mu_hat was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_entries, mu_hat), TYPE(struct then_fairu_interval_entries, mu_hat)), "fairu_interval_entries.mu_hat was of another type");
_Static_assert(offsetof(fairu_interval_entries, delta_mu_hat) == offsetof(struct then_fairu_interval_entries, delta_mu_hat), "fairu_interval_entries.delta_mu_hat was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_entries, delta_mu_hat), TYPE(struct then_fairu_interval_entries, delta_mu_hat)), "fairu_interval_entries.delta_mu_hat was of another type");
_Static_assert(offsetof(fairu_interval_entries, set) == offsetof(struct then_fairu_interval_entries, set), "fairu_interval_entries.set was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_entries, set), TYPE(struct then_fairu_interval_entries, set)), "fairu_interval_entries.set was of another type");
_Static_assert(sizeof(fairu_interval_entries) >= sizeof(struct then_fairu_interval_entries), "fairu_interval_entries was of another size");
struct then_fairu_interval_score { size_t struct_size; uint64_t n, n_covered; uint64_t n_inverted; uint64_t n_sets; double interval; double coverage; double coverage_lower, coverage_upper; double sigma; double penalty; double quantile_score; double rmse; double mae; };
_Static_assert(offsetof(fairu_interval_score, struct_size) == offsetof(struct then_fairu_interval_score, struct_size), "fairu_interval_score.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, struct_size), TYPE(struct then_fairu_interval_score, struct_size)), "fairu_interval_score.struct_size was of another type");
_Static_assert(offsetof(fairu_interval_score, n) == offsetof(struct then_fairu_interval_score, n), "fairu_interval_score.n was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, n), TYPE(struct then_fairu_interval_score, n)), "fairu_interval_score.n was of another type");
_Static_assert(offsetof(fairu_interval_score, n_covered) == offsetof(struct then_fairu_interval_score, n_covered), "fairu_interval_score.n_covered was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, n_covered), TYPE(struct then_fairu_interval_score, n_covered)), "fairu_interval_score.n_covered was of another type");
_Static_assert(offsetof(fairu_interval_score, n_inverted) == offsetof(struct then_fairu_interval_score, n_inverted), "fairu_interval_score.n_inverted was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, n_inverted), TYPE(struct then_fairu_interval_score, n_inverted)), "fairu_interval_score.n_inverted was of another type");
_Static_assert(offsetof(fairu_interval_score, n_sets) == offsetof(struct then_fairu_interval_score, n_sets), "fairu_interval_score.n_sets was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, n_sets), TYPE(struct then_fairu_interval_score, n_sets)), "fairu_interval_score.n_sets was of another type");
_Static_assert(offsetof(fairu_interval_score, interval) == offsetof(struct then_fairu_interval_score, interval), "fairu_interval_score.interval was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, interval), TYPE(struct then_fairu_interval_score, interval)), "fairu_interval_score.interval was of another type");
_Static_assert(offsetof(fairu_interval_score, coverage) == offsetof(struct then_fairu_interval_score, coverage), "fairu_interval_score.coverage was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, coverage), TYPE(struct then_fairu_interval_score, coverage)), "fairu_interval_score.coverage was of another type");
_Static_assert(offsetof(fairu_interval_score, coverage_lower) == offsetof(struct then_fairu_interval_score, coverage_lower), "fairu_interval_score.coverage_lower was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, coverage_lower), TYPE(struct then_fairu_interval_score, coverage_lower)), "fairu_interval_score.coverage_lower was of another type");
_Static_assert(offsetof(fairu_interval_score, coverage_upper) == offsetof(struct then_fairu_interval_score, coverage_upper), "fairu_interval_score.coverage_upper was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, coverage_upper), TYPE(struct then_fairu_interval_score, coverage_upper)), "fairu_interval_score.coverage_upper was of another type");
_Static_assert(offsetof(fairu_interval_score, sigma) == offsetof(struct then_fairu_interval_score, sigma), "fairu_interval_score.sigma was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, sigma), TYPE(struct then_fairu_interval_score, sigma)), "fairu_interval_score.sigma was of another type");
_Static_assert(offsetof(fairu_interval_score, penalty) == offsetof(struct then_fairu_interval_score, penalty), "fairu_interval_score.penalty was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, penalty), TYPE(struct then_fairu_interval_score, penalty)), "fairu_interval_score.penalty was of another type");
_Static_assert(offsetof(fairu_interval_score, quantile_score) == offsetof(struct then_fairu_interval_score, quantile_score), "fairu_interval_score.quantile_score was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, quantile_score), TYPE(struct then_fairu_interval_score, quantile_score)), "fairu_interval_score.quantile_score was of another type");
_Static_assert(offsetof(fairu_interval_score, rmse) == offsetof(struct then_fairu_interval_score, rmse), "fairu_interval_score.rmse was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, rmse), TYPE(struct then_fairu_interval_score, rmse)), "fairu_interval_score.rmse was of another type");
_Static_assert(offsetof(fairu_interval_score, mae) == offsetof(struct then_fairu_interval_score, mae), "fairu_interval_score.mae was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score, mae), TYPE(struct then_fairu_interval_score, mae)), "fairu_interval_score.mae was of another type");
_Static_assert(sizeof(fairu_interval_score) >= sizeof(struct then_fairu_interval_score), "fairu_interval_score was of another size");
struct then_fairu_interval_score_bootstrap_result { size_t struct_size; uint64_t n_replicas; double interval, coverage, quantile_score; double interval_std, coverage_std, quantile_score_std; };
_Static_assert(offsetof(fairu_interval_score_bootstrap_result, struct_size) == offsetof(struct then_fairu_interval_score_bootstrap_result, struct_size), "fairu_interval_score_bootstrap_result.struct_size was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score_bootstrap_result, struct_size), TYPE(struct then_fairu_interval_score_bootstrap_result, struct_size)), "fairu_interval_score_bootstrap_result.struct_size was of another type");
_Static_assert(offsetof(fairu_interval_score_bootstrap_result, n_replicas) == offsetof(struct then_fairu_interval_score_bootstrap_result, n_replicas), "fairu_interval_score_bootstrap_result.n_replicas was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score_bootstrap_result, n_replicas), TYPE(struct then_fairu_interval_score_bootstrap_result, n_replicas)), "fairu_interval_score_bootstrap_result.n_replicas was of another type");
_Static_assert(offsetof(fairu_interval_score_bootstrap_result, interval) == offsetof(struct then_fairu_interval_score_bootstrap_result, interval), "fairu_interval_score_bootstrap_result.interval was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score_bootstrap_result, interval), TYPE(struct then_fairu_interval_score_bootstrap_result, interval)), "fairu_interval_score_bootstrap_result.interval was of another type");
_Static_assert(offsetof(fairu_interval_score_bootstrap_result, coverage) == offsetof(struct then_fairu_interval_score_bootstrap_result, coverage), "fairu_interval_score_bootstrap_result.coverage was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score_bootstrap_result, coverage), TYPE(struct then_fairu_interval_score_bootstrap_result, coverage)), "fairu_interval_score_bootstrap_result.coverage was of another type");
_Static_assert(offsetof(fairu_interval_score_bootstrap_result, quantile_score) == offsetof(struct then_fairu_interval_score_bootstrap_result, quantile_score), "fairu_interval_score_bootstrap_result.quantile_score was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score_bootstrap_result, quantile_score), TYPE(struct then_fairu_interval_score_bootstrap_result, quantile_score)), "fairu_interval_score_bootstrap_result.quantile_score was of another type");
_Static_assert(offsetof(fairu_interval_score_bootstrap_result, interval_std) == offsetof(struct then_fairu_interval_score_bootstrap_result, interval_std), "fairu_interval_score_bootstrap_result.interval_std was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score_bootstrap_result, interval_std), TYPE(struct then_fairu_interval_score_bootstrap_result, interval_std)), "fairu_interval_score_bootstrap_result.interval_std was of another type");
_Static_assert(offsetof(fairu_interval_score_bootstrap_result, coverage_std) == offsetof(struct then_fairu_interval_score_bootstrap_result, coverage_std), "fairu_interval_score_bootstrap_result.coverage_std was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score_bootstrap_result, coverage_std), TYPE(struct then_fairu_interval_score_bootstrap_result, coverage_std)), "fairu_interval_score_bootstrap_result.coverage_std was of another type");
_Static_assert(offsetof(fairu_interval_score_bootstrap_result, quantile_score_std) == offsetof(struct then_fairu_interval_score_bootstrap_result, quantile_score_std), "fairu_interval_score_bootstrap_result.quantile_score_std was elsewhere");
_Static_assert(SAME(TYPE(fairu_interval_score_bootstrap_result, quantile_score_std), TYPE(struct then_fairu_interval_score_bootstrap_result, quantile_score_std)), "fairu_interval_score_bootstrap_result.quantile_score_std was of another type");
_Static_assert(sizeof(fairu_interval_score_bootstrap_result) >= sizeof(struct then_fairu_interval_score_bootstrap_result), "fairu_interval_score_bootstrap_result was of another size");
typedef int then_fairu_interval_score_compute(fairu_context *ctx, const fairu_interval_entries *entries, fairu_interval_score *score);
_Static_assert(SAME(__typeof__(fairu_interval_score_compute), then_fairu_interval_score_compute), "fairu_interval_score_compute was declared otherwise");
typedef int then_fairu_interval_score_compute_set(fairu_context *ctx, const fairu_interval_entries *entries, int64_t set, fairu_interval_score *score);
_Static_assert(SAME(__typeof__(fairu_interval_score_compute_set), then_fairu_interval_score_compute_set), "fairu_interval_score_compute_set was declared otherwise");
typedef int then_fairu_interval_score_quantile(fairu_context *ctx, uint64_t n, double interval, double coverage, double *quantile_score, double *penalty);
_Static_assert(SAME(__typeof__(fairu_interval_score_quantile), then_fairu_interval_score_quantile), "fairu_interval_score_quantile was declared otherwise");
typedef int then_fairu_interval_score_bootstrap( fairu_context *ctx, const fairu_interval_entries *entries, uint64_t seed, size_t n_replicas, fairu_interval_score_bootstrap_result *result, double *intervals, double *coverages, double *scores);
_Static_assert(SAME(__typeof__(fairu_interval_score_bootstrap), then_fairu_interval_score_bootstrap), "fairu_interval_score_bootstrap was declared otherwise");
typedef int then_fairu_interval_table_read_csv(fairu_context *ctx, const char *path, fairu_interval_table **out);
_Static_assert(SAME(__typeof__(fairu_interval_table_read_csv), then_fairu_interval_table_read_csv), "fairu_interval_table_read_csv was declared otherwise");
typedef void then_fairu_interval_table_destroy(fairu_interval_table *table);
_Static_assert(SAME(__typeof__(fairu_interval_table_destroy), then_fairu_interval_table_destroy), "fairu_interval_table_destroy was declared otherwise");
typedef int then_fairu_interval_table_entries(const fairu_interval_table *table, fairu_context *ctx, fairu_interval_entries *entries);
_Static_assert(SAME(__typeof__(fairu_interval_table_entries), then_fairu_interval_table_entries), "fairu_interval_table_entries was declared otherwise");

static void (*const functions[])(void) = {
  (void (*)(void))fairu_status_name,
  (void (*)(void))fairu_status_text,
  (void (*)(void))fairu_version_number,
  (void (*)(void))fairu_version_string,
  (void (*)(void))fairu_version_check,
  (void (*)(void))fairu_context_create,
  (void (*)(void))fairu_context_destroy,
  (void (*)(void))fairu_context_message,
  (void (*)(void))fairu_context_status,
  (void (*)(void))fairu_context_set_log,
  (void (*)(void))fairu_context_set_progress,
  (void (*)(void))fairu_context_set_threads,
  (void (*)(void))fairu_context_threads,
  (void (*)(void))fairu_context_set_executor,
  (void (*)(void))fairu_context_cancel,
  (void (*)(void))fairu_context_resume,
  (void (*)(void))fairu_context_set_deadline,
  (void (*)(void))fairu_context_set_blas,
  (void (*)(void))fairu_context_set_kernel,
  (void (*)(void))fairu_context_kernel,
  (void (*)(void))fairu_blas_core,
  (void (*)(void))fairu_limits_init,
  (void (*)(void))fairu_context_set_limits,
  (void (*)(void))fairu_events_create,
  (void (*)(void))fairu_events_create_view,
  (void (*)(void))fairu_events_destroy,
  (void (*)(void))fairu_events_n_events,
  (void (*)(void))fairu_events_n_columns,
  (void (*)(void))fairu_events_column_name,
  (void (*)(void))fairu_events_find_column,
  (void (*)(void))fairu_events_column,
  (void (*)(void))fairu_events_column_data,
  (void (*)(void))fairu_events_weights,
  (void (*)(void))fairu_events_labels,
  (void (*)(void))fairu_events_ids,
  (void (*)(void))fairu_events_set_weights,
  (void (*)(void))fairu_events_set_labels,
  (void (*)(void))fairu_events_set_ids,
  (void (*)(void))fairu_events_n_categories,
  (void (*)(void))fairu_events_category_name,
  (void (*)(void))fairu_events_set_categories,
  (void (*)(void))fairu_events_sum_weights,
  (void (*)(void))fairu_events_select,
  (void (*)(void))fairu_events_select_mask,
  (void (*)(void))fairu_events_select_label,
  (void (*)(void))fairu_events_concatenate,
  (void (*)(void))fairu_events_split,
  (void (*)(void))fairu_events_check_disjoint,
  (void (*)(void))fairu_csv_options_init,
  (void (*)(void))fairu_events_read_csv,
  (void (*)(void))fairu_csv_reader_create,
  (void (*)(void))fairu_csv_reader_destroy,
  (void (*)(void))fairu_csv_reader_next,
  (void (*)(void))fairu_csv_reader_fraction,
  (void (*)(void))fairu_events_write_csv,
  (void (*)(void))fairu_csv_writer_create,
  (void (*)(void))fairu_csv_writer_destroy,
  (void (*)(void))fairu_csv_writer_add,
  (void (*)(void))fairu_csv_writer_close,
  (void (*)(void))fairu_events_read_npy,
  (void (*)(void))fairu_npz_options_init,
  (void (*)(void))fairu_events_read_npz,
  (void (*)(void))fairu_events_write_npy,
  (void (*)(void))fairu_arrow_options_init,
  (void (*)(void))fairu_events_create_view_arrow,
  (void (*)(void))fairu_nuisance_init,
  (void (*)(void))fairu_nuisance_draw,
  (void (*)(void))fairu_systematics_create,
  (void (*)(void))fairu_systematics_destroy,
  (void (*)(void))fairu_systematics_n_nuisances,
  (void (*)(void))fairu_systematics_nuisance,
  (void (*)(void))fairu_systematics_add_rotation,
  (void (*)(void))fairu_systematics_add_scale,
  (void (*)(void))fairu_systematics_add_momentum_scale,
  (void (*)(void))fairu_systematics_add_met_smearing,
  (void (*)(void))fairu_systematics_add_weight_scale,
  (void (*)(void))fairu_systematics_add_shift,
  (void (*)(void))fairu_systematics_add_smearing,
  (void (*)(void))fairu_systematics_add_cut,
  (void (*)(void))fairu_systematics_add_category,
  (void (*)(void))fairu_systematics_add_two_point,
  (void (*)(void))fairu_higgsml2014_options_init,
  (void (*)(void))fairu_systematics_add_higgsml2014,
  (void (*)(void))fairu_higgsml_options_init,
  (void (*)(void))fairu_systematics_add_higgsml,
  (void (*)(void))fairu_systematics_add_callback,
  (void (*)(void))fairu_systematics_add_callback_with_tangents,
  (void (*)(void))fairu_systematics_apply,
  (void (*)(void))fairu_systematics_tangents,
  (void (*)(void))fairu_systematics_migration,
  (void (*)(void))fairu_systematics_check_tangents,
  (void (*)(void))fairu_network_options_init,
  (void (*)(void))fairu_classifier_create_network,
  (void (*)(void))fairu_classifier_create_gated,
  (void (*)(void))fairu_classifier_create_ensemble,
  (void (*)(void))fairu_classifier_create_linear,
  (void (*)(void))fairu_classifier_create_rotation,
  (void (*)(void))fairu_classifier_create_callback,
  (void (*)(void))fairu_input_options_init,
  (void (*)(void))fairu_classifier_create_with_inputs,
  (void (*)(void))fairu_classifier_destroy,
  (void (*)(void))fairu_classifier_n_features,
  (void (*)(void))fairu_classifier_n_nuisances,
  (void (*)(void))fairu_classifier_n_outputs,
  (void (*)(void))fairu_classifier_feature_name,
  (void (*)(void))fairu_classifier_nuisance_name,
  (void (*)(void))fairu_classifier_nuisance_range,
  (void (*)(void))fairu_classifier_score,
  (void (*)(void))fairu_classifier_score_event,
  (void (*)(void))fairu_classifier_score_derivative,
  (void (*)(void))fairu_classifier_score_events,
  (void (*)(void))fairu_classifier_save,
  (void (*)(void))fairu_classifier_load,
  (void (*)(void))fairu_auc,
  (void (*)(void))fairu_training_options_init,
  (void (*)(void))fairu_classifier_train,
  (void (*)(void))fairu_adversary_options_init,
  (void (*)(void))fairu_classifier_train_adversarial,
  (void (*)(void))fairu_summary_options_init,
  (void (*)(void))fairu_classifier_train_summary,
  (void (*)(void))fairu_significance_options_init,
  (void (*)(void))fairu_significance_loss,
  (void (*)(void))fairu_probability_options_init,
  (void (*)(void))fairu_probability_map_create,
  (void (*)(void))fairu_probability_map_destroy,
  (void (*)(void))fairu_probability_map_apply,
  (void (*)(void))fairu_probability_map_log_ratio,
  (void (*)(void))fairu_probability_map_describe,
  (void (*)(void))fairu_probability_map_knot,
  (void (*)(void))fairu_probability_map_save,
  (void (*)(void))fairu_probability_map_load,
  (void (*)(void))fairu_classifier_create_calibrated,
  (void (*)(void))fairu_probability_logit,
  (void (*)(void))fairu_probability_log_ratio,
  (void (*)(void))fairu_reliability_options_init,
  (void (*)(void))fairu_reliability_measure,
  (void (*)(void))fairu_import_options_init,
  (void (*)(void))fairu_classifier_import,
  (void (*)(void))fairu_classifier_export,
  (void (*)(void))fairu_binning_create_uniform,
  (void (*)(void))fairu_binning_create_logit,
  (void (*)(void))fairu_binning_create_edges,
  (void (*)(void))fairu_binning_create_classes,
  (void (*)(void))fairu_binning_create_quantile,
  (void (*)(void))fairu_binning_destroy,
  (void (*)(void))fairu_binning_n_bins,
  (void (*)(void))fairu_binning_variable,
  (void (*)(void))fairu_binning_edges,
  (void (*)(void))fairu_binning_index,
  (void (*)(void))fairu_grid_create,
  (void (*)(void))fairu_grid_destroy,
  (void (*)(void))fairu_grid_n_axes,
  (void (*)(void))fairu_grid_n_points,
  (void (*)(void))fairu_grid_axis,
  (void (*)(void))fairu_grid_points,
  (void (*)(void))fairu_fill_options_init,
  (void (*)(void))fairu_kernel_bandwidth,
  (void (*)(void))fairu_bin_table_create,
  (void (*)(void))fairu_bin_table_destroy,
  (void (*)(void))fairu_bin_table_n_rows,
  (void (*)(void))fairu_bin_table_n_points,
  (void (*)(void))fairu_bin_table_n_bins,
  (void (*)(void))fairu_bin_table_bins,
  (void (*)(void))fairu_bin_table_weights,
  (void (*)(void))fairu_bin_table_histogram,
  (void (*)(void))fairu_fill_create,
  (void (*)(void))fairu_fill_destroy,
  (void (*)(void))fairu_fill_add,
  (void (*)(void))fairu_fill_merge,
  (void (*)(void))fairu_fill_save,
  (void (*)(void))fairu_fill_load,
  (void (*)(void))fairu_fill_pack,
  (void (*)(void))fairu_fill_unpack,
  (void (*)(void))fairu_fill_grid,
  (void (*)(void))fairu_templates_create_from_fill,
  (void (*)(void))fairu_templates_create,
  (void (*)(void))fairu_templates_create_from_function,
  (void (*)(void))fairu_templates_destroy,
  (void (*)(void))fairu_templates_n_processes,
  (void (*)(void))fairu_templates_n_bins,
  (void (*)(void))fairu_templates_n_axes,
  (void (*)(void))fairu_templates_process_name,
  (void (*)(void))fairu_templates_grid,
  (void (*)(void))fairu_templates_yields,
  (void (*)(void))fairu_templates_variances,
  (void (*)(void))fairu_templates_evaluate,
  (void (*)(void))fairu_templates_evaluate_variance,
  (void (*)(void))fairu_templates_save,
  (void (*)(void))fairu_templates_load,
  (void (*)(void))fairu_likelihood_options_init,
  (void (*)(void))fairu_likelihood_create,
  (void (*)(void))fairu_event_model_init,
  (void (*)(void))fairu_likelihood_create_unbinned,
  (void (*)(void))fairu_likelihood_destroy,
  (void (*)(void))fairu_likelihood_n_parameters,
  (void (*)(void))fairu_likelihood_n_bins,
  (void (*)(void))fairu_likelihood_poi_index,
  (void (*)(void))fairu_likelihood_parameter,
  (void (*)(void))fairu_likelihood_find_parameter,
  (void (*)(void))fairu_likelihood_expected,
  (void (*)(void))fairu_likelihood_nll,
  (void (*)(void))fairu_likelihood_nll_difference,
  (void (*)(void))fairu_combine_options_init,
  (void (*)(void))fairu_likelihood_create_combined,
  (void (*)(void))fairu_likelihood_n_parts,
  (void (*)(void))fairu_likelihood_part,
  (void (*)(void))fairu_data_create,
  (void (*)(void))fairu_data_destroy,
  (void (*)(void))fairu_data_part,
  (void (*)(void))fairu_data_copy,
  (void (*)(void))fairu_data_set_observed,
  (void (*)(void))fairu_data_set_observed_moving,
  (void (*)(void))fairu_data_set_aux,
  (void (*)(void))fairu_data_set_aux_counts,
  (void (*)(void))fairu_data_set_events,
  (void (*)(void))fairu_data_observed,
  (void (*)(void))fairu_data_aux,
  (void (*)(void))fairu_likelihood_asimov,
  (void (*)(void))fairu_likelihood_toy,
  (void (*)(void))fairu_likelihood_toy_events,
  (void (*)(void))fairu_event_terms_create,
  (void (*)(void))fairu_event_terms_create_from_function,
  (void (*)(void))fairu_event_classifiers_init,
  (void (*)(void))fairu_event_terms_create_from_classifiers,
  (void (*)(void))fairu_event_terms_destroy,
  (void (*)(void))fairu_event_terms_n_events,
  (void (*)(void))fairu_event_terms_evaluate,
  (void (*)(void))fairu_event_terms_set_pool,
  (void (*)(void))fairu_event_terms_normalise,
  (void (*)(void))fairu_data_set_event_terms,
  (void (*)(void))fairu_data_draw_events,
  (void (*)(void))fairu_model_create,
  (void (*)(void))fairu_model_destroy,
  (void (*)(void))fairu_parameter_options_init,
  (void (*)(void))fairu_model_add_parameter,
  (void (*)(void))fairu_model_add_channel,
  (void (*)(void))fairu_model_add_sample,
  (void (*)(void))fairu_model_add_factor,
  (void (*)(void))fairu_model_add_norm,
  (void (*)(void))fairu_model_add_shift,
  (void (*)(void))fairu_model_add_spline,
  (void (*)(void))fairu_model_add_bin_factors,
  (void (*)(void))fairu_likelihood_create_from_model,
  (void (*)(void))fairu_likelihood_n_channels,
  (void (*)(void))fairu_likelihood_channel_name,
  (void (*)(void))fairu_likelihood_channel_n_bins,
  (void (*)(void))fairu_likelihood_channel_first_bin,
  (void (*)(void))fairu_likelihood_n_samples,
  (void (*)(void))fairu_likelihood_sample_name,
  (void (*)(void))fairu_likelihood_sample_channel,
  (void (*)(void))fairu_likelihood_expected_sample,
  (void (*)(void))fairu_expected_loss_options_init,
  (void (*)(void))fairu_expected_loss,
  (void (*)(void))fairu_expected_loss_report,
  (void (*)(void))fairu_workspace_read,
  (void (*)(void))fairu_workspace_parse,
  (void (*)(void))fairu_workspace_destroy,
  (void (*)(void))fairu_workspace_n_measurements,
  (void (*)(void))fairu_workspace_measurement_name,
  (void (*)(void))fairu_workspace_measurement_poi,
  (void (*)(void))fairu_workspace_options_init,
  (void (*)(void))fairu_likelihood_create_from_workspace,
  (void (*)(void))fairu_model_create_from_workspace,
  (void (*)(void))fairu_data_create_from_workspace,
  (void (*)(void))fairu_likelihood_write_workspace,
  (void (*)(void))fairu_workspace_patch,
  (void (*)(void))fairu_workspace_patch_file,
  (void (*)(void))fairu_patchset_read,
  (void (*)(void))fairu_patchset_destroy,
  (void (*)(void))fairu_patchset_n_patches,
  (void (*)(void))fairu_patchset_patch_name,
  (void (*)(void))fairu_patchset_verify,
  (void (*)(void))fairu_patchset_apply,
  (void (*)(void))fairu_patchset_find,
  (void (*)(void))fairu_fit_options_init,
  (void (*)(void))fairu_likelihood_fit,
  (void (*)(void))fairu_likelihood_minima,
  (void (*)(void))fairu_likelihood_profile,
  (void (*)(void))fairu_interval_options_init,
  (void (*)(void))fairu_likelihood_interval,
  (void (*)(void))fairu_likelihood_scan,
  (void (*)(void))fairu_likelihood_contour,
  (void (*)(void))fairu_hypotest_options_init,
  (void (*)(void))fairu_likelihood_test_statistic,
  (void (*)(void))fairu_likelihood_hypotest,
  (void (*)(void))fairu_likelihood_limit,
  (void (*)(void))fairu_likelihood_asimov_at,
  (void (*)(void))fairu_asymptotic_pvalues,
  (void (*)(void))fairu_significance_of_p,
  (void (*)(void))fairu_p_of_significance,
  (void (*)(void))fairu_significance_ams,
  (void (*)(void))fairu_significance_asimov,
  (void (*)(void))fairu_significance_ams1,
  (void (*)(void))fairu_covariance_errors,
  (void (*)(void))fairu_likelihood_impacts,
  (void (*)(void))fairu_likelihood_breakdown,
  (void (*)(void))fairu_likelihood_goodness,
  (void (*)(void))fairu_likelihood_yields,
  (void (*)(void))fairu_likelihood_prefit_covariance,
  (void (*)(void))fairu_likelihood_diagnose,
  (void (*)(void))fairu_challenge_baseline_nuisance_default,
  (void (*)(void))fairu_challenge_baseline_create,
  (void (*)(void))fairu_challenge_baseline_create_from_templates,
  (void (*)(void))fairu_challenge_baseline_destroy,
  (void (*)(void))fairu_challenge_baseline_n_bins,
  (void (*)(void))fairu_challenge_baseline_n_nuisances,
  (void (*)(void))fairu_challenge_baseline_polynomials,
  (void (*)(void))fairu_challenge_baseline_nll,
  (void (*)(void))fairu_challenge_baseline_fit,
  (void (*)(void))fairu_method_name,
  (void (*)(void))fairu_method_find,
  (void (*)(void))fairu_method_options_init,
  (void (*)(void))fairu_method_train,
  (void (*)(void))fairu_toys_run,
  (void (*)(void))fairu_toys_pack,
  (void (*)(void))fairu_toys_unpack,
  (void (*)(void))fairu_toy_study_init,
  (void (*)(void))fairu_toy_study_estimate,
  (void (*)(void))fairu_tally_create,
  (void (*)(void))fairu_tally_destroy,
  (void (*)(void))fairu_tally_add,
  (void (*)(void))fairu_tally_merge,
  (void (*)(void))fairu_tally_truth,
  (void (*)(void))fairu_tally_save,
  (void (*)(void))fairu_tally_load,
  (void (*)(void))fairu_tally_pack,
  (void (*)(void))fairu_tally_unpack,
  (void (*)(void))fairu_tally_coverage,
  (void (*)(void))fairu_binomial_interval,
  (void (*)(void))fairu_toy_test_init,
  (void (*)(void))fairu_hypotest_toys,
  (void (*)(void))fairu_feldman_cousins,
  (void (*)(void))fairu_neyman_pvalues,
  (void (*)(void))fairu_interval_calibration_options_init,
  (void (*)(void))fairu_interval_calibration_create,
  (void (*)(void))fairu_interval_calibration_destroy,
  (void (*)(void))fairu_interval_calibration_n_mu,
  (void (*)(void))fairu_interval_calibration_point,
  (void (*)(void))fairu_interval_calibration_critical,
  (void (*)(void))fairu_interval_calibration_digest,
  (void (*)(void))fairu_interval_calibration_save,
  (void (*)(void))fairu_interval_calibration_load,
  (void (*)(void))fairu_interval_calibration_interval,
  (void (*)(void))fairu_interval_calibration_toy,
  (void (*)(void))fairu_challenge_normalise,
  (void (*)(void))fairu_challenge_options_init,
  (void (*)(void))fairu_challenge_draw,
  (void (*)(void))fairu_challenge_order,
  (void (*)(void))fairu_challenge_counts,
  (void (*)(void))fairu_challenge_rows,
  (void (*)(void))fairu_challenge_events,
  (void (*)(void))fairu_challenge_fill_init,
  (void (*)(void))fairu_challenge_histograms,
  (void (*)(void))fairu_interval_score_compute,
  (void (*)(void))fairu_interval_score_compute_set,
  (void (*)(void))fairu_interval_score_quantile,
  (void (*)(void))fairu_interval_score_bootstrap,
  (void (*)(void))fairu_interval_table_read_csv,
  (void (*)(void))fairu_interval_table_destroy,
  (void (*)(void))fairu_interval_table_entries,
};

static const struct {
  const char *name;
  size_t now, then;
} structs[] = {
  { "fairu_allocator", sizeof(fairu_allocator), sizeof(struct then_fairu_allocator) },
  { "fairu_limits", sizeof(fairu_limits), sizeof(struct then_fairu_limits) },
  { "fairu_missing", sizeof(fairu_missing), sizeof(struct then_fairu_missing) },
  { "fairu_csv_options", sizeof(fairu_csv_options), sizeof(struct then_fairu_csv_options) },
  { "fairu_npz_options", sizeof(fairu_npz_options), sizeof(struct then_fairu_npz_options) },
  { "fairu_arrow_options", sizeof(fairu_arrow_options), sizeof(struct then_fairu_arrow_options) },
  { "fairu_nuisance", sizeof(fairu_nuisance), sizeof(struct then_fairu_nuisance) },
  { "fairu_higgsml2014_options", sizeof(fairu_higgsml2014_options), sizeof(struct then_fairu_higgsml2014_options) },
  { "fairu_higgsml_options", sizeof(fairu_higgsml_options), sizeof(struct then_fairu_higgsml_options) },
  { "fairu_migration", sizeof(fairu_migration), sizeof(struct then_fairu_migration) },
  { "fairu_layer", sizeof(fairu_layer), sizeof(struct then_fairu_layer) },
  { "fairu_network_options", sizeof(fairu_network_options), sizeof(struct then_fairu_network_options) },
  { "fairu_input_options", sizeof(fairu_input_options), sizeof(struct then_fairu_input_options) },
  { "fairu_training_options", sizeof(fairu_training_options), sizeof(struct then_fairu_training_options) },
  { "fairu_training_result", sizeof(fairu_training_result), sizeof(struct then_fairu_training_result) },
  { "fairu_adversary_options", sizeof(fairu_adversary_options), sizeof(struct then_fairu_adversary_options) },
  { "fairu_adversary_result", sizeof(fairu_adversary_result), sizeof(struct then_fairu_adversary_result) },
  { "fairu_summary_counts", sizeof(fairu_summary_counts), sizeof(struct then_fairu_summary_counts) },
  { "fairu_summary_options", sizeof(fairu_summary_options), sizeof(struct then_fairu_summary_options) },
  { "fairu_significance_options", sizeof(fairu_significance_options), sizeof(struct then_fairu_significance_options) },
  { "fairu_probability_options", sizeof(fairu_probability_options), sizeof(struct then_fairu_probability_options) },
  { "fairu_probability_summary", sizeof(fairu_probability_summary), sizeof(struct then_fairu_probability_summary) },
  { "fairu_reliability_options", sizeof(fairu_reliability_options), sizeof(struct then_fairu_reliability_options) },
  { "fairu_reliability_bin", sizeof(fairu_reliability_bin), sizeof(struct then_fairu_reliability_bin) },
  { "fairu_reliability", sizeof(fairu_reliability), sizeof(struct then_fairu_reliability) },
  { "fairu_import_options", sizeof(fairu_import_options), sizeof(struct then_fairu_import_options) },
  { "fairu_axis", sizeof(fairu_axis), sizeof(struct then_fairu_axis) },
  { "fairu_fill_options", sizeof(fairu_fill_options), sizeof(struct then_fairu_fill_options) },
  { "fairu_factor", sizeof(fairu_factor), sizeof(struct then_fairu_factor) },
  { "fairu_constraint", sizeof(fairu_constraint), sizeof(struct then_fairu_constraint) },
  { "fairu_likelihood_options", sizeof(fairu_likelihood_options), sizeof(struct then_fairu_likelihood_options) },
  { "fairu_event_model", sizeof(fairu_event_model), sizeof(struct then_fairu_event_model) },
  { "fairu_parameter", sizeof(fairu_parameter), sizeof(struct then_fairu_parameter) },
  { "fairu_combine_options", sizeof(fairu_combine_options), sizeof(struct then_fairu_combine_options) },
  { "fairu_event_classifiers", sizeof(fairu_event_classifiers), sizeof(struct then_fairu_event_classifiers) },
  { "fairu_parameter_options", sizeof(fairu_parameter_options), sizeof(struct then_fairu_parameter_options) },
  { "fairu_expected_nuisance", sizeof(fairu_expected_nuisance), sizeof(struct then_fairu_expected_nuisance) },
  { "fairu_expected_loss_options", sizeof(fairu_expected_loss_options), sizeof(struct then_fairu_expected_loss_options) },
  { "fairu_expected_result", sizeof(fairu_expected_result), sizeof(struct then_fairu_expected_result) },
  { "fairu_workspace_options", sizeof(fairu_workspace_options), sizeof(struct then_fairu_workspace_options) },
  { "fairu_fit_options", sizeof(fairu_fit_options), sizeof(struct then_fairu_fit_options) },
  { "fairu_fit_result", sizeof(fairu_fit_result), sizeof(struct then_fairu_fit_result) },
  { "fairu_interval_options", sizeof(fairu_interval_options), sizeof(struct then_fairu_interval_options) },
  { "fairu_interval", sizeof(fairu_interval), sizeof(struct then_fairu_interval) },
  { "fairu_hypotest_options", sizeof(fairu_hypotest_options), sizeof(struct then_fairu_hypotest_options) },
  { "fairu_hypotest_result", sizeof(fairu_hypotest_result), sizeof(struct then_fairu_hypotest_result) },
  { "fairu_limit", sizeof(fairu_limit), sizeof(struct then_fairu_limit) },
  { "fairu_impact", sizeof(fairu_impact), sizeof(struct then_fairu_impact) },
  { "fairu_group", sizeof(fairu_group), sizeof(struct then_fairu_group) },
  { "fairu_breakdown", sizeof(fairu_breakdown), sizeof(struct then_fairu_breakdown) },
  { "fairu_goodness", sizeof(fairu_goodness), sizeof(struct then_fairu_goodness) },
  { "fairu_challenge_baseline_nuisance", sizeof(fairu_challenge_baseline_nuisance), sizeof(struct then_fairu_challenge_baseline_nuisance) },
  { "fairu_challenge_baseline_result", sizeof(fairu_challenge_baseline_result), sizeof(struct then_fairu_challenge_baseline_result) },
  { "fairu_method_options", sizeof(fairu_method_options), sizeof(struct then_fairu_method_options) },
  { "fairu_toy_result", sizeof(fairu_toy_result), sizeof(struct then_fairu_toy_result) },
  { "fairu_toy_study", sizeof(fairu_toy_study), sizeof(struct then_fairu_toy_study) },
  { "fairu_coverage", sizeof(fairu_coverage), sizeof(struct then_fairu_coverage) },
  { "fairu_toy_test", sizeof(fairu_toy_test), sizeof(struct then_fairu_toy_test) },
  { "fairu_toy_test_result", sizeof(fairu_toy_test_result), sizeof(struct then_fairu_toy_test_result) },
  { "fairu_interval_calibration_options", sizeof(fairu_interval_calibration_options), sizeof(struct then_fairu_interval_calibration_options) },
  { "fairu_calibrated_interval", sizeof(fairu_calibrated_interval), sizeof(struct then_fairu_calibrated_interval) },
  { "fairu_challenge_options", sizeof(fairu_challenge_options), sizeof(struct then_fairu_challenge_options) },
  { "fairu_challenge_experiment", sizeof(fairu_challenge_experiment), sizeof(struct then_fairu_challenge_experiment) },
  { "fairu_challenge_fill", sizeof(fairu_challenge_fill), sizeof(struct then_fairu_challenge_fill) },
  { "fairu_interval_entries", sizeof(fairu_interval_entries), sizeof(struct then_fairu_interval_entries) },
  { "fairu_interval_score", sizeof(fairu_interval_score), sizeof(struct then_fairu_interval_score) },
  { "fairu_interval_score_bootstrap_result", sizeof(fairu_interval_score_bootstrap_result), sizeof(struct then_fairu_interval_score_bootstrap_result) },
};

/* Prints the structs that have grown. */
int main(void)
{
  size_t n = 0;
  for (size_t i = 0; i < sizeof structs / sizeof *structs; i++)
    if (structs[i].now > structs[i].then)
      puts(structs[i].name);
  while (n < sizeof functions / sizeof *functions && functions[n])
    n++;
  return n < sizeof functions / sizeof *functions;
}
