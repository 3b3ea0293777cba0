/* The C ABI of stone-smart for C++17: handles that give themselves back, errors as exceptions, ranges instead of indices.
 *
 *     for (auto& result : stone::Round(stone::Devices::all())) {
 *         if (result) std::cout << result.device().name() << ": " << *result.record().i64("/temperature/current") << " C\n";
 *     }
 *
 * Everything is inline: there is nothing to link beside libstone_smart. stone_smart.h has the words on each function. What a
 * handle lends (Device, Record, Value, std::string_view) lives as long as the handle. */
#ifndef STONE_SMART_HPP
#define STONE_SMART_HPP

#include <chrono>
#include <cstdint>
#include <cstddef>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stone_smart.h"

namespace stone {

using Milliseconds = std::chrono::milliseconds;

/** A call failed, or a disk has no record: the status, and the library's words as what(). */
class Error : public std::runtime_error {
public:
    explicit Error(stone_status status) : Error(status, words(status)) {}
    Error(stone_status status, const std::string& words) : std::runtime_error(words), status_(status) {}
    stone_status status() const noexcept { return status_; }

private:
    static std::string words(stone_status status) {
        // Those below are no errors and leave none: what is there is of an earlier call.
        const char* last = status < STONE_STATUS_NULL_POINTER ? nullptr : stone_last_error();
        return last != nullptr ? last : stone_status_text(status);
    }
    stone_status status_;
};

namespace detail {

inline void check(stone_status status) {
    if (status != STONE_STATUS_OK) throw Error(status);
}

/** Whether there is something. What is wrong is thrown. */
inline bool present(stone_status status) {
    switch (status) {
        case STONE_STATUS_OK: return true;
        case STONE_STATUS_ABSENT:
        case STONE_STATUS_END:
        case STONE_STATUS_WRONG_TYPE: return false;
        default: throw Error(status);
    }
}

inline std::string_view view(stone_str text) { return {text.data == nullptr ? "" : text.data, text.len}; }

inline std::optional<bool> truth(std::optional<std::int32_t> value) {
    return value ? std::optional(*value != 0) : std::nullopt;
}

template <typename T, void (*Free)(T*)>
struct Deleter {
    void operator()(T* handle) const noexcept { Free(handle); }
};
template <typename T, void (*Free)(T*)>
using Handle = std::unique_ptr<T, Deleter<T, Free>>;

using TextHandle = Handle<stone_text, stone_text_free>;

inline std::string take(stone_text* raw) {
    TextHandle text(raw);
    stone_str lent{};
    check(stone_text_str(text.get(), &lent));
    return std::string(view(lent));
}

/** A range over things that are asked for by number. */
template <typename Owner, typename Item, std::optional<Item> (*At)(Owner, std::size_t)>
class Indexed {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Item;
        using difference_type = std::ptrdiff_t;
        using pointer = const Item*;
        using reference = const Item&;
        iterator() = default;
        explicit iterator(Owner owner) : owner_(owner), item_(At(owner, 0)) {}
        reference operator*() const { return *item_; }
        pointer operator->() const { return &*item_; }
        iterator& operator++() {
            item_ = At(owner_, ++index_);
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator& other) const { return item_.has_value() == other.item_.has_value(); }
        bool operator!=(const iterator& other) const { return !(*this == other); }

    private:
        Owner owner_{};
        std::size_t index_ = 0;
        std::optional<Item> item_;
    };
    explicit Indexed(Owner owner) : owner_(owner) {}
    iterator begin() const { return iterator(owner_); }
    iterator end() const { return {}; }

private:
    Owner owner_;
};

}  // namespace detail

/** Versions of the library that is loaded. */
inline std::string_view version() { return stone_version(); }
inline std::uint32_t abi_version() noexcept { return stone_abi_version(); }

