/* name_index.c - open addressing with linear probing over FNV-1a hashes. */
#include "likelihood/name_index.h"

#include <string.h>

static size_t hash_of(const char *name)
{
  uint64_t hash = 14695981039346656037u;
  for (; *name; name++)
    hash = (hash ^ (unsigned char)*name) * 1099511628211u;
  return (size_t)(hash ^ (hash >> 32));
}

/* Its entry, or the free one where it would go. */
static fairu_name_entry *locate(const fairu_name_index *index, const char *name)
{
  size_t at = hash_of(name) & (index->capacity - 1);
  while (index->entries[at].name && strcmp(index->entries[at].name, name) != 0)
    at = (at + 1) & (index->capacity - 1);
  return &index->entries[at];
}

size_t fairu_name_index__find(const fairu_name_index *index, const char *name)
{
  if (index->count == 0)
    return FAIRU_NONE;
  const fairu_name_entry *entry = locate(index, name);
  return entry->name ? entry->place : FAIRU_NONE;
}

void fairu_name_index__add(fairu_name_index *index, const char *name, size_t place)
{
  fairu_name_entry *entry = locate(index, name);
  entry->name = name;
  entry->place = place;
  index->count++;
}

int fairu_name_index__reserve(fairu_name_index *index, fairu_context *ctx, const fairu_allocator *allocator)
{
  if (2 * (index->count + 1) <= index->capacity)
    return FAIRU_OK;
  fairu_name_index wider = { .capacity = index->capacity ? 2 * index->capacity : 16 };
  wider.entries =
      fairu_allocator__new(allocator, ctx, wider.capacity, sizeof *wider.entries, "index of names");
  if (!wider.entries)
    return FAIRU_ERR_OUT_OF_MEMORY;
  for (size_t i = 0; i < index->capacity; i++)
    if (index->entries[i].name)
      fairu_name_index__add(&wider, index->entries[i].name, index->entries[i].place);
  fairu_allocator__free(allocator, index->entries);
  *index = wider;
  return FAIRU_OK;
}

void fairu_name_index__clear(fairu_name_index *index, const fairu_allocator *allocator)
{
  fairu_allocator__free(allocator, index->entries);
  *index = (fairu_name_index){ 0 };
}
