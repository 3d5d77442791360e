/* challenge_parts.c - events split by base event into train, template, calibration and test, each brought to the full yield of every
 * process. */
#include "challenge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLICES = 100 }; /* parts are made of hundredths */

const char *const challenge_part_names[CHALLENGE_PARTS] = { "train", "template", "calibration", "test" };

static int take_part(cli *c, const fairu_events *events, const uint32_t *slices, uint32_t first,
                     uint32_t last, fairu_events **out)
{
  const size_t n = fairu_events_n_events(events);
  unsigned char *mask = malloc(n + 1);
  if (!mask)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu events", n);
  for (size_t i = 0; i < n; i++)
    mask[i] = slices[i] >= first && slices[i] < last;
  const int status = fairu_events_select_mask(events, c->ctx, mask, n, out);
  free(mask);
  return status;
}

static int take_parts(cli *c, const challenge_options *o, const fairu_events *events, uint64_t part_seed,
                      challenge_parts *parts)
{
  const size_t n = fairu_events_n_events(events);
  uint32_t *slices = malloc((n + 1) * sizeof *slices), first = 0;
  if (!slices)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu events", n);
  int status = fairu_events_split(events, c->ctx, part_seed, SLICES, slices);
  for (int k = 0; k < CHALLENGE_PARTS && status == FAIRU_OK; k++) {
    status = take_part(c, events, slices, first, first + o->percent[k], &parts->events[k]);
    first += o->percent[k];
  }
  free(slices);
  return status;
}

static int check_disjoint(cli *c, const challenge_parts *parts)
{
  int status = FAIRU_OK;
  for (int a = 0; a < CHALLENGE_PARTS; a++)
    for (int b = a + 1; b < CHALLENGE_PARTS && status == FAIRU_OK; b++)
      status = fairu_events_check_disjoint(parts->events[a], c->ctx, parts->events[b]);
  return status;
}

/* ---- weights ------------------------------------------------------------------------------------------- */

static int wanted_yields(cli *c, const challenge_options *o, const fairu_events *events,
                         challenge_parts *parts)
{
  int status = FAIRU_OK;
  for (int p = 0; p < CHALLENGE_PROCESSES && status == FAIRU_OK; p++) {
    status = fairu_events_sum_weights(events, c->ctx, p, &parts->yields[p]);
    parts->yields[p] *= o->luminosity * (p == FAIRU_CHALLENGE_HTAUTAU ? o->signal_scale : 1);
  }
  return status;
}

static int factors_of(cli *c, const challenge_parts *parts, int part, double factors[CHALLENGE_PROCESSES])
{
  for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
    double sum = 0;
    const int status = fairu_events_sum_weights(parts->events[part], c->ctx, p, &sum);
    if (status != FAIRU_OK)
      return status;
    if (!(sum > 0))
      return cli_fail(c, FAIRU_ERR_EMPTY,
                      "the %s part has no event of %s with a weight: more events are needed, or "
                      "other --parts",
                      challenge_part_names[part], challenge_processes[p]);
    factors[p] = parts->yields[p] / sum;
  }
  return FAIRU_OK;
}

/* Every process of the part carries its full yield. */
static int scale_weights(cli *c, challenge_parts *parts, int part)
{
  double factors[CHALLENGE_PROCESSES];
  fairu_events *events = parts->events[part];
  const size_t n = fairu_events_n_events(events);
  int status = factors_of(c, parts, part, factors);
  if (status != FAIRU_OK)
    return status;
  double *weights = malloc((n + 1) * sizeof *weights);
  if (!weights)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory: %zu weights", n);
  for (size_t i = 0; i < n; i++)
    weights[i] = fairu_events_weights(events)[i] * factors[fairu_events_labels(events)[i]];
  status = fairu_events_set_weights(events, c->ctx, weights, n);
  free(weights);
  return status;
}

/* The organisers' loader: one factor for the whole part, in their arithmetic. */
static int scale_as_loader(cli *c, const challenge_parts *parts, int part)
{
  double sum = 0;
  for (int p = 0; p < CHALLENGE_PROCESSES; p++)
    sum += parts->yields[p];
  return fairu_challenge_normalise(parts->events[part], c->ctx, sum);
}

/* ---- what a part is worth ------------------------------------------------------------------------------ */

typedef struct squares {
  double sum[CHALLENGE_PROCESSES], squares[CHALLENGE_PROCESSES], largest[CHALLENGE_PROCESSES];
} squares;

static void measure(challenge_parts *parts, int part, squares *s)
{
  const fairu_events *events = parts->events[part];
  memset(s, 0, sizeof *s);
  for (size_t i = 0; i < fairu_events_n_events(events); i++) {
    const int32_t p = fairu_events_labels(events)[i];
    const double w = fairu_events_weights(events)[i];
    parts->rows[part][p]++;
    s->sum[p] += w;
    s->squares[p] += w * w;
    s->largest[p] = fmax(s->largest[p], w);
  }
  parts->multiplicity[part] = 0;
  for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
    const double most = p == FAIRU_CHALLENGE_HTAUTAU ? CHALLENGE_MU_UPPER : 1;
    parts->effective[part][p] = s->squares[p] > 0 ? s->sum[p] * s->sum[p] / s->squares[p] : 0;
    parts->multiplicity[part] = fmax(parts->multiplicity[part], most * s->largest[p]);
  }
}

static void measure_all(challenge_parts *parts)
{
  squares s[CHALLENGE_PARTS];
  double test = 0, template = 0;
  for (int k = 0; k < CHALLENGE_PARTS; k++)
    measure(parts, k, &s[k]);
  for (int p = 0; p < CHALLENGE_PROCESSES; p++) {
    if (p == FAIRU_CHALLENGE_HTAUTAU)
      continue;
    test += s[CHALLENGE_TEST].squares[p];
    template += s[CHALLENGE_TEMPLATE].squares[p];
  }
  parts->variance_ratio = template > 0 ? test / template : 0;
}

int challenge_parts_make(cli *c, const challenge_options *o, const fairu_events *events, uint64_t part_seed,
                         challenge_parts *parts)
{
  const int as_loader = strcmp(o->rng, "numpy") == 0;
  memset(parts, 0, sizeof *parts);
  int status = wanted_yields(c, o, events, parts);
  if (status == FAIRU_OK)
    status = take_parts(c, o, events, part_seed, parts);
  if (status == FAIRU_OK)
    status = check_disjoint(c, parts);
  for (int k = 0; k < CHALLENGE_PARTS && status == FAIRU_OK; k++) {
    status = scale_weights(c, parts, k);
    if (status == FAIRU_OK && k == CHALLENGE_TEST && as_loader)
      status = scale_as_loader(c, parts, k);
  }
  if (status == FAIRU_OK)
    measure_all(parts);
  return status;
}

void challenge_parts_free(challenge_parts *parts)
{
  for (int k = 0; k < CHALLENGE_PARTS; k++)
    fairu_events_destroy(parts->events[k]);
  memset(parts, 0, sizeof *parts);
}

int challenge_parts_are_rare(const challenge_parts *parts)
{
  return parts->multiplicity[CHALLENGE_TEMPLATE] <= CHALLENGE_RARE &&
         parts->multiplicity[CHALLENGE_TEST] <= CHALLENGE_RARE;
}
