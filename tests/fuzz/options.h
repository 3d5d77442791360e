/* options.h - options of a reader in the input itself: it may begin with '#' and a line of words divided by ';', each a letter and its
 * value ("#fpt;nz;oscore"). No document of any format begins so. An ONNX file, whose lengths the mutator keeps right, has
 * the words in a first field 99 instead, which readers pass over. What a letter means is said in the targets; 'l' of all of them: small limits,
 * or one of them ("#lr3": rows, 3; the letters are in fuzz_limit), the one of cells larger too.
 */
#ifndef FAIRU_TESTS_FUZZ_OPTIONS_H
#define FAIRU_TESTS_FUZZ_OPTIONS_H

#include "fuzz/fuzz.h"

#include <fairu/formats.h>

#include "base/context_private.h"

enum { FUZZ_WORDS = 12, FUZZ_WORD_BYTES = 120, FUZZ_CELL = 1 << 19 };

typedef struct fuzz_options {
  char text[FUZZ_WORD_BYTES + 1];
  const char *words[FUZZ_WORDS];
  size_t n;
} fuzz_options;

/* Where the words stand, 0: nowhere. *n: how many bytes; *rest: what the reader is given begins here. */
static inline size_t fuzz_find_words(const uint8_t *bytes, size_t size, size_t *n, size_t *rest)
{
  static const uint8_t field99[2] = { 0x9A, 0x06 };
  *n = *rest = 0;
  if (size >= 3 && memcmp(bytes, field99, sizeof field99) == 0) {
    *n = bytes[2];
    return *n <= FUZZ_WORD_BYTES && *n <= size - 3 ? 3 : 0;
  }
  const uint8_t *end = size > 0 && bytes[0] == '#' ? memchr(bytes, '\n', size) : NULL;
  if (!end || (size_t)(end - bytes) > FUZZ_WORD_BYTES)
    return 0;
  *n = (size_t)(end - bytes) - 1;
  *rest = *n + 2;
  return 1;
}

/* Take the words off the beginning of the input; how many bytes that is. */
static inline size_t fuzz_take_options(fuzz_options *o, const uint8_t *bytes, size_t size)
{
  size_t n = 0, rest = 0;
  const size_t at = fuzz_find_words(bytes, size, &n, &rest);
  memset(o, 0, sizeof *o);
  if (at == 0)
    return 0;
  memcpy(o->text, bytes + at, n);
  char *left = NULL;
  for (char *word = strtok_r(o->text, ";", &left); word && o->n < FUZZ_WORDS;
       word = strtok_r(NULL, ";", &left))
    o->words[o->n++] = word;
  return rest;
}

/* The last word with this letter, without it; NULL: none. */
static inline const char *fuzz_word(const fuzz_options *o, char letter)
{
  for (size_t i = o->n; i-- > 0;)
    if (o->words[i][0] == letter)
      return o->words[i] + 1;
  return NULL;
}

/* All of them, in order; NULL: none. */
static inline const char *const *fuzz_list(const fuzz_options *o, char letter, const char *list[FUZZ_WORDS],
                                           size_t *n)
{
  *n = 0;
  for (size_t i = 0; i < o->n; i++)
    if (o->words[i][0] == letter)
      list[(*n)++] = o->words[i] + 1;
  return *n > 0 ? list : NULL;
}

/* The limit of a letter; NULL: none. */
static inline uint64_t *fuzz_limit(fairu_limits *limits, char letter)
{
  const struct {
    char letter;
    uint64_t *limit;
  } all[] = { { 'b', &limits->bins },
              { 'c', &limits->csv_columns },
              { 'd', &limits->decompressed_bytes },
              { 'e', &limits->csv_cell_bytes },
              { 'f', &limits->file_bytes },
              { 'j', &limits->json_depth },
              { 'm', &limits->model_bytes },
              { 'n', &limits->name_bytes },
              { 'r', &limits->rows },
              { 's', &limits->json_string_bytes },
              { 'x', &limits->decompressed_ratio } };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i].letter == letter)
      return all[i].limit;
  return NULL;
}

static inline fairu_context *fuzz_context_of(const fuzz_options *o)
{
  fairu_context *ctx = fuzz_context();
  fairu_limits limits;
  if (fuzz_word(o, 'k'))
    ctx->scratch.smallest = 1;
  if (!fuzz_word(o, 'l'))
    return ctx;
  fuzz_must(fairu_limits_init(&limits, sizeof limits) == FAIRU_OK);
  fuzz_usual_limits(&limits);
  for (size_t i = 0; i < o->n; i++) {
    const char *word = o->words[i];
    uint64_t *limit = word[0] == 'l' ? fuzz_limit(&limits, word[1]) : NULL;
    const unsigned long value = limit ? strtoul(word + 2, NULL, 10) : 0;
    if (limit && (value < *limit || (word[1] == 'e' && value <= FUZZ_CELL)))
      *limit = value;
    if (word[0] != 'l' || limit)
      continue;
    limits.file_bytes = 4096;
    limits.json_depth = 8;
    limits.json_string_bytes = 64;
    limits.name_bytes = 8;
    limits.bins = 4;
    limits.model_bytes = 64;
  }
  fuzz_must(fairu_context_set_limits(ctx, &limits) == FAIRU_OK);
  return ctx;
}

/* Of an input: its options and its fault; what is left is for the reader. */
static inline fairu_context *fuzz_begin(fuzz_options *o, const uint8_t **bytes, size_t *size)
{
  *size = fuzz_take_fault(*bytes, *size);
  const size_t begin = fuzz_take_options(o, *bytes, *size);
  *bytes += begin;
  *size -= begin;
  return fuzz_context_of(o);
}

typedef struct fuzz_import {
  fairu_import_options options;
  const char *features[FUZZ_WORDS], *nuisances[FUZZ_WORDS];
} fuzz_import;

/* f: a feature, n: a nuisance, o: the output, a: the format is found out. */
static inline const fairu_import_options *fuzz_import_options(fuzz_import *m, const fuzz_options *o,
                                                              int format)
{
  fuzz_must(fairu_import_options_init(&m->options, sizeof m->options) == FAIRU_OK);
  m->options.format = fuzz_word(o, 'a') ? FAIRU_FORMAT_AUTO : format;
  m->options.features = fuzz_list(o, 'f', m->features, &m->options.n_features);
  m->options.nuisances = fuzz_list(o, 'n', m->nuisances, &m->options.n_nuisances);
  m->options.output = fuzz_word(o, 'o');
  return &m->options;
}

static inline int fuzz_import_file(fairu_context *ctx, const fairu_import_options *options,
                                   const uint8_t *bytes, size_t size, fairu_classifier **out)
{
  fuzz_file file;
  fuzz_open(&file, bytes, size);
  const int status = fairu_classifier_import(ctx, file.path, options, out);
  fuzz_close(&file);
  return status;
}

#endif /* FAIRU_TESTS_FUZZ_OPTIONS_H */
