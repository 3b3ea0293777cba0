/* The C ABI of stone-smart: finds the disks of a host, reads their SMART data, and makes an anonymous report of them.
 *
 * Made of src/ffi by cbindgen; tests/ffi_header.rs writes it anew (STONE_WRITE_HEADER=1).
 *
 *   stone_devices *devices;                  stone_round *round;                 stone_result *result;
 *   stone_devices_all(&devices);             stone_round_start(devices, NULL, &round);
 *   while (stone_round_next(round, UINT64_MAX, &result) == STONE_STATUS_OK) { ...; stone_result_free(result); }
 *
 * Handles. Every handle is opaque. A function that gives one through `T **out` gives it to the caller, who gives it back with
 * stone_T_free, once; one through `const T **out` is lent, lives as long as what it was taken from, and is not given back.
 * A parameter `const T *` is lent for the call, `T *` of a free function is given back. Where `out` is given nothing, it is
 * as it was.
 *
 * Outcomes. Functions return a stone_status; 0 is success. stone_last_error has the words, for each thread. A NULL handle is
 * STONE_STATUS_NULL_POINTER, never a crash; a handle that was given back is not known as such.
 *
 * Threads. Handles that are lent as `const` may be used by several threads at once. Setters of stone_options and all
 * functions that give back need the handle for themselves.
 *
 * The process. The library never exits, touches no signal handler, lets no panic or exception out, and prints nothing: only a
 * worker that fails, or a fault of the library itself, is heard on standard error. Its threads block all signals. The
 * process must not ignore SIGCHLD (SIG_IGN), or worker and smartctl are taken to be stuck. No function waits longer than it is told
 * to: only stone_round_next and stone_collect wait for disks at all.
 *
 * Language. C99 or newer, or C++.
 *
 * Text is UTF-8: what the library lends has a length and no NUL (stone_str); what it is given is NUL-terminated. */

#ifndef STONE_SMART_H
#define STONE_SMART_H

#include <stddef.h>
#include <stdint.h>

/** Version of the library that this header came with. stone_version has that of the library that is loaded. */
#define STONE_VERSION "0.1.0"

/** One value of a record. It is lent, and lives as long as the record; threads may share it. */
typedef struct stone_value stone_value;

/**
 * Version of the ABI that the header describes. It grows when functions or numbers are added; what is there stays. A change
 * that breaks programs has a new SONAME instead.
 */
#define STONE_ABI_VERSION 1

/**
 * Length of a secret in bytes.
 */
#define STONE_SECRET_LEN 32

/**
 * What became of a call, or of a disk. A number is never used again for another meaning; a program must expect numbers
 * that its header does not have.
 */
enum stone_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It is done.
     */
    STONE_STATUS_OK = 0,
    /**
     * There are no more: the iteration is over, or all disks have had their results.
     */
    STONE_STATUS_END = 1,
    /**
     * The time of this call is over and nothing has come. Ask again.
     */
    STONE_STATUS_TIMEOUT = 2,
    /**
     * There is no such value. Absent is not 0.
     */
    STONE_STATUS_ABSENT = 3,
    /**
     * There is such a value, but it is of another type, or too large for the one asked for.
     */
    STONE_STATUS_WRONG_TYPE = 4,
    /**
     * A pointer is NULL that must not be.
     */
    STONE_STATUS_NULL_POINTER = 10,
    /**
     * An argument has no meaning: a number out of its range, text that is not UTF-8.
     */
    STONE_STATUS_INVALID_ARGUMENT = 11,
    /**
     * There is no such device, file or folder.
     */
    STONE_STATUS_NOT_FOUND = 12,
    /**
     * The system does not permit it: reading disks takes root, or CAP_SYS_RAWIO and CAP_SYS_ADMIN.
     */
    STONE_STATUS_PERMISSION = 13,
    /**
     * It is a device, but no physical disk and not made of any.
     */
    STONE_STATUS_NOT_A_DISK = 14,
    /**
     * The system reports another error of input or output.
     */
    STONE_STATUS_IO = 15,
    /**
     * The text is not the JSON of a record.
     */
    STONE_STATUS_NOT_A_RECORD = 16,
    /**
     * The secret behind the pseudonyms cannot be used as it is.
     */
    STONE_STATUS_SECRET = 17,
    /**
     * Of a disk: it has no SMART data, as a virtual disk or a logical disk of a RAID controller.
     */
    STONE_STATUS_NO_SMART = 30,
    /**
     * Of a disk: it sleeps, and was left asleep as it was asked for. Nothing is wrong.
     */
    STONE_STATUS_ASLEEP = 31,
    /**
     * Of a disk: it does not say who it is.
     */
    STONE_STATUS_NOT_IDENTIFIED = 32,
    /**
     * Of a disk: it did not answer in time, and is left alone.
     */
    STONE_STATUS_DEADLINE = 33,
    /**
     * Of a disk: the time for all disks was over.
     */
    STONE_STATUS_ROUND_OVER = 34,
    /**
     * Of a disk: the round was cancelled before it was read.
     */
    STONE_STATUS_CANCELLED = 35,
    /**
     * Of a disk: another logical unit of the same drive hangs.
     */
    STONE_STATUS_SAME_DRIVE = 36,
    /**
     * Of a disk: it hung before, and is not asked yet: something of this process is still stuck in it, or it is remembered
     * (stone_options_set_quarantine).
     */
    STONE_STATUS_QUARANTINED = 37,
    /**
     * Of a disk: smartctl failed, is missing, or is too old.
     */
    STONE_STATUS_SMARTCTL = 38,
    /**
     * Of a disk: the worker process cannot be started, or is at fault.
     */
    STONE_STATUS_WORKER = 39,
    /**
     * Of a disk: the system grants no thread.
     */
    STONE_STATUS_NO_THREAD = 40,
    /**
     * Of a disk: it could not be read for another reason, which its error tells.
     */
    STONE_STATUS_UNREADABLE = 41,
    /**
     * This library is at fault. Please report it.
     */
    STONE_STATUS_INTERNAL = 99,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_status stone_status;
