/* report.h - a stand-alone HTML page: sections, text, tables, notes and slots for figures.
 *
 * The page is built in memory and written whole by report_write(). Text is escaped. A figure slot is the line
 * <!-- figure: NAME --> inside <figure data-figure="NAME">; `python3 -m fairu.report DIR` puts the picture there. Until
 * then it shows one sentence that says so.
 */
#ifndef FAIRU_CLI_REPORT_H
#define FAIRU_CLI_REPORT_H

#include "cli.h"

#include <stdio.h>

typedef struct report {
  FILE *stream;
  char *bytes;
  size_t size;
  const char *alignment; /* of the table that is open: one of l r c per column */
  size_t column;
  int lacks; /* a text for which there was no memory */
} report;

void report_begin(report *r, const char *title, const char *subtitle);
void report_section(report *r, const char *title);
void report_paragraph(report *r, const char *format, ...) FAIRU_PRINTF(2, 3);
/* A boxed remark: what a reader must not overlook. */
void report_note(report *r, const char *format, ...) FAIRU_PRINTF(2, 3);
void report_code(report *r, const char *text);

/* heads: column titles separated by '|'; alignment: one letter per column, "lrrc"; kept until report_table_end(). */
void report_table_begin(report *r, const char *caption, const char *heads, const char *alignment);
/* Cells go row by row; a row ends by itself after its last column. */
void report_cell(report *r, const char *format, ...) FAIRU_PRINTF(2, 3);
/* Fixed number of decimals; an em dash where it is not finite. */
void report_cell_number(report *r, double value, int decimals);
/* "0.66 to 0.70"; an em dash where an end is not finite. */
void report_cell_range(report *r, double lower, double upper, int decimals);
void report_table_end(report *r);

void report_figure(report *r, const char *name, const char *caption);

/* Write to directory/name and free; directory NULL: free only. */
int report_write(report *r, cli *c, const char *directory, const char *name);

#endif /* FAIRU_CLI_REPORT_H */