/** One disk, lent by its list or result. */
class Device {
public:
    explicit Device(const stone_device* raw) : raw_(raw) {}
    std::optional<std::string_view> fact(stone_device_fact which) const {
        stone_str out{};
        if (!detail::present(stone_device_text(raw_, which, &out))) return std::nullopt;
        return detail::view(out);
    }
    std::optional<std::uint64_t> figure(stone_device_figure which) const {
        std::uint64_t out = 0;
        if (!detail::present(stone_device_number(raw_, which, &out))) return std::nullopt;
        return out;
    }
    std::vector<std::string_view> names(stone_device_names which) const {
        std::vector<std::string_view> all;
        stone_str out{};
        for (std::size_t i = 0; detail::present(stone_device_list(raw_, which, i, &out)); ++i) all.push_back(detail::view(out));
        return all;
    }
    std::string_view name() const { return fact(STONE_DEVICE_FACT_NAME).value_or(""); }
    std::string_view path() const { return fact(STONE_DEVICE_FACT_PATH).value_or(""); }
    const stone_device* get() const noexcept { return raw_; }

private:
    const stone_device* raw_;
};

class Options;

/** Disks, each once. */
class Devices {
    static std::optional<Device> at_(const stone_devices* raw, std::size_t index) {
        const stone_device* out = nullptr;
        if (!detail::present(stone_devices_at(raw, index, &out))) return std::nullopt;
        return Device(out);
    }
    using Range = detail::Indexed<const stone_devices*, Device, at_>;

public:
    static Devices all() {
        stone_devices* out = nullptr;
        detail::check(stone_devices_all(&out));
        return Devices(out);
    }
    /** With the disks behind MegaRAID controllers, which the worker of the options asks. silent(): how many did not answer. */
    static Devices scan(const Options& options);
    static Devices scan(const stone_options* options = nullptr) {
        stone_devices* out = nullptr;
        std::size_t silent = 0;
        detail::check(stone_devices_scan(options, &silent, &out));
        Devices devices(out);
        devices.silent_ = silent;
        return devices;
    }
    static Devices find(const std::vector<std::string>& paths) {
        std::vector<const char*> raw;
        for (const auto& path : paths) raw.push_back(path.c_str());
        stone_devices* out = nullptr;
        detail::check(stone_devices_find(raw.data(), raw.size(), &out));
        return Devices(out);
    }
    static Devices recorded(const std::string& folder) {
        stone_devices* out = nullptr;
        detail::check(stone_devices_recorded(folder.c_str(), &out));
        return Devices(out);
    }
    std::size_t size() const noexcept { return stone_devices_count(raw_.get()); }
    /** Of a scan: controllers that did not tell their disks, which are not in the list. */
    std::size_t silent() const noexcept { return silent_; }
    Range::iterator begin() const { return Range(raw_.get()).begin(); }
    Range::iterator end() const { return {}; }
    const stone_devices* get() const noexcept { return raw_.get(); }

private:
    explicit Devices(stone_devices* raw) : raw_(raw) {}
    detail::Handle<stone_devices, stone_devices_free> raw_;
    std::size_t silent_ = 0;
};

/** How disks are read; each setter gives the options back, to be chained. */
class Options {
public:
    Options() {
        stone_options* out = nullptr;
        detail::check(stone_options_new(&out));
        raw_.reset(out);
    }
    Options& jobs(std::uint32_t disks) { return set(stone_options_set_jobs(raw_.get(), disks)); }
    Options& per_host(std::uint32_t disks) { return set(stone_options_set_per_host(raw_.get(), disks)); }
    Options& per_expander(std::uint32_t disks) { return set(stone_options_set_per_expander(raw_.get(), disks)); }
    Options& command_timeout(Milliseconds time) { return set(stone_options_set_command_timeout(raw_.get(), millis(time))); }
    Options& disk_deadline(Milliseconds time) { return set(stone_options_set_disk_deadline(raw_.get(), millis(time))); }
    Options& round_deadline(Milliseconds time) { return set(stone_options_set_round_deadline(raw_.get(), millis(time))); }
    Options& backend(stone_backend choice) { return set(stone_options_set_backend(raw_.get(), choice)); }
    Options& asleep(stone_asleep choice) { return set(stone_options_set_asleep(raw_.get(), choice)); }
    Options& extent(stone_extent choice) { return set(stone_options_set_extent(raw_.get(), choice)); }
    Options& reader(stone_reader choice) { return set(stone_options_set_reader(raw_.get(), choice)); }
    Options& worker(const std::string& program) { return set(stone_options_set_worker(raw_.get(), program.c_str())); }
    Options& smartctl(const std::string& program) { return set(stone_options_set_smartctl(raw_.get(), program.c_str())); }
    Options& quarantine(const std::string& folder) { return set(stone_options_set_quarantine(raw_.get(), folder.c_str())); }
    const stone_options* get() const noexcept { return raw_.get(); }

private:
    Options& set(stone_status status) {
        detail::check(status);
        return *this;
    }
    static std::uint64_t millis(Milliseconds time) {
        // A negative time is refused like one of nothing.
        return time.count() < 0 ? 0 : static_cast<std::uint64_t>(time.count());
    }
    detail::Handle<stone_options, stone_options_free> raw_;
};

