/* parts.h - one small analysis in parts: what each part of the events fills, and what each toy gives, depends on its number alone. */
#ifndef PARTS_H
#define PARTS_H

#include <fairu/fairu.h>

enum { N_PARTS = 12 };

/* Shared by all parts; never changes. */
typedef struct analysis {
  size_t n_events; /* of each process */
  fairu_grid *grid;
  fairu_binning *binning;
  fairu_systematics *systematics;
  fairu_classifier *classifier;
} analysis;

int analysis_create(analysis *a, fairu_context *ctx, size_t n_events);
void analysis_destroy(analysis *a);

/* Empty templates, and events of part 0 .. N_PARTS - 1 added to them. */
int analysis_fill_create(const analysis *a, fairu_context *ctx, fairu_fill **out);
int analysis_fill_part(const analysis *a, fairu_context *ctx, size_t part, fairu_fill *fill);

/* Toys first .. first + n - 1 of the likelihood of filled templates. */
int analysis_toys(fairu_context *ctx, const fairu_fill *fill, size_t first, size_t n,
                  fairu_toy_result *results);

#endif /* PARTS_H */
