/* texts.h - lists of texts in the order of their bytes. */
#ifndef FAIRU_BASE_TEXTS_H
#define FAIRU_BASE_TEXTS_H

#include <stddef.h>

/* By byte value: of UTF-8, by code point. Heap sort, as qsort() may allocate behind our back. */
void fairu_texts__sort(const char **texts, size_t n);

#endif /* FAIRU_BASE_TEXTS_H */
