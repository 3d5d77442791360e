/* message.c - status and message of a context, and the log. */
#include "base/context_private.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

int fairu_text__vformat(char *buffer, size_t size, const char *format, va_list args)
{
  const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  const locale_t before = plain ? uselocale(plain) : (locale_t)0;
  const int length = vsnprintf(buffer, size, format, args);
  if (plain) {
    uselocale(before);
    freelocale(plain);
  }
  return length;
}

int fairu_text__format(char *buffer, size_t size, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  const int length = fairu_text__vformat(buffer, size, format, args);
  va_end(args);
  return length;
}

const char *fairu_context_message(const fairu_context *ctx)
{
  return ctx ? ctx->message : "";
}

int fairu_context_status(const fairu_context *ctx)
{
  return ctx ? ctx->status : FAIRU_ERR_NULL;
}

int fairu_context__fail(fairu_context *ctx, int code, const char *format, ...)
{
  if (!ctx)
    return code;
  char text[FAIRU_MESSAGE_BYTES]; /* an argument may be the present message */
  va_list args;
  va_start(args, format);
  fairu_text__vformat(text, sizeof text, format, args);
  va_end(args);
  memcpy(ctx->message, text, strlen(text) + 1);
  ctx->status = code;
  ctx->n_said++;
  return code;
}

int fairu_context__within(fairu_context *ctx, int code, const char *format, ...)
{
  if (!ctx)
    return code;
  char text[FAIRU_MESSAGE_BYTES];
  va_list args;
  va_start(args, format);
  fairu_text__vformat(text, sizeof text, format, args);
  va_end(args);
  /* a lower layer may have known the place */
  if (strncmp(ctx->message, text, strlen(text)) == 0 && ctx->message[strlen(text)] == ':')
    return code;
  const size_t room = sizeof text - strlen(text);
  if (room > 2) {
    strcat(text, ": ");
    strncat(text, ctx->message, room - 3);
  }
  memcpy(ctx->message, text, strlen(text) + 1);
  ctx->status = code;
  ctx->n_said++;
  return code;
}

uint64_t fairu_context__n_said(const fairu_context *ctx)
{
  return ctx->n_said;
}

int fairu_context_set_log(fairu_context *ctx, int level, fairu_log_fn fn, void *user_data)
{
  if (!ctx)
    return FAIRU_ERR_NULL;
  if (level < FAIRU_LOG_WARNING || level > FAIRU_LOG_DEBUG)
    return fairu_context__fail(ctx, FAIRU_ERR_RANGE, "log level is %d, must be 1 to 3", level);
  ctx->log_level = level;
  ctx->log = fn;
  ctx->log_data = user_data;
  return FAIRU_OK;
}

void fairu_context__log(fairu_context *ctx, int level, const char *format, ...)
{
  fairu_context *root = ctx->root;
  if (!root->log || level > root->log_level)
    return;
  char text[FAIRU_MESSAGE_BYTES];
  va_list args;
  va_start(args, format);
  fairu_text__vformat(text, sizeof text, format, args);
  va_end(args);
  pthread_mutex_lock(&root->mutex);
  root->log(level, text, root->log_data);
  pthread_mutex_unlock(&root->mutex);
}
