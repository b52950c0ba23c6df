#!/usr/bin/python3
"""Installs the program into a folder of its own, moves that, and builds the projects of `examples` against what is there, in Debug and in
Release, with no flag but those that the installed targets carry; runs them; and sees that no other plug-in and no other flags get in.

    installed.py SOURCE BUILD CXX
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import h5py

SOURCE, BUILD, CXX = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
EXAMPLES = SOURCE / "examples"


def call(*words, status=0, cwd=None):
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True)
    text = done.stdout + done.stderr
    assert done.returncode == status, f"{words} ends with {done.returncode}, expected {status}: {text[-3000:]}"
    return text


def build(example, kind, prefix, into):
    call("cmake", "-S", EXAMPLES / example, "-B", into, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_BUILD_TYPE={kind}",
         f"-DCMAKE_CXX_COMPILER={CXX}", "-DCMAKE_CXX_FLAGS=")
    call("cmake", "--build", into)


def attribute(file, name):
    with h5py.File(file) as opened:
        value = opened["/provenance"].attrs[name]
        return value.decode() if isinstance(value, bytes) else str(value)


def last(file, variable):
    with h5py.File(file) as opened:
        return opened[variable][-1]


def own_rule(folder, prefix):
    for kind in ("Debug", "Release"):
        build("own_rule", kind, prefix, folder / kind)
        program, out = folder / kind / "own_rule", folder / f"{kind}.h5"
        call(program, "run", EXAMPLES / "own_rule/digits.toml", "--out", out, "--progress", "none")
        assert attribute(out, "extensions") == "own_rule 1.0"
        assert last(out, "/metrics/test_accuracy") > 0.8, last(out, "/metrics/test_accuracy")
        assert last(out, "/baselines/feedback_alignment/metrics/test_accuracy") > 0.8
    for variable in ("/final/W1", "/metrics/loss"):  # the flags of an example change no bit
        with h5py.File(folder / "Debug.h5") as debug, h5py.File(folder / "Release.h5") as release:
            assert debug[variable][()].tobytes() == release[variable][()].tobytes(), variable
    assert "centred_delta" in call(program, "list", "rules") and "delta" in call(program, "list", "rules")
    assert "baseline = 0.5" in call(program, "describe", "centred")
    assert "extension own_rule: 1.0" in call(program, "--version")
    call(program, "report", folder / "Release.h5")


def own_circuit(folder, prefix):
    build("own_circuit", "Release", prefix, folder)
    program, out = folder / "own_circuit", folder / "circle.h5"
    call(program, "run", EXAMPLES / "own_circuit/circle.toml", "--out", out, "--progress", "none")
    assert last(out, "/metrics/distance_from_turn") < 1e-3
    continuous = ["--set", "run.mode=\"continuous\"", "--set", "run.epochs=2"]
    call(program, "run", EXAMPLES / "own_circuit/circle.toml", "--out", folder / "time.h5", "--progress", "none", *continuous)
    assert last(folder / "time.h5", "/metrics/distance_from_turn") < 1
    assert "one_layer" in call(program, "list", "models") and "self_assembly" not in call(program, "list", "models")
    assert "mistake" in call(program, "describe", "mistake")
    assert "expected run, resume, sweep, list, describe" in call(program, "report", out, status=2)


def own_loop(folder, prefix):
    build("own_loop", "Release", prefix, folder)
    position, before, after = (float(number) for number in re.search(r"at (\S+), and W went from (\S+) to (\S+)",
                                                                     call(folder / "own_loop")).groups())
    assert abs(position - 1) < 1e-3 and before == 0.1 and before < after <= 1


def plugin(folder, prefix):
    apical = prefix / "bin/apical"
    for kind in ("Debug", "Release"):
        build("plugin", kind, prefix, folder / kind)
        library, out = folder / kind / "libspiral.so", folder / f"{kind}.h5"
        experiment = EXAMPLES / "plugin/spiral.toml"
        run = ["run", experiment, "--out", out, "--progress", "none", "--set", "checkpoint.keep=true"]
        call(apical, "--plugin", library, *run)
        assert attribute(out, "extensions") == "spiral 1.2"
        assert last(out, "/metrics/largest_W1") > 0
    checkpoint = f"{out}.checkpoint"
    assert "one of" in call(apical, "resume", checkpoint, "--set", "run.epochs=12", status=2)
    text = call(apical, "--plugin", library, "resume", checkpoint, "--set", "run.epochs=12")
    assert "another build" not in text
    assert "extension spiral: 1.2" in call(apical, "--plugin", library, "--version")
    assert "spiral" in call(apical, "--plugin", library, "list", "datasets")
    sweep = folder / "sweep.toml"
    sweep.write_text(f'[sweep]\nexperiment = "{experiment}"\nseeds = [1, 2]\n[set]\nrun.epochs = 1\n')
    assert "2 of 2 runs done" in call(apical, "--plugin", library, "sweep", sweep, "--out", folder / "sweep", "--progress", "none")
    strangers(folder, apical, library)
    in_programs_of_others(folder, prefix, library)


def in_programs_of_others(folder, prefix, library):
    """A plug-in in a program that apical_add_program made, with and without what is shipped; and the reason why not in another."""
    experiment = EXAMPLES / "plugin/spiral.toml"
    for example in ("own_rule", "own_circuit"):
        build(example, "Release", prefix, folder / example)
        assert "extension spiral: 1.2" in call(folder / example / example, "--plugin", library, "--version")
        assert "spiral" in call(folder / example / example, "--plugin", library, "list", "datasets")
    run = ["run", experiment, "--progress", "none", "--set", "run.epochs=1", "--out", folder / "others.h5"]
    call(folder / "own_rule/own_rule", "--plugin", library, *run)
    assert attribute(folder / "others.h5", "extensions") == "own_rule 1.0, spiral 1.2"
    plain = folder / "plain"
    shutil.copytree(EXAMPLES / "own_circuit", plain)
    listing = plain / "CMakeLists.txt"
    listing.write_text(listing.read_text().replace("apical_add_program", "add_executable"))
    build(plain, "Release", prefix, plain / "build")
    text = call(plain / "build/own_circuit", "--plugin", library, "list", "datasets", status=2)
    assert "undefined symbol" in text and "apical_add_program" in text, text


def strangers(folder, apical, library):
    """Whatever stands in the place of a plug-in ends the program with status 2 and a sentence that names it."""
    whole = library.read_bytes()
    at = whole.index(b"apical plug-in made for ")
    other = bytearray(whole)
    other[at + 24] ^= 1
    made = {"text.so": b"apical\n", "empty.so": b"", "cut.so": whole[: max(at + 400, len(whole) // 3)], "other.so": bytes(other),
            "begin.so": whole[:64], "words.so": whole[at:at + 200]}
    for name, content in made.items():
        (folder / name).write_bytes(content)
    crash = folder / "crash.cpp"
    crash.write_text("#include <cstdlib>\n[[gnu::constructor]] void begin() { std::abort(); }\n")
    call(CXX, "-shared", "-fPIC", crash, "-o", folder / "foreign.so")
    made = [folder / name for name in (*made, "foreign.so", "nowhere.so")] + [folder, pathlib.Path("/dev/zero")]
    for file in made:
        text = call(apical, "--plugin", file, "list", "models", status=2)
        assert text.startswith(f"apical: error: {file}: found ") and text.count("\n") == 1, text
    assert "a second one of this name" in call(apical, "--plugin", library, "--plugin", library, "list", "models", status=2)
    (folder / "names.toml").write_text(f'plugin = "{library}"\n[task]\ndataset = "xor"\n[circuit]\nmodel = "pal"\n')
    assert "found key 'plugin'" in call(apical, "run", folder / "names.toml", status=2)


def flags(folder, prefix):
    """Without the flags of the targets a file is refused by the compiler, or by the linker."""
    source = folder / "own.cpp"
    source.write_text("#include <sim/circuit/rule.hpp>\nint main() {}\n")
    plain = [CXX, "-std=c++20", f"-I{prefix}/include/apical", "-isystem", "/usr/include/eigen3", source, "-o", folder / "own"]
    assert "not compiled with the flags of the library" in call(*plain, status=1)
    library = prefix / "lib"
    linked = [*plain, "-DEIGEN_MAX_ALIGN_BYTES=64", f"-L{library}", "-lapical_core", "-lfmt"]
    targets = (library / "cmake/apical/apicalTargets.cmake").read_text()
    march = [word for word in targets.replace(";", " ").replace('"', " ").split() if word.startswith("-march=")]
    if march:
        assert "apical::compiled_for_baseline" in call(*linked, status=1)
    call(*linked, *march)


def relocatable(prefix):
    """No file of the package names a folder outside of it, whatever the libraries were linked with."""
    for file in (prefix / "lib/cmake/apical").iterdir():
        for number, line in enumerate(file.read_text().splitlines(), 1):
            outside = [path for path in re.findall(r"""(?:^|[\s"';:=<,(I])(/[\w.][^\s"';:)]*)""", line.split("#")[0])]
            assert not outside, f"{file.name}:{number} names {outside}"


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / "moved/prefix"
        call("cmake", "--install", BUILD, "--prefix", folder / "prefix")
        prefix.parent.mkdir()
        (folder / "prefix").rename(prefix)
        relocatable(prefix)
        for step in (flags, own_circuit, own_loop, own_rule, plugin):
            (folder / step.__name__).mkdir()
            step(folder / step.__name__, prefix)
            shutil.rmtree(folder / step.__name__)


main()
