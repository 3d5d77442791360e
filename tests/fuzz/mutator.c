/* mutator.c - mutations that know what the targets know: of any input, that an allocation fails; of our own format, that counts
 * stand before arrays; of protobuf, that lengths stand before messages. Half of all mutations are libFuzzer's own.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);

enum { MOST_ITEMS = 512 };

static unsigned next(unsigned *seed)
{
  *seed = *seed * 1103515245U + 12345U;
  return *seed >> 8;
}

/* ---- places ------------------------------------------------------------------------------------------- */

/* A part of the input that is one thing: item of a body, field of a message. Its payload can be changed if the count before it
 * is, and those of the messages around it. */
typedef struct part {
  size_t begin, payload, end;
  size_t width; /* of an element; 0: a field of protobuf */
  int inside;   /* index of the message around it, -1: none */
} part;

typedef struct parts {
  part items[MOST_ITEMS];
  size_t n;
} parts;

static size_t width_of(int tag)
{
  switch (tag) {
  case FAIRU_TAG_STRING:
    return 1;
  case FAIRU_TAG_F32S:
    return 4;
  case FAIRU_TAG_F64S:
  case FAIRU_TAG_U64S:
    return 8;
  default:
    return 0;
  }
}

static void add(parts *found, part p)
{
  if (found->n < MOST_ITEMS)
    found->items[found->n++] = p;
}

/* Items of a body of our own format; none if it is not one. */
static void find_items(const uint8_t *bytes, size_t size, parts *found)
{
  size_t at = 0;
  while (size - at >= 9) {
    const size_t width = width_of(bytes[at]);
    const uint64_t n = fairu_bytes__get(bytes + at + 1, 8);
    part p = { .begin = at, .payload = at + 1, .end = at + 9, .width = 8, .inside = -1 };
    if (width > 0) {
      if (n > (size - at - 9) / width)
        break;
      p = (part){ at, at + 9, at + 9 + (size_t)n * width, width, -1 };
    } else if (bytes[at] != FAIRU_TAG_U64 && bytes[at] != FAIRU_TAG_F64) {
      break;
    }
    add(found, p);
    at = p.end;
  }
}

static size_t varint(const uint8_t *bytes, size_t size, uint64_t *value)
{
  *value = 0;
  for (size_t i = 0; i < 10 && i < size; i++) {
    *value |= (uint64_t)(bytes[i] & 0x7f) << (7 * i);
    if (bytes[i] < 0x80)
      return i + 1;
  }
  return 0;
}

/* One field from `at` up to `end`; its end, or 0 if there is none. */
static size_t field(const uint8_t *bytes, size_t at, size_t end, part *p, int *kind)
{
  uint64_t key = 0, value = 0;
  const size_t begin = at;
  size_t n = varint(bytes + at, end - at, &key);
  *kind = (int)(key & 7);
  if (n == 0 || key >> 3 == 0 || key >> 3 > 100)
    return 0;
  at += n;
  *p = (part){ .begin = begin, .payload = at };
  n = *kind == 1 ? 8 : *kind == 5 ? 4 : varint(bytes + at, end - at, &value);
  if (n == 0 || n > end - at || (*kind == 2 && value > end - at - n) || *kind == 3 || *kind == 4 || *kind > 5)
    return 0;
  if (*kind == 2)
    p->payload = at + n;
  return p->end = *kind == 2 ? at + n + (size_t)value : at + n;
}

static int is_message(const uint8_t *bytes, size_t at, size_t end)
{
  part p;
  int kind = 0;
  while (at && at < end)
    at = field(bytes, at, end, &p, &kind);
  return at == end;
}

/* Fields with a length, of all messages: those found are looked into, one after the other. */
static void find_fields(const uint8_t *bytes, size_t size, parts *found)
{
  for (int around = -1; around < (int)found->n; around++) {
    size_t at = around < 0 ? 0 : found->items[around].payload;
    const size_t end = around < 0 ? size : found->items[around].end;
    if (around >= 0 && !is_message(bytes, at, end))
      continue;
    while (at < end) {
      part p = { 0 };
      int kind = 0;
      at = field(bytes, at, end, &p, &kind);
      if (at == 0)
        break;
      p.inside = around;
      if (kind == 2)
        add(found, p);
    }
  }
}

/* ---- changes ------------------------------------------------------------------------------------------ */

/* Put `n` bytes in place of [from, to). */
static size_t splice(uint8_t *bytes, size_t size, size_t most, size_t from, size_t to, const uint8_t *with,
                     size_t n)
{
  if (size - (to - from) + n > most)
    return 0;
  memmove(bytes + from + n, bytes + to, size - to);
  if (n > 0)
    memcpy(bytes + from, with, n);
  return size - (to - from) + n;
}

/* The length of a field is written again, as are those around it: they stand before, so the innermost comes first. */
static size_t set_lengths(uint8_t *bytes, size_t size, size_t most, const parts *found, int index, long grown)
{
  while (index >= 0 && size > 0) {
    const part *p = &found->items[index];
    uint8_t text[10];
    uint64_t key = 0, value = (uint64_t)((long)(p->end - p->payload) + grown);
    const size_t from = p->begin + varint(bytes + p->begin, size - p->begin, &key);
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
      text[n++] = (uint8_t)(value | 0x80);
    text[n++] = (uint8_t)value;
    grown += (long)n - (long)(p->payload - from);
    size = splice(bytes, size, most, from, p->payload, text, n);
    index = p->inside;
  }
  return size;
}

