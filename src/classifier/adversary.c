/* adversary.c - an adversary on one block, in float. */
#include "classifier/adversary.h"

#include <string.h>

#define REAL float
#define PASS(name) fairu_pass__##name
#define DENSITY(name) fairu_density__##name
#define ADVERSARY(name) fairu_adversary__##name
#define MEMORY fairu_adversary_memory
#define ENGINE fairu_engine
#include "classifier/adversary_body.h"
