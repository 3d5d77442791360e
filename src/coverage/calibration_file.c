/* calibration_file.c - a calibration as JSON, and back. */
#include "coverage/calibration.h"

#include <math.h>
#include <string.h>

#include "base/json_internal.h"
#include "base/stream_internal.h"

static const char format_name[] = "fairu calibration";
enum { VERSION = 1, DIGITS = 24 };
static const double same = 1e-9; /* critical values, computed again, maybe on another machine */

/* Rows of numbers and their names. */
enum { N_ROWS = 8 };
static const char *const row_names[N_ROWS] = { "mu",
                                               "quantile",
                                               "quantile_error",
                                               "log_spread_below",
                                               "log_spread_below_error",
                                               "log_spread_above",
                                               "log_spread_above_error",
                                               "critical" };

static void rows_of(const fairu_interval_calibration *c, double *rows[N_ROWS])
{
  const fairu_interval_calibration_points *p = &c->points;
  double *const all[N_ROWS] = { p->mu,          p->quantile, p->error,       p->below,
                                p->below_error, p->above,    p->above_error, p->critical };
  memcpy(rows, all, sizeof all);
}

/* ---- writing ------------------------------------------------------------------------------------------- */

/* A seed has more bits than a JSON number is sure to keep: it is a string. */
static void seed_text(uint64_t seed, char text[DIGITS])
{
  char reversed[DIGITS];
  int n = 0;
  do {
    reversed[n++] = (char)('0' + seed % 10);
    seed /= 10;
  } while (seed);
  for (int i = 0; i < n; i++)
    text[i] = reversed[n - 1 - i];
  text[n] = '\0';
}

static void member_number(fairu_json_out *out, const char *key, double value)
{
  fairu_json_out__key(out, key);
  fairu_json_out__number(out, value);
}

static void member_integer(fairu_json_out *out, const char *key, uint64_t value)
{
  fairu_json_out__key(out, key);
  fairu_json_out__integer(out, (long long)value);
}

static void put_options(fairu_json_out *out, const fairu_interval_calibration_options *o)
{
  char seed[DIGITS];
  seed_text(o->seed, seed);
  fairu_json_out__key(out, "options");
  fairu_json_out__begin(out, '{');
  member_number(out, "lower", o->lower);
  member_number(out, "upper", o->upper);
  member_integer(out, "n_mu", o->n_mu);
  member_integer(out, "n_toys", o->n_toys);
  member_number(out, "level", o->level);
  fairu_json_out__member_string(out, "seed", seed);
  member_integer(out, "draw_nuisances", (uint64_t)o->draw_nuisances);
  member_number(out, "template_statistics", o->template_statistics);
  member_number(out, "pool_statistics", o->pool_statistics);
  member_integer(out, "fixed_sums", (uint64_t)o->fixed_sums);
  fairu_json_out__end(out, '}');
}

static void put_points(fairu_json_out *out, const fairu_interval_calibration *c)
{
  double *rows[N_ROWS];
  rows_of(c, rows);
  for (size_t k = 0; k < N_ROWS; k++)
    fairu_json_out__member_numbers(out, row_names[k], rows[k], c->n);
  fairu_json_out__key(out, "n_failed");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; i < c->n; i++)
    fairu_json_out__integer(out, (long long)c->points.n_failed[i]);
  fairu_json_out__end(out, ']');
  fairu_json_out__member_numbers(out, "smoothing", c->lambda, 3);
}

static int put(fairu_json_out *out, const fairu_interval_calibration *c)
{
  char digest[FAIRU_INTERVAL_CALIBRATION_DIGEST];
  fairu_interval_calibration__digest(c, digest);
  out->lines = true;
  fairu_json_out__begin(out, '{');
  fairu_json_out__member_string(out, "format", format_name);
  member_integer(out, "version", VERSION);
  put_options(out, &c->options);
  fairu_json_out__key(out, "parameters");
  fairu_json_out__begin(out, '[');
  for (size_t i = 0; i < c->n_params; i++)
    fairu_json_out__string(out, c->names[i]);
  fairu_json_out__end(out, ']');
  member_integer(out, "parameter_of_interest", c->poi);
  member_integer(out, "n_bins", c->n_bins);
  put_points(out, c);
  fairu_json_out__member_string(out, "digest", digest);
  fairu_json_out__end(out, '}');
  return fairu_json_out__terminate(out);
}

static int write_file(fairu_context *ctx, const char *path, const fairu_json_out *out)
{
  fairu_writer *writer = NULL;
  int status = fairu_writer__open(ctx, path, &writer);
  if (status != FAIRU_OK)
    return status;
  status = fairu_writer__write(writer, ctx, out->text, out->size);
  if (status == FAIRU_OK)
    status = fairu_writer__write(writer, ctx, "\n", 1);
  return fairu_writer__end(writer, ctx, status);
}