inline Devices Devices::scan(const Options& options) { return scan(options.get()); }

struct Member;

/** One value of a record, lent. */
class Value {
    static std::optional<Member> member_(const stone_value* raw, std::size_t index);

public:
    using Members = detail::Indexed<const stone_value*, Member, member_>;

    explicit Value(const stone_value* raw) : raw_(raw) {}
    stone_kind kind() const {
        std::int32_t out = 0;
        detail::check(stone_value_kind(raw_, &out));
        return static_cast<stone_kind>(out);
    }
    std::optional<std::uint64_t> u64() const { return ask<std::uint64_t>(stone_value_u64); }
    std::optional<std::int64_t> i64() const { return ask<std::int64_t>(stone_value_i64); }
    std::optional<double> f64() const { return ask<double>(stone_value_f64); }
    std::optional<bool> boolean() const { return detail::truth(ask<std::int32_t>(stone_value_bool)); }
    std::optional<std::string_view> text() const {
        const auto out = ask<stone_str>(stone_value_text);
        return out ? std::optional(detail::view(*out)) : std::nullopt;
    }
    /** Number of items of an array or of members of an object; 0 of everything else. */
    std::size_t size() const noexcept { return stone_value_len(raw_); }
    /** The item or member of number `index`. */
    std::optional<Value> at(std::size_t index) const {
        const stone_value* out = nullptr;
        if (!detail::present(stone_value_at(raw_, index, nullptr, &out))) return std::nullopt;
        return Value(out);
    }
    /** The items of an array, the members of an object; nothing of everything else. */
    Members members() const;
    const stone_value* get() const noexcept { return raw_; }

private:
    template <typename T>
    std::optional<T> ask(stone_status (*of)(const stone_value*, T*)) const {
        T out{};
        if (!detail::present(of(raw_, &out))) return std::nullopt;
        return out;
    }
    const stone_value* raw_;
};

/** A member of an object, or an item of an array, whose key is empty. */
struct Member {
    std::string_view key;
    Value value;
};

inline std::optional<Member> Value::member_(const stone_value* raw, std::size_t index) {
    stone_str key{};
    const stone_value* value = nullptr;
    if (!detail::present(stone_value_at(raw, index, &key, &value))) return std::nullopt;
    return Member{detail::view(key), Value(value)};
}

inline Value::Members Value::members() const { return Members(raw_); }

/** A reading: where it stands in its record, and its value. */
struct Reading {
    std::string_view path;
    Value value;
};

/** A section, what became of it, and why it is not in the record (empty where there is nothing to say). */
struct Section {
    std::string_view name;
    stone_section_outcome outcome;
    std::string_view reason;
};

/** A record, lent by a result or owned. Absent, or of another type, is std::nullopt. */
class Record {
    static std::optional<Reading> reading_(const stone_record* raw, std::size_t index) {
        stone_str path{};
        const stone_value* value = nullptr;
        if (!detail::present(stone_record_reading(raw, index, &path, &value))) return std::nullopt;
        return Reading{detail::view(path), Value(value)};
    }
    static std::optional<Section> section_(const stone_record* raw, std::size_t index) {
        stone_str name{}, reason{};
        std::int32_t outcome = 0;
        if (!detail::present(stone_record_section(raw, index, &name, &outcome, &reason))) return std::nullopt;
        return Section{detail::view(name), static_cast<stone_section_outcome>(outcome), detail::view(reason)};
    }

public:
    using Readings = detail::Indexed<const stone_record*, Reading, reading_>;
    using Sections = detail::Indexed<const stone_record*, Section, section_>;

