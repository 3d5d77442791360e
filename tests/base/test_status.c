/* Status codes have names, sentences and fixed numbers; the version that runs is that of the headers. */
#include <limits.h>

#include "support/support.h"

static void every_code_has_its_name_and_a_sentence(void **state)
{
  (void)state;
  assert_string_equal(fairu_status_name(FAIRU_OK), "FAIRU_OK");
  assert_string_equal(fairu_status_name(FAIRU_ERR_CHECKSUM), "FAIRU_ERR_CHECKSUM");
  size_t known = 0;
  for (int code = 0; code < 200; code++) {
    const char *name = fairu_status_name(code);
    assert_non_null(fairu_status_text(code));
    if (strcmp(name, "FAIRU_ERR_?") == 0)
      continue;
    known++;
    assert_true(strlen(fairu_status_text(code)) > 5);
    assert_string_not_equal(fairu_status_text(code), fairu_status_text(-1));
    for (int other = 0; other < code; other++)
      assert_string_not_equal(fairu_status_name(other), name);
  }
  assert_int_equal(known, 28);
}

static void unknown_codes_are_answered(void **state)
{
  (void)state;
  assert_string_equal(fairu_status_name(-5), "FAIRU_ERR_?");
  assert_string_equal(fairu_status_name(12345), "FAIRU_ERR_?");
  assert_string_equal(fairu_status_text(12345), "unknown status code");
}

static void the_library_tells_its_version(void **state)
{
  (void)state;
  char text[64];
  snprintf(text, sizeof text, "%d.%d.%d", FAIRU_VERSION_MAJOR, FAIRU_VERSION_MINOR, FAIRU_VERSION_PATCH);
  assert_string_equal(fairu_version_string(), text);
  assert_int_equal(fairu_version_number(), FAIRU_VERSION_NUMBER);
}

/* Headers as old as the promise and as new as the library, whatever the patch. */
static void programs_of_other_headers_are_told(void **state)
{
  (void)state;
  const int minor = FAIRU_VERSION_NUMBER / 100;
  const int served[] = { FAIRU_VERSION_NUMBER, 200, 299, 100 * minor, 100 * minor + 99 };
  const int refused[] = { 199,     100,    0, -1, -200, 100 * (minor + 1), 10000 + FAIRU_VERSION_NUMBER,
                          INT_MAX, INT_MIN };
  for (size_t i = 0; i < sizeof served / sizeof *served; i++)
    assert_int_equal(fairu_version_check(served[i]), FAIRU_OK);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    assert_int_equal(fairu_version_check(refused[i]), FAIRU_ERR_VERSION);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_code_has_its_name_and_a_sentence),
    cmocka_unit_test(unknown_codes_are_answered),
    cmocka_unit_test(the_library_tells_its_version),
    cmocka_unit_test(programs_of_other_headers_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