#else
typedef int32_t stone_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How disks are reached: the numbers of stone_backend.
 */
enum stone_backend
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Natively where there is a way in, by smartctl otherwise. The default.
     */
    STONE_BACKEND_AUTO = 0,
    /**
     * By ioctl.
     */
    STONE_BACKEND_NATIVE = 1,
    /**
     * By smartctl 7.0 or newer.
     */
    STONE_BACKEND_SMARTCTL = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_backend stone_backend;
#else
typedef int32_t stone_backend;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which sleeping disks are left asleep: the numbers of stone_asleep.
 */
enum stone_asleep
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * All disks are read, and may wake. The default.
     */
    STONE_ASLEEP_READ_ALL = 0,
    /**
     * Those in sleep are left.
     */
    STONE_ASLEEP_SLEEP = 1,
    /**
     * Those in standby or deeper.
     */
    STONE_ASLEEP_STANDBY = 2,
    /**
     * Those in idle or deeper.
     */
    STONE_ASLEEP_IDLE = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_asleep stone_asleep;
#else
typedef int32_t stone_asleep;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How much disks are asked for: the numbers of stone_extent.
 */
enum stone_extent
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * All that they have. The default.
     */
    STONE_EXTENT_WHOLE = 0,
    /**
     * The same, and Seagate's Field Accessible Reliability Metrics, which are long.
     */
    STONE_EXTENT_WITH_FARM = 1,
    /**
     * Health, temperature and counters, in at most 8 commands.
     */
    STONE_EXTENT_QUICK = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_extent stone_extent;
#else
typedef int32_t stone_extent;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Who sends the commands: the numbers of stone_reader.
 */
enum stone_reader
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The worker where its program is there and says that it is one, of the version of this library; threads otherwise. The
     * default.
     */
    STONE_READER_AUTO = 0,
    /**
     * A worker process, the program `stone`. One that hangs in the kernel with a disk is left behind as a whole.
     */
    STONE_READER_WORKER = 1,
    /**
     * Threads of this process, one for a drive at a time. One that hangs in the kernel with a disk is left behind as well, but
     * this process cannot end before the kernel gives the disk up; as long as it hangs, further rounds do not ask that disk
     * (STONE_STATUS_QUARANTINED).
     */
    STONE_READER_THREADS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_reader stone_reader;
#else
typedef int32_t stone_reader;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Facts that are text: the numbers of stone_device_fact, for stone_device_text.
 */
