#include "methods/shares.h"

#include <string.h>

int fairu_shares__create(fairu_shares *shares, fairu_context *ctx, size_t n_events)
{
  shares->parts = fairu_context__new_unset(ctx, n_events, sizeof *shares->parts, "shares of events");
  shares->rows = fairu_context__new_unset(ctx, n_events, sizeof *shares->rows, "shares of events");
  shares->ids = fairu_context__new_unset(ctx, n_events, sizeof *shares->ids, "shares of events");
  return shares->parts && shares->rows && shares->ids ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

void fairu_shares__free(fairu_shares *shares, fairu_context *ctx)
{
  fairu_context__free(ctx, shares->parts);
  fairu_context__free(ctx, shares->rows);
  fairu_context__free(ctx, shares->ids);
}

int fairu_shares__deal(fairu_shares *s, fairu_context *ctx, const fairu_events *events, uint64_t seed)
{
  const size_t n = fairu_events_n_events(events);
  const int status = fairu_events_split(events, ctx, seed, FAIRU_DRAWS_OF_A_COPY, s->parts);
  if (status != FAIRU_OK)
    return status;
  memset(s->begin, 0, sizeof s->begin);
  for (size_t i = 0; i < n; i++)
    s->begin[s->parts[i] + 1]++;
  for (size_t part = 0; part < FAIRU_DRAWS_OF_A_COPY; part++)
    s->begin[part + 1] += s->begin[part];
  for (size_t i = 0; i < n; i++)
    s->rows[s->begin[s->parts[i]]++] = i;
  memmove(s->begin + 1, s->begin, FAIRU_DRAWS_OF_A_COPY * sizeof *s->begin); /* each stands at its end now */
  s->begin[0] = 0;
  return FAIRU_OK;
}

int fairu_shares__events(const fairu_shares *s, fairu_context *ctx, const fairu_events *events, size_t part,
                         fairu_events **out)
{
  const size_t *rows = s->rows + s->begin[part], n = s->begin[part + 1] - s->begin[part];
  int status = fairu_events_select(events, ctx, rows, n, out);
  if (status != FAIRU_OK || fairu_events_ids(events))
    return status;
  for (size_t i = 0; i < n; i++)
    s->ids[i] = rows[i];
  return fairu_events_set_ids(*out, ctx, s->ids, n);
}
