/* probability_file.c - a map from logits to probabilities as a file, alone or inside a classifier. */
#include "classifier/probability.h"

#include <math.h>
#include <string.h>

static const char magic[8] = { 'F', 'A', 'I', 'R', 'U', 'P', 'R', 'B' };
enum { VERSION = 1 };

void fairu_probability__put(const fairu_probability_map *map, fairu_pack *pack)
{
  const double numbers[7] = { map->slope,         map->offset,         map->covariance[0], map->covariance[1],
                              map->covariance[2], map->log_prior_odds, map->margin };
  fairu_pack__u64(pack, (uint64_t)map->method);
  fairu_pack__f64s(pack, numbers, 7);
  fairu_pack__u64(pack, map->n_knots);
  fairu_pack__f64s(pack, map->logits, map->n_knots);
  fairu_pack__f64s(pack, map->values, map->n_knots);
}

static int check_numbers(const fairu_probability_map *map, fairu_context *ctx)
{
  const int platt = map->method == FAIRU_PROBABILITY_PLATT;
  if (!isfinite(map->log_prior_odds))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "probability map: prior odds %g",
                               map->log_prior_odds);
  if (platt && (!isfinite(map->slope) || !isfinite(map->offset)))
    return fairu_context__fail(ctx, FAIRU_ERR_NON_FINITE, "probability map: slope %g, offset %g", map->slope,
                               map->offset);
  if (platt != (map->n_knots == 0))
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "probability map: method %d with %zu knots",
                               map->method, map->n_knots);
  return FAIRU_OK;
}

static int check_knots(const fairu_probability_map *map, fairu_context *ctx)
{
  const int rising = map->method == FAIRU_PROBABILITY_ISOTONIC;
  for (size_t k = 0; k < map->n_knots; k++) {
    const double t = map->logits[k], p = map->values[k];
    if (!isfinite(t) || !(p >= 0.0 && p <= 1.0) ||
        (k > 0 && (!(t > map->logits[k - 1]) || (rising && p < map->values[k - 1]))))
      return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "probability map: knot %zu is %g at logit %g", k, p,
                                 t);
  }
  return FAIRU_OK;
}

static int get_method(fairu_context *ctx, fairu_unpack *unpack, int *method)
{
  size_t found = 0;
  const int status =
      fairu_unpack__size(unpack, ctx, "probability method", FAIRU_PROBABILITY_HISTOGRAM, &found);
  *method = (int)found;
  return status;
}

static int get_numbers(fairu_context *ctx, fairu_unpack *unpack, fairu_probability_map *map)
{
  double numbers[7];
  int status = fairu_unpack__f64s(unpack, ctx, "probability map", numbers, 7);
  if (status != FAIRU_OK)
    return status;
  map->slope = numbers[0];
  map->offset = numbers[1];
  memcpy(map->covariance, numbers + 2, sizeof map->covariance);
  map->log_prior_odds = numbers[5];
  map->margin = numbers[6];
  status = fairu_unpack__size(unpack, ctx, "knots", fairu_unpack__left(unpack) / (2 * sizeof(double)),
                              &map->n_knots);
  return status == FAIRU_OK ? check_numbers(map, ctx) : status;
}

int fairu_probability__get(fairu_context *ctx, fairu_unpack *unpack, fairu_probability_map **out)
{
  fairu_probability_map *map = NULL;
  int method = 0;
  int status = get_method(ctx, unpack, &method);
  if (status == FAIRU_OK)
    status = fairu_probability__new(ctx, method, &map);
  if (status == FAIRU_OK)
    status = get_numbers(ctx, unpack, map);
  if (status == FAIRU_OK)
    status = fairu_probability__reserve(map, ctx, map->n_knots);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "logits", map->logits, map->n_knots);
  if (status == FAIRU_OK)
    status = fairu_unpack__f64s(unpack, ctx, "probabilities", map->values, map->n_knots);
  if (status == FAIRU_OK)
    status = check_knots(map, ctx);
  if (status != FAIRU_OK) {
    fairu_probability_map_destroy(map);
    map = NULL;
  }
  *out = map;
  return status;
}

int fairu_probability_map_save(const fairu_probability_map *map, fairu_context *ctx, const char *path)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!map || !path)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "save: map or path is NULL");
  fairu_pack *pack = NULL;
  int status = fairu_pack__create(ctx, &pack);
  if (status != FAIRU_OK)
    return status;
  fairu_probability__put(map, pack);
  status = fairu_pack__save(pack, ctx, path, magic, VERSION);
  fairu_pack__destroy(pack);
  return status;
}

int fairu_probability_map_load(fairu_context *ctx, const char *path, fairu_probability_map **out)
{
  if (out)
    *out = NULL;
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (!path || !out)
    return fairu_context__fail(ctx, FAIRU_ERR_NULL, "load: path or out is NULL");
  fairu_unpack *unpack = NULL;
  fairu_probability_map *map = NULL;
  uint32_t version = 0;
  int status = fairu_unpack__load(ctx, path, magic, VERSION, &unpack, &version);
  if (status != FAIRU_OK)
    return status;
  status = fairu_probability__get(ctx, unpack, &map);
  if (status == FAIRU_OK)
    status = fairu_unpack__finish(unpack, ctx);
  else if (!strstr(fairu_context_message(ctx), path)) /* the reader's own messages begin with the path */
    fairu_context__within(ctx, status, "%s", path);
  fairu_unpack__destroy(unpack);
  if (status != FAIRU_OK) {
    fairu_probability_map_destroy(map);
    map = NULL;
  }
  *out = map;
  return status;
}
