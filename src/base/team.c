/* team.c - threads that wait between parallel calls: starting a thread takes longer than many a batch of a training. */
#include "base/team.h"

#include <signal.h>

enum { STACK_BYTES = 2 << 20 };

/* How long a thread looks for news before it goes to sleep: what lies between two batches of a training, and about what waking it takes. */
enum { LOOKING_NANOSECONDS = 50000 };

/* Where a round stands, in one number: its count from bit 16 on, whether it can be entered, whether all go home, and how many others
 * are in it. Who wakes late finds it closed and is not waited for. */
enum { OPEN = 1 << 15, HOME = 1 << 14, INSIDE = HOME - 1, ROUND_SHIFT = 16 };

typedef struct member {
  fairu_team *team;
  size_t seat;
} member;

struct fairu_team {
  fairu_allocator allocator;
  size_t n_others; /* threads beside the caller's */
  pthread_t *threads;
  member *members;
  fairu_seat_fn fn; /* of the round */
  void *data;
  atomic_size_t gate;
  pthread_mutex_t mutex; /* for sleeping until there is a new round, or nobody inside */
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

static int is_later(size_t gate, size_t round)
{
  return gate >> ROUND_SHIFT != round;
}

static int is_empty(size_t gate, size_t round)
{
  (void)round;
  return (gate & INSIDE) == 0;
}

/* Until the gate is so; awake at first, then asleep on `news`. Returns what was seen. */
static size_t wait_until(fairu_team *team, int (*is_so)(size_t gate, size_t round), size_t round,
                         pthread_cond_t *news)
{
  const int64_t end = fairu_clock__now() + LOOKING_NANOSECONDS;
  size_t gate;
  do {
    gate = atomic_load(&team->gate);
    if (is_so(gate, round))
      return gate;
    pause_looking();
  } while (fairu_clock__now() < end);
  pthread_mutex_lock(&team->mutex);
  while (!is_so(gate = atomic_load(&team->gate), round))
    pthread_cond_wait(news, &team->mutex);
  pthread_mutex_unlock(&team->mutex);
  return gate;
}

/* The mutex is taken for the change, so that nobody falls asleep between looking and sleeping. */
static void next_round(fairu_team *team, size_t flag)
{
  pthread_mutex_lock(&team->mutex);
  const size_t round = (atomic_load(&team->gate) >> ROUND_SHIFT) + 1;
  atomic_store(&team->gate, round << ROUND_SHIFT | flag);
  pthread_cond_broadcast(&team->work);
  pthread_mutex_unlock(&team->mutex);
}

static int enter(fairu_team *team, size_t round)
{
  size_t gate = atomic_load(&team->gate);
  while ((gate & OPEN) && !is_later(gate, round))
    if (atomic_compare_exchange_weak(&team->gate, &gate, gate + 1))
      return 1;
  return 0;
}

static void leave(fairu_team *team)
{
  const size_t before = atomic_fetch_sub(&team->gate, 1);
  if ((before & OPEN) || (before & INSIDE) > 1)
    return;
  pthread_mutex_lock(&team->mutex);
  pthread_cond_signal(&team->done);
  pthread_mutex_unlock(&team->mutex);
}

static void *member_main(void *argument)
{
  const member *self = (const member *)argument;
  fairu_team *team = self->team;
  size_t round = 0;
  for (;;) {
    const size_t gate = wait_until(team, is_later, round, &team->work);
    if (gate & HOME)
      return NULL;
    round = gate >> ROUND_SHIFT;
    if (!enter(team, round))
      continue;
    team->fn(self->seat, team->data);
    leave(team);
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
  atomic_init(&team->gate, 0);
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
  team->fn = fn;
  team->data = data;
  next_round(team, OPEN);
  fn(team->n_others, data);
  atomic_fetch_and(&team->gate, ~(size_t)OPEN);
  wait_until(team, is_empty, 0, &team->done);
}

void fairu_team__destroy(fairu_team *team)
{
  if (!team)
    return;
  next_round(team, HOME);
  for (size_t i = 0; i < team->n_others; i++)
    pthread_join(team->threads[i], NULL);
  pthread_cond_destroy(&team->done);
  pthread_cond_destroy(&team->work);
  pthread_mutex_destroy(&team->mutex);
  free_team(team);
}