int fairu_interval_calibration_save(const fairu_interval_calibration *c, fairu_context *ctx, const char *path)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!c || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "calibration: calibration or path is NULL");
  fairu_json_out out = fairu_json_out__create(ctx);
  int status = put(&out, c);
  if (status == FAIRU_OK)
    status = write_file(ctx, path, &out);
  fairu_json_out__clear(&out);
  return status;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

static int get_number(fairu_context *ctx, const fairu_json_at *object, const char *key, double *value)
{
  fairu_json_at at;
  const int status = fairu_json__member(ctx, object, key, &at);
  return status == FAIRU_OK ? fairu_json__number(ctx, &at, value) : status;
}

/* A whole number from 0 to most. */
static int get_integer(fairu_context *ctx, const fairu_json_at *object, const char *key, double most,
                       uint64_t *value)
{
  double number = 0.0;
  const int status = get_number(ctx, object, key, &number);
  if (status != FAIRU_OK)
    return status;
  if (!(number >= 0.0 && number <= most && number == floor(number)))
    return fairu_json__fail(ctx, object, FAIRU_ERR_FORMAT, "%s is %g, wanted a whole number up to %g", key,
                            number, most);
  *value = (uint64_t)number;
  return FAIRU_OK;
}

static int get_seed(fairu_context *ctx, const fairu_json_at *object, uint64_t *seed)
{
  fairu_json_at at;
  const char *text = "";
  char again[DIGITS];
  int status = fairu_json__member_string(ctx, object, "seed", &at, &text);
  if (status != FAIRU_OK)
    return status;
  *seed = 0;
  for (const char *digit = text; *digit >= '0' && *digit <= '9' && digit - text < DIGITS; digit++)
    *seed = 10 * *seed + (uint64_t)(*digit - '0');
  seed_text(*seed, again);
  return strcmp(text, again) == 0
             ? FAIRU_OK
             : fairu_json__fail(ctx, &at, FAIRU_ERR_FORMAT, "wanted a seed of 64 bits, found '%.30s'", text);
}

static int get_options(fairu_context *ctx, const fairu_json_at *root, fairu_interval_calibration_options *o)
{
  static const char *const keys[] = { "lower",           "upper",     "n_mu",           "n_toys",
                                      "level",           "seed",      "draw_nuisances", "template_statistics",
                                      "pool_statistics", "fixed_sums" };
  fairu_json_at at;
  uint64_t n_mu = 0, draw = 0, fixed = 0;
  int status = fairu_interval_calibration_options_init(o, sizeof *o);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, root, "options", &at);
  if (status == FAIRU_OK)
    status = fairu_json__expect_keys(ctx, &at, keys, sizeof keys / sizeof *keys);
  if (status == FAIRU_OK)
    status = get_number(ctx, &at, "lower", &o->lower);
  if (status == FAIRU_OK)
    status = get_number(ctx, &at, "upper", &o->upper);
  if (status == FAIRU_OK)
    status = get_integer(ctx, &at, "n_mu", FAIRU_INTERVAL_CALIBRATION_MOST, &n_mu);
  if (status == FAIRU_OK)
    status = get_integer(ctx, &at, "n_toys", 0x1p40, &o->n_toys);
  if (status == FAIRU_OK)
    status = get_number(ctx, &at, "level", &o->level);
  if (status == FAIRU_OK)
    status = get_seed(ctx, &at, &o->seed);
  if (status == FAIRU_OK)
    status = get_integer(ctx, &at, "draw_nuisances", 1.0, &draw);
  if (status == FAIRU_OK)
    status = get_number(ctx, &at, "template_statistics", &o->template_statistics);
  if (status == FAIRU_OK)
    status = get_number(ctx, &at, "pool_statistics", &o->pool_statistics);
  if (status == FAIRU_OK)
    status = get_integer(ctx, &at, "fixed_sums", 1.0, &fixed);
  o->n_mu = (size_t)n_mu;
  o->draw_nuisances = (int)draw;
  o->fixed_sums = (int)fixed;
  if (status != FAIRU_OK)
    return status;
  status = fairu_interval_calibration__check_options(ctx, o);
  return status == FAIRU_OK ? status : fairu_context__within(ctx, status, "%s", at.document);
}