enum stone_device_fact
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Kernel name: `sda`, `nvme0`.
     */
    STONE_DEVICE_FACT_NAME = 0,
    /**
     * Its node, or the folder of its dump; of a disk behind a MegaRAID controller the name that leads to it.
     */
    STONE_DEVICE_FACT_PATH = 1,
    /**
     * How it is attached: `sata`, `sas`, `nvme`, `usb`, `virtio`, `raid`, `unknown`.
     */
    STONE_DEVICE_FACT_LINK = 2,
    /**
     * Vendor, without padding. Absent for NVMe.
     */
    STONE_DEVICE_FACT_VENDOR = 3,
    /**
     * Model, without padding.
     */
    STONE_DEVICE_FACT_MODEL = 4,
    /**
     * Firmware revision.
     */
    STONE_DEVICE_FACT_REVISION = 5,
    /**
     * Serial number. An identifier.
     */
    STONE_DEVICE_FACT_SERIAL = 6,
    /**
     * World Wide Name as udev writes it: `0x5000c500a1b2c3d4`. An identifier.
     */
    STONE_DEVICE_FACT_WWN = 7,
    /**
     * Id by the cluster's rules: `VENDOR_MODEL_SERIAL`. An identifier.
     */
    STONE_DEVICE_FACT_DEVICE_ID = 8,
    /**
     * Driver of the host adapter: `ahci`.
     */
    STONE_DEVICE_FACT_DRIVER = 9,
    /**
     * PCI address of the host adapter: `0000:00:1f.2`.
     */
    STONE_DEVICE_FACT_ADDRESS = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_device_fact stone_device_fact;
#else
typedef int32_t stone_device_fact;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Facts that are numbers: the numbers of stone_device_figure, for stone_device_number.
 */
enum stone_device_figure
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Size in bytes, of all namespaces together for NVMe.
     */
    STONE_DEVICE_FIGURE_SIZE = 0,
    /**
     * Logical block size in bytes.
     */
    STONE_DEVICE_FIGURE_LOGICAL_BLOCK = 1,
    /**
     * Physical block size in bytes.
     */
    STONE_DEVICE_FIGURE_PHYSICAL_BLOCK = 2,
    /**
     * 1: it rotates; 0: it does not.
     */
    STONE_DEVICE_FIGURE_ROTATIONAL = 3,
    /**
     * 1: its medium can be taken out; 0: it cannot.
     */
    STONE_DEVICE_FIGURE_REMOVABLE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_device_figure stone_device_figure;
#else
typedef int32_t stone_device_figure;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Facts that are several texts: the numbers of stone_device_names, for stone_device_list.
 */
enum stone_device_names
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Daemons that keep their data on it: `osd.3`.
     */
    STONE_DEVICE_NAMES_DAEMONS = 0,
    /**
     * Names under /dev/disk/by-id. Identifiers.
     */
    STONE_DEVICE_NAMES_BY_ID = 1,
    /**
     * Names under /dev/disk/by-path.
     */
    STONE_DEVICE_NAMES_BY_PATH = 2,
    /**
     * Nodes of the namespaces of an NVMe controller: `/dev/nvme0n1`.
     */
    STONE_DEVICE_NAMES_NAMESPACES = 3,
    /**
     * Further paths to the same disk, behind multipath: kernel names.
     */
    STONE_DEVICE_NAMES_OTHER_PATHS = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_device_names stone_device_names;
#else
typedef int32_t stone_device_names;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a value is: the numbers of stone_kind, for stone_value_kind.
 */
enum stone_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * A hole in an array.
     */
    STONE_KIND_NULL = 0,
    /**
     * True or false.
     */
    STONE_KIND_BOOL = 1,
    /**
     * A whole number from 0 to 2^64 - 1.
     */
    STONE_KIND_UNSIGNED = 2,
    /**
     * A whole number below 0, from -2^63 on.
     */
    STONE_KIND_SIGNED = 3,
    /**
     * A whole number of 2^64 or more. Its digits are beside it, under its key with `_s`.
     */
    STONE_KIND_WIDE = 4,
    /**
     * A number with a fraction.
     */
    STONE_KIND_FLOAT = 5,
    /**
     * Text.
     */
    STONE_KIND_TEXT = 6,
    /**
     * An array.
     */
    STONE_KIND_ARRAY = 7,
    /**
     * An object.
     */
    STONE_KIND_OBJECT = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_kind stone_kind;
#else
typedef int32_t stone_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What became of a section: the numbers of stone_section_outcome.
 */
