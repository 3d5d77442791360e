#include "report.h"

#include "out.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    "body{font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;color:#1d2733;"
    "background:#fff;max-width:62rem;margin:2rem auto;padding:0 1.25rem}\n"
    "h1{font-size:1.9rem;line-height:1.2;margin:0 0 .2rem}\n"
    "h2{font-size:1.3rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid #d8dee6}\n"
    ".subtitle{color:#5a6a7b;margin:0 0 1.5rem}\n"
    "table{border-collapse:collapse;margin:1rem 0 "
    "1.4rem;font-size:.92rem;font-variant-numeric:tabular-nums}\n"
    "caption{caption-side:top;text-align:left;font-weight:600;padding:.2rem 0 .4rem}\n"
    "th,td{padding:.28rem .75rem;border-bottom:1px solid #e4e9ef}\n"
    "thead th{border-bottom:2px solid #8595a6;vertical-align:bottom}\n"
    "tbody tr:nth-child(even){background:#f6f8fa}\n"
    ".l{text-align:left}.r{text-align:right}.c{text-align:center}\n"
    ".scroll{overflow-x:auto}\n"
    ".note{background:#fff8e5;border-left:4px solid #e0a100;padding:.6rem .9rem;margin:1rem 0}\n"
    "pre{background:#f6f8fa;border:1px solid #e4e9ef;padding:.7rem .9rem;overflow-x:auto;font-size:.86rem}\n"
    "figure{margin:1.2rem 0 1.8rem}figure img,figure svg{max-width:100%;height:auto;display:block}\n"
    "figcaption{color:#5a6a7b;font-size:.9rem;margin-top:.35rem}\n"
    ".slot{border:1px dashed #b6c2cf;color:#5a6a7b;padding:.8rem 1rem;margin:0}\n"
    "@media print{body{max-width:none;margin:0}h2,figure,table{break-inside:avoid}}\n";

static void put_escaped(FILE *out, const char *text)
{
  for (; *text; text++) {
    switch (*text) {
    case '&':
      fputs("&amp;", out);
      break;
    case '<':
      fputs("&lt;", out);
      break;
    case '>':
      fputs("&gt;", out);
      break;
    case '"':
      fputs("&quot;", out);
      break;
    default:
      fputc(*text, out);
    }
  }
}

static void put_element(report *r, const char *tag, const char *attributes, const char *text)
{
  if (!r->stream)
    return;
  fprintf(r->stream, "<%s%s>", tag, attributes);
  put_escaped(r->stream, text);
  fprintf(r->stream, "</%s>\n", tag);
}

static void put_formatted(report *r, const char *tag, const char *attributes, const char *format,
                          va_list args)
{
  char *text = NULL;
  if (vasprintf(&text, format, args) < 0)
    text = NULL;
  if (text)
    put_element(r, tag, attributes, text);
  else
    r->lacks = 1; /* report_write() says so */
  free(text);
}

void report_begin(report *r, const char *title, const char *subtitle)
{
  *r = (report){ 0 };
  r->stream = out_stream(&r->bytes, &r->size);
  if (!r->stream)
    return;
  fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n",
        r->stream);
  put_element(r, "title", "", title);
  fprintf(r->stream, "<style>\n%s</style>\n</head>\n<body>\n", style);
  put_element(r, "h1", "", title);
  put_element(r, "p", " class=\"subtitle\"", subtitle);
}

void report_section(report *r, const char *title)
{
  put_element(r, "h2", "", title);
}

void report_paragraph(report *r, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  put_formatted(r, "p", "", format, args);
  va_end(args);
}

void report_note(report *r, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  put_formatted(r, "p", " class=\"note\"", format, args);
  va_end(args);
}

void report_code(report *r, const char *text)
{
  put_element(r, "pre", "", text);
}

static const char *cell_class(char alignment)
{
  return alignment == 'r' ? " class=\"r\"" : alignment == 'c' ? " class=\"c\"" : " class=\"l\"";
}

void report_table_begin(report *r, const char *caption, const char *heads, const char *alignment)
{
  r->alignment = alignment;
  r->column = 0;
  if (!r->stream)
    return;
  fputs("<div class=\"scroll\"><table>\n", r->stream);
  put_element(r, "caption", "", caption);
  fputs("<thead><tr>\n", r->stream);
  for (size_t i = 0; alignment[i]; i++) {
    char head[128];
    size_t length = strcspn(heads, "|");
    snprintf(head, sizeof head, "%.*s", (int)length, heads);
    put_element(r, "th", cell_class(alignment[i]), head);
    heads += heads[length] ? length + 1 : length;
  }
  fputs("</tr></thead>\n<tbody>\n", r->stream);
}

void report_cell(report *r, const char *format, ...)
{
  if (!r->stream)
    return;
  if (r->column == 0)
    fputs("<tr>", r->stream);
  va_list args;
  va_start(args, format);
  put_formatted(r, "td", cell_class(r->alignment[r->column]), format, args);
  va_end(args);
  if (!r->alignment[++r->column]) {
    fputs("</tr>\n", r->stream);
    r->column = 0;
  }
}

void report_cell_number(report *r, double value, int decimals)
{
  if (isfinite(value))
    report_cell(r, "%.*f", decimals, value);
  else
    report_cell(r, "\xe2\x80\x94");
}

void report_cell_range(report *r, double lower, double upper, int decimals)
{
  if (isfinite(lower) && isfinite(upper))
    report_cell(r, "%.*f to %.*f", decimals, lower, decimals, upper);
  else
    report_cell(r, "\xe2\x80\x94");
}

void report_table_end(report *r)
{
  if (r->stream)
    fputs("</tbody></table></div>\n", r->stream);
}

void report_figure(report *r, const char *name, const char *caption)
{
  if (!r->stream)
    return;
  fprintf(r->stream, "<figure data-figure=\"%s\">\n<!-- figure: %s -->\n", name, name);
  fputs("<p class=\"slot\">The picture is drawn by Python: run <code>make deps study</code>, or "
        "<code>python3 -m fairu.report DIR</code> on this folder.</p>\n<!-- end figure -->\n",
        r->stream);
  put_element(r, "figcaption", "", caption);
  fputs("</figure>\n", r->stream);
}

int report_write(report *r, cli *c, const char *directory, const char *name)
{
  if (r->stream)
    fputs("</body>\n</html>\n", r->stream);
  int bad = !r->stream || r->lacks || ferror(r->stream);
  if (r->stream)
    bad = fclose(r->stream) != 0 || bad;
  int status = FAIRU_OK;
  if (directory && bad)
    status = cli_fail(c, FAIRU_ERR_OUT_OF_MEMORY, "%s: out of memory", name);
  else if (directory)
    status = out_file(c, directory, name, r->bytes, r->size);
  free(r->bytes);
  *r = (report){ 0 };
  return status;
}
