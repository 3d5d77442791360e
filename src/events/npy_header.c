/* npy_header.c - what stands before the numbers of a NumPy .npy file.
 *
 * Magic, version, length, then a Python dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
 * This is a scanner for exactly these three keys in any order, not an evaluator of Python.
 */
#include "events/npy_header.h"

#include <string.h>

static const char magic[] = "\x93NUMPY";

typedef struct scanner {
  fairu_context *ctx;
  const char *bytes; /* start of the file, for positions in messages */
  const char *next, *end;
} scanner;

static int refuse(const scanner *s, const char *wanted)
{
  return fairu_context__fail(s->ctx, FAIRU_ERR_FORMAT, "byte %zu of the .npy header: wanted %s",
                             (size_t)(s->next - s->bytes), wanted);
}

static void skip_blanks(scanner *s)
{
  while (s->next < s->end && (*s->next == ' ' || *s->next == '\n' || *s->next == '\t'))
    s->next++;
}

/* 1 and step over c if it comes next. */
static int accept(scanner *s, char c)
{
  skip_blanks(s);
  if (s->next == s->end || *s->next != c)
    return 0;
  s->next++;
  return 1;
}

/* A quoted word of at most size - 1 bytes, without escapes. */
static int scan_word(scanner *s, char *word, size_t size)
{
  skip_blanks(s);
  const char quote = s->next < s->end ? *s->next : '\0';
  if (quote != '\'' && quote != '"')
    return refuse(s, "a quoted word");
  const char *first = ++s->next;
  while (s->next < s->end && *s->next != quote)
    s->next++;
  const size_t length = (size_t)(s->next - first);
  if (s->next == s->end || length >= size)
    return refuse(s, "a short quoted word");
  memcpy(word, first, length);
  word[length] = '\0';
  s->next++;
  return FAIRU_OK;
}

static int scan_type(scanner *s, fairu_npy_header *header)
{
  char type[16];
  skip_blanks(s);
  if (s->next < s->end && *s->next == '[')
    return fairu_context__fail(s->ctx, FAIRU_ERR_UNSUPPORTED, "structured .npy arrays are not read");
  const int status = scan_word(s, type, sizeof type);
  if (status != FAIRU_OK)
    return status;
  const int has_form = strlen(type) == 3 && strchr("<>=|", type[0]) && strchr("fiub", type[1]);
  const char *sizes = type[1] == 'f' ? "48" : type[1] == 'b' ? "1" : "1248";
  if (!has_form || !strchr(sizes, type[2]) || (type[0] == '|' && type[2] != '1'))
    return fairu_context__fail(s->ctx, FAIRU_ERR_UNSUPPORTED,
                               ".npy type '%s' is not read; f4, f8, integers and booleans are", type);
  const uint16_t one = 1;
  unsigned char low;
  memcpy(&low, &one, 1);
  header->is_big_endian = type[0] == '>' || (type[0] == '=' && low == 0);
  header->kind = type[1];
  header->item_size = (size_t)(type[2] - '0');
  return FAIRU_OK;
}

static int scan_order(scanner *s, fairu_npy_header *header)
{
  skip_blanks(s);
  const size_t left = (size_t)(s->end - s->next);
  if (left >= 4 && memcmp(s->next, "True", 4) == 0) {
    header->is_fortran = 1;
    s->next += 4;
  } else if (left >= 5 && memcmp(s->next, "False", 5) == 0) {
    header->is_fortran = 0;
    s->next += 5;
  } else {
    return refuse(s, "True or False");
  }
  return FAIRU_OK;
}

static int scan_size(scanner *s, size_t *value)
{
  skip_blanks(s);
  const char *first = s->next;
  *value = 0;
  for (; s->next < s->end && *s->next >= '0' && *s->next <= '9'; s->next++)
    if (__builtin_mul_overflow(*value, (size_t)10, value) ||
        __builtin_add_overflow(*value, (size_t)(*s->next - '0'), value))
      return refuse(s, "a smaller dimension");
  if (s->next == first)
    return refuse(s, "a dimension");
  accept(s, 'L'); /* Python 2 wrote long integers so */
  return FAIRU_OK;
}

