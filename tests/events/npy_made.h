/* npy_made.h - random NumPy arrays, built number by number, in any of the forms in which they may be kept, and their values by a
 * conversion of their own. */
#ifndef FAIRU_TESTS_EVENTS_NPY_MADE_H
#define FAIRU_TESTS_EVENTS_NPY_MADE_H

#include "support/draws.h"
#include "support/support.h"

enum { NPY_MOST_NUMBERS = 512, NPY_MOST_BYTES = NPY_MOST_NUMBERS * 8 + 512 };

typedef struct npy_made {
  char kind; /* 'f', 'i', 'u', 'b' */
  size_t item, n_rows, n_columns;
  int is_big, is_fortran, is_matrix, version;
  uint64_t bits[NPY_MOST_NUMBERS]; /* row by row */
  unsigned char bytes[NPY_MOST_BYTES];
  size_t size, header_size;
} npy_made;

/* ---- values ------------------------------------------------------------------------------------------------ */

/* m 2^exponent at `digits` binary digits, none of them worth less than 2^least: to nearest, ties to even, by the digits that go. */
static inline double npy_round(uint64_t m, int exponent, int digits, int least)
{
  int shift = 0;
  while (shift < 63 && ((m >> shift) >> digits || exponent + shift < least))
    shift++;
  const uint64_t lost = shift ? m & ((UINT64_C(1) << shift) - 1) : 0;
  const uint64_t half = shift ? UINT64_C(1) << (shift - 1) : 1;
  uint64_t kept = m >> shift;
  kept += lost > half || (lost == half && shift && (kept & 1));
  return ldexp((double)kept, exponent + shift);
}

/* The number as a float (24 digits, 2^-149) or as a double (53, 2^-1074). */
static inline double npy_value(const npy_made *a, size_t row, size_t column, int digits)
{
  const uint64_t bits = a->bits[row * a->n_columns + column];
  const unsigned width = (unsigned)(8 * a->item);
  const uint64_t sign = a->kind == 'i' || a->kind == 'f' ? bits >> (width - 1) & 1 : 0;
  double value;
  if (a->kind != 'f') {
    const uint64_t mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
    value = npy_round(sign ? (~bits + 1) & mask : bits, 0, digits, -149);
  } else {
    const int fraction = width == 32 ? 23 : 52, bias = width == 32 ? 127 : 1023;
    const int field = (int)(bits >> fraction & (width == 32 ? 0xffu : 0x7ffu));
    const uint64_t low = bits & ((UINT64_C(1) << fraction) - 1);
    value = npy_round(field ? low | UINT64_C(1) << fraction : low, (field ? field : 1) - bias - fraction,
                      digits, digits == 24 ? -149 : -1074);
  }
  return sign ? -value : value;
}

/* Any integer; finite floats; doubles that are finite as floats, down to where those end, many of them ties. */
static inline uint64_t npy_draw_bits(draws *d, const npy_made *a)
{
  const uint64_t any = draw(d);
  if (a->kind == 'b')
    return any & 1;
  if (a->kind == 'f' && a->item == 4)
    return (any & 0x807fffffu) | (uint64_t)draw_below(d, 255) << 23;
  if (a->kind == 'f') {
    const uint64_t tie = draw_below(d, 2) ? 0xfffffffff0000000u : UINT64_MAX;
    return (any & 0x800fffffffffffffu & tie) | (uint64_t)(1023 - 152 + draw_below(d, 278)) << 52;
  }
  return a->item == 8 ? any >> draw_below(d, 60) << draw_below(d, 4)
                      : any & ((UINT64_C(1) << 8 * a->item) - 1);
}

/* ---- bytes ------------------------------------------------------------------------------------------------- */

static inline int npy_host_is_big(void)
{
  const uint16_t one = 1;
  unsigned char low;
  memcpy(&low, &one, 1);
  return !low;
}

static inline const char *npy_blank(draws *d)
{
  static const char *const blanks[4] = { "", " ", "  ", "\t" };
  return blanks[draw_below(d, 4)];
}