/* Payload of part `index` in place of what it was. */
static size_t replace(uint8_t *bytes, size_t size, size_t most, const parts *found, size_t index,
                      const uint8_t *payload, size_t n)
{
  const part *p = &found->items[index];
  const size_t old = p->end - p->payload;
  if (p->width > 0 && p->payload == p->begin + 1) { /* a number, of 8 bytes */
    memcpy(bytes + p->payload, payload, n < old ? n : old);
    return size;
  }
  if (p->width > 0)
    n -= n % p->width;
  size = splice(bytes, size, most, p->payload, p->end, payload, n);
  if (size > 0 && p->width > 0)
    fairu_bytes__put(bytes + p->begin + 1, n / p->width, 8);
  else if (size > 0)
    size = set_lengths(bytes, size, most, found, (int)index, (long)n - (long)old);
  return size;
}

/* A part twice, or not at all. */
static size_t repeat(uint8_t *bytes, size_t size, size_t most, const parts *found, size_t index, int twice)
{
  const part *p = &found->items[index];
  const size_t whole = p->end - p->begin;
  uint8_t *copy = malloc(whole + 1);
  fuzz_must(copy != NULL);
  memcpy(copy, bytes + p->begin, whole);
  size = splice(bytes, size, most, p->begin, twice ? p->begin : p->end, copy, twice ? whole : 0);
  free(copy);
  return size == 0 ? 0 : set_lengths(bytes, size, most, found, p->inside, twice ? (long)whole : -(long)whole);
}

/* One element of a part becomes a number that readers look for: none, infinite, 0, -1, 1, 2, the largest. */
static int change_number(uint8_t *bytes, const part *p, unsigned *seed)
{
  static const uint64_t doubles[] = { 0x7ff8000000000000,
                                      0x7ff0000000000000,
                                      0xfff0000000000000,
                                      0xbff0000000000000,
                                      0x3ff0000000000000,
                                      0x7fefffffffffffff,
                                      0,
                                      1,
                                      2,
                                      3,
                                      UINT64_MAX,
                                      UINT64_C(1) << 53 };
  static const uint32_t floats[] = { 0x7fc00000, 0x7f800000, 0xff800000, 0xbf800000, 0, 0x7f7fffff };
  const size_t n = p->width >= 4 ? (p->end - p->payload) / p->width : 0;
  if (n == 0)
    return 0;
  const uint64_t value = p->width == 8 ? doubles[next(seed) % (sizeof doubles / sizeof *doubles)]
                                       : floats[next(seed) % (sizeof floats / sizeof *floats)];
  fairu_bytes__put(bytes + p->payload + next(seed) % n * p->width, value, p->width);
  return 1;
}

static size_t change_part(uint8_t *bytes, size_t size, size_t most, const parts *found, unsigned *seed)
{
  const size_t index = next(seed) % found->n, other = next(seed) % found->n;
  const part *p = &found->items[index], *q = &found->items[other];
  const unsigned what = next(seed) % 8;
  size_t n = p->end - p->payload;
  if (what > 5 && change_number(bytes, p, seed))
    return size;
  if (what < 2)
    return repeat(bytes, size, most, found, index, what == 0);
  uint8_t *payload = malloc(n + (q->end - q->payload) + 64);
  fuzz_must(payload != NULL);
  if (what == 2) {
    n = q->end - q->payload;
    memcpy(payload, bytes + q->payload, n);
  } else {
    memcpy(payload, bytes + p->payload, n);
    n = LLVMFuzzerMutate(payload, n, n + 64);
  }
  size = replace(bytes, size, most, found, index, payload, n);
  free(payload);
  return size;
}

static size_t change_known(uint8_t *bytes, size_t size, size_t most, unsigned *seed)
{
  parts *found = calloc(1, sizeof *found);
  fuzz_must(found != NULL);
  find_items(bytes, size, found);
  if (found->n == 0)
    find_fields(bytes, size, found);
  const size_t changed = found->n > 0 ? change_part(bytes, size, most, found, seed) : 0;
  free(found);
  return changed;
}

/* The fault of an input, made or changed or taken away. */
static size_t change_fault(uint8_t *bytes, size_t size, size_t most, unsigned *seed)
{
  const int has = size >= FUZZ_FAULT_BYTES && bytes[size - 1] == FUZZ_FAULT;
  if (has && next(seed) % 4 == 0)
    return size - FUZZ_FAULT_BYTES;
  if (!has && size + FUZZ_FAULT_BYTES > most)
    return 0;
  if (!has)
    size += FUZZ_FAULT_BYTES;
  const unsigned which = 1 + next(seed) % (next(seed) % 4 == 0 ? 400 : 40);
  static const unsigned how[4] = { 0, 0, FUZZ_FAULT_STAYS, FUZZ_FAULT_CANCELS };
  fairu_bytes__put(bytes + size - FUZZ_FAULT_BYTES, which | how[next(seed) % 4], 2);
  bytes[size - 1] = FUZZ_FAULT;
  return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  const unsigned what = next(&seed) % 16;
  size_t changed = 0;
  if (what == 0)
    changed = change_fault(bytes, size, most, &seed);
  else if (what < 8)
    changed = change_known(bytes, size, most, &seed);
  return changed > 0 ? changed : LLVMFuzzerMutate(bytes, size, most);
}
