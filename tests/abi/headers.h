/* headers.h - what the public headers declare: tests of "every function" ask it whether they forgot one. */
#ifndef FAIRU_TESTS_ABI_HEADERS_H
#define FAIRU_TESTS_ABI_HEADERS_H

#include <ctype.h>
#include <glob.h>

#include "support/support.h"

enum { HEADERS_FUNCTIONS = 400 };

typedef struct declared {
  char name[64];
  int pointers; /* parameters that may be NULL, functions included */
  int context;  /* takes a context */
  int path;     /* reads or writes a file */
} declared;

typedef struct headers {
  declared functions[HEADERS_FUNCTIONS];
  size_t n;
} headers;

static inline void headers_strip_comments(char *text)
{
  for (char *from; (from = strstr(text, "/*")) != NULL;) {
    const char *to = strstr(from, "*/");
    memset(from, ' ', to ? (size_t)(to + 2 - from) : strlen(from));
  }
}

static inline void headers_parameters(declared *d, char *parameters)
{
  d->context = strstr(parameters, "fairu_context *") != NULL;
  d->path = strstr(parameters, "const char *path") != NULL;
  for (char *p = strtok(parameters, ","); p; p = strtok(NULL, ","))
    d->pointers += strchr(p, '*') != NULL || strstr(p, "_fn ") != NULL;
}

/* Add what include/fairu/<name>.h declares. */
static inline void headers_read(headers *h, const char *name)
{
  char path[128];
  snprintf(path, sizeof path, "include/fairu/%s.h", name);
  char *text = support_read_file(path, NULL);
  headers_strip_comments(text);
  for (char *at = text; (at = strstr(at, "\nFAIRU_API ")) != NULL;) {
    char *open = strchr(at, '('), *close = strchr(open, ')'), *begin = open;
    while (isalnum((unsigned char)begin[-1]) || begin[-1] == '_')
      begin--;
    assert_true(h->n < HEADERS_FUNCTIONS);
    declared *d = &h->functions[h->n++];
    memset(d, 0, sizeof *d);
    snprintf(d->name, sizeof d->name, "%.*s", (int)(open - begin), begin);
    *close = '\0';
    headers_parameters(d, open + 1);
    at = close + 1;
  }
  free(text);
}

static inline const declared *headers_find(const headers *h, const char *name)
{
  for (size_t i = 0; i < h->n; i++)
    if (strcmp(h->functions[i].name, name) == 0)
      return &h->functions[i];
  return NULL;
}

/* Do the files of a pattern hold the text? Rows of one header may stand in several programs. */
static inline int headers_elsewhere(const char *pattern, const char *text)
{
  glob_t files;
  int found = 0;
  assert_int_equal(glob(pattern, 0, NULL, &files), 0);
  for (size_t i = 0; i < files.gl_pathc && !found; i++) {
    char *source = support_read_file(files.gl_pathv[i], NULL);
    found = strstr(source, text) != NULL;
    free(source);
  }
  globfree(&files);
  return found;
}

#endif /* FAIRU_TESTS_ABI_HEADERS_H */
