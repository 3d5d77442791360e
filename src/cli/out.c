#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

int out_path(cli *c, char *path, const char *directory, const char *name)
{
  int n = snprintf(path, OUT_PATH, "%s/%s", directory, name);
  if (n < 0 || n >= OUT_PATH - 16) /* room for the ending of a temporary name */
    return cli_fail(c, FAIRU_ERR_LIMIT, "path too long: %.80s.../%s", directory, name);
  return FAIRU_OK;
}

int out_target(cli *c, const char *path)
{
  char folder[OUT_PATH];
  struct stat info;
  const char *slash = strrchr(path, '/');
  const size_t length = slash ? (size_t)(slash - path) + 1 : 0;
  if (strcmp(path, "-") == 0)
    return FAIRU_OK;
  if (path[length] == '\0' || length >= sizeof folder)
    return cli_fail(c, FAIRU_ERR_IO, "'%.80s': no name of a file", path);
  if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
    return cli_fail(c, FAIRU_ERR_IO, "%.400s: exists and is not a regular file", path);
  memcpy(folder, path, length);
  folder[length] = '\0';
  if (access(slash ? folder : ".", W_OK | X_OK) != 0)
    return cli_fail(c, FAIRU_ERR_IO, "%.400s: cannot create: %s", path, strerror(errno));
  return FAIRU_OK;
}

int out_directory(cli *c, const char *path)
{
  char part[OUT_PATH];
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof part)
    return cli_fail(c, FAIRU_ERR_ARGUMENT, "directory name is empty or too long: '%.80s'", path);
  for (size_t i = 1; i <= length; i++) {
    if (path[i] != '/' && path[i] != '\0')
      continue;
    memcpy(part, path, i);
    part[i] = '\0';
    if (mkdir(part, 0777) != 0 && errno != EEXIST)
      return cli_fail(c, FAIRU_ERR_IO, "%s: cannot make the directory: %s", part, strerror(errno));
  }
  struct stat info;
  if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
    return cli_fail(c, FAIRU_ERR_IO, "%s: is not a directory", path);
  return FAIRU_OK;
}

static int write_all(int fd, const char *bytes, size_t size)
{
  while (size > 0) {
    ssize_t n = write(fd, bytes, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
    bytes += n;
    size -= (size_t)n;
  }
  return fsync(fd);
}

/* As gzip, without a time: the same bytes for the same values. */
static int write_packed(int fd, const char *bytes, size_t size)
{
  enum { PIECE = 1 << 20 };
  const int own = dup(fd); /* the end of the stream closes it */
  gzFile file = own < 0 ? NULL : gzdopen(own, "wb");
  if (!file) {
    if (own >= 0)
      close(own);
    return -1;
  }
  int bad = 0;
  for (size_t done = 0; done < size && !bad; done += PIECE) {
    const unsigned n = size - done < PIECE ? (unsigned)(size - done) : PIECE;
    bad = gzwrite(file, bytes + done, n) != (int)n;
  }
  bad = gzclose(file) != Z_OK || bad;
  return bad ? -1 : fsync(fd);
}

static int is_packed(const char *name)
{
  const size_t length = strlen(name);
  return length > 3 && strcmp(name + length - 3, ".gz") == 0;
}

int out_file(cli *c, const char *directory, const char *name, const void *bytes, size_t size)
{
  char path[OUT_PATH], temporary[OUT_PATH];
  int status = out_path(c, path, directory, name);
  if (status != FAIRU_OK)
    return status;
  memcpy(temporary, path, strlen(path) + 1);
  strcat(temporary, ".XXXXXX"); /* out_path left room */
  int fd = mkstemp(temporary);
  if (fd < 0)
    return cli_fail(c, FAIRU_ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
  mode_t mask = umask(0);
  umask(mask);
  int bad = fchmod(fd, 0666 & ~mask) != 0 ||
            (is_packed(name) ? write_packed(fd, bytes, size) : write_all(fd, bytes, size)) != 0;
  bad = close(fd) != 0 || bad;
  if (!bad && rename(temporary, path) == 0)
    return FAIRU_OK;
  status = cli_fail(c, FAIRU_ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
  unlink(temporary);
  return status;
}

int out_remove(cli *c, const char *directory, const char *name)
{
  char path[OUT_PATH];
  const int status = out_path(c, path, directory, name);
  if (status != FAIRU_OK || unlink(path) == 0 || errno == ENOENT)
    return status;
  return cli_fail(c, FAIRU_ERR_IO, "%s: cannot be removed: %s", path, strerror(errno));
}

char *out_number(char text[OUT_NUMBER], double value)
{
  if (isnan(value))
    return strcpy(text, "nan"); /* printf may say "-nan" */
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, OUT_NUMBER, "%.*g", digits, value);
    if (!isfinite(value) || strtod(text, NULL) == value)
      break;
  }
  return text;
}

/* ---- text in memory ------------------------------------------------------------------------------------ */

typedef struct text_memory {
  char **bytes;
  size_t *size, room;
} text_memory;

static ssize_t add_text(void *cookie, const char *bytes, size_t n)
{
  text_memory *m = cookie;
  if (m->room - *m->size <= n) { /* a zero behind it: it is a text too */
    const size_t room = 2 * (*m->size + n) + 1;
    char *larger = realloc(*m->bytes, room);
    if (!larger)
      return 0;
    *m->bytes = larger;
    m->room = room;
  }
  memcpy(*m->bytes + *m->size, bytes, n);
  *m->size += n;
  (*m->bytes)[*m->size] = '\0';
  return (ssize_t)n;
}

static int end_text(void *cookie)
{
  free(cookie);
  return 0;
}

FILE *out_stream(char **bytes, size_t *size)
{
  text_memory *m = malloc(sizeof *m);
  const cookie_io_functions_t calls = { .write = add_text, .close = end_text };
  *bytes = NULL;
  *size = 0;
  if (!m)
    return NULL;
  *m = (text_memory){ bytes, size, 0 };
  FILE *stream = fopencookie(m, "w", calls);
  if (!stream)
    free(m);
  return stream;
}

/* ---- CSV ---------------------------------------------------------------------------------------------- */

void out_csv_begin(out_csv *csv, const char *header)
{
  *csv = (out_csv){ 0 };
  csv->stream = out_stream(&csv->bytes, &csv->size);
  if (csv->stream)
    fprintf(csv->stream, "%s\n", header);
}

static void begin_cell(out_csv *csv)
{
  if (csv->column++ > 0)
    fputc(',', csv->stream);
}

void out_csv_text(out_csv *csv, const char *text)
{
  if (!csv->stream)
    return;
  begin_cell(csv);
  int quoted = strpbrk(text, ",\"\r\n") != NULL;
  if (quoted)
    fputc('"', csv->stream);
  for (; *text; text++) {
    if (*text == '"')
      fputc('"', csv->stream);
    fputc(*text, csv->stream);
  }
  if (quoted)
    fputc('"', csv->stream);
}

void out_csv_number(out_csv *csv, double value)
{
  char text[OUT_NUMBER];
  if (!csv->stream)
    return;
  begin_cell(csv);
  fputs(out_number(text, value), csv->stream);
}

void out_csv_numbers(out_csv *csv, const double *values, size_t n)
{
  for (size_t i = 0; i < n; i++)
    out_csv_number(csv, values[i]);
}

void out_csv_end_row(out_csv *csv)
{
  if (csv->stream)
    fputc('\n', csv->stream);
  csv->column = 0;
}

int out_csv_write(out_csv *csv, cli *c, const char *directory, const char *name)
{
  int bad = !csv->stream || ferror(csv->stream);
  if (csv->stream)
    bad = fclose(csv->stream) != 0 || bad;
  int status = FAIRU_OK;
  if (directory && bad)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "%s: out of memory", name);
  else if (directory)
    status = out_file(c, directory, name, csv->bytes, csv->size);
  free(csv->bytes);
  *csv = (out_csv){ 0 };
  return status;
}

