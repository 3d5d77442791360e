/* interrupt.h - Ctrl-C ends the call that runs, so that unfinished files go, and then the process. */
#ifndef FAIRU_CLI_INTERRUPT_H
#define FAIRU_CLI_INTERRUPT_H

#include "cli.h"

/* From now on SIGINT, SIGTERM and SIGHUP cancel what runs on ctx, the first time; the second time they end the process as ever.
 * Signals that are ignored stay so. NULL: no context any more. */
void interrupt_watch(fairu_context *ctx);

/* The signal that came, or 0. */
int interrupt_signal(void);

#endif /* FAIRU_CLI_INTERRUPT_H */
