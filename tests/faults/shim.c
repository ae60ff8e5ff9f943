/* Faults on purpose, for tests/faults: loaded before the C library (LD_PRELOAD), it makes the disk of one folder fail, wait
 * or freeze, and moves the clock, from the moment on at which the test writes so into a file that both have mapped.
 *
 *   cc -shared -fPIC -O1 -o shim.so shim.c camera.c -ldl
 *   FAULTS_CONTROL=control FAULTS_FOLDER=/folder LD_PRELOAD=./shim.so program
 *
 * With FAULTS_SYNCED=/other it also copies there each file of that folder, as it stands whenever it was synced: what a power
 * cut leaves at least. Of a folder it notes the names in it.
 *
 * The control file holds two 32-bit numbers: what goes wrong, and by how much. */
#define _GNU_SOURCE
#include "faults.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static struct control none;
struct control *control = &none;
static const char *folder, *synced;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_CONTROL");
    folder = getenv("FAULTS_FOLDER");
    synced = getenv("FAULTS_SYNCED");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) control = mapped;
    close(file);
}

int path_of(int file, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

/* Whether a file is on the disk that has the fault. */
static int on_disk(int file) {
    char path[4096];
    return folder && path_of(file, path, sizeof path) && strncmp(path, folder, strlen(folder)) == 0;
}

/* Copies a file that was just synced; its slashes become per cent signs. Killed meanwhile, the copy before stays. */
static void note_sync(int file) {
    char path[4096], copy[8192], whole[8192], bytes[1 << 16];
    struct stat kind;
    if (!synced || !on_disk(file) || fstat(file, &kind)) return;
    if (!path_of(file, path, sizeof path)) return;
    DIR *names = S_ISDIR(kind.st_mode) ? opendir(path) : NULL;
    int from = names ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0 && !names) return;
    for (char *at = path; *at; at++) if (*at == '/') *at = '%';
    snprintf(whole, sizeof whole, "%s/%s", synced, path);
    snprintf(copy, sizeof copy, "%s.new", whole);
    int to = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t count;
    while (to >= 0 && from >= 0 && (count = read(from, bytes, sizeof bytes)) > 0)
        if (syscall(SYS_write, to, bytes, count) != count) abort();
    for (struct dirent *entry; to >= 0 && names && (entry = readdir(names));) dprintf(to, "%s\n", entry->d_name);
    if (names) closedir(names); else close(from);
    if (to < 0) return;
    close(to);
    rename(copy, whole);
}

static void wait_ms(int milliseconds) {
    struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
    nanosleep(&time, NULL);
}

/* Whether an access fails; it may have to wait first. */
static int fails(int file, int sync) {
    int kind = control->kind;
    if (kind == NONE || kind == CLOCK || !on_disk(file)) return 0;
    if (kind == SYNC_WAITS && sync) wait_ms(control->amount);
    while (control->kind == FREEZES) wait_ms(20);
    return (kind == SYNC_FAILS && sync) || (kind == WRITE_FAILS && !sync);
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define SPOILT(name, sync, ...)                                   \
    {                                                                         \
        REAL(name);                                                           \
        if (fails(file, sync)) { errno = EIO; return -1; }                    \
        __typeof__(real(__VA_ARGS__)) done = real(__VA_ARGS__);               \
        if (sync && done == 0) note_sync(file);                               \
        return done;                                                          \
    }

int fsync(int file) SPOILT(fsync, 1, file)
int fdatasync(int file) SPOILT(fdatasync, 1, file)
int ftruncate(int file, off_t length) SPOILT(ftruncate, 0, file, length)
int ftruncate64(int file, off64_t length) SPOILT(ftruncate64, 0, file, length)
ssize_t write(int file, const void *bytes, size_t count) SPOILT(write, 0, file, bytes, count)
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) SPOILT(pwrite, 0, file, bytes, count, at)
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) SPOILT(pwrite64, 0, file, bytes, count, at)

int clock_gettime(clockid_t which, struct timespec *time) {
    int done = (int)syscall(SYS_clock_gettime, which, time);
    if (done == 0 && which == CLOCK_REALTIME && control->kind == CLOCK) time->tv_sec += control->amount;
    return done;
}
