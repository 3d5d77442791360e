/* team.h - threads that wait between the parallel calls of one long call. For files of this folder only. */
#ifndef FAIRU_BASE_TEAM_H
#define FAIRU_BASE_TEAM_H

#include "base/context_private.h"

typedef void (*fairu_seat_fn)(size_t seat, void *data);

/* A team of n_threads >= 2, the calling thread being one of them. */
int fairu_team__create(fairu_context *ctx, size_t n_threads, fairu_team **out);
size_t fairu_team__size(const fairu_team *team);

/* fn(seat, data) for the last seat on the calling thread, and for those of the others 0 .. size - 2 whose thread wakes before that
 * one has returned; returns when all have. */
void fairu_team__run(fairu_team *team, fairu_seat_fn fn, void *data);

/* NULL is a no-op. */
void fairu_team__destroy(fairu_team *team);

/* Start n threads with a stack of the library's size, all signals left to the host's own threads; returns how many run. */
size_t fairu_threads__start(pthread_t *threads, size_t n, void *(*main)(void *), void *arguments,
                            size_t argument_bytes);

#endif /* FAIRU_BASE_TEAM_H */
