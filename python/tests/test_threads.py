"""The library beside other threads, signals and interpreters."""

import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pytest

import stone_smart
from stone_smart import _abi

PYTHON = pathlib.Path(__file__).resolve().parents[1]


def turns_while(work):
    """How often another thread had its turn while `work` ran."""
    turns, over, began = 0, threading.Event(), threading.Event()

    def count():
        nonlocal turns
        while not over.is_set():
            turns += 1
            began.set()
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    began.wait()
    before = turns
    work()
    during = turns - before
    over.set()
    thread.join()
    return during


def test_other_threads_run_while_disks_are_waited_for(hanging):
    results = stone_smart.collect(stone_smart.recorded(hanging))
    assert turns_while(lambda: results.poll(0.5)) > 50


def test_that_test_would_see_a_lock_that_is_held(hanging):
    # A PyDLL keeps the GIL: the same wait lets nobody run.
    held = ctypes.PyDLL(_abi.library()._name).stone_round_next
    held.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_void_p]
    results = stone_smart.collect(stone_smart.recorded(hanging))
    out = ctypes.c_void_p()
    assert turns_while(lambda: held(results._handle.pointer, 500, ctypes.byref(out))) < 50


def test_many_threads_share_a_round(drives):
    results, seen = stone_smart.collect(drives, jobs=4), []
    threads = [threading.Thread(target=lambda: seen.extend(one.index for one in results)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(len(drives)))


def test_a_round_can_be_closed_while_another_thread_waits(hanging):
    results = stone_smart.collect(stone_smart.recorded(hanging))
    thread = threading.Thread(target=lambda: list(results))
    thread.start()
    time.sleep(0.05)
    results.close()
    thread.join(10)
    assert not thread.is_alive()


def python(code, *arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(PYTHON)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], env=environment, stdout=subprocess.PIPE, text=True, **options
    )


def test_ctrl_c_ends_a_round(hanging):
    code = """
import sys, stone_smart
results = stone_smart.collect(stone_smart.recorded(sys.argv[1]), reader=stone_smart.Reader.THREADS)
try:
    print("waiting", flush=True)
    next(results)
except KeyboardInterrupt:
    print(next(results).status.name)
"""
    process = python(code, hanging)
    assert process.stdout.readline() == "waiting\n"
    # It says so before it does.
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[0] == "CANCELLED\n"
    assert process.returncode == 0


def test_it_runs_in_a_sub_interpreter(fixtures):
    pytest.importorskip("_xxsubinterpreters")
    code = """
import sys, _xxsubinterpreters as interpreters
code = '''
import stone_smart
results = stone_smart.collect(stone_smart.recorded(%r), reader=stone_smart.Reader.THREADS)
print(sum(one.ok for one in results), flush=True)
''' % sys.argv[1]
for _ in range(2):
    interpreter = interpreters.create()
    interpreters.run_string(interpreter, code)
    interpreters.destroy(interpreter)
"""
    process = python(code, fixtures)
    first, second = process.communicate(timeout=60)[0].split()
    assert process.returncode == 0
    assert int(first) == int(second) > 20


def test_an_interpreter_ends_while_a_thread_waits(hanging):
    code = """
import sys, threading, time, stone_smart
results = stone_smart.collect(stone_smart.recorded(sys.argv[1]), reader=stone_smart.Reader.THREADS)
threading.Thread(target=lambda: list(results), daemon=True).start()
time.sleep(0.05)
"""
    process = python(code, hanging)
    process.communicate(timeout=20)
    assert process.returncode == 0
