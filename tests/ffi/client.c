/* A program in C against the installed library: what works, what is refused, many threads, and disks that hang.
 *
 * client FIXTURES HANGING STATE [WORKER [DEVICE...]]: the recorded drives, one that never answers, a folder for the secret, and
 * `stone`; devices that an interposer puts drives behind are all that is read. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <stone_smart.h>

#define THREADS 64

#define CHECK(condition)                                                                                \
    do {                                                                                                \
        if (!(condition)) {                                                                             \
            const char *last = stone_last_error();                                                      \
            fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, last ? last : "-");     \
            exit(1);                                                                                    \
        }                                                                                               \
    } while (0)
#define OK(call) CHECK((call) == STONE_STATUS_OK)

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static stone_options *options_of(int32_t reader, const char *worker, uint64_t deadline) {
    stone_options *options;
    OK(stone_options_new(&options));
    OK(stone_options_set_reader(options, reader));
    OK(stone_options_set_round_deadline(options, deadline));
    if (worker) OK(stone_options_set_worker(options, worker));
    return options;
}

/* The library that is loaded is the one whose header this was built with. */
static void versions(void) {
    CHECK(strcmp(stone_version(), STONE_VERSION) == 0);
    CHECK(stone_abi_version() == STONE_ABI_VERSION);
}

static stone_devices *recorded(const char *fixtures) {
    stone_devices *devices;
    OK(stone_devices_recorded(fixtures, &devices));
    CHECK(stone_devices_count(devices) > 20);
    return devices;
}

/* What a daemon does: list, read with a deadline, take each record as it comes, make the anonymous report. So many disks, at least,
 * have records. The list is given back. */
static void collect(stone_devices *devices, size_t least, const char *state, const stone_options *options) {
    size_t count = stone_devices_count(devices);
    stone_anonymiser *anonymiser;
    OK(stone_anonymiser_open(state, &anonymiser));
    stone_report *report;
    OK(stone_report_new(anonymiser, &report));
    stone_anonymiser_free(anonymiser);

    stone_round *round;
    OK(stone_round_start(devices, options, &round));
    /* All of them are kept by the round. */
    stone_devices_free(devices);
    int descriptor;
    OK(stone_round_descriptor(round, &descriptor));
    size_t results = 0, records = 0, readings = 0, sections = 0, hot = 0;
    for (;;) {
        struct pollfd poll_for = {.fd = descriptor, .events = POLLIN};
        CHECK(poll(&poll_for, 1, 60000) == 1);
        stone_result *result;
        stone_status status = stone_round_next(round, 0, &result);
        if (status == STONE_STATUS_END) break;
        CHECK(status == STONE_STATUS_OK);
        CHECK(stone_result_index(result) < count);
        const stone_device *device;
        OK(stone_result_device(result, &device));
        stone_str text;
        OK(stone_device_text(device, STONE_DEVICE_FACT_NAME, &text));
        CHECK(text.len > 0);
        const stone_record *record;
        if (stone_result_record(result, &record) == STONE_STATUS_OK) {
            CHECK(stone_result_status(result) == STONE_STATUS_OK);
            CHECK(stone_result_error(result, &text) == STONE_STATUS_ABSENT && text.data == NULL);
            OK(stone_record_json(record, &text));
            CHECK(text.len > 2 && text.data[0] == '{' && text.data[text.len - 1] == '}');
            const stone_value *value;
            for (size_t i = 0; stone_record_reading(record, i, &text, &value) == STONE_STATUS_OK; i++) {
                int32_t kind;
                OK(stone_value_kind(value, &kind));
                CHECK(kind != STONE_KIND_ARRAY && kind != STONE_KIND_OBJECT);
                readings++;
            }
            int32_t outcome;
            for (size_t i = 0; stone_record_section(record, i, &text, &outcome, NULL) == STONE_STATUS_OK; i++) {
                CHECK(outcome != STONE_SECTION_OUTCOME_UNKNOWN);
                sections++;
            }
            int64_t celsius;
            if (stone_record_i64(record, "/temperature/current", &celsius) == STONE_STATUS_OK) hot += celsius > 0;
            OK(stone_report_add(report, record));
            records++;
        } else {
            CHECK(stone_result_status(result) > STONE_STATUS_OK);
            OK(stone_result_error(result, &text));
            CHECK(text.len > 0);
        }
        stone_result_free(result);
        results++;
    }
    stone_round_free(round);
    CHECK(results == count && records >= least && readings > 50 * least && sections > 5 * least && hot > least / 2);

    size_t samples, nameless;
    OK(stone_report_counts(report, NULL, &samples, &nameless));
    CHECK(samples + nameless == records);
    stone_text *json, *body;
    OK(stone_report_json(report, &json));
    OK(stone_report_body(report, &body));
    stone_str shown, sent;
    OK(stone_text_str(json, &shown));
    OK(stone_text_str(body, &sent));
    CHECK(shown.len > sent.len && memcmp(shown.data + shown.len - 1 - sent.len, sent.data, sent.len) == 0);
    stone_text_free(json);
    stone_text_free(body);
    stone_report_free(report);
}

