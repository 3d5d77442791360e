/* number_text.h - numbers as decimal text: what printf writes in the C locale, in any locale. */
#ifndef FAIRU_EVENTS_NUMBER_TEXT_H
#define FAIRU_EVENTS_NUMBER_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { FAIRU_NUMBER_TEXT = 32 };

/* text has room for FAIRU_NUMBER_TEXT bytes; the length comes back, without a NUL behind it. */

/* As "%.9g"; the thread is in the C locale. */
size_t fairu_number__float_text(float value, char *text);

/* As "%llu" and "%lld". */
size_t fairu_number__u64_text(uint64_t value, char *text);
size_t fairu_number__i64_text(int64_t value, char *text);

#endif /* FAIRU_EVENTS_NUMBER_TEXT_H */