enum stone_section_outcome
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It is one that this library does not know: the record is of another version.
     */
    STONE_SECTION_OUTCOME_UNKNOWN = 0,
    /**
     * Asked for, answered, decoded.
     */
    STONE_SECTION_OUTCOME_OK = 1,
    /**
     * The device has no such section: nothing is wrong.
     */
    STONE_SECTION_OUTCOME_UNSUPPORTED = 2,
    /**
     * The device answered with an error.
     */
    STONE_SECTION_OUTCOME_FAILED = 3,
    /**
     * No answer within the time-out of the command.
     */
    STONE_SECTION_OUTCOME_TIMED_OUT = 4,
    /**
     * The device answered with bytes that are not the section.
     */
    STONE_SECTION_OUTCOME_MALFORMED = 5,
    /**
     * Not asked any more: an earlier command got no answer, or the deadline had passed.
     */
    STONE_SECTION_OUTCOME_NOT_ASKED = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum stone_section_outcome stone_section_outcome;
#else
typedef int32_t stone_section_outcome;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Makes records anonymous. Nothing changes in it: threads may share it.
 */
typedef struct stone_anonymiser stone_anonymiser;

/**
 * One disk of a list. It lives as long as the list, and threads may share it.
 */
typedef struct stone_device stone_device;

/**
 * Disks, each once, in an order that stays. Nothing changes in it: threads may share it.
 */
typedef struct stone_devices stone_devices;

/**
 * How disks are read. One thread at a time may set them; what is set later does not change a round that has begun.
 */
typedef struct stone_options stone_options;

/**
 * What came of one disk. The caller owns it: stone_result_free. Nothing changes in it: threads may share it.
 */
typedef struct stone_result stone_result;

/**
 * A record: smartctl's JSON of a disk, and more of it under `stone`. Nothing changes in it: threads may share it.
 */
typedef struct stone_record stone_record;

/**
 * A device report that grows. Threads may share it: records may be added at the same time.
 */
typedef struct stone_report stone_report;

/**
 * Disks that are being read. Threads may share it: all its functions may be called at the same time, but for
 * stone_round_free.
 */
typedef struct stone_round stone_round;

/**
 * Text that the caller owns, to be given back with stone_text_free. Threads may share it.
 */
typedef struct stone_text stone_text;

/**
 * Text that the library lends: `len` bytes of UTF-8 at `data`, without a NUL at their end. It is valid as long as the
 * handle it was taken from. Where there is none, `data` is NULL and `len` 0.
 */
typedef struct stone_str {
    /**
     * The first byte, or NULL.
     */
    const char *data;
    /**
     * Number of bytes.
     */
    size_t len;
} stone_str;

/**
 * Is called with each result, which is lent for the call, and with what the caller gave. 0: go on; anything else: cancel the
 * round. It must not throw nor jump out.
 */
typedef int (*stone_result_callback)(const struct stone_result *result, void *data);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Version of the ABI of the library that is loaded. A program that was built with a header of a later STONE_ABI_VERSION may
 * lack functions in it.
 */
uint32_t stone_abi_version(void);

/**
 * Version of the library that is loaded, `0.1.0`, NUL-terminated. It lives as long as the library is loaded.
 */
const char *stone_version(void);

/**
 * A few words about a status, in English, NUL-terminated; never NULL. They live as long as the library is loaded.
 */
const char *stone_status_text(int32_t status);

/**
 * Why the last call of this thread that failed did so: what failed and all its causes, in English, NUL-terminated. NULL if
 * none has failed yet. It is valid until another call of this thread fails, or the thread ends.
 *
 * Only what is wrong counts: not STONE_STATUS_END, STONE_STATUS_TIMEOUT, STONE_STATUS_ABSENT and STONE_STATUS_WRONG_TYPE.
 * Why a disk could not be read is in its result. No message holds a serial number.
 */
const char *stone_last_error(void);

/**
 * The text. It is valid until stone_text_free.
 */
stone_status stone_text_str(const struct stone_text *text, struct stone_str *out);

/**
 * Gives the text back. NULL is let pass.
 */
void stone_text_free(struct stone_text *text);

/**
 * New options, all as they are unless said otherwise. The caller owns them: stone_options_free.
 */
stone_status stone_options_new(struct stone_options **out);

/**
 * Gives options back. NULL is let pass. Rounds that have begun with them go on.
 */
void stone_options_free(struct stone_options *options);

/**
 * Disks read at the same time; 0: all of them, up to 1024 (the default).
 */
stone_status stone_options_set_jobs(struct stone_options *options, uint32_t jobs);

/**
 * Disks read at the same time behind one SCSI host, an adapter with all its expanders: at least 1 (the default: 512).
 */
stone_status stone_options_set_per_host(struct stone_options *options,
                                        uint32_t disks);

/**
 * Disks read at the same time behind one SAS expander: at least 1 (the default: 256).
 */
stone_status stone_options_set_per_expander(struct stone_options *options, uint32_t disks);