static int check_head(fairu_context *ctx, const fairu_json_at *root)
{
  static const char *const others[] = {
    "format", "version",  "options",   "parameters", "parameter_of_interest",
    "n_bins", "n_failed", "smoothing", "digest"
  };
  enum { N_OTHERS = sizeof others / sizeof *others };
  const char *keys[N_OTHERS + N_ROWS];
  memcpy(keys, others, sizeof others);
  memcpy(keys + N_OTHERS, row_names, sizeof row_names);
  fairu_json_at at;
  const char *text = NULL;
  double version = 0.0;
  int status = fairu_json__expect_keys(ctx, root, keys, N_OTHERS + N_ROWS);
  if (status == FAIRU_OK)
    status = fairu_json__member_string(ctx, root, "format", &at, &text);
  if (status == FAIRU_OK && strcmp(text, format_name) != 0)
    return fairu_json__fail(ctx, &at, FAIRU_ERR_FORMAT, "is '%.30s', wanted '%s'", text, format_name);
  if (status == FAIRU_OK)
    status = get_number(ctx, root, "version", &version);
  if (status == FAIRU_OK && version != VERSION)
    return fairu_json__fail(ctx, root, FAIRU_ERR_FORMAT, "version %g, this library reads %d", version,
                            VERSION);
  return status;
}

static int get_names(fairu_context *ctx, const fairu_json_at *names, fairu_interval_calibration *c)
{
  for (size_t i = 0; i < c->n_params; i++) {
    fairu_json_at at;
    const char *text = NULL;
    int status = fairu_json__element(ctx, names, i, &at);
    if (status == FAIRU_OK)
      status = fairu_json__name(ctx, &at, &text);
    if (status != FAIRU_OK)
      return status;
    c->names[i] = fairu_context__copy_string(ctx, text, "calibration");
    if (!c->names[i])
      return FAIRU_ERR_OUT_OF_MEMORY;
  }
  return FAIRU_OK;
}

static int get_failures(fairu_context *ctx, const fairu_json_at *root, fairu_interval_calibration *c)
{
  fairu_json_at at;
  int status = fairu_json__member(ctx, root, "n_failed", &at);
  const fairu_mark mark = fairu_context__mark(ctx);
  double *numbers = fairu_context__scratch(ctx, c->n, sizeof *numbers, "calibration");
  if (status == FAIRU_OK)
    status = numbers ? fairu_json__numbers(ctx, &at, c->n, numbers) : FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < c->n && status == FAIRU_OK; i++) {
    if (numbers[i] >= 0.0 && numbers[i] <= (double)c->options.n_toys && numbers[i] == floor(numbers[i]))
      c->points.n_failed[i] = (uint64_t)numbers[i];
    else
      status =
          fairu_json__fail(ctx, &at, FAIRU_ERR_FORMAT, "element %zu is %g, no number of toys", i, numbers[i]);
  }
  fairu_context__release(ctx, mark);
  return status;
}

static int get_rows(fairu_context *ctx, const fairu_json_at *root, fairu_interval_calibration *c)
{
  double *rows[N_ROWS];
  rows_of(c, rows);
  int status = FAIRU_OK;
  for (size_t k = 0; k < N_ROWS && status == FAIRU_OK; k++) {
    fairu_json_at at;
    status = fairu_json__member(ctx, root, row_names[k], &at);
    if (status == FAIRU_OK)
      status = fairu_json__numbers(ctx, &at, c->n, rows[k]);
  }
  fairu_json_at at;
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, root, "smoothing", &at);
  return status == FAIRU_OK ? fairu_json__numbers(ctx, &at, 3, c->lambda) : status;
}

/* Numbers that smoothing and lookups may be trusted with. */
static int check_row(fairu_context *ctx, const fairu_json_at *root, const char *name, const double *values,
                     size_t n, double least, double most)
{
  for (size_t i = 0; i < n; i++)
    if (!(values[i] >= least && values[i] <= most))
      return fairu_json__fail(ctx, root, FAIRU_ERR_FORMAT, "%s: element %zu is %g, not within %g to %g", name,
                              i, values[i], least, most);
  return FAIRU_OK;
}

static int check_places(fairu_context *ctx, const fairu_json_at *root, const fairu_interval_calibration *c)
{
  const double lower = c->options.lower, upper = c->options.upper;
  for (size_t i = 0; i < c->n; i++) {
    const double place = 0.5 - 0.5 * cos(3.14159265358979323846 * c->points.angle[i]);
    if (!(fabs(c->points.mu[i] - (lower + (upper - lower) * place)) <= same * (upper - lower)))
      return fairu_json__fail(ctx, root, FAIRU_ERR_FORMAT,
                              "mu: element %zu is %g, no hypothesis of the range", i, c->points.mu[i]);
  }
  return FAIRU_OK;
}