    static Record parse(std::string_view json) {
        stone_record* out = nullptr;
        detail::check(stone_record_parse(json.data(), json.size(), &out));
        return Record(std::shared_ptr<const stone_record>(out, [](const stone_record* raw) {
            stone_record_free(const_cast<stone_record*>(raw));
        }));
    }
    static Record lent(const stone_record* raw) { return Record({raw, [](const stone_record*) {}}); }

    std::string_view json() const {
        stone_str out{};
        detail::check(stone_record_json(raw_.get(), &out));
        return detail::view(out);
    }
    std::optional<Value> value(const std::string& path) const {
        const auto out = ask<const stone_value*>(stone_record_value, path);
        return out ? std::optional(Value(*out)) : std::nullopt;
    }
    std::optional<std::uint64_t> u64(const std::string& path) const { return ask<std::uint64_t>(stone_record_u64, path); }
    std::optional<std::int64_t> i64(const std::string& path) const { return ask<std::int64_t>(stone_record_i64, path); }
    std::optional<double> f64(const std::string& path) const { return ask<double>(stone_record_f64, path); }
    std::optional<bool> boolean(const std::string& path) const { return detail::truth(ask<std::int32_t>(stone_record_bool, path)); }
    std::optional<std::string_view> text(const std::string& path) const {
        const auto out = ask<stone_str>(stone_record_text, path);
        return out ? std::optional(detail::view(*out)) : std::nullopt;
    }
    Readings readings() const { return Readings(raw_.get()); }
    Sections sections() const { return Sections(raw_.get()); }
    const stone_record* get() const noexcept { return raw_.get(); }

private:
    explicit Record(std::shared_ptr<const stone_record> raw) : raw_(std::move(raw)) {}
    template <typename T>
    std::optional<T> ask(stone_status (*of)(const stone_record*, const char*, T*), const std::string& path) const {
        T out{};
        if (!detail::present(of(raw_.get(), path.c_str(), &out))) return std::nullopt;
        return out;
    }
    std::shared_ptr<const stone_record> raw_;
};

/** What came of one disk: true where there is a record. */
class Result {
public:
    explicit Result(stone_result* raw) : raw_(raw) {}
    explicit operator bool() const { return status() == STONE_STATUS_OK; }
    stone_status status() const { return stone_result_status(raw_.get()); }
    std::string_view error() const { return text(stone_result_error).value_or(""); }
    std::optional<std::string_view> hung_in() const { return text(stone_result_hung_in); }
    std::size_t index() const noexcept { return stone_result_index(raw_.get()); }
    Milliseconds took() const { return Milliseconds(static_cast<Milliseconds::rep>(stone_result_took(raw_.get()))); }
    Device device() const {
        const stone_device* out = nullptr;
        detail::check(stone_result_device(raw_.get(), &out));
        return Device(out);
    }
    /** Where there is none, it throws the status and the error of the disk. */
    Record record() const {
        const stone_record* out = nullptr;
        if (!detail::present(stone_result_record(raw_.get(), &out))) throw Error(status(), std::string(error()));
        return Record::lent(out);
    }
    const stone_result* get() const noexcept { return raw_.get(); }

private:
    std::optional<std::string_view> text(stone_status (*of)(const stone_result*, stone_str*)) const {
        stone_str out{};
        if (!detail::present(of(raw_.get(), &out))) return std::nullopt;
        return detail::view(out);
    }
    detail::Handle<stone_result, stone_result_free> raw_;
};

/** Disks that are being read. A loop over it takes each result as it comes; leaving it cancels what is not read yet. */
class Round {
public:
    explicit Round(const Devices& devices) : Round(devices, nullptr) {}
    Round(const Devices& devices, const Options& options) : Round(devices, options.get()) {}