/**
 * Time-out of one command in milliseconds (the default: 15000, for a sleeping disk needs as long to spin up).
 */
stone_status stone_options_set_command_timeout(struct stone_options *options,
                                               uint64_t millis);

/**
 * Time for one disk in milliseconds, from its own start on (the default: 60000).
 */
stone_status stone_options_set_disk_deadline(struct stone_options *options, uint64_t millis);

/**
 * Time for all disks of a round together in milliseconds, from stone_round_start on (the default: 600000).
 */
stone_status stone_options_set_round_deadline(struct stone_options *options,
                                              uint64_t millis);

/**
 * How disks are reached: a number of stone_backend.
 */
stone_status stone_options_set_backend(struct stone_options *options, int32_t backend);

/**
 * Which sleeping disks are left asleep: a number of stone_asleep. Their status is STONE_STATUS_ASLEEP.
 */
stone_status stone_options_set_asleep(struct stone_options *options,
                                      int32_t asleep);

/**
 * How much disks are asked for: a number of stone_extent.
 */
stone_status stone_options_set_extent(struct stone_options *options, int32_t extent);

/**
 * Who sends the commands: a number of stone_reader.
 */
stone_status stone_options_set_reader(struct stone_options *options, int32_t reader);

/**
 * The program that is the worker: `stone` of the same version as this library (the default: /usr/lib/stone-smart/stone-worker,
 * or /usr/bin/stone where that is not there).
 *
 * # Safety
 * `program` is a NUL-terminated path. It is copied.
 */
stone_status stone_options_set_worker(struct stone_options *options,
                                      const char *program);

/**
 * The smartctl to use: a path, or a name that is looked up in PATH (the default: smartctl).
 *
 * # Safety
 * `program` is NUL-terminated. It is copied.
 */
stone_status stone_options_set_smartctl(struct stone_options *options, const char *program);

/**
 * The folder in which disks that hung are remembered, as the program does in /var/lib/stone: they are left alone for a growing
 * time, with STONE_STATUS_QUARANTINED. NULL: nothing is remembered (the default). It works with the worker only.
 *
 * The folder is made if it is not there. Where nothing can be written into it, the status says so (STONE_STATUS_PERMISSION,
 * STONE_STATUS_IO), and the options are as they were. When the last result of a round is there, its disks that hung are
 * remembered.
 *
 * # Safety
 * `folder` is NULL or a NUL-terminated path. It is copied.
 */
stone_status stone_options_set_quarantine(struct stone_options *options,
                                          const char *folder);

/**
 * Who would send the commands of a round with these options: STONE_READER_WORKER or STONE_READER_THREADS. With
 * STONE_READER_AUTO a program that is not known yet is started to see whether it is a worker, for a second at most.
 */
stone_status stone_options_reader(const struct stone_options *options,
                                  int32_t *out);

/**
 * A fact that is text: `which` is a number of stone_device_fact. STONE_STATUS_ABSENT: it is not known. The text lives as long
 * as the device; what is not UTF-8 of a path is not given.
 */
stone_status stone_device_text(const struct stone_device *device,
                               int32_t which,
                               struct stone_str *out);

/**
 * A fact that is a number: `which` is a number of stone_device_figure. STONE_STATUS_ABSENT: it is not known, and `out` is as
 * it was.
 */
stone_status stone_device_number(const struct stone_device *device,
                                 int32_t which,
                                 uint64_t *out);

/**
 * One of several texts, from `index` 0 on: `which` is a number of stone_device_names. STONE_STATUS_END: there are no more. The
 * text lives as long as the device.
 */
stone_status stone_device_list(const struct stone_device *device,
                               int32_t which,
                               size_t index,
                               struct stone_str *out);

/**
 * Number of the NVMe namespace that was named when the disk was looked for. STONE_STATUS_ABSENT: none was.
 */
stone_status stone_device_named_namespace(const struct stone_device *device,
                                          uint32_t *out);

/**
 * All physical disks of this host, in natural order of their names: whole disks only, behind multipath each once. Virtual
 * disks are among them, which have no SMART data. No command is sent to a disk.
 *
 * The caller owns the list: stone_devices_free. For disks behind MegaRAID controllers see stone_devices_scan.
 */
stone_status stone_devices_all(struct stone_devices **out);

/**
 * The same, and disks behind MegaRAID controllers that have no node, in place of the logical disks they make up. The controllers
 * are asked by the worker of the options (which may be NULL), for 15 seconds at most; no command is sent to a disk. `silent` is how
 * many of them did not tell their disks: without the program for the worker, all. It may be NULL.
 *
 * The caller owns the list: stone_devices_free.
 */
