#!/usr/bin/python3
"""The source tree as a part of a project of others: by add_subdirectory, and by FetchContent from a git repository and from a folder.
Without `build` it is configured, the commands of its build are looked at, and what needs no library is built: the plug-in. With `build` all of
it is, and run.

    part_of_a_build.py SOURCE CXX [build]
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE, CXX, BUILT = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:] == ["build"]
EXAMPLES = SOURCE / "examples"

PROJECT = f"""cmake_minimum_required(VERSION 3.25)
project(whole CXX)
{{brought}}
apical_add_program(own_rule {EXAMPLES}/own_rule/main.cpp)
target_link_libraries(own_rule PRIVATE apical::apical)
apical_add_program(own_circuit {EXAMPLES}/own_circuit/main.cpp)
target_link_libraries(own_circuit PRIVATE apical::app)
add_executable(own_loop {EXAMPLES}/own_loop/main.cpp)
target_link_libraries(own_loop PRIVATE apical::engine)
add_library(spiral MODULE {EXAMPLES}/plugin/plugin.cpp)
target_link_libraries(spiral PRIVATE apical::plugin)
# What has nothing to do with it.
file(WRITE ${{{{CMAKE_BINARY_DIR}}}}/stranger.cpp "int main() {{{{}}}}")
add_executable(stranger ${{{{CMAKE_BINARY_DIR}}}}/stranger.cpp)
install(TARGETS stranger)
"""
FETCH = """include(FetchContent)
FetchContent_Declare(apical {})
FetchContent_MakeAvailable(apical)"""


def call(*words, status=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    text = done.stdout + done.stderr
    assert done.returncode == status, f"{words} ends with {done.returncode}, expected {status}: {text[-3000:]}"
    return text


def configure(folder, brought):
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(PROJECT.format(brought=brought))
    build = folder / "build"
    call("cmake", "-S", folder, "-B", build, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={CXX}", "-DCMAKE_BUILD_TYPE=Release",
         "-DAPICAL_PRECOMPILE=OFF")
    return build


def commands(build):
    """The flags are there for who links a target, and for nobody else; nothing is compiled or installed that was not asked for."""
    lines = call("ninja", "-C", build, "-t", "commands").splitlines()
    own = next(line for line in lines if "own_rule/main.cpp" in line)
    assert "-DEIGEN_MAX_ALIGN_BYTES=64" in own and "-Wshadow" not in own, own
    stranger = next(line for line in lines if "stranger.cpp" in line and " -c " in line)
    assert not any(flag in stranger for flag in ("EIGEN", "-march", "-ffp", "-std", "-I")), stranger
    assert not any("catch" in line or "test_" in line or "bench_" in line for line in lines)
    cache = (build / "CMakeCache.txt").read_text()
    assert "APICAL_TESTS:BOOL=OFF" in cache and "APICAL_INSTALL:BOOL=OFF" in cache
    scripts = [file.read_text() for file in build.rglob("cmake_install.cmake")]
    assert sum(script.count("file(INSTALL") for script in scripts) == 1, "more is installed than the stranger"


def run(build):
    """Needs all that the targets link."""
    call("cmake", "--build", build, "--target", "own_rule", "own_circuit", "own_loop", "spiral")
    assert "the eye is at 1.0000" in call(build / "own_loop")
    plugin = ["--plugin", build / "libspiral.so"]
    for example, experiment in (("own_rule", "own_rule/digits.toml"), ("own_circuit", "own_circuit/circle.toml")):
        program = build / example
        call(program, *plugin, "run", EXAMPLES / experiment, "--out", build / f"{example}.h5", "--progress", "none")
        version = call(program, *plugin, "--version")
        assert f"extension {example}: 1.0" in version and "extension spiral: 1.2" in version, version
    call(build / "own_rule", *plugin, "run", EXAMPLES / "plugin/spiral.toml", "--out", build / "spiral.h5", "--progress", "none")


def repository(folder):
    """A git repository of the tree as it stands, committed or not."""
    tree = folder / "repository"
    shutil.copytree(SOURCE, tree, ignore=shutil.ignore_patterns(".git", "build", "results"))
    git = ["git", "-C", tree, "-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "safe.directory=*"]
    call(*git, "init", "--quiet", "--initial-branch=main")
    call(*git, "add", "--all")
    call(*git, "commit", "--quiet", "--message", "the tree", "--no-gpg-sign")
    return tree


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        ways = {"subdirectory": f"add_subdirectory({SOURCE} apical)",
                "git": FETCH.format(f"GIT_REPOSITORY file://{repository(folder)} GIT_TAG main"),
                "folder": FETCH.format(f"SOURCE_DIR {SOURCE}")}
        for way, brought in ways.items():
            build = configure(folder / way, brought)
            commands(build)
            call("cmake", "--build", build, "--target", "stranger", "spiral")
            if BUILT and way != "folder":  # which is the first again
                run(build)
            shutil.rmtree(folder / way)


main()
