/* higgs_split.c - three disjoint parts by a hash of the event id. */
#include "higgs.h"

#include <stdlib.h>

static int select_part(cli *c, const higgs_inputs *in, const uint32_t *hash, uint32_t part, higgs_part *out)
{
  size_t n = fairu_events_n_events(in->events);
  const int32_t *labels = fairu_events_labels(in->events);
  unsigned char *mask = malloc(n);
  int status = mask ? FAIRU_OK : cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory for %zu events", n);
  for (int k = 0; k < HIGGS_CLASSES && status == FAIRU_OK; k++) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
      mask[i] = hash[i] == part && labels[i] == k;
    status = fairu_events_select_mask(in->events, c->ctx, mask, n, &out->classes[k]);
    if (status == FAIRU_OK)
      status = fairu_events_sum_weights(out->classes[k], c->ctx, -1, &sum);
    if (status == FAIRU_OK && !(sum > 0))
      status = cli_fail(c, FAIRU_ERR_EMPTY, "part %u of a split has no %s", part + 1,
                        k == HIGGS_SIGNAL ? "signal" : "background");
    if (status == FAIRU_OK)
      out->scales[k] = in->sums[k] / sum;
  }
  free(mask);
  return status;
}

int higgs_split(cli *c, const higgs_inputs *in, uint64_t seed, higgs_part parts[HIGGS_FOLDS])
{
  size_t n = fairu_events_n_events(in->events);
  for (int p = 0; p < HIGGS_FOLDS; p++)
    parts[p] = (higgs_part){ 0 };
  uint32_t *hash = calloc(n ? n : 1, sizeof *hash);
  if (!hash)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "out of memory for %zu events", n);
  int status = fairu_events_split(in->events, c->ctx, seed, HIGGS_FOLDS, hash);
  for (uint32_t p = 0; p < HIGGS_FOLDS && status == FAIRU_OK; p++)
    status = select_part(c, in, hash, p, &parts[p]);
  free(hash);
  if (status != FAIRU_OK)
    higgs_split_free(parts);
  return status;
}

void higgs_split_free(higgs_part parts[HIGGS_FOLDS])
{
  for (int p = 0; p < HIGGS_FOLDS; p++) {
    for (int k = 0; k < HIGGS_CLASSES; k++)
      fairu_events_destroy(parts[p].classes[k]);
    parts[p] = (higgs_part){ 0 };
  }
}
