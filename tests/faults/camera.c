/* A camera that is none, for tests/faults: /dev/video0 of Linux's video drivers, loaded before the C library with shim.c. It
 * sends the pictures of a file 30 times a second, over and over, until the test says in the control file that it is unplugged
 * (then there is no such device any more) or that it fails (EIO). Plugged in again, it goes on with the next picture.
 *
 * FAULTS_CAMERA names a folder: `dev`, which stands for /dev, has the file `video0`, into which the pictures are written and
 * which is mapped in place of a driver's buffers; `none` stands for /dev without it. `film` holds how wide and how high the
 * pictures are, how many there are, how large the largest is, and then each: its size, 32 bits as all numbers, and a JPEG. */
#define _GNU_SOURCE
#include "faults.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BUFFERS = 8, PERIOD_NS = 33333333 };

struct film { uint32_t width, height, count, largest; unsigned char pictures[]; };

static const char *folder;
static char device[4096];
static const struct film *film;
static const unsigned char *next_picture;
static uint32_t sent;                       /* pictures, since the program began */
static uint32_t queued[BUFFERS], waiting;   /* buffers that the driver has, the oldest first */
static unsigned char *buffers;
static struct timespec due;

static uint32_t room(void) { return (film->largest + 4095) & ~4095u; }

__attribute__((constructor)) static void begin(void) {
    char path[4096];
    struct stat of;
    if (!(folder = getenv("FAULTS_CAMERA"))) return;
    snprintf(device, sizeof device, "%s/dev/video0", folder);
    snprintf(path, sizeof path, "%s/film", folder);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &of)) abort();
    film = mmap(NULL, of.st_size, PROT_READ, MAP_SHARED, file, 0);
    next_picture = film->pictures;
    close(file);
    file = open(device, O_RDWR | O_CLOEXEC);
    if (file < 0 || ftruncate(file, (off_t)BUFFERS * room())) abort();
    buffers = mmap(NULL, (size_t)BUFFERS * room(), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (film == MAP_FAILED || buffers == MAP_FAILED) abort();
}

static int is_camera(int file) {
    char path[4096];
    return folder && path_of(file, path, sizeof path) && strcmp(path, device) == 0;
}

static int refused(int reason) { errno = reason; return -1; }

/* Why nothing can be had of it now; 0 if all is well. */
static int fault(void) {
    return control->kind == UNPLUGGED ? ENODEV : control->kind == CAMERA_FAILS ? EIO : 0;
}

/* Waits for the next picture and writes it into the oldest buffer. */
static int give(struct v4l2_buffer *buffer) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > due.tv_sec + 1) due = now; /* it was not asked for long: no camera sends what it had to send then */
    while (now.tv_sec < due.tv_sec || (now.tv_sec == due.tv_sec && now.tv_nsec < due.tv_nsec)) {
        if (fault()) return refused(fault());
        struct timespec some = { 0, 2000000 };
        nanosleep(&some, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
    }
    due.tv_nsec += PERIOD_NS;
    if (due.tv_nsec >= 1000000000) due.tv_nsec -= 1000000000, due.tv_sec++;
    if (!waiting) return refused(EAGAIN);
    uint32_t size;
    memcpy(&size, next_picture, sizeof size);
    memcpy(buffers + (size_t)queued[0] * room(), next_picture + sizeof size, size);
    next_picture += sizeof size + size;
    if (++sent % film->count == 0) next_picture = film->pictures;
    buffer->index = queued[0], buffer->bytesused = size, buffer->sequence = sent, buffer->field = V4L2_FIELD_NONE;
    memmove(queued, queued + 1, --waiting * sizeof *queued);
    return 0;
}

static void describe(struct v4l2_pix_format *format) {
    *format = (struct v4l2_pix_format){ .width = film->width, .height = film->height, .pixelformat = V4L2_PIX_FMT_MJPEG,
                                        .field = V4L2_FIELD_NONE, .sizeimage = room(), .colorspace = V4L2_COLORSPACE_JPEG };
}

/* What the driver says and does. */
static int asked(unsigned long request, void *about) {
    struct v4l2_capability *able = about;
    struct v4l2_fmtdesc *format = about;
    struct v4l2_frmsizeenum *size = about;
    struct v4l2_frmivalenum *interval = about;
    struct v4l2_buffer *buffer = about;
    if (fault()) return refused(fault());
    switch (request) {
    case VIDIOC_QUERYCAP:
        memset(able, 0, sizeof *able);
        strcpy((char *)able->card, "Camera of the tests");
        able->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        able->capabilities = able->device_caps | V4L2_CAP_DEVICE_CAPS;
        return 0;
    case VIDIOC_ENUM_FMT:
        if (format->index) return refused(EINVAL);
        format->pixelformat = V4L2_PIX_FMT_MJPEG;
        return 0;
    case VIDIOC_ENUM_FRAMESIZES:
        if (size->index) return refused(EINVAL);
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE, size->discrete.width = film->width, size->discrete.height = film->height;
        return 0;
    case VIDIOC_ENUM_FRAMEINTERVALS:
        if (interval->index) return refused(EINVAL);
        interval->type = V4L2_FRMIVAL_TYPE_DISCRETE, interval->discrete = (struct v4l2_fract){ 1, 30 };
        return 0;
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT:
        describe(&((struct v4l2_format *)about)->fmt.pix);
        return 0;
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM:
        ((struct v4l2_streamparm *)about)->parm.capture.timeperframe = (struct v4l2_fract){ 1, 30 };
        return 0;
    case VIDIOC_REQBUFS:
        if (((struct v4l2_requestbuffers *)about)->count > BUFFERS) ((struct v4l2_requestbuffers *)about)->count = BUFFERS;
        waiting = 0;
        return 0;
    case VIDIOC_QUERYBUF:
        buffer->length = room(), buffer->m.offset = buffer->index * room();
        return 0;
    case VIDIOC_QBUF:
        if (waiting == BUFFERS) return refused(EINVAL);
        queued[waiting++] = buffer->index;
        return 0;
    case VIDIOC_DQBUF: return give(buffer);
    case VIDIOC_STREAMON: clock_gettime(CLOCK_MONOTONIC, &due); return 0;
    case VIDIOC_STREAMOFF: waiting = 0; return 0;
    default: return refused(EINVAL); /* it has no controls */
    }
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* v4l calls the system so. */
long syscall(long number, ...) {
    static long (*real)(long, ...);
    if (!real) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    va_list all;
    long is[6];
    va_start(all, number);
    for (int i = 0; i < 6; i++) is[i] = va_arg(all, long);
    va_end(all);
    if (number == SYS_ioctl && is_camera((int)is[0])) return asked((uint32_t)is[1], (void *)is[2]);
    return real(number, is[0], is[1], is[2], is[3], is[4], is[5]);
}

int open(const char *path, int flags, ...) {
    REAL(open);
    va_list all;
    va_start(all, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(all, int) : 0;
    va_end(all);
    if (!folder || strcmp(path, "/dev/video0") != 0) return real(path, flags, mode);
    return control->kind == UNPLUGGED ? refused(ENOENT) : real(device, flags, mode);
}

DIR *opendir(const char *path) {
    REAL(opendir);
    char instead[4096];
    if (!folder || strcmp(path, "/dev") != 0) return real(path);
    snprintf(instead, sizeof instead, "%s/%s", folder, control->kind == UNPLUGGED ? "none" : "dev");
    return real(instead);
}