static int count_three(const stone_result *result, void *data) {
    CHECK(result != NULL);
    return ++*(int *)data == 3;
}

static int count_all(const stone_result *result, void *data) {
    CHECK(result != NULL);
    ++*(int *)data;
    return 0;
}

static void callbacks(const char *fixtures) {
    stone_devices *devices;
    OK(stone_devices_recorded(fixtures, &devices));
    stone_options *options = options_of(STONE_READER_THREADS, NULL, 60000);
    int seen = 0;
    CHECK(stone_collect(devices, options, count_three, &seen) == STONE_STATUS_CANCELLED && seen == 3);
    seen = 0;
    OK(stone_collect(devices, options, count_all, &seen));
    CHECK((size_t)seen == stone_devices_count(devices));
    CHECK(stone_collect(devices, options, NULL, NULL) == STONE_STATUS_NULL_POINTER);
    stone_options_free(options);
    stone_devices_free(devices);
}

/* Nothing is waited for longer than was asked. */
static void hanging(const char *folder, const stone_options *options) {
    stone_devices *devices;
    OK(stone_devices_recorded(folder, &devices));
    stone_round *round;
    double start = now();
    OK(stone_round_start(devices, options, &round));
    stone_result *result = NULL;
    CHECK(stone_round_next(round, 50, &result) == STONE_STATUS_TIMEOUT && result == NULL);
    CHECK(now() - start < 2);
    OK(stone_round_cancel(round));
    OK(stone_round_cancel(round));
    OK(stone_round_next(round, UINT64_MAX, &result));
    CHECK(stone_result_status(result) == STONE_STATUS_CANCELLED);
    CHECK(stone_round_next(round, UINT64_MAX, &result) == STONE_STATUS_END);
    stone_round_free(round);
    /* A result outlives its round. */
    stone_str text;
    OK(stone_result_error(result, &text));
    stone_result_free(result);

    start = now();
    OK(stone_round_start(devices, options, &round));
    stone_devices_free(devices);
    OK(stone_round_next(round, UINT64_MAX, &result));
    CHECK(stone_result_status(result) == STONE_STATUS_ROUND_OVER || stone_result_status(result) == STONE_STATUS_DEADLINE);
    CHECK(now() - start < 10);
    stone_result_free(result);
    stone_round_free(round);
}

/* No process stays behind, not even one that only waits to be collected. */
static void childless(double limit) {
    double start = now();
    siginfo_t child;
    while (waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) == 0) {
        CHECK(now() - start < limit);
        usleep(10000);
    }
    CHECK(errno == ECHILD);
}

/* A disk that hung is remembered before its result is handed out: the program may end with it. */
static void remembered(const char *folder, const char *state, const char *worker) {
    stone_devices *devices;
    OK(stone_devices_recorded(folder, &devices));
    stone_options *options = options_of(STONE_READER_WORKER, worker, 60000);
    OK(stone_options_set_disk_deadline(options, 300));
    CHECK(stone_options_set_quarantine(options, "/dev/null") != STONE_STATUS_OK);
    CHECK(stone_options_set_quarantine(options, "/proc/self/none") != STONE_STATUS_OK);
    OK(stone_options_set_quarantine(options, state));
    /* What an earlier run has remembered is not for this one. */
    char file[4096];
    CHECK(snprintf(file, sizeof file, "%s/quarantine.json", state) < (int)sizeof file);
    CHECK(remove(file) == 0 || errno == ENOENT);
    const stone_status expected[] = {STONE_STATUS_DEADLINE, STONE_STATUS_QUARANTINED, STONE_STATUS_QUARANTINED};
    for (size_t i = 0; i < 3; i++) {
        stone_round *round;
        OK(stone_round_start(devices, options, &round));
        stone_result *result;
        OK(stone_round_next(round, UINT64_MAX, &result));
        CHECK(stone_result_status(result) == expected[i]);
        stone_result_free(result);
        stone_round_free(round);
    }
    stone_options_free(options);
    stone_devices_free(devices);
}

