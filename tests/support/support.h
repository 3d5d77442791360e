/* support.h - what all tests share. Include it instead of cmocka.h. */
#ifndef FAIRU_TESTS_SUPPORT_H
#define FAIRU_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fairu/fairu.h>

/* The call succeeds; the message of ctx is shown if not. */
#define CHECK_OK(ctx, call) support_check_status((ctx), (call), FAIRU_OK, #call, __FILE__, __LINE__)
/* The call fails with exactly this code, and ctx says why (a non-empty message). */
#define CHECK_FAILS(ctx, code, call) support_check_status((ctx), (call), (code), #call, __FILE__, __LINE__)
/* The last message of ctx contains text. */
#define CHECK_SAYS(ctx, text) support_check_says((ctx), (text), __FILE__, __LINE__)
/* |a - b| <= tol, and both finite. */
#define CHECK_NEAR(a, b, tol) support_check_near((a), (b), (tol), #a, __FILE__, __LINE__)
/* |a - b| <= rel * max(|a|, |b|). */
#define CHECK_CLOSE(a, b, rel) support_check_close((a), (b), (rel), #a, __FILE__, __LINE__)

void support_check_status(fairu_context *ctx, int got, int wanted, const char *call, const char *file,
                          int line);
void support_check_says(fairu_context *ctx, const char *text, const char *file, int line);
void support_check_near(double a, double b, double tol, const char *what, const char *file, int line);
void support_check_close(double a, double b, double rel, const char *what, const char *file, int line);

/* A context that the test destroys. */
fairu_context *support_context(void);

/* Run body with an allocator whose 1st, 2nd, ... allocation fails (once, and then from there on) until it succeeds: each failure
 * must return FAIRU_ERR_OUT_OF_MEMORY and afterwards no block may be live. body makes and frees everything through ctx and returns the first
 * status that is not FAIRU_OK. Returns the number of allocation sites tried. With FAIRU_TEST_HOSTILE=all or =nearest in the environment
 * none fails: body runs once, in the host of hostile.h. */
typedef int (*support_body_fn)(fairu_context *ctx, void *data);
size_t support_every_allocation_fails(support_body_fn body, void *data);
/* The same with scratch memory that has no spare room, so that each need for it is an allocation that may fail. */
size_t support_every_need_fails(support_body_fn body, void *data);

/* A fresh directory below the build tree's temporary folder; removed by the runner. */
const char *support_directory(void);
/* directory/name in a buffer of the caller. */
char *support_path(char *buffer, size_t size, const char *name);
void support_write_file(const char *path, const void *bytes, size_t size);
/* Whole file, NUL-terminated; free() it. */
char *support_read_file(const char *path, size_t *size);
/* Both files hold the same bytes. */
void support_check_same_files(const char *a, const char *b);
/* Number of files in a directory (no half-written output left). */
size_t support_count_files(const char *directory);

/* Path of a reference file below FAIRU_DATA (default ../shared/data), NULL if the folder is missing: then call
 * support_skip(), which prints "skipped: no ../shared/data" and skips the test. */
const char *support_data(char *buffer, size_t size, const char *relative);
void support_skip(const char *reason);

#endif /* FAIRU_TESTS_SUPPORT_H */
