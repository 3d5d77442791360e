/* status.c - names and sentences of status codes, and the version that runs. */
#include <fairu/base.h>

typedef struct status_entry {
  int code;
  const char *name;
  const char *text;
} status_entry;

#define ENTRY(code, text)                                                                                    \
  {                                                                                                          \
    code, #code, text                                                                                        \
  }

static const status_entry statuses[] = {
  ENTRY(FAIRU_OK, "no error"),
  ENTRY(FAIRU_ERR_NULL, "a required pointer is NULL"),
  ENTRY(FAIRU_ERR_ARGUMENT, "an option or choice has no meaning here"),
  ENTRY(FAIRU_ERR_STRUCT_SIZE, "struct_size is too small, or unknown fields are set"),
  ENTRY(FAIRU_ERR_SHAPE, "a length or dimension does not fit"),
  ENTRY(FAIRU_ERR_RANGE, "a number is outside its allowed range"),
  ENTRY(FAIRU_ERR_NON_FINITE, "a number is NaN or infinite"),
  ENTRY(FAIRU_ERR_NOT_FOUND, "no column, process, nuisance or parameter of that name"),
  ENTRY(FAIRU_ERR_DUPLICATE, "a name or id occurs twice"),
  ENTRY(FAIRU_ERR_EMPTY, "there is nothing to work on"),
  ENTRY(FAIRU_ERR_OUT_OF_MEMORY, "out of memory"),
  ENTRY(FAIRU_ERR_LIMIT, "a limit would be exceeded"),
  ENTRY(FAIRU_ERR_CANCELLED, "the work was cancelled"),
  ENTRY(FAIRU_ERR_DEADLINE, "the deadline has passed"),
  ENTRY(FAIRU_ERR_CALLBACK, "a callback asked to stop or failed"),
  ENTRY(FAIRU_ERR_THREAD, "a worker thread could not be started"),
  ENTRY(FAIRU_ERR_IO, "the system refused to open, read, write or rename a file"),
  ENTRY(FAIRU_ERR_FORMAT, "the bytes are not what the format asks for"),
  ENTRY(FAIRU_ERR_TRUNCATED, "the file ends too early"),
  ENTRY(FAIRU_ERR_CHECKSUM, "the content does not match its checksum"),
  ENTRY(FAIRU_ERR_VERSION, "the file was written by a newer format version"),
  ENTRY(FAIRU_ERR_UNSUPPORTED, "valid, but not something this library does"),
  ENTRY(FAIRU_ERR_NEGATIVE_YIELD, "an expected yield is not positive where it must be"),
  ENTRY(FAIRU_ERR_NEGATIVE_WEIGHT, "a weight is negative where only weights >= 0 have a meaning"),
  ENTRY(FAIRU_ERR_NOT_CONVERGED, "the search did not converge; the best state so far is given"),
  ENTRY(FAIRU_ERR_NOT_POSITIVE_DEFINITE, "a curvature matrix is not positive definite"),
  ENTRY(FAIRU_ERR_FLAT, "the likelihood does not depend on a free parameter"),
  ENTRY(FAIRU_ERR_INTERNAL, "a bug in libfairu; please report it"),
};

static const status_entry *find(int status)
{
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
    if (statuses[i].code == status)
      return &statuses[i];
  return NULL;
}

const char *fairu_status_name(int status)
{
  const status_entry *entry = find(status);
  return entry ? entry->name : "FAIRU_ERR_?";
}

const char *fairu_status_text(int status)
{
  const status_entry *entry = find(status);
  return entry ? entry->text : "unknown status code";
}

int fairu_version_number(void)
{
  return FAIRU_VERSION_NUMBER;
}

const char *fairu_version_string(void)
{
  return FAIRU_VERSION_STRING;
}

/* Major and minor version of the first headers that this library still serves: those of its soname's first promise, 0.2. */
enum { FIRST_SERVED = 2 };

int fairu_version_check(int number)
{
  return number / 100 >= FIRST_SERVED && number / 100 <= FAIRU_VERSION_NUMBER / 100 ? FAIRU_OK
                                                                                    : FAIRU_ERR_VERSION;
}
