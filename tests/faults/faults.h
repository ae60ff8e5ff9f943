/* What the libraries of tests/faults have in common: see shim.c. */
#include <stddef.h>
#include <stdint.h>

enum { NONE, SYNC_FAILS, SYNC_WAITS, FREEZES, WRITE_FAILS, CLOCK, UNPLUGGED, CAMERA_FAILS };

/* What goes wrong, and by how much. */
struct control { volatile int32_t kind, amount; };

extern struct control *control;

/* The path of an open file; whether there is one. */
int path_of(int file, char *path, size_t size);
