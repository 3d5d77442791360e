/* out.h - files the program writes: whole or not at all, the same bytes for the same values. */
#ifndef FAIRU_CLI_OUT_H
#define FAIRU_CLI_OUT_H

#include "cli.h"

#include <jansson.h>
#include <stdio.h>

enum { OUT_PATH = 4096, OUT_NUMBER = 32 };

/* directory/name in path [OUT_PATH]. FAIRU_ERR_LIMIT if it does not fit. */
int out_path(cli *c, char *path, const char *directory, const char *name);

/* Before long work whose result goes to `path`: could a file be made there? "-" is standard output. */
int out_target(cli *c, const char *path);

/* Make a directory and those above it, as `mkdir -p`. */
int out_directory(cli *c, const char *path);

/* Write bytes to directory/name: temporary name, fsync, rename; as gzip where the name ends in ".gz". */
int out_file(cli *c, const char *directory, const char *name, const void *bytes, size_t size);

/* Take directory/name away if it is there. */
int out_remove(cli *c, const char *directory, const char *name);

/* Shortest decimal text [OUT_NUMBER] that reads back to the same double; "nan", "inf", "-inf". */
char *out_number(char text[OUT_NUMBER], double value);

/* A stream into memory, to be freed after fclose(): as open_memstream(), which loses text without an error where memory ends. NULL: no memory. */
FILE *out_stream(char **bytes, size_t *size);

/* A CSV file in memory: a header, then cells row by row. Failures of memory are found by out_csv_write(). */
typedef struct out_csv {
  FILE *stream;
  char *bytes;
  size_t size;
  int column; /* next cell of the row */
} out_csv;

void out_csv_begin(out_csv *csv, const char *header); /* "method,z_true,nll" */
void out_csv_text(out_csv *csv, const char *text);    /* quoted where needed */
void out_csv_number(out_csv *csv, double value);
void out_csv_numbers(out_csv *csv, const double *values, size_t n);
void out_csv_end_row(out_csv *csv);
/* Write to directory/name and free; directory NULL: free only. */
int out_csv_write(out_csv *csv, cli *c, const char *directory, const char *name);
/* The same on standard output. */
int out_csv_print(out_csv *csv, cli *c);

/* Once, before any JSON: what there is no memory for makes out_json_write() and out_json_print() fail. */
void out_json_begin(void);
/* There was no memory for some JSON since then: what was read is not whole, either. */
int out_json_lacks(void);
/* A JSON number, null where it is not finite (JSON has no NaN). */
json_t *out_json_number(double value);
/* A JSON text; what is not UTF-8 goes in with '?' for each byte that is not ASCII. */
json_t *out_json_text(const char *text);
json_t *out_json_numbers(const double *values, size_t n);
/* object[name] = value, taking the reference; keys keep the order in which they were set. */
void out_json_set(json_t *object, const char *name, json_t *value);
void out_json_set_count(json_t *object, const char *name, uint64_t n);
/* Write to directory/name (the reference stays with the caller). NULL parts were refused by jansson: FAIRU_ERR_OUT_OF_MEMORY. */
int out_json_write(const json_t *root, cli *c, const char *directory, const char *name);
/* The same on standard output. */
int out_json_print(const json_t *root, cli *c);

#endif /* FAIRU_CLI_OUT_H */
