/* replay.h - a fuzz target on its corpus, without a fuzzer. */
#ifndef FAIRU_TESTS_FUZZ_REPLAY_H
#define FAIRU_TESTS_FUZZ_REPLAY_H

#include <dirent.h>

#include "support/support.h"

enum { REPLAY_DIGEST = 40 };

typedef int (*one_input)(const uint8_t *bytes, size_t size);

/* The input with what stands from byte i on replaced by other bytes. */
static void replay_changed(one_input one, const char *bytes, uint8_t *changed, size_t size, size_t i)
{
  static const struct {
    size_t n;
    uint8_t bytes[8];
  } others[] = {
    { 1, { 0x00 } },
    { 1, { 0xFF } },
    { 4, { 0xFF, 0xFF, 0xFF, 0x7F } },       /* the largest int32_t, or a float that is no number */
    { 8, { 0, 0, 0, 0, 0, 0, 0xF0, 0x7F } }, /* infinity */
    { 8, { 0, 0, 0, 0, 0, 0, 0xF0, 0xBF } }, /* -1 */
    { 8, { 2, 0, 0, 0, 0, 0, 0, 0 } },       /* a small number, and almost 0 */
  };
  changed[i] = (uint8_t)(changed[i] ^ 0x81U);
  one(changed, size);
  changed[i] = (uint8_t)bytes[i];
  for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
    const size_t n = others[k].n < size - i ? others[k].n : size - i;
    memcpy(changed + i, others[k].bytes, n);
    one(changed, size);
    memcpy(changed + i, bytes + i, n);
  }
}

/* The input as it is, every beginning of it, and with each byte, or some from there on, changed. */
static void replay(one_input one, const char *path)
{
  size_t size = 0;
  char *bytes = support_read_file(path, &size);
  uint8_t *changed = malloc(size + 1);
  assert_non_null(changed);
  memcpy(changed, bytes, size);
  const size_t step = size / 400 + 1;
  for (size_t i = 0; i <= size; i += step)
    one((const uint8_t *)bytes, size - i);
  for (size_t i = 0; i < size; i += step)
    replay_changed(one, bytes, changed, size, i);
  free(changed);
  free(bytes);
}

/* Inputs that a fuzzer has found, named by their digest, and those made to reach one place, "r." and its name, are run as they are. */
static void replay_found(one_input one, const char *path)
{
  size_t size = 0;
  char *bytes = support_read_file(path, &size);
  one((const uint8_t *)bytes, size);
  free(bytes);
}

static void replay_folder(one_input one, const char *target)
{
  char folder[64], path[512];
  size_t n = 0;
  snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", target);
  DIR *entries = opendir(folder);
  assert_non_null(entries);
  for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries))
    if (entry->d_name[0] != '.') {
      snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
      if (strlen(entry->d_name) == REPLAY_DIGEST || strncmp(entry->d_name, "r.", 2) == 0)
        replay_found(one, path);
      else
        replay(one, path);
      n++;
    }
  closedir(entries);
  assert_true(n >= 2);
}

#endif /* FAIRU_TESTS_FUZZ_REPLAY_H */
