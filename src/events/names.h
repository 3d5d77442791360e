/* names.h - lists of names: checked, copied into one block. */
#ifndef FAIRU_EVENTS_NAMES_H
#define FAIRU_EVENTS_NAMES_H

#include "base/context_internal.h"
#include "events/events_internal.h"

/* Each name is there, non-empty, within limits.name_bytes and unique. noun: what a message calls one. */
int fairu_event_names__check(fairu_context *ctx, const char *const *names, size_t n, const char *noun);

/* Pointers and text in one block; free it as one. NULL and OUT_OF_MEMORY. */
char **fairu_event_names__copy(fairu_context *ctx, const fairu_allocator *allocator, const char *const *names,
                               size_t n, const char *what);

/* FAIRU_ERR_NOT_FOUND: "no NOUN "name"; near: a, b" (or the first ones, if none is near). */
int fairu_event_names__not_found(fairu_context *ctx, const char *const *names, size_t n, const char *noun,
                                 const char *name);

#endif /* FAIRU_EVENTS_NAMES_H */
