"""The declarations are those of the C header."""

import re

from conftest import ROOT

from stone_smart import _abi, _errors, _options

HEADER = (ROOT / "include/stone_smart.h").read_text()
CODE = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.S)

#: What ctypes has for a type of C. A pointer to what the library keeps to itself is a handle.
TYPES = {
    "int32_t": "c_int", "uint32_t": "c_uint", "uint64_t": "c_ulong", "size_t": "c_ulong", "stone_status": "c_int",
    "const char *": "c_char_p", "const uint8_t *": "c_char_p", "void": "NoneType",
    "const char *const *": "LP_c_char_p", "stone_str *": "LP_Str", "uint64_t *": "LP_c_ulong", "size_t *": "LP_c_ulong",
    "uint32_t *": "LP_c_uint", "int *": "LP_c_int", "int32_t *": "LP_c_int", "int64_t *": "LP_c_long",
    "double *": "LP_c_double", "void *": "c_void_p", "stone_result_callback": "CFunctionType",
}


def declared():
    """Each function of the header: what it returns, and what it takes, as ctypes would call it."""
    functions = {}
    for result, name, arguments in re.findall(r"^([a-z][^;#(){}]*?)(stone_\w+)\(([^)]*)\);", CODE, flags=re.M):
        types = [re.sub(r"\w+$", "", one.strip()) for one in arguments.split(",")] if arguments != "void" else []
        functions[name] = (known(result), [known(one) for one in types])
    return functions


def known(of_c):
    of_c = re.sub(r"\s+", " ", of_c.replace("struct ", "")).strip()
    if of_c in TYPES:
        return TYPES[of_c]
    assert re.fullmatch(r"(const )?stone_\w+ \*\*?", of_c), of_c
    return "LP_c_void_p" if of_c.endswith("**") else "c_void_p"


def test_every_function_is_declared_as_in_the_header():
    header = declared()
    assert len(header) > 60
    for name, (result, arguments) in _abi.FUNCTIONS.items():
        ours = (getattr(result, "__name__", "NoneType"), [one.__name__ for one in arguments])
        assert ours == header[name], name


def enumerators(prefix):
    return {name: int(number) for name, number in re.findall(rf"\bSTONE_{prefix}_(\w+) = (\d+)", CODE)}


def test_every_number_is_that_of_the_header():
    for prefix, ours in {
        "STATUS": _errors.Status,
        "BACKEND": _options.Backend,
        "ASLEEP": _options.Asleep,
        "EXTENT": _options.Extent,
        "READER": _options.Reader,
    }.items():
        assert enumerators(prefix) == {one.name: one.value for one in ours}, prefix
    # Device asks for them by number, each under its name.
    source = (ROOT / "python/stone_smart/_devices.py").read_text()
    calls = re.findall(r"(\w+)=(fact|figure|flag|names)\((\d+)\)", source)
    of = {"fact": "DEVICE_FACT", "figure": "DEVICE_FIGURE", "flag": "DEVICE_FIGURE", "names": "DEVICE_NAMES"}
    asked = {(of[kind], name.upper(), int(number)) for name, kind, number in calls}
    has = {(prefix, name, number) for prefix in set(of.values()) for name, number in enumerators(prefix).items()}
    assert asked == has and len(asked) == 21


def test_the_version_is_that_of_the_header():
    assert f"#define STONE_ABI_VERSION {_abi.ABI_VERSION}\n" in HEADER
    version = re.search(r'#define STONE_VERSION "(.*)"', HEADER).group(1)
    assert f'version = "{version}"' in (ROOT / "python/pyproject.toml").read_text()