    /** The next result. Empty: the round is at its end. */
    std::optional<Result> next() {
        std::optional<Result> result;
        while (take(std::numeric_limits<std::uint64_t>::max(), result) == STONE_STATUS_TIMEOUT) {}
        return result;
    }
    /** The same within a time: STONE_STATUS_OK with a result, STONE_STATUS_TIMEOUT or STONE_STATUS_END without. */
    std::pair<stone_status, std::optional<Result>> next(Milliseconds limit) {
        std::optional<Result> result;
        const auto status = take(limit.count() < 0 ? 0 : static_cast<std::uint64_t>(limit.count()), result);
        return {status, std::move(result)};
    }
    void cancel() { detail::check(stone_round_cancel(raw_.get())); }
    /** For poll or epoll: readable while next need not wait. */
    int descriptor() const {
        int out = -1;
        detail::check(stone_round_descriptor(raw_.get(), &out));
        return out;
    }

    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Result;
        using difference_type = std::ptrdiff_t;
        using pointer = Result*;
        using reference = Result&;
        iterator() = default;
        explicit iterator(Round* round) : round_(round) { ++*this; }
        reference operator*() const { return *result_; }
        pointer operator->() const { return result_.get(); }
        iterator& operator++() {
            auto next = round_->next();
            result_ = next ? std::make_shared<Result>(std::move(*next)) : nullptr;
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator& other) const { return (result_ == nullptr) == (other.result_ == nullptr); }
        bool operator!=(const iterator& other) const { return !(*this == other); }

    private:
        Round* round_ = nullptr;
        // Copies of an iterator share it.
        std::shared_ptr<Result> result_;
    };
    iterator begin() { return iterator(this); }
    iterator end() { return {}; }

private:
    Round(const Devices& devices, const stone_options* options) {
        stone_round* out = nullptr;
        detail::check(stone_round_start(devices.get(), options, &out));
        raw_.reset(out);
    }
    stone_status take(std::uint64_t millis, std::optional<Result>& result) {
        stone_result* out = nullptr;
        const auto status = stone_round_next(raw_.get(), millis, &out);
        if (status == STONE_STATUS_OK) {
            result.emplace(out);
        } else if (status != STONE_STATUS_END && status != STONE_STATUS_TIMEOUT) {
            throw Error(status);
        }
        return status;
    }
    detail::Handle<stone_round, stone_round_free> raw_;
};

/** Makes records anonymous, with the secret in a folder or one of the caller's. */
class Anonymiser {
public:
    static Anonymiser open(const std::string& state_folder) { return opened(state_folder.c_str()); }
    static Anonymiser open() { return opened(nullptr); }
    static Anonymiser of_secret(const std::uint8_t (&secret)[STONE_SECRET_LEN]) {
        stone_anonymiser* out = nullptr;
        detail::check(stone_anonymiser_new(secret, &out));
        return Anonymiser(out);
    }
    std::string_view host() const {
        stone_str out{};
        detail::check(stone_anonymiser_host(raw_.get(), &out));
        return detail::view(out);
    }
    std::string apply(const Record& record) const {
        stone_text* out = nullptr;
        detail::check(stone_anonymiser_apply(raw_.get(), record.get(), &out));
        return detail::take(out);
    }
    const stone_anonymiser* get() const noexcept { return raw_.get(); }

private:
    static Anonymiser opened(const char* folder) {
        stone_anonymiser* out = nullptr;
        detail::check(stone_anonymiser_open(folder, &out));
        return Anonymiser(out);
    }
    explicit Anonymiser(stone_anonymiser* raw) : raw_(raw) {}
    detail::Handle<stone_anonymiser, stone_anonymiser_free> raw_;
};

/** The device report, as it grows. */
class Report {
public:
    struct Counts {
        std::size_t devices, samples, nameless;
    };
    explicit Report(const Anonymiser& anonymiser) {
        stone_report* out = nullptr;
        detail::check(stone_report_new(anonymiser.get(), &out));
        raw_.reset(out);
    }
    void add(const Record& record) { detail::check(stone_report_add(raw_.get(), record.get())); }
    Counts counts() const {
        Counts out{};
        detail::check(stone_report_counts(raw_.get(), &out.devices, &out.samples, &out.nameless));
        return out;
    }
    std::string json() const { return text(stone_report_json); }
    std::string body() const { return text(stone_report_body); }

private:
    std::string text(stone_status (*of)(const stone_report*, stone_text**)) const {
        stone_text* out = nullptr;
        detail::check(of(raw_.get(), &out));
        return detail::take(out);
    }
    detail::Handle<stone_report, stone_report_free> raw_;
};

}  // namespace stone

#endif /* STONE_SMART_HPP */