int out_csv_print(out_csv *csv, cli *c)
{
  int bad = !csv->stream || fflush(csv->stream) != 0 || ferror(csv->stream);
  if (!bad)
    fwrite(csv->bytes, 1, csv->size, stdout); /* cli_end() looks whether it could be written */
  (void)out_csv_write(csv, c, NULL, NULL);
  return bad ? cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "standard output: out of memory") : FAIRU_OK;
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

/* jansson leaves out what it has no memory for, and reads past it: then no document is told, and none taken. A program may ask jansson for its
 * memory by a function of its own; the library, which is a guest in its process, never does. */
static int json_lacks;

static void *json_memory(size_t size)
{
  void *block = malloc(size);
  json_lacks |= !block;
  return block;
}

void out_json_begin(void)
{
  json_lacks = 0;
  json_set_alloc_funcs(json_memory, free);
}

int out_json_lacks(void)
{
  return json_lacks;
}

json_t *out_json_number(double value)
{
  return isfinite(value) ? json_real(value) : json_null();
}

json_t *out_json_text(const char *text)
{
  json_t *string = json_string(text);
  char *copy = string ? NULL : strdup(text);
  for (char *at = copy; at && *at; at++)
    *at = (unsigned char)*at < 0x80 ? *at : '?';
  if (copy)
    string = json_string(copy);
  free(copy);
  json_lacks |= !string;
  return string;
}

json_t *out_json_numbers(const double *values, size_t n)
{
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(array, out_json_number(values[i]));
  return array;
}

void out_json_set(json_t *object, const char *name, json_t *value)
{
  json_lacks |= json_object_set_new(object, name, value) != 0;
}

void out_json_set_count(json_t *object, const char *name, uint64_t n)
{
  out_json_set(object, name, json_integer((json_int_t)n));
}

/* NULL: no memory for it, or for a part of it. */
static char *json_text(const json_t *root)
{
  char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
  if (!json_lacks)
    return text;
  free(text);
  return NULL;
}

int out_json_write(const json_t *root, cli *c, const char *directory, const char *name)
{
  char *text = json_text(root);
  if (!text)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "%s: out of memory", name);
  size_t size = strlen(text);
  text[size] = '\n'; /* the terminating zero is not written */
  int status = out_file(c, directory, name, text, size + 1);
  free(text);
  return status;
}

int out_json_print(const json_t *root, cli *c)
{
  char *text = json_text(root);
  if (!text)
    return cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "standard output: out of memory");
  int bad = puts(text) < 0;
  free(text);
  return bad ? cli_fail(c, FAIRU_ERR_IO, "standard output cannot be written") : FAIRU_OK;
}