static int scan_shape(scanner *s, fairu_npy_header *header)
{
  size_t dimensions[2] = { 0, 1 }, n = 0;
  if (!accept(s, '('))
    return refuse(s, "a tuple");
  while (!accept(s, ')')) {
    size_t value = 0;
    const int status = scan_size(s, &value);
    if (status != FAIRU_OK)
      return status;
    if (n == 2)
      return fairu_context__fail(s->ctx, FAIRU_ERR_SHAPE, ".npy array of more than 2 dimensions");
    dimensions[n++] = value;
    if (!accept(s, ',') && !(s->next < s->end && *s->next == ')'))
      return refuse(s, "',' or ')'");
  }
  if (n == 0)
    return fairu_context__fail(s->ctx, FAIRU_ERR_SHAPE, ".npy array without dimensions");
  header->n_rows = dimensions[0];
  header->n_columns = dimensions[1];
  header->is_matrix = n == 2;
  return FAIRU_OK;
}

static int scan_entry(scanner *s, fairu_npy_header *header, unsigned *seen)
{
  static const char *const keys[3] = { "descr", "fortran_order", "shape" };
  static int (*const readers[3])(scanner *, fairu_npy_header *) = { scan_type, scan_order, scan_shape };
  char key[16];
  int status = scan_word(s, key, sizeof key);
  if (status != FAIRU_OK)
    return status;
  for (unsigned k = 0; k < 3; k++)
    if (strcmp(key, keys[k]) == 0 && !(*seen & 1u << k)) {
      *seen |= 1u << k;
      return accept(s, ':') ? readers[k](s, header) : refuse(s, "':'");
    }
  return fairu_context__fail(s->ctx, FAIRU_ERR_FORMAT, ".npy header: key '%s' is unknown or stands twice",
                             key);
}

static int scan_dictionary(scanner *s, fairu_npy_header *header)
{
  unsigned seen = 0;
  if (!accept(s, '{'))
    return refuse(s, "'{'");
  while (!accept(s, '}')) {
    const int status = scan_entry(s, header, &seen);
    if (status != FAIRU_OK)
      return status;
    if (!accept(s, ',') && !(s->next < s->end && *s->next == '}'))
      return refuse(s, "',' or '}'");
  }
  skip_blanks(s);
  if (s->next != s->end)
    return refuse(s, "nothing behind '}'");
  return seen == 7 ? FAIRU_OK : refuse(s, "descr, fortran_order and shape");
}

/* Length field of 2 bytes in version 1, of 4 in versions 2 and 3. */
int fairu_npy_header__read(fairu_context *ctx, const char *bytes, size_t size, fairu_npy_header *header)
{
  const size_t n = sizeof magic - 1;
  if (memcmp(bytes, magic, size < n ? size : n) != 0)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "not a .npy file: it does not begin with \\x93NUMPY");
  if (size < n + 4)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, ".npy file of %zu bytes", size);
  const unsigned char *fixed = (const unsigned char *)bytes + n;
  if (fixed[0] < 1 || fixed[0] > 3 || fixed[1] != 0)
    return fairu_context__fail(ctx, fixed[0] > 3 ? FAIRU_ERR_VERSION : FAIRU_ERR_FORMAT, ".npy version %u.%u",
                               (unsigned)fixed[0], (unsigned)fixed[1]);
  const size_t length_bytes = fixed[0] == 1 ? 2 : 4, start = n + 2 + length_bytes;
  size_t length = 0;
  if (size < start)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, ".npy file of %zu bytes", size);
  for (size_t i = 0; i < length_bytes; i++)
    length |= (size_t)fixed[2 + i] << 8 * i;
  if (length > size - start)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED, ".npy header of %zu bytes, the file has %zu", length,
                               size - start);
  header->data_offset = start + length;
  scanner s = { ctx, bytes, bytes + start, bytes + start + length };
  return scan_dictionary(&s, header);
}

int fairu_npy_header__check_size(const fairu_npy_header *header, fairu_context *ctx, size_t size)
{
  const size_t left = size - header->data_offset;
  size_t bytes = 0;
  if (__builtin_mul_overflow(header->n_rows, header->n_columns, &bytes) ||
      __builtin_mul_overflow(bytes, header->item_size, &bytes) || bytes > left)
    return fairu_context__fail(ctx, FAIRU_ERR_TRUNCATED,
                               "%zu x %zu numbers of %zu bytes, the file has %zu bytes", header->n_rows,
                               header->n_columns, header->item_size, left);
  if (bytes < left)
    return fairu_context__fail(ctx, FAIRU_ERR_FORMAT, "%zu bytes behind the numbers", left - bytes);
  return FAIRU_OK;
}
