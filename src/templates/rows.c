/* rows.c - merging equal rows: a hash table finds the groups, a radix sort puts them in order, and weights are added exactly,
 * one group after the other. */
#include "templates/rows.h"

#include <string.h>

#include "numeric/exact_sum.h"

typedef struct groups {
  const fairu_rows *rows;
  size_t n;
  size_t *first; /* [n] a row of each group */
  size_t *of;    /* [rows->n] group of each row */
  size_t *rank;  /* [n] place of each group in ascending order */
  size_t *start; /* [n + 1] of the members of each rank */
} groups;

static const uint16_t *row(const groups *g, size_t r)
{
  return g->rows->bins + r * g->rows->width;
}

static uint64_t hash(const uint16_t *bins, size_t width)
{
  uint64_t h = 0x9e3779b97f4a7c15u;
  for (size_t i = 0; i < width; i++) {
    h = (h ^ bins[i]) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  }
  return h;
}

/* slots [mask + 1] hold 1 + group. */
static void find_groups(groups *g, size_t *slots, size_t mask)
{
  for (size_t r = 0; r < g->rows->n; r++) {
    size_t slot = (size_t)hash(row(g, r), g->rows->width) & mask;
    while (slots[slot] != 0 &&
           memcmp(row(g, g->first[slots[slot] - 1]), row(g, r), g->rows->width * sizeof(uint16_t)) != 0)
      slot = (slot + 1) & mask;
    if (slots[slot] == 0) {
      g->first[g->n++] = r;
      slots[slot] = g->n;
    }
    g->of[r] = slots[slot] - 1;
  }
}

/* One stable pass of a radix sort of groups by byte `shift` of the bin at `point`. */
static void sort_pass(const groups *g, size_t point, unsigned shift, const size_t *from, size_t *to)
{
  size_t start[257] = { 0 };
  for (size_t i = 0; i < g->n; i++)
    start[1 + ((row(g, g->first[from[i]])[point] >> shift) & 255)]++;
  for (size_t c = 0; c < 256; c++)
    start[c + 1] += start[c];
  for (size_t i = 0; i < g->n; i++)
    to[start[(row(g, g->first[from[i]])[point] >> shift) & 255]++] = from[i];
}

/* Ranks of groups; order [2 * n] is work. */
static void rank_groups(groups *g, size_t *order)
{
  size_t *from = order, *to = order + g->n;
  for (size_t i = 0; i < g->n; i++)
    from[i] = i;
  for (size_t point = g->rows->width; point-- > 0;)
    for (unsigned shift = 0; shift <= 8; shift += 8) {
      sort_pass(g, point, shift, from, to);
      size_t *swap = from;
      from = to;
      to = swap;
    }
  for (size_t i = 0; i < g->n; i++)
    g->rank[from[i]] = i;
}

static void sum_groups(const groups *g, size_t *members, fairu_rows *out)
{
  for (size_t r = 0; r < g->rows->n; r++)
    g->start[g->rank[g->of[r]] + 1]++;
  for (size_t i = 0; i < g->n; i++)
    g->start[i + 1] += g->start[i];
  for (size_t r = 0; r < g->rows->n; r++)
    members[g->start[g->rank[g->of[r]]]++] = r;
  size_t begin = 0; /* each start has moved on to the start of the next */
  for (size_t i = 0; i < g->n; i++) {
    fairu_exact_sum sum = { { 0 }, 0 };
    for (size_t m = begin; m < g->start[i]; m++)
      fairu_exact_sum__add(&sum, g->rows->weights[members[m]]);
    memcpy(out->bins + i * out->width, row(g, members[begin]), out->width * sizeof(uint16_t));
    out->weights[i] = fairu_exact_sum__value(&sum);
    begin = g->start[i];
  }
}

static int group_rows(fairu_context *ctx, groups *g)
{
  size_t mask = 15;
  while (mask < 2 * g->rows->n)
    mask = 2 * mask + 1;
  size_t *slots = fairu_context__new(ctx, mask + 1, sizeof *slots, "hash table of rows");
  g->first = fairu_context__new(ctx, g->rows->n, sizeof *g->first, "groups of rows");
  g->of = fairu_context__new(ctx, g->rows->n, sizeof *g->of, "groups of rows");
  const int status = slots && g->first && g->of ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    find_groups(g, slots, mask);
  fairu_context__free(ctx, slots);
  return status;
}

static int order_groups(fairu_context *ctx, groups *g)
{
  g->rank = fairu_context__new(ctx, g->n, sizeof *g->rank, "order of rows");
  g->start = fairu_context__new(ctx, g->n + 1, sizeof *g->start, "order of rows");
  size_t *order = fairu_context__new(ctx, 2 * g->n, sizeof *order, "order of rows");
  const int status = g->rank && g->start && order ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
  if (status == FAIRU_OK)
    rank_groups(g, order);
  fairu_context__free(ctx, order);
  return status;
}

static int write_groups(fairu_context *ctx, const groups *g, fairu_rows *out)
{
  fairu_rows rows = { g->n, g->rows->width, NULL, NULL };
  size_t *members = fairu_context__new(ctx, g->rows->n, sizeof *members, "members of groups");
  rows.bins = fairu_context__new(ctx, rows.n, rows.width * sizeof *rows.bins, "merged rows");
  rows.weights = fairu_context__new(ctx, rows.n, sizeof *rows.weights, "merged weights");
  if (members && rows.bins && rows.weights) {
    sum_groups(g, members, &rows);
    *out = rows;
  } else {
    fairu_context__free(ctx, rows.bins);
    fairu_context__free(ctx, rows.weights);
  }
  fairu_context__free(ctx, members);
  return out->bins ? FAIRU_OK : FAIRU_ERR_OUT_OF_MEMORY;
}

int fairu_rows__merge(fairu_context *ctx, const fairu_rows *in, fairu_rows *out)
{
  groups g = { .rows = in };
  out->bins = NULL;
  int status = group_rows(ctx, &g);
  if (status == FAIRU_OK)
    status = order_groups(ctx, &g);
  if (status == FAIRU_OK)
    status = write_groups(ctx, &g, out);
  fairu_context__free(ctx, g.first);
  fairu_context__free(ctx, g.of);
  fairu_context__free(ctx, g.rank);
  fairu_context__free(ctx, g.start);
  return status;
}