/* A thread that is stuck in a disk is the only one, however many rounds there are. */
static void left_alone(const char *folder, const stone_options *options) {
    stone_devices *devices;
    OK(stone_devices_recorded(folder, &devices));
    for (size_t i = 0; i < 5; i++) {
        stone_round *round;
        OK(stone_round_start(devices, options, &round));
        stone_result *result;
        OK(stone_round_next(round, UINT64_MAX, &result));
        CHECK(stone_result_status(result) == STONE_STATUS_QUARANTINED);
        stone_result_free(result);
        stone_round_free(round);
    }
    stone_devices_free(devices);
}

/* A round that is cancelled or left ends its worker, long before its time is over. */
static void cancelled_worker(const char *folder, const char *worker) {
    stone_devices *devices;
    OK(stone_devices_recorded(folder, &devices));
    stone_options *options = options_of(STONE_READER_WORKER, worker, 600000);
    stone_round *round;
    OK(stone_round_start(devices, options, &round));
    stone_result *result;
    CHECK(stone_round_next(round, 500, &result) == STONE_STATUS_TIMEOUT);
    double start = now();
    stone_round_free(round);
    CHECK(now() - start < 2);
    childless(20);
    stone_options_free(options);
    stone_devices_free(devices);
}

/* What stands in a record of others is no reason to fail: a time beyond the calendar is refused. */
static void hostile_times(void) {
    const uint8_t secret[STONE_SECRET_LEN] = {1};
    const char *times[] = {"9223372036854775807", "-9223372036854775808", "1000000000000000", "253402300800"};
    stone_anonymiser *anonymiser;
    stone_report *report;
    OK(stone_anonymiser_new(secret, &anonymiser));
    OK(stone_report_new(anonymiser, &report));
    stone_anonymiser_free(anonymiser);
    size_t samples, nameless;
    for (size_t i = 0; i < 5; i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"model_name\":\"DISK 1\",\"serial_number\":\"MADEUP01\",\"local_time\":{\"time_t\":%s}}",
                 i < 4 ? times[i] : "1795362829");
        stone_record *record;
        OK(stone_record_parse(json, strlen(json), &record));
        CHECK(stone_report_add(report, record) == (i < 4 ? STONE_STATUS_INVALID_ARGUMENT : STONE_STATUS_OK));
        stone_record_free(record);
        OK(stone_report_counts(report, NULL, &samples, &nameless));
        CHECK(samples == (i < 4 ? 0 : 1) && nameless == 0);
    }
    stone_report_free(report);
}

