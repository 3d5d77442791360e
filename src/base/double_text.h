/* double_text.h - a double as the shortest decimal text that reads back as the same double. */
#ifndef FAIRU_BASE_DOUBLE_TEXT_H
#define FAIRU_BASE_DOUBLE_TEXT_H

#include <stddef.h>

enum { FAIRU_DOUBLE_TEXT = 32 };

/* As Python's repr writes it: 0.0001, 1e-05, 100.0, 1e+16, -0.0; never an integer's text. The same in any locale. value is
 * finite. Returns the length. */
size_t fairu_double__text(double value, char text[FAIRU_DOUBLE_TEXT]);

#endif /* FAIRU_BASE_DOUBLE_TEXT_H */
