"""Reading disks: records as they come, and what is refused."""

import json
import select

import pytest

import stone_smart
from conftest import ROOT
from stone_smart import Options, Reader, Status


def test_each_disk_has_a_result_and_a_report_is_made_of_them(drives, tmp_path):
    report = stone_smart.Report(stone_smart.Anonymiser(tmp_path))
    results = list(stone_smart.collect(drives, disk_deadline=30))
    assert sorted(one.index for one in results) == list(range(len(drives)))
    for result in results:
        assert result.device.path == drives[result.index].path
        if result.ok:
            assert result.error is None
            report.add(result.record)
        else:
            assert result.error
            with pytest.raises(stone_smart.DiskError) as raised:
                result.record
            assert raised.value.status == result.status
    good = [one.record for one in results if one.ok]
    assert len(good) > 20
    assert report.counts.samples + report.counts.nameless == len(good)
    assert report.counts.samples > 15
    (host, devices), = json.loads(report.json()).items()
    assert len(host) == 36 and devices == json.loads(report.body())
    assert len(devices) == report.counts.devices


def test_a_record_has_its_values(fixtures):
    (result,) = stone_smart.collect(stone_smart.recorded(fixtures / "nvme-dc"))
    # A result outlives its round and its list, and a record its result.
    record = result.record
    del result
    assert record.get("/device/protocol") == "NVMe"
    assert isinstance(record.get("/temperature/current"), int)
    assert record.get("/temperature/nothing") is None
    assert record.get("/json_format_version/0") == 1
    assert record.get("/json_format_version/00", "default") == "default"
    assert record.sections and {one.outcome for one in record.sections.values()} <= {"ok", "unsupported"}
    readings = dict(record.readings())
    assert len(readings) > 50
    assert all(record.get(path) == value for path, value in readings.items())
    # Counters beyond 64 bits are exact.
    assert any(isinstance(value, int) and value >= 1 << 64 for value in readings.values())
    assert stone_smart.Record.parse(record.json).data == record.data


def test_a_record_of_others_has_the_sections_that_it_has():
    for text in ('{"stone":{"sections":[1]}}', '{"stone":5}', "{}", '{"stone":{"sections":null}}'):
        assert stone_smart.Record.parse(text).sections == {}
    sections = stone_smart.Record.parse('{"stone":{"sections":{"x":5,"y":{"outcome":7},"z":{"outcome":"ok"}}}}').sections
    assert [sections[name] for name in "xyz"] == [("", None), ("", None), ("ok", None)]


def test_a_time_of_any_size_is_waited_for_or_refused(drives):
    with stone_smart.collect(drives) as results:
        with pytest.raises(stone_smart.InvalidArgument):
            results.poll(float("nan"))
        assert results.poll(float("inf")) is not None
        assert results.poll(1e30) is not None
        results.poll(-5)


def test_what_is_no_number_of_disks_or_choice_is_refused(drives):
    for changes in ({"jobs": 1.5}, {"per_host": 2.0}, {"jobs": -1}, {"backend": "x"}, {"reader": 77}, {"extent": 1 << 40}):
        with pytest.raises(stone_smart.InvalidArgument):
            stone_smart.collect(drives, **changes)


def test_a_time_beyond_the_calendar_is_refused():
    report = stone_smart.Report(stone_smart.Anonymiser(secret=b"\1" * 32))
    record = '{"model_name":"DISK 1","serial_number":"MADEUP01","local_time":{"time_t":%d}}'
    for time in ((1 << 63) - 1, -(1 << 63), 10**15):
        with pytest.raises(stone_smart.InvalidArgument):
            report.add(stone_smart.Record.parse(record % time))
    report.add(stone_smart.Record.parse(record % 1795362829))
    assert report.counts == stone_smart.Counts(devices=1, samples=1, nameless=0)


def test_controllers_that_are_silent_are_counted():
    options = Options(worker="/nonexistent/stone")
    assert stone_smart.devices(options=options).silent >= 0
    with pytest.raises(stone_smart.InvalidArgument):
        stone_smart.devices(options=Options(jobs=-1))
    assert stone_smart.recorded(ROOT / "fixtures").silent == 0


def test_nothing_that_identifies_leaves(fixtures, tmp_path):
    (result,) = stone_smart.collect(stone_smart.recorded(fixtures / "ata-hdd"))
    serial = result.record.get("/serial_number")
    anonymiser = stone_smart.Anonymiser(tmp_path)
    assert serial and serial not in json.dumps(anonymiser.apply(result.record))
    again = stone_smart.Anonymiser(tmp_path)
    assert again.host == anonymiser.host
    other = stone_smart.Anonymiser(secret=bytes(range(32)))
    assert other.host != anonymiser.host


def test_a_worker_reads_them_as_well(drives, worker):
    options = Options(reader=Reader.WORKER, worker=worker)
    with stone_smart.collect(drives, options) as results:
        assert sum(one.ok for one in results) > 20


def test_a_worker_that_is_none_costs_its_disks_alone(drives):
    results = list(stone_smart.collect(drives, Options(reader=Reader.WORKER, worker="/bin/true")))
    assert {one.status for one in results} == {Status.WORKER}


def test_a_disk_that_hangs_keeps_nobody_waiting(hanging):
    (result,) = stone_smart.collect(stone_smart.recorded(hanging), round_deadline=0.2)
    assert result.status == Status.ROUND_OVER


def test_a_round_is_cancelled_by_leaving_it(hanging):
    with stone_smart.collect(stone_smart.recorded(hanging)) as results:
        assert results.poll(0.05) is None and not results.done
        results.cancel()
        results.cancel()
        assert next(results).status == Status.CANCELLED
        assert results.poll() is None and results.done
    assert list(results) == []
    results.close()


def test_a_loop_of_events_can_wait_for_it(drives):
    results = stone_smart.collect(drives)
    seen = 0
    while not results.done:
        assert select.select([results], [], [], 60)[0]
        seen += results.poll() is not None
    assert seen == len(drives)


def test_what_is_wrong_is_raised(tmp_path):
    with pytest.raises(stone_smart.NotFound, match="nonexistent"):
        stone_smart.recorded("/nonexistent")
    with pytest.raises(stone_smart.NotADisk):
        stone_smart.devices("/dev/null")
    with pytest.raises(stone_smart.NotARecord):
        stone_smart.Record.parse("[]")
    with pytest.raises(stone_smart.InvalidArgument):
        stone_smart.devices("a\0b")
    with pytest.raises(stone_smart.SecretError):
        stone_smart.Anonymiser(secret=bytes(32))
    (tmp_path / "telemetry-secret").write_bytes(b"short")
    (tmp_path / "telemetry-secret").chmod(0o600)
    with pytest.raises(stone_smart.StoneError):
        stone_smart.Anonymiser(tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [{"jobs": -1}, {"jobs": 1 << 32}, {"per_host": 0}, {"disk_deadline": 0}, {"round_deadline": 1e9}, {"backend": 7}],
)
def test_options_without_meaning_are_refused(drives, wrong):
    with pytest.raises(ValueError):
        stone_smart.collect(drives, **wrong)


def test_repr_shows_no_identifier(drives):
    device = drives[0]
    assert "serial" not in repr(device) and device.name in repr(device)
    with pytest.raises(IndexError):
        drives[len(drives)]
