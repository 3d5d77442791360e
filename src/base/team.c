/* team.c - threads that wait between parallel calls: starting a thread takes longer than many a batch of a training. */
#include "base/team.h"

#include <signal.h>

enum { STACK_BYTES = 2 << 20 };

/* How long a thread looks for news before it goes to sleep: what lies between two batches of a training, and about what waking it takes. */
enum { LOOKING_NANOSECONDS = 50000 };

typedef struct member {
  fairu_team *team;
  size_t seat;
} member;

struct fairu_team {
  fairu_allocator allocator;
  size_t n_others; /* threads beside the caller's */
  pthread_t *threads;
  member *members;
  fairu_seat_fn fn; /* of the round; NULL: go home */
  void *data;
  atomic_size_t round;   /* grows when there is work */
  atomic_size_t busy;    /* others that have not finished the round */
  pthread_mutex_t mutex; /* for sleeping: a round, and a caller, that waits for the others */
  pthread_cond_t work, done;
};

/* ---- threads ------------------------------------------------------------------------------------------ */

size_t fairu_threads__start(pthread_t *threads, size_t n, void *(*main)(void *), void *arguments,
                            size_t argument_bytes)
{
  pthread_attr_t attributes;
  sigset_t all, before;
  size_t started = 0;
  if (pthread_attr_init(&attributes) != 0)
    return 0;
  sigfillset(&all);
  if (pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
      pthread_sigmask(SIG_SETMASK, &all, &before) == 0) {
    while (started < n && pthread_create(&threads[started], &attributes, main,
                                         (char *)arguments + started * argument_bytes) == 0)
      started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
  }
  pthread_attr_destroy(&attributes);
  return started;
}

/* ---- waiting ------------------------------------------------------------------------------------------ */

static void pause_looking(void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

/* Until *counter is not (not = 1) or is (not = 0) the value; awake at first, then asleep on `news`. */
static void wait_until(fairu_team *team, pthread_cond_t *news, atomic_size_t *counter, int not, size_t value)
{
  const int64_t end = fairu_clock__now() + LOOKING_NANOSECONDS;
  do {
    if ((atomic_load(counter) != value) == not )
      return;
    pause_looking();
  } while (fairu_clock__now() < end);
  pthread_mutex_lock(&team->mutex);
  while ((atomic_load(counter) != value) != not )
    pthread_cond_wait(news, &team->mutex);
  pthread_mutex_unlock(&team->mutex);
}

/* The mutex is taken for the change, so that nobody falls asleep between looking and sleeping. */
static void call_to_work(fairu_team *team, fairu_seat_fn fn, void *data)
{
  team->fn = fn;
  team->data = data;
  atomic_store(&team->busy, team->n_others);
  pthread_mutex_lock(&team->mutex);
  atomic_fetch_add(&team->round, 1);
  pthread_cond_broadcast(&team->work);
  pthread_mutex_unlock(&team->mutex);
}

static void report_done(fairu_team *team)
{
  if (atomic_fetch_sub(&team->busy, 1) > 1)
    return;
  pthread_mutex_lock(&team->mutex);
  pthread_cond_signal(&team->done);
  pthread_mutex_unlock(&team->mutex);
}

static void *member_main(void *argument)
{
  const member *self = (const member *)argument;
  fairu_team *team = self->team;
  for (size_t seen = 0;; seen++) {
    wait_until(team, &team->work, &team->round, 1, seen);
    const fairu_seat_fn fn = team->fn;
    if (!fn)
      return NULL;
    fn(self->seat, team->data);
    report_done(team);
  }
}

/* ---- the team ----------------------------------------------------------------------------------------- */

static int make_locks(fairu_team *team)
{
  if (pthread_mutex_init(&team->mutex, NULL) != 0)
    return 0;
  if (pthread_cond_init(&team->work, NULL) == 0) {
    if (pthread_cond_init(&team->done, NULL) == 0)
      return 1;
    pthread_cond_destroy(&team->work);
  }
  pthread_mutex_destroy(&team->mutex);
  return 0;
}

static void free_team(fairu_team *team)
{
  const fairu_allocator allocator = team->allocator;
  fairu_allocator__free(&allocator, team->threads);
  fairu_allocator__free(&allocator, team->members);
  fairu_allocator__free(&allocator, team);
}

static fairu_team *new_team(fairu_context *ctx, size_t n_others)
{
  fairu_team *team = (fairu_team *)fairu_context__new(ctx, 1, sizeof *team, "threads");
  if (!team)
    return NULL;
  team->allocator = ctx->allocator;
  team->n_others = n_others;
  atomic_init(&team->round, 0);
  atomic_init(&team->busy, 0);
  team->threads = (pthread_t *)fairu_context__new(ctx, n_others, sizeof *team->threads, "threads");
  team->members = (member *)fairu_context__new(ctx, n_others, sizeof *team->members, "threads");
  if (team->threads && team->members)
    return team;
  free_team(team);
  return NULL;
}

int fairu_team__create(fairu_context *ctx, size_t n_threads, fairu_team **out)
{
  fairu_team *team = new_team(ctx, n_threads - 1);
  if (!team)
    return FAIRU_ERR_OUT_OF_MEMORY;
  if (!make_locks(team)) {
    free_team(team);
    return fairu_context__fail(ctx, FAIRU_ERR_THREAD, "no locks for %zu threads", n_threads);
  }
  for (size_t i = 0; i < team->n_others; i++)
    team->members[i] = (member){ team, i };
  const size_t started =
      fairu_threads__start(team->threads, team->n_others, member_main, team->members, sizeof *team->members);
  if (started == team->n_others) {
    *out = team;
    return FAIRU_OK;
  }
  team->n_others = started;
  fairu_team__destroy(team);
  return fairu_context__fail(ctx, FAIRU_ERR_THREAD, "only %zu of %zu threads could be started", started + 1,
                             n_threads);
}

size_t fairu_team__size(const fairu_team *team)
{
  return team->n_others + 1;
}

void fairu_team__run(fairu_team *team, fairu_seat_fn fn, void *data)
{
  call_to_work(team, fn, data);
  fn(team->n_others, data);
  wait_until(team, &team->done, &team->busy, 0, 0);
}

void fairu_team__destroy(fairu_team *team)
{
  if (!team)
    return;
  call_to_work(team, NULL, NULL);
  for (size_t i = 0; i < team->n_others; i++)
    pthread_join(team->threads[i], NULL);
  pthread_cond_destroy(&team->done);
  pthread_cond_destroy(&team->work);
  pthread_mutex_destroy(&team->mutex);
  free_team(team);
}