stone_status stone_devices_scan(const struct stone_options *options,
                                size_t *silent,
                                struct stone_devices **out);

/**
 * The disks that `count` paths lead to, each once: of a node, a partition, a volume, a symbolic link; the folder of a dump
 * stands for its recorded disk. No command is sent to a disk. Where one path fails, all of it does.
 *
 * The caller owns the list: stone_devices_free.
 *
 * # Safety
 * `paths` are `count` NUL-terminated paths. They are copied.
 */
stone_status stone_devices_find(const char *const *paths,
                                size_t count,
                                struct stone_devices **out);

/**
 * The recorded disks in a folder, by name; the folder of a dump itself is one. A dump is a folder with `device.conf`, as
 * `stone device dump` writes it.
 *
 * The caller owns the list: stone_devices_free.
 *
 * # Safety
 * `folder` is a NUL-terminated path. It is copied.
 */
stone_status stone_devices_recorded(const char *folder,
                                    struct stone_devices **out);

/**
 * Number of disks; 0 where `devices` is NULL.
 */
size_t stone_devices_count(const struct stone_devices *devices);

/**
 * The disk of number `index`, from 0 on. STONE_STATUS_END: there are no more. It is lent, and lives as long as the list.
 */
stone_status stone_devices_at(const struct stone_devices *devices,
                              size_t index,
                              const struct stone_device **out);

/**
 * Gives the list back. NULL is let pass. Rounds that have begun with it go on, and what they lend of it stays.
 */
void stone_devices_free(struct stone_devices *devices);

/**
 * Begins to read the disks of a list, all at once or as the options say, and returns at once: the results are taken with
 * stone_round_next. `options` may be NULL: then everything is as it is unless said otherwise.
 *
 * The caller owns the round: stone_round_free. The list and the options may be given back before. A process that forks
 * must not use a round in the child.
 */
stone_status stone_round_start(const struct stone_devices *devices,
                               const struct stone_options *options,
                               struct stone_round **out);

/**
 * Waits for the next result, at most so many milliseconds (0: it looks only), and never longer than about a second beyond the
 * deadline of the round. Results come as the disks end, each disk has exactly one, whatever happens to it.
 *
 * STONE_STATUS_OK: the caller owns `*out`: stone_result_free. STONE_STATUS_TIMEOUT: nothing has come yet.
 * STONE_STATUS_END: all disks have had their results. In both, `out` is as it was.
 */
stone_status stone_round_next(const struct stone_round *round,
                              uint64_t millis,
                              struct stone_result **out);

/**
 * A descriptor for poll, epoll or select: it can be read from while stone_round_next need not wait, also when the round is at
 * its end. It belongs to the round: nobody else reads from it or closes it. The deadline of the round does not make it
 * readable by itself: stone_round_next has to be called then.
 */
stone_status stone_round_descriptor(const struct stone_round *round,
                                    int *out);

/**
 * Ends the round at once: each disk that has had no result has one of STONE_STATUS_CANCELLED. Who waits in stone_round_next
 * returns. It may be called by any thread, and again.
 *
 * A worker is ended within a fraction of a second. With threads no other disk is begun; commands that are under way cannot be
 * called back, and end in the background, at the latest with the deadline of the disk.
 */
stone_status stone_round_cancel(const struct stone_round *round);

/**
 * Cancels the round and gives it back, without waiting for anything. NULL is let pass. Results that were taken stay.
 */
void stone_round_free(struct stone_round *round);

/**
 * Reads the disks of a list, and calls `callback` with each result as it comes, on the thread of the caller, which waits until
 * the round is over. `options` may be NULL.
 *
 * STONE_STATUS_CANCELLED: the callback ended it.
 *
 * # Safety
 * `callback` and `data` are what they say they are to each other.
 */
stone_status stone_collect(const struct stone_devices *devices,
                           const struct stone_options *options,
                           stone_result_callback callback,
                           void *data);

/**
 * What became of the disk: STONE_STATUS_OK where there is a record, which may lack sections that could not be read.
 */
stone_status stone_result_status(const struct stone_result *result);

/**
 * Why there is no record, with all causes. STONE_STATUS_ABSENT: there is one. The text lives as long as the result, and holds
 * no serial number.
 */
stone_status stone_result_error(const struct stone_result *result,
                                struct stone_str *out);

