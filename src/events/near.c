/* near.c - "no column "PRI_tau_p"; near: PRI_tau_pt, PRI_tau_phi": which names a misspelt one may mean. */
#include "events/names.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 63, SHOWN = 4 };

static unsigned char lower(char c)
{
  return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
  const unsigned ab = a < b ? a : b;
  return ab < c ? ab : c;
}

/* Edits (Levenshtein, capitals ignored) between the first LONGEST bytes of a and b. */
static unsigned distance(const char *a, const char *b)
{
  const size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
  unsigned row[LONGEST + 1];
  for (size_t j = 0; j <= m; j++)
    row[j] = (unsigned)j;
  for (size_t i = 1; i <= n; i++) {
    unsigned diagonal = row[0];
    row[0] = (unsigned)i;
    for (size_t j = 1; j <= m; j++) {
      const unsigned above = row[j];
      row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (lower(a[i - 1]) != lower(b[j - 1])));
      diagonal = above;
    }
  }
  return row[m];
}

typedef struct candidate {
  const char *name;
  unsigned edits;
} candidate;

/* The nearest names, best first, earlier columns first among equals. */
static size_t find_nearest(const char *const *names, size_t n, const char *name, candidate best[SHOWN])
{
  const unsigned most = 1 + (unsigned)strnlen(name, LONGEST) / 3;
  size_t found = 0;
  for (size_t i = 0; i < n; i++) {
    const candidate new = { names[i], distance(name, names[i]) };
    if (new.edits > most || (found == SHOWN && new.edits >= best[SHOWN - 1].edits))
      continue;
    size_t place = found < SHOWN ? found++ : SHOWN - 1;
    for (; place > 0 && best[place - 1].edits > new.edits; place--)
      best[place] = best[place - 1];
    best[place] = new;
  }
  return found;
}

int fairu_event_names__not_found(fairu_context *ctx, const char *const *names, size_t n, const char *noun,
                                 const char *name)
{
  candidate best[SHOWN];
  size_t shown = find_nearest(names, n, name, best);
  const char *lead = shown ? "near" : n ? "there are" : "there are none";
  if (!shown)
    for (; shown < SHOWN && shown < n; shown++)
      best[shown].name = names[shown];
  char list[SHOWN * (LONGEST + 8)] = "";
  size_t used = 0;
  for (size_t i = 0; i < shown; i++)
    used +=
        (size_t)snprintf(list + used, sizeof list - used, "%s%.*s", i ? ", " : ": ", LONGEST, best[i].name);
  return fairu_context__fail(ctx, FAIRU_ERR_NOT_FOUND, "no %s \"%.*s\"; %s%s", noun, LONGEST, name, lead,
                             list);
}
