/* patch.h - patches that stand anywhere in a document, and sets of them. */
#ifndef FAIRU_LIKELIHOOD_PATCH_H
#define FAIRU_LIKELIHOOD_PATCH_H

#include <fairu/histfactory.h>

#include "base/json_internal.h"
#include "likelihood/name_index.h"

/* operations: the array. *out is NULL on failure. */
int fairu_workspace__patched(const fairu_workspace *workspace, fairu_context *ctx,
                             const fairu_json_at *operations, fairu_workspace **out);

struct fairu_patchset {
  fairu_allocator allocator;
  fairu_json *document;
  size_t n_patches, n_labels;
  const char **names;            /* [n_patches], in the document */
  char **tuples;                 /* [n_patches] values as JSON, numbers as doubles */
  fairu_name_index name_places;  /* of names */
  fairu_name_index tuple_places; /* of tuples */
};

/* Document against the schema; fills the rest. */
int fairu_patchset__check(fairu_patchset *patchset, fairu_context *ctx);

#endif /* FAIRU_LIKELIHOOD_PATCH_H */