/**
 * The record. It is lent, and lives as long as the result. STONE_STATUS_ABSENT: there is none, and `out` is as it was.
 */
stone_status stone_result_record(const struct stone_result *result,
                                 const struct stone_record **out);

/**
 * The disk. It is lent, and lives as long as the result, even where the list that the round began with has been given back.
 */
stone_status stone_result_device(const struct stone_result *result,
                                 const struct stone_device **out);

/**
 * Number of the disk in the list that the round began with; SIZE_MAX where `result` is NULL.
 */
size_t stone_result_index(const struct stone_result *result);

/**
 * How long the disk took, in milliseconds; 0 where `result` is NULL, or the disk was not read.
 */
uint64_t stone_result_took(const struct stone_result *result);

/**
 * The command that the disk hung in; `open`: it hung as its node was opened. STONE_STATUS_ABSENT: it did not hang, or nobody
 * knows where. There may be a record all the same, of what it said before. The text lives as long as the result.
 */
stone_status stone_result_hung_in(const struct stone_result *result,
                                  struct stone_str *out);

/**
 * Gives the result back, with all that it lends. NULL is let pass.
 */
void stone_result_free(struct stone_result *result);

/**
 * The record of a disk out of its JSON: `len` bytes of UTF-8, of this library, the program `stone` or smartctl. The bytes are
 * copied.
 *
 * The caller owns the record: stone_record_free.
 *
 * # Safety
 * `json` are `len` bytes.
 */
stone_status stone_record_parse(const char *json,
                                size_t len,
                                struct stone_record **out);

/**
 * The record as JSON, on one line. The text lives as long as the record.
 */
stone_status stone_record_json(const struct stone_record *record, struct stone_str *out);

/**
 * The value at a JSON Pointer (RFC 6901), `/ata_smart_attributes/table/0/raw/value`; an empty path is the whole record.
 * STONE_STATUS_ABSENT: there is none, and `out` is as it was. The value lives as long as the record.
 *
 * # Safety
 * `path` is NUL-terminated.
 */
stone_status stone_record_value(const struct stone_record *record,
                                const char *path,
                                const stone_value **out);

/**
 * The whole number from 0 to 2^64 - 1 at a path; see stone_record_value. STONE_STATUS_WRONG_TYPE: what is there is no such
 * thing, and `out` is as it was.
 *
 * # Safety
 * `path` is NUL-terminated.
 */
stone_status stone_record_u64(const struct stone_record *record,
                              const char *path,
                              uint64_t *out);

/**
 * The same of a whole number from -2^63 to 2^63 - 1: a temperature.
 *
 * # Safety
 * `path` is NUL-terminated.
 */
stone_status stone_record_i64(const struct stone_record *record, const char *path, int64_t *out);

/**
 * The same of any number; one of more than 53 bits is rounded.
 *
 * # Safety
 * `path` is NUL-terminated.
 */
stone_status stone_record_f64(const struct stone_record *record, const char *path, double *out);

/**
 * The same of a truth value, 1 or 0.
 *
 * # Safety
 * `path` is NUL-terminated.
 */
stone_status stone_record_bool(const struct stone_record *record, const char *path, int32_t *out);

/**
 * The same of text, which lives as long as the record.
 *
 * # Safety
 * `path` is NUL-terminated.
 */
stone_status stone_record_text(const struct stone_record *record,
                               const char *path,
                               struct stone_str *out);

/**
 * The reading of number `index`, from 0 on: its path, and its value, which is neither object nor array. All readings of a record
 * come in the order of its JSON. STONE_STATUS_END: there are no more. Both live as long as the record; each of the two may be
 * NULL.
 */
stone_status stone_record_reading(const struct stone_record *record,
                                  size_t index,
                                  struct stone_str *path,
                                  const stone_value **value);

/**
 * What became of the section of number `index`, from 0 on: its name, a number of stone_section_outcome, and why it is not in the
 * record (NULL where there is nothing to say). STONE_STATUS_END: there are no more; a record of smartctl has none. The texts
 * live as long as the record; each of the three may be NULL.
 */
stone_status stone_record_section(const struct stone_record *record,
                                  size_t index,
                                  struct stone_str *name,
                                  int32_t *outcome,
                                  struct stone_str *reason);

/**
 * Gives back a record of stone_record_parse. NULL is let pass. The record of a result is the result's.
 */
void stone_record_free(struct stone_record *record);

/**
 * What the value is: a number of stone_kind.
 */
stone_status stone_value_kind(const stone_value *value, int32_t *out);