static int check_rows(fairu_context *ctx, const fairu_json_at *root, const fairu_interval_calibration *c)
{
  const fairu_interval_calibration_points *p = &c->points;
  int status = check_places(ctx, root, c);
  if (status == FAIRU_OK)
    status = check_row(ctx, root, "quantile", p->quantile, c->n, 0.0, 1e100);
  if (status == FAIRU_OK)
    status = check_row(ctx, root, "quantile_error", p->error, c->n, 0.0, 1e100);
  if (status == FAIRU_OK)
    status = check_row(ctx, root, "log_spread_below", p->below, c->n, -700.0, 700.0);
  if (status == FAIRU_OK)
    status = check_row(ctx, root, "log_spread_below_error", p->below_error, c->n, 1e-4, 1.0);
  if (status == FAIRU_OK)
    status = check_row(ctx, root, "log_spread_above", p->above, c->n, -700.0, 700.0);
  if (status == FAIRU_OK)
    status = check_row(ctx, root, "log_spread_above_error", p->above_error, c->n, 1e-4, 1.0);
  return status == FAIRU_OK ? check_row(ctx, root, "smoothing", c->lambda, 3, 1e-100, 1e100) : status;
}

static int check_digest(fairu_context *ctx, const fairu_json_at *root, const fairu_interval_calibration *c)
{
  fairu_json_at at;
  const char *text = NULL;
  char digest[FAIRU_INTERVAL_CALIBRATION_DIGEST];
  int status = fairu_json__member_string(ctx, root, "digest", &at, &text);
  if (status != FAIRU_OK)
    return status;
  fairu_interval_calibration__digest(c, digest);
  return strcmp(text, digest) == 0
             ? FAIRU_OK
             : fairu_json__fail(ctx, &at, FAIRU_ERR_CHECKSUM, "the file says %.64s, its contents have %s",
                                text, digest);
}

/* Splines again; the critical values in the file stay, as the digest has them. */
static int smooth_again(fairu_context *ctx, const fairu_json_at *root, fairu_interval_calibration *c)
{
  const fairu_mark mark = fairu_context__mark(ctx);
  double *kept = fairu_context__scratch(ctx, c->n, sizeof *kept, "calibration");
  int status = FAIRU_ERR_OUT_OF_MEMORY;
  if (kept) {
    memcpy(kept, c->points.critical, c->n * sizeof *kept);
    status = fairu_interval_calibration__smooth(ctx, c);
  }
  for (size_t i = 0; i < c->n && status == FAIRU_OK; i++)
    if (!(fabs(c->points.critical[i] - kept[i]) <= same * (1.0 + kept[i])))
      status = fairu_json__fail(ctx, root, FAIRU_ERR_FORMAT,
                                "critical: element %zu is %g, from the quantiles follows %g", i, kept[i],
                                c->points.critical[i]);
  if (status == FAIRU_OK)
    memcpy(c->points.critical, kept, c->n * sizeof *kept);
  fairu_context__release(ctx, mark);
  return status;
}

static int read_calibration(fairu_context *ctx, const fairu_json_at *root, fairu_interval_calibration **out)
{
  fairu_interval_calibration_options options;
  fairu_json_at names;
  uint64_t poi = 0, n_bins = 0;
  size_t n_params = 0;
  int status = check_head(ctx, root);
  if (status == FAIRU_OK)
    status = get_options(ctx, root, &options);
  if (status == FAIRU_OK)
    status = fairu_json__member(ctx, root, "parameters", &names);
  if (status == FAIRU_OK)
    status = fairu_json__length(ctx, &names, 1, &n_params);
  if (status == FAIRU_OK)
    status = get_integer(ctx, root, "parameter_of_interest", (double)n_params - 1.0, &poi);
  if (status == FAIRU_OK)
    status = get_integer(ctx, root, "n_bins", 0x1p40, &n_bins);
  if (status == FAIRU_OK)
    status = fairu_interval_calibration__allocate(ctx, &options, n_params, out);
  if (status != FAIRU_OK)
    return status;
  (*out)->poi = (size_t)poi;
  (*out)->n_bins = (size_t)n_bins;
  status = get_names(ctx, &names, *out);
  if (status == FAIRU_OK)
    status = get_rows(ctx, root, *out);
  if (status == FAIRU_OK)
    status = get_failures(ctx, root, *out);
  if (status == FAIRU_OK)
    status = check_digest(ctx, root, *out);
  if (status == FAIRU_OK)
    status = check_rows(ctx, root, *out);
  return status == FAIRU_OK ? smooth_again(ctx, root, *out) : status;
}

int fairu_interval_calibration_load(fairu_context *ctx, const char *path, fairu_interval_calibration **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "calibration: path or out is NULL");
  fairu_json *json = NULL;
  fairu_interval_calibration *c = NULL;
  int status = fairu_json__read(ctx, path, &json);
  if (status != FAIRU_OK)
    return status;
  const fairu_json_at root = fairu_json__root(json);
  status = read_calibration(ctx, &root, &c);
  fairu_json__destroy(json);
  if (status != FAIRU_OK) {
    fairu_interval_calibration_destroy(c);
    return status;
  }
  *out = c;
  return FAIRU_OK;
}
