/* fairu/version.h - the version of the headers and of the library that is running. */
#ifndef FAIRU_VERSION_H
#define FAIRU_VERSION_H

#define FAIRU_VERSION_MAJOR 0
#define FAIRU_VERSION_MINOR 2
#define FAIRU_VERSION_PATCH 0
#define FAIRU_VERSION_STRING "0.2.0"

/* major * 10000 + minor * 100 + patch of these headers. */
#define FAIRU_VERSION_NUMBER (FAIRU_VERSION_MAJOR * 10000 + FAIRU_VERSION_MINOR * 100 + FAIRU_VERSION_PATCH)

#endif /* FAIRU_VERSION_H */
