/* workspace_names.c - an open hash table of names in scratch memory. */
#include <string.h>

#include "likelihood/workspace_sets.h"

enum { FIRST_CAPACITY = 64 };

static uint64_t hash(const char *name)
{
  uint64_t h = 0xCBF29CE484222325U;
  for (; *name; name++) {
    h = (h ^ (unsigned char)*name) * 0x100000001B3U;
    h ^= h >> 29;
  }
  return (h * 0x9E3779B97F4A7C15U) >> 16;
}

/* Slot of the name, or the free one where it belongs. */
static size_t seek(const fairu_name_table *table, const char *name)
{
  const size_t mask = 2 * table->capacity - 1;
  size_t slot = (size_t)hash(name) & mask;
  while (table->slots[slot] != 0 && strcmp(table->names[table->slots[slot] - 1], name) != 0)
    slot = (slot + 1) & mask;
  return slot;
}

static int grow(fairu_name_table *table, fairu_context *ctx)
{
  fairu_name_table larger = { .n = table->n,
                              .capacity = table->capacity > 0 ? 2 * table->capacity : FIRST_CAPACITY };
  larger.names = (const char **)fairu_context__scratch(ctx, larger.capacity, sizeof *larger.names, "names");
  larger.slots = (size_t *)fairu_context__scratch(ctx, larger.capacity, 2 * sizeof *larger.slots, "names");
  if (!larger.names || !larger.slots)
    return FAIRU_ERR_OUT_OF_MEMORY;
  memset(larger.slots, 0, 2 * larger.capacity * sizeof *larger.slots);
  for (size_t i = 0; i < table->n; i++) {
    larger.names[i] = table->names[i];
    larger.slots[seek(&larger, table->names[i])] = i + 1;
  }
  *table = larger;
  return FAIRU_OK;
}

int fairu_name_table__add(fairu_name_table *table, fairu_context *ctx, const char *name, size_t *index)
{
  const int status = table->n == table->capacity ? grow(table, ctx) : FAIRU_OK;
  if (status != FAIRU_OK)
    return status;
  const size_t slot = seek(table, name);
  if (table->slots[slot] == 0) {
    table->names[table->n] = name;
    table->slots[slot] = ++table->n;
  }
  *index = table->slots[slot] - 1;
  return FAIRU_OK;
}

size_t fairu_name_table__find(const fairu_name_table *table, const char *name)
{
  return table->n > 0 ? table->slots[seek(table, name)] - 1 : (size_t)-1;
}
