/* number.h - decimal text to float, double and integers: correctly rounded in any locale. */
#ifndef FAIRU_EVENTS_NUMBER_H
#define FAIRU_EVENTS_NUMBER_H

#include <locale.h>
#include <stddef.h>
#include <stdint.h>

enum fairu_number {
  FAIRU_NUMBER_OK,
  FAIRU_NUMBER_EMPTY,    /* nothing but blanks */
  FAIRU_NUMBER_BAD,      /* not a number */
  FAIRU_NUMBER_NAN,      /* "nan", any capitals, with or without a sign */
  FAIRU_NUMBER_INFINITE, /* "inf", "infinity" */
  FAIRU_NUMBER_OVERFLOW  /* a number beyond the type */
};

/* Blanks around are allowed; hexadecimal, thousands separators and the like are not. text[size] must be writable: the slow
 * path puts a NUL there. c: a locale_t of "C". */
int fairu_number__float(char *text, size_t size, locale_t c, float *value);
int fairu_number__double(char *text, size_t size, locale_t c, double *value);

/* Decimal digits alone. */
int fairu_number__u64(const char *text, size_t size, uint64_t *value);

#endif /* FAIRU_EVENTS_NUMBER_H */
