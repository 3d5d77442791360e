/* descriptor.h - opening of files. */
#ifndef FAIRU_BASE_DESCRIPTOR_H
#define FAIRU_BASE_DESCRIPTOR_H

#include <sys/types.h>

/* As open(2), over signals; close-on-exec; and never as descriptor 0, 1 or 2: where the host has closed one of them, what is
 * printed to it must not land in our file. -1 and errno on failure. */
int fairu_descriptor__open(const char *path, int flags, mode_t mode);

#endif /* FAIRU_BASE_DESCRIPTOR_H */