/**
 * Its truth value, 1 or 0. STONE_STATUS_WRONG_TYPE: it is none, and `out` is as it was, as in all of these.
 */
stone_status stone_value_bool(const stone_value *value,
                              int32_t *out);

/**
 * Its number, if that is a whole one from 0 to 2^64 - 1.
 */
stone_status stone_value_u64(const stone_value *value, uint64_t *out);

/**
 * Its number, if that is a whole one from -2^63 to 2^63 - 1.
 */
stone_status stone_value_i64(const stone_value *value, int64_t *out);

/**
 * Its number, whatever it is; one of more than 53 bits is rounded.
 */
stone_status stone_value_f64(const stone_value *value, double *out);

/**
 * Its text, which may be empty.
 */
stone_status stone_value_text(const stone_value *value, struct stone_str *out);

/**
 * Number of items of an array, or of members of an object; 0 of everything else and of NULL.
 */
size_t stone_value_len(const stone_value *value);

/**
 * The item or member of number `index`, from 0 on; of a member also its key, where `key` is not NULL. STONE_STATUS_END: there
 * are no more, which is also said of what is neither array nor object.
 */
stone_status stone_value_at(const stone_value *value,
                            size_t index,
                            struct stone_str *key,
                            const stone_value **out);

/**
 * The anonymiser of this host, with the secret in the folder of its state, which is made at the first use with mode 0600. NULL
 * stands for the program's: /var/lib/stone for root, $XDG_STATE_HOME/stone for others.
 *
 * The caller owns it: stone_anonymiser_free.
 *
 * # Safety
 * `state_folder` is NULL or a NUL-terminated path.
 */
stone_status stone_anonymiser_open(const char *state_folder,
                                   struct stone_anonymiser **out);

/**
 * The anonymiser of this host with a secret that the caller keeps: STONE_SECRET_LEN random bytes, the same on all hosts of a
 * cluster. Who knows it can tell whose a pseudonym is.
 *
 * The caller owns it: stone_anonymiser_free.
 *
 * # Safety
 * `secret` are STONE_SECRET_LEN bytes. They are copied.
 */
stone_status stone_anonymiser_new(const uint8_t *secret,
                                  struct stone_anonymiser **out);

/**
 * The pseudonym of this host. The text lives as long as the anonymiser.
 */
stone_status stone_anonymiser_host(const struct stone_anonymiser *anonymiser,
                                   struct stone_str *out);

/**
 * What may leave of one record, as JSON. The caller owns the text: stone_text_free.
 */
stone_status stone_anonymiser_apply(const struct stone_anonymiser *anonymiser,
                                    const struct stone_record *record,
                                    struct stone_text **out);

/**
 * Gives the anonymiser back. NULL is let pass. Reports that were begun with it go on.
 */
void stone_anonymiser_free(struct stone_anonymiser *anonymiser);

/**
 * A report of this host without a device. The caller owns it: stone_report_free. The anonymiser may be given back before.
 */
stone_status stone_report_new(const struct stone_anonymiser *anonymiser,
                              struct stone_report **out);

/**
 * Adds what may leave of a record, under the time that stands in it (`local_time`), or now. A record that nothing tells from
 * those of other disks is left out and counted, and so is one for whose hour the disk has a sample of each second already.
 *
 * STONE_STATUS_INVALID_ARGUMENT: its time is beyond the calendar, of the years 0 to 9999, and nothing was added.
 */
stone_status stone_report_add(const struct stone_report *report,
                              const struct stone_record *record);

/**
 * How many devices and samples are in the report, and how many samples were left out (`nameless`): nothing told them from those
 * of other disks, or of their hour there was no second left. Each of the three may be NULL.
 */
stone_status stone_report_counts(const struct stone_report *report,
                                 size_t *devices,
                                 size_t *samples,
                                 size_t *nameless);

/**
 * The report as it is shown: {host: {device: {YYYYMMDD-HHMMSS: record}}}. The caller owns the text: stone_text_free.
 */
stone_status stone_report_json(const struct stone_report *report,
                               struct stone_text **out);

/**
 * What is sent of this host: {device: {YYYYMMDD-HHMMSS: record}}, the bytes that stand under the host's name in
 * stone_report_json. The caller owns the text: stone_text_free.
 */
stone_status stone_report_body(const struct stone_report *report,
                               struct stone_text **out);

/**
 * Gives the report back. NULL is let pass.
 */
void stone_report_free(struct stone_report *report);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* STONE_SMART_H */
