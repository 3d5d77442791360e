/* soft_counts.c - shares of bins in float. */
#include "classifier/soft_counts.h"

#include <string.h>

#include <fairu/classifier.h>

#define REAL float
#define PASS(name) fairu_pass__##name
#define SOFT(name) fairu_soft_counts__##name
#define ENGINE fairu_engine
#include "classifier/soft_counts_body.h"