static void errors(const char *fixtures) {
    CHECK(stone_devices_all(NULL) == STONE_STATUS_NULL_POINTER);
    CHECK(strstr(stone_last_error(), "out") != NULL);
    CHECK(stone_devices_scan(NULL, NULL, NULL) == STONE_STATUS_NULL_POINTER);
    stone_devices *devices = NULL;
    /* Those of this machine, whatever it has. */
    OK(stone_devices_all(&devices));
    size_t count = stone_devices_count(devices), silent = 99;
    stone_devices_free(devices);
    OK(stone_devices_scan(NULL, &silent, &devices));
    CHECK(silent < 99 && (silent > 0 || stone_devices_count(devices) >= count));
    stone_devices_free(devices);
    devices = NULL;
    CHECK(stone_devices_recorded(NULL, &devices) == STONE_STATUS_NULL_POINTER);
    CHECK(stone_devices_recorded("/nonexistent", &devices) == STONE_STATUS_NOT_FOUND);
    CHECK(stone_devices_recorded("", &devices) == STONE_STATUS_INVALID_ARGUMENT);
    CHECK(stone_devices_recorded("/dev/null", &devices) == STONE_STATUS_NOT_FOUND);
    const char *paths[] = {"/dev/null", NULL};
    CHECK(stone_devices_find(paths, 1, &devices) == STONE_STATUS_NOT_A_DISK);
    CHECK(stone_devices_find(paths + 1, 1, &devices) == STONE_STATUS_NULL_POINTER);
    CHECK(stone_devices_find(paths, (size_t)-1, &devices) == STONE_STATUS_INVALID_ARGUMENT);
    CHECK(stone_devices_find(NULL, 1, &devices) == STONE_STATUS_NULL_POINTER);
    CHECK(devices == NULL && stone_devices_count(NULL) == 0);
    OK(stone_devices_find(NULL, 0, &devices));
    CHECK(stone_devices_count(devices) == 0);
    const stone_device *device = NULL;
    CHECK(stone_devices_at(devices, 0, &device) == STONE_STATUS_END && device == NULL);
    CHECK(stone_devices_at(NULL, 0, &device) == STONE_STATUS_NULL_POINTER);
    stone_round *round;
    OK(stone_round_start(devices, NULL, &round));
    stone_result *result;
    CHECK(stone_round_next(round, UINT64_MAX, &result) == STONE_STATUS_END);
    CHECK(stone_round_next(round, 0, NULL) == STONE_STATUS_NULL_POINTER);
    stone_round_free(round);
    stone_devices_free(devices);
    CHECK(stone_round_start(NULL, NULL, &round) == STONE_STATUS_NULL_POINTER);
    CHECK(stone_round_cancel(NULL) == STONE_STATUS_NULL_POINTER);

    stone_str text;
    CHECK(stone_device_text(NULL, 0, &text) == STONE_STATUS_NULL_POINTER);
    OK(stone_devices_recorded(fixtures, &devices));
    OK(stone_devices_at(devices, 0, &device));
    CHECK(stone_device_text(device, -1, &text) == STONE_STATUS_INVALID_ARGUMENT);
    CHECK(stone_device_text(device, STONE_DEVICE_FACT_WWN, &text) == STONE_STATUS_ABSENT && text.data == NULL);
    uint64_t number = 7;
    CHECK(stone_device_number(device, STONE_DEVICE_FIGURE_SIZE, &number) == STONE_STATUS_ABSENT && number == 7);
    CHECK(stone_device_list(device, STONE_DEVICE_NAMES_BY_ID, 0, &text) == STONE_STATUS_END);
    stone_devices_free(devices);

    CHECK(stone_result_status(NULL) == STONE_STATUS_NULL_POINTER);
    CHECK(stone_result_index(NULL) == SIZE_MAX && stone_result_took(NULL) == 0);
    stone_record *record = NULL;
    CHECK(stone_record_parse("no", 2, &record) == STONE_STATUS_NOT_A_RECORD);
    CHECK(stone_record_parse("[]", 2, &record) == STONE_STATUS_NOT_A_RECORD);
    CHECK(stone_record_parse(NULL, 2, &record) == STONE_STATUS_NULL_POINTER);
    const char *json = "{\"a\":[-1,{\"b\":18446744073709551615}]}";
    OK(stone_record_parse(json, strlen(json), &record));
    OK(stone_record_u64(record, "/a/1/b", &number));
    CHECK(number == UINT64_MAX);
    int64_t wide = 7;
    CHECK(stone_record_i64(record, "/a/1/b", &wide) == STONE_STATUS_WRONG_TYPE && wide == 7);
    OK(stone_record_i64(record, "/a/0", &wide));
    CHECK(wide == -1);
    CHECK(stone_record_u64(record, "a", &number) == STONE_STATUS_INVALID_ARGUMENT);
    CHECK(stone_record_u64(record, NULL, &number) == STONE_STATUS_NULL_POINTER);
    CHECK(stone_record_u64(record, "/\xff", &number) == STONE_STATUS_INVALID_ARGUMENT);
    CHECK(stone_record_u64(record, "/b", &number) == STONE_STATUS_ABSENT);
    CHECK(stone_record_section(record, 0, NULL, NULL, NULL) == STONE_STATUS_END);
    stone_record_free(record);

    stone_anonymiser *anonymiser = NULL;
    const uint8_t secret[STONE_SECRET_LEN] = {0};
    CHECK(stone_anonymiser_new(secret, &anonymiser) == STONE_STATUS_SECRET);
    CHECK(stone_anonymiser_new(NULL, &anonymiser) == STONE_STATUS_NULL_POINTER);
    CHECK(stone_anonymiser_open("/dev/null", &anonymiser) != STONE_STATUS_OK && anonymiser == NULL);
    stone_options *options;
    OK(stone_options_new(&options));
    CHECK(stone_options_set_jobs(NULL, 1) == STONE_STATUS_NULL_POINTER);
    CHECK(stone_options_set_backend(options, 99) == STONE_STATUS_INVALID_ARGUMENT);
    CHECK(stone_options_set_disk_deadline(options, 0) == STONE_STATUS_INVALID_ARGUMENT);
    CHECK(stone_options_set_worker(options, "") == STONE_STATUS_INVALID_ARGUMENT);
    stone_options_free(options);
    CHECK(strcmp(stone_status_text(STONE_STATUS_OK), "done") == 0 && stone_status_text(-1) != NULL);
    /* All that is given back may be NULL. */
    stone_options_free(NULL);
    stone_devices_free(NULL);
    stone_round_free(NULL);
    stone_result_free(NULL);
    stone_record_free(NULL);
    stone_anonymiser_free(NULL);
    stone_report_free(NULL);
    stone_text_free(NULL);
}

