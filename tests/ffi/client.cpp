// A program in C++17 against the installed library, by its header of handles: client_cpp FIXTURES HANGING STATE [DEVICE...].
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <stone_smart.hpp>

using namespace std::chrono_literals;

#define CHECK(condition)                                                              \
    do {                                                                              \
        if (!(condition)) {                                                           \
            std::cerr << __FILE__ << ':' << __LINE__ << ": " << #condition << '\n';   \
            std::exit(1);                                                             \
        }                                                                             \
    } while (0)

static_assert(!std::is_copy_constructible_v<stone::Round> && std::is_nothrow_move_constructible_v<stone::Round>);
static_assert(!std::is_copy_constructible_v<stone::Result> && std::is_nothrow_move_constructible_v<stone::Result>);

namespace {

stone::Options in_threads() {
    stone::Options options;
    options.reader(STONE_READER_THREADS).round_deadline(60s);
    return options;
}

void collect(const stone::Devices& devices, const std::string& state) {
    const auto anonymiser = stone::Anonymiser::open(state);
    CHECK(anonymiser.host().size() == 36);
    stone::Report report(anonymiser);
    std::set<std::string> names;
    std::size_t readings = 0, records = 0;
    for (auto& result : stone::Round(devices, in_threads())) {
        names.emplace(result.device().name());
        if (!result) {
            CHECK(!result.error().empty());
            continue;
        }
        records++;
        const auto record = result.record();
        for (const auto& reading : record.readings()) {
            readings++;
            CHECK(record.value(std::string(reading.path))->kind() == reading.value.kind());
        }
        for (const auto& section : record.sections()) {
            CHECK(section.outcome != STONE_SECTION_OUTCOME_UNKNOWN && !section.name.empty());
        }
        CHECK(record.text("/device/name") && !record.text("/temperature/current") && !record.u64("/nothing"));
        report.add(record);
        // What is kept of it is a record of its own.
        const auto kept = stone::Record::parse(record.json());
        CHECK(anonymiser.apply(kept) == anonymiser.apply(record));
    }
    CHECK(names.size() == devices.size() && records > 0 && readings > 100 * records);
    const auto counts = report.counts();
    CHECK(counts.samples + counts.nameless == records);
    CHECK(report.json().find(report.body()) != std::string::npos);
}

void wait_by_poll(const stone::Devices& devices) {
    stone::Round round(devices, in_threads());
    pollfd waiting{round.descriptor(), POLLIN, 0};
    std::size_t results = 0;
    for (;;) {
        CHECK(poll(&waiting, 1, 60'000) == 1);
        const auto [status, result] = round.next(0ms);
        if (status == STONE_STATUS_END) break;
        CHECK(status == STONE_STATUS_OK && result);
        results++;
    }
    CHECK(results == devices.size());
}

void cancel_from_another_thread(const stone::Devices& devices) {
    stone::Round round(devices, in_threads().jobs(1));
    std::thread other([&round] { round.cancel(); });
    std::size_t results = 0;
    while (round.next()) results++;
    other.join();
    CHECK(results == devices.size());
}

void many_threads(const stone::Devices& devices, const std::string& drive) {
    const auto one = stone::Devices::find({drive});
    std::atomic<std::size_t> results{0};
    stone::Round shared(devices, in_threads().jobs(8));
    std::vector<std::thread> threads;
    for (int i = 0; i < 64; i++) {
        threads.emplace_back([&] {
            while (auto result = shared.next()) results++;
            stone::Round own(one, in_threads());
            const auto result = own.next();
            CHECK(result && *result);
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(results == devices.size());
}

// Ranges are what the algorithms of the standard library take.
void algorithms(const stone::Devices& devices) {
    CHECK(static_cast<std::size_t>(std::distance(devices.begin(), devices.end())) == devices.size());
    auto first = devices.begin();
    const auto before = first++;
    CHECK(before->name() != first->name());
    stone::Round round(devices, in_threads().jobs(1));
    const auto found = std::find_if(round.begin(), round.end(), [](const stone::Result& result) { return bool(result); });
    CHECK(found != round.end() && found->record().value("/device"));
    auto next = found;
    CHECK((*next++).index() == found->index());

    const auto record = stone::Record::parse(R"({"a":{"b":[1,"two"],"c":-3}})");
    const auto object = record.value("/a").value();
    std::string keys;
    for (const auto& member : object.members()) keys += member.key;
    CHECK(keys == "bc" && object.size() == 2 && object.at(1)->i64() == -3 && !object.at(2));
    CHECK(object.at(0)->at(1)->text() == "two" && !object.at(1)->at(0));
    CHECK(object.at(1)->members().begin() == object.at(1)->members().end());
}

// A scan says how many controllers have not told their disks.
void scan() {
    stone::Options options;
    const auto devices = stone::Devices::scan(options.worker("/nonexistent/stone"));
    CHECK(devices.silent() < 99 && stone::Devices::all().silent() == 0);
}

// What is thrown is what went wrong, not what went wrong before.
void errors_of_disks(const std::string& hanging) {
    const auto devices = stone::Devices::recorded(hanging);
    try {
        stone::Devices::recorded("/nonexistent");
        CHECK(false);
    } catch (const stone::Error&) {
    }
    CHECK(std::string(stone::Error(STONE_STATUS_ABSENT).what()) == stone_status_text(STONE_STATUS_ABSENT));
    stone::Round round(devices, in_threads().round_deadline(200ms));
    const auto result = round.next();
    CHECK(result && !*result);
    try {
        result->record();
        CHECK(false);
    } catch (const stone::Error& error) {
        CHECK(error.status() == result->status() && error.what() == result->error());
    }
}

void errors() {
    try {
        stone::Devices::recorded("/nonexistent");
        CHECK(false);
    } catch (const stone::Error& error) {
        CHECK(error.status() == STONE_STATUS_NOT_FOUND && std::string(error.what()).find("/nonexistent") != std::string::npos);
    }
    try {
        stone::Options().round_deadline(-1ms);
        CHECK(false);
    } catch (const stone::Error& error) {
        CHECK(error.status() == STONE_STATUS_INVALID_ARGUMENT);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) return 2;
    CHECK(stone::version() == STONE_VERSION && stone::abi_version() == STONE_ABI_VERSION);
    if (count > 4) {
        // Drives that an interposer puts behind the names of devices.
        collect(stone::Devices::find({arguments + 4, arguments + count}), arguments[3]);
    } else {
        const auto devices = stone::Devices::recorded(arguments[1]);
        collect(devices, arguments[3]);
        algorithms(devices);
        wait_by_poll(devices);
        cancel_from_another_thread(devices);
        many_threads(devices, std::string(arguments[1]) + "/nvme-dc");
        errors_of_disks(arguments[2]);
        scan();
    }
    errors();
    std::cout << "client_cpp: all went well\n";
}
