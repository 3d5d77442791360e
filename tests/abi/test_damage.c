/* Damaged files of every kind: cut at any byte, any bit turned, bytes changed by chance, two files put together. A code and the
 * path, or an object; never more memory than 64 MiB and ten times the file. With FAIRU_TEST_LONG set (make validate): every bit, and
 * 1000 random changes of each kind instead of 100. */
#include "abi/counted.h"
#include "abi/kinds.h"

typedef struct damage {
  const world *w;
  const file_kind *kind;
  char path[512];
  size_t n_read, n_refused;
} damage;

static uint64_t chance_state;

static size_t chance(size_t n)
{
  chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (size_t)((chance_state >> 33) % n);
}

static int complete(void)
{
  const char *wanted = getenv("FAIRU_TEST_LONG");
  return wanted && wanted[0];
}

static int try_bytes(damage *d, const char *bytes, size_t size)
{
  counted memory;
  uint64_t print = 0;
  fairu_context *ctx = counted_context(&memory);
  support_write_file(d->path, bytes, size);
  const int status = d->kind->read(ctx, d->w, d->path, &print);
  if (status == FAIRU_ERR_INTERNAL || status == FAIRU_ERR_NULL || status == FAIRU_ERR_OUT_OF_MEMORY ||
      (status != FAIRU_OK && !strstr(fairu_context_message(ctx), d->path)))
    fail_msg("%s: %s: %s", d->path, fairu_status_name(status), fairu_context_message(ctx));
  fairu_context_destroy(ctx);
  counted_check(&memory, d->path, size);
  d->n_read++;
  d->n_refused += status != FAIRU_OK;
  return status;
}

static void cut(damage *d, const char *bytes, size_t size)
{
  for (size_t at = 0; at < size; at++) {
    const int status = try_bytes(d, bytes, at);
    /* text may end early and be whole all the same, after a row or before the last line feed; protobuf (ONNX) after any field */
    if (status == FAIRU_OK && !strstr(d->kind->name, "csv") && !strstr(d->kind->name, "json") &&
        !strstr(d->kind->name, "onnx"))
      fail_msg("%s: %zu of %zu bytes are taken for the file", d->path, at, size);
  }
}

static void turn_bits(damage *d, char *bytes, size_t size)
{
  const size_t step = complete() ? 1 : 7;
  for (size_t bit = 0; bit < 8 * (size < 4096 ? size : 4096); bit += step) {
    bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    (void)try_bytes(d, bytes, size);
    bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
  }
}

/* One to eight bytes, anywhere. */
static void change(damage *d, const char *bytes, char *changed, size_t size)
{
  for (size_t n = complete() ? 1000 : 100; n-- > 0;) {
    memcpy(changed, bytes, size);
    for (size_t k = chance(8) + 1; k-- > 0;)
      changed[chance(size)] = (char)chance(256);
    (void)try_bytes(d, changed, size);
  }
}

/* The beginning of this file and the end of it, or of another kind's, from anywhere. */
static void splice(damage *d, const char *bytes, size_t size, const char *other, size_t other_size)
{
  char *joined = malloc(size + other_size);
  assert_non_null(joined);
  for (size_t n = complete() ? 500 : 25; n-- > 0;) {
    const size_t head = chance(size + 1), tail = chance(other_size + 1);
    memcpy(joined, bytes, head);
    memcpy(joined + head, other + other_size - tail, tail);
    (void)try_bytes(d, joined, head + tail);
  }
  free(joined);
}

static char *make_bytes(const world *w, const file_kind *kind, size_t *size)
{
  char path[512];
  kind_make(w, kind, support_path(path, sizeof path, kind->name));
  return support_read_file(path, size);
}

static void damage_ends_with_a_code(void **state)
{
  (void)state;
  world w = world_make();
  kind_looks = 0;
  for (size_t k = 0; k < N_KINDS; k++) {
    damage d = { .w = &w, .kind = &kinds[k] };
    size_t size = 0, other_size = 0;
    char *bytes = make_bytes(&w, &kinds[k], &size), *changed = malloc(size);
    char *other = make_bytes(&w, &kinds[(k + 1) % N_KINDS], &other_size);
    chance_state = 1 + k;
    support_path(d.path, sizeof d.path, kinds[k].name);
    assert_int_equal(try_bytes(&d, bytes, size), FAIRU_OK);
    cut(&d, bytes, size);
    memcpy(changed, bytes, size);
    turn_bits(&d, changed, size);
    change(&d, bytes, changed, size);
    splice(&d, bytes, size, bytes, size);
    splice(&d, bytes, size, other, other_size);
    if (d.n_refused < d.n_read / 5)
      fail_msg("%s: %zu of %zu damaged files are refused", d.path, d.n_refused, d.n_read);
    print_message("%s: %zu of %zu refused\n", kinds[k].name, d.n_refused, d.n_read);
    free(other);
    free(changed);
    free(bytes);
  }
  kind_looks = 1;
  world_free(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(damage_ends_with_a_code) };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