static stone_devices *one_drive(const char *fixtures) {
    char path[4096];
    CHECK(snprintf(path, sizeof path, "%s/nvme-dc", fixtures) < (int)sizeof path);
    const char *paths[] = {path};
    stone_devices *one;
    OK(stone_devices_find(paths, 1, &one));
    return one;
}

struct shared {
    const stone_devices *one;
    const stone_options *options;
    stone_round *round;
    pthread_mutex_t lock;
    size_t results;
};

/* Takes from a round that all threads share, and reads one disk, the same as all, by a round of its own. */
static void *work(void *data) {
    struct shared *shared = data;
    stone_result *result;
    size_t taken = 0;
    while (stone_round_next(shared->round, UINT64_MAX, &result) == STONE_STATUS_OK) {
        stone_result_free(result);
        taken++;
    }
    pthread_mutex_lock(&shared->lock);
    shared->results += taken;
    pthread_mutex_unlock(&shared->lock);
    /* The error is this thread's own. */
    CHECK(stone_last_error() == NULL);
    CHECK(stone_round_next(NULL, 0, &result) == STONE_STATUS_NULL_POINTER && stone_last_error() != NULL);
    stone_round *round;
    OK(stone_round_start(shared->one, shared->options, &round));
    OK(stone_round_next(round, UINT64_MAX, &result));
    CHECK(stone_result_status(result) == STONE_STATUS_OK);
    stone_round_free(round);
    stone_result_free(result);
    return NULL;
}

static void threads(const char *fixtures) {
    stone_devices *devices;
    OK(stone_devices_recorded(fixtures, &devices));
    stone_options *options = options_of(STONE_READER_THREADS, NULL, 60000);
    OK(stone_options_set_jobs(options, 4));
    stone_devices *one = one_drive(fixtures);
    struct shared shared = {.one = one, .options = options, .lock = PTHREAD_MUTEX_INITIALIZER};
    OK(stone_round_start(devices, options, &shared.round));
    pthread_t all[THREADS];
    for (size_t i = 0; i < THREADS; i++) CHECK(pthread_create(&all[i], NULL, work, &shared) == 0);
    for (size_t i = 0; i < THREADS; i++) CHECK(pthread_join(all[i], NULL) == 0);
    stone_devices_free(one);
    CHECK(shared.results == stone_devices_count(devices));
    stone_round_free(shared.round);
    stone_options_free(options);
    stone_devices_free(devices);
}

