/* names.h - names of processes. */
#ifndef FAIRU_TEMPLATES_NAMES_H
#define FAIRU_TEMPLATES_NAMES_H

#include "base/pack_internal.h"

/* Unique, non-empty names [n >= 1]: FAIRU_ERR_EMPTY, FAIRU_ERR_NULL, FAIRU_ERR_ARGUMENT, FAIRU_ERR_DUPLICATE. */
int fairu_names__check(fairu_context *ctx, const char *const *names, size_t n);
int fairu_names__copy(fairu_context *ctx, const char *const *names, size_t n, char ***out);
void fairu_names__free(const fairu_allocator *allocator, char **names, size_t n);

/* Index of a name, n if there is none. */
size_t fairu_names__find(char *const *names, size_t n, const char *name);

void fairu_names__put(char *const *names, size_t n, fairu_pack *pack);
/* n [> 0 on success] names of a context. */
int fairu_names__get(fairu_unpack *unpack, fairu_context *ctx, char ***out, size_t *n);

#endif /* FAIRU_TEMPLATES_NAMES_H */
