#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>

/* What a handler of signals can reach has to be static. */
static _Atomic(fairu_context *) running;
static volatile sig_atomic_t came;

static void on_signal(int number)
{
  came = number;
  fairu_context_cancel(atomic_load(&running));
}

/* Without SA_RESTART, so that waiting for input ends too. */
static void take(int number)
{
  struct sigaction action, before;
  if (sigaction(number, NULL, &before) != 0 || before.sa_handler != SIG_DFL)
    return;
  action.sa_handler = on_signal;
  action.sa_flags = (int)SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

void interrupt_watch(fairu_context *ctx)
{
  atomic_store(&running, ctx);
  if (!ctx)
    return;
  take(SIGINT);
  take(SIGTERM);
  take(SIGHUP);
}

int interrupt_signal(void)
{
  return came;
}