/* A dictionary as Python might write it: keys in any order, either quote, blanks, a last comma or none, longs. */
static inline void npy_dictionary(draws *d, const npy_made *a, char *text, size_t size)
{
  char values[3][64];
  const char quote = draw_below(d, 2) ? '"' : '\'', *suffix = draw_below(d, 4) ? "" : "L";
  static const char *const keys[3] = { "descr", "fortran_order", "shape" };
  static const size_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                       { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
  const size_t *order = orders[draw_below(d, 6)];
  const char mark = a->item == 1 && draw_below(d, 2)                      ? '|'
                    : a->is_big == npy_host_is_big() && !draw_below(d, 3) ? '='
                    : a->is_big                                           ? '>'
                                                                          : '<';
  snprintf(values[0], sizeof values[0], "%c%c%c%zu%c", quote, mark, a->kind, a->item, quote);
  snprintf(values[1], sizeof values[1], "%s", a->is_fortran ? "True" : "False");
  if (a->is_matrix)
    snprintf(values[2], sizeof values[2], "(%s%zu%s,%s%zu%s%s)", npy_blank(d), a->n_rows, suffix,
             npy_blank(d), a->n_columns, suffix, draw_below(d, 2) ? "," : "");
  else
    snprintf(values[2], sizeof values[2], "(%zu%s,%s)", a->n_rows, suffix, npy_blank(d));
  size_t used = (size_t)snprintf(text, size, "%s{", npy_blank(d));
  for (size_t k = 0; k < 3; k++)
    used += (size_t)snprintf(text + used, size - used, "%s%c%s%c%s:%s%s%s%s", npy_blank(d), quote,
                             keys[order[k]], quote, npy_blank(d), npy_blank(d), values[order[k]],
                             npy_blank(d), k < 2 || draw_below(d, 2) ? "," : "");
  snprintf(text + used, size - used, "%s}", npy_blank(d));
}

/* Headers need not be padded to 64 bytes. */
static inline void npy_build(draws *d, npy_made *a)
{
  char text[300];
  npy_dictionary(d, a, text, sizeof text);
  const size_t fixed = a->version == 1 ? 10 : 12, length = strlen(text);
  const size_t unit = draw_below(d, 3) ? 64 : 1 + draw_below(d, 20);
  a->header_size = (fixed + length + 1 + unit - 1) / unit * unit;
  memcpy(a->bytes, "\x93NUMPY", 6);
  a->bytes[6] = (unsigned char)a->version;
  a->bytes[7] = 0;
  for (size_t i = 0; i < fixed - 8; i++)
    a->bytes[8 + i] = (unsigned char)((a->header_size - fixed) >> 8 * i);
  memset(a->bytes + fixed, ' ', a->header_size - fixed);
  memcpy(a->bytes + fixed, text, length);
  a->bytes[a->header_size - 1] = '\n';
  for (size_t r = 0; r < a->n_rows; r++)
    for (size_t c = 0; c < a->n_columns; c++) {
      const size_t place = a->is_fortran ? c * a->n_rows + r : r * a->n_columns + c;
      for (size_t k = 0; k < a->item; k++)
        a->bytes[a->header_size + place * a->item + (a->is_big ? a->item - 1 - k : k)] =
            (unsigned char)(a->bits[r * a->n_columns + c] >> 8 * k);
    }
  a->size = a->header_size + a->n_rows * a->n_columns * a->item;
}

/* One of the eleven types, any order; its numbers are drawn, its bytes not yet built. */
static inline void npy_draw(draws *d, npy_made *a, size_t n_rows, int is_matrix)
{
  static const char *const types[11] = { "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1" };
  const char *type = types[draw_below(d, 11)];
  a->kind = type[0];
  a->item = (size_t)(type[1] - '0');
  a->is_big = (int)draw_below(d, 2);
  a->is_fortran = (int)draw_below(d, 2);
  a->version = 1 + (int)draw_below(d, 3);
  a->is_matrix = is_matrix;
  a->n_rows = n_rows;
  a->n_columns = is_matrix ? 1 + draw_below(d, 4) : 1;
  for (size_t i = 0; i < n_rows * a->n_columns; i++)
    a->bits[i] = npy_draw_bits(d, a);
}

#endif /* FAIRU_TESTS_EVENTS_NPY_MADE_H */
