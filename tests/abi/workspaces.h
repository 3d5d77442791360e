/* workspaces.h - a workspace, a patch and a patch set for the tables of every function. */
#ifndef FAIRU_TESTS_ABI_WORKSPACES_H
#define FAIRU_TESTS_ABI_WORKSPACES_H

#include "support/support.h"

static const char abi_workspace_text[] =
    "{\"version\":\"1.0.0\",\"channels\":[{\"name\":\"SR\",\"samples\":[{\"name\":\"s\",\"data\":[5,6],"
    "\"modifiers\":["
    "{\"name\":\"mu\",\"type\":\"normfactor\",\"data\":null},"
    "{\"name\":\"n\",\"type\":\"normsys\",\"data\":{\"hi\":1.1,\"lo\":0.9}},"
    "{\"name\":\"h\",\"type\":\"histosys\",\"data\":{\"hi_data\":[6,7],\"lo_data\":[4,5]}},"
    "{\"name\":\"st\",\"type\":\"staterror\",\"data\":[1,1]},"
    "{\"name\":\"ss\",\"type\":\"shapesys\",\"data\":[1,1]}]}]}],"
    "\"observations\":[{\"name\":\"SR\",\"data\":[5,7]}],"
    "\"measurements\":[{\"name\":\"m\",\"config\":{\"poi\":\"mu\",\"parameters\":[{\"name\":\"n\",\"inits\":["
    "0.5]}]}}]}";

static const char abi_patch_text[] =
    "[{\"op\":\"replace\",\"path\":\"/channels/0/samples/0/data/0\",\"value\":5.5}]";

/* The digest is that of the workspace above. */
static const char abi_patchset_text[] =
    "{\"version\":\"1.0.0\",\"metadata\":{\"references\":{\"hepdata\":\"ins1234567\"},"
    "\"digests\":{\"md5\":\"2389af41a06cd7901df3698e2454fc50\"},\"labels\":[\"m\"],\"description\":\"d\"},"
    "\"patches\":[{\"metadata\":{\"name\":\"a\",\"values\":[1300]},\"patch\":[]}]}";

static inline int abi_workspace(fairu_context *ctx, fairu_workspace **out)
{
  return fairu_workspace_parse(ctx, abi_workspace_text, sizeof abi_workspace_text - 1, "w.json", out);
}

/* Written to a file of the temporary folder and read. */
static inline const char *abi_file(char *path, size_t size, const char *name, const char *text)
{
  support_path(path, size, name);
  support_write_file(path, text, strlen(text));
  return path;
}

static inline int abi_patchset(fairu_context *ctx, fairu_patchset **out)
{
  char path[512];
  return fairu_patchset_read(ctx, abi_file(path, sizeof path, "patchset.json", abi_patchset_text), out);
}

#endif /* FAIRU_TESTS_ABI_WORKSPACES_H */