/* A worker that dies sends its front SIGPIPE, which ends a process that does not ignore it. */
static void bad_worker(const char *fixtures) {
    stone_devices *devices;
    OK(stone_devices_recorded(fixtures, &devices));
    struct sigaction before;
    CHECK(sigaction(SIGPIPE, NULL, &before) == 0 && before.sa_handler == SIG_DFL);
    const char *programs[] = {"/bin/true", "/bin/false", "/nonexistent/stone"};
    for (size_t i = 0; i < 3; i++) {
        stone_options *options = options_of(STONE_READER_WORKER, programs[i], 60000);
        stone_round *round;
        OK(stone_round_start(devices, options, &round));
        stone_result *result;
        while (stone_round_next(round, UINT64_MAX, &result) == STONE_STATUS_OK) {
            CHECK(stone_result_status(result) == STONE_STATUS_WORKER);
            stone_result_free(result);
        }
        stone_round_free(round);
        stone_options_free(options);
    }
    stone_devices_free(devices);
}

/* A program that is no worker, whatever its name, costs no disk: threads read them. */
static void foreign_program(const char *fixtures, const char *worker) {
    const struct {
        const char *program;
        int32_t reader;
    } choices[] = {{"/bin/true", STONE_READER_THREADS},
                   {"/bin/cat", STONE_READER_THREADS},
                   {"/nonexistent/stone", STONE_READER_THREADS},
                   {worker, STONE_READER_WORKER}};
    stone_devices *devices = one_drive(fixtures);
    for (size_t i = 0; i < (worker ? 4 : 3); i++) {
        stone_options *options = options_of(STONE_READER_AUTO, choices[i].program, 60000);
        stone_round *round;
        OK(stone_round_start(devices, options, &round));
        stone_result *result;
        while (stone_round_next(round, UINT64_MAX, &result) == STONE_STATUS_OK) {
            CHECK(stone_result_status(result) == STONE_STATUS_OK);
            stone_result_free(result);
        }
        stone_round_free(round);
        int32_t reader;
        OK(stone_options_reader(options, &reader));
        CHECK(reader == choices[i].reader);
        stone_options_free(options);
    }
    stone_devices_free(devices);
}

/* Device nodes, by threads and by a worker. */
static void nodes(const char *const *paths, size_t count, const char *state, const char *worker) {
    const int32_t readers[] = {STONE_READER_THREADS, STONE_READER_WORKER};
    for (size_t i = 0; i < 2; i++) {
        stone_devices *devices;
        OK(stone_devices_find(paths, count, &devices));
        CHECK(stone_devices_count(devices) == count);
        stone_options *options = options_of(readers[i], worker, 60000);
        collect(devices, count, state, options);
        stone_options_free(options);
    }
    childless(10);
}

int main(int count, char **arguments) {
    if (count < 4) {
        fprintf(stderr, "client FIXTURES HANGING STATE [WORKER [DEVICE...]]\n");
        return 2;
    }
    const char *fixtures = arguments[1], *folder = arguments[2], *state = arguments[3];
    const char *worker = count > 4 ? arguments[4] : NULL;
    versions();
    if (count > 5) {
        nodes((const char *const *)arguments + 5, (size_t)count - 5, state, worker);
        puts("client: all went well");
        return 0;
    }
    errors(fixtures);
    hostile_times();
    stone_options *options = options_of(STONE_READER_THREADS, NULL, 60000);
    collect(recorded(fixtures), 21, state, options);
    stone_options_free(options);
    callbacks(fixtures);
    threads(fixtures);
    bad_worker(fixtures);
    foreign_program(fixtures, worker);
    if (worker) {
        options = options_of(STONE_READER_WORKER, worker, 60000);
        int32_t reader;
        CHECK(stone_options_reader(options, &reader) == STONE_STATUS_OK && reader == STONE_READER_WORKER);
        collect(recorded(fixtures), 21, state, options);
        stone_options_free(options);
        childless(10);
        options = options_of(STONE_READER_WORKER, worker, 500);
        hanging(folder, options);
        stone_options_free(options);
        cancelled_worker(folder, worker);
        remembered(folder, state, worker);
    }
    /* Last: of those that follow, none would ask the disk. */
    options = options_of(STONE_READER_THREADS, NULL, 500);
    hanging(folder, options);
    left_alone(folder, options);
    stone_options_free(options);
    puts("client: all went well");
    return 0;
}
