#!/usr/bin/env python3
"""What the files compiled for an instruction set offer to the linker carries its name: of two functions with the same name
the linker keeps one, and a processor without AVX-512 might get the one that needs it.

    symbols.py NM SET OBJECT...
"""
import subprocess
import sys

nm, instruction_set, *objects = sys.argv[1:]
offered = [line.split()[-1] for line in subprocess.run([nm, "--extern-only", "--defined-only", *objects], check=True, text=True,
                                                       capture_output=True).stdout.splitlines()
           if line and not line.endswith(":")]
assert len(offered) > len(objects), f"no symbols in {objects}"
# A pointer to a function of the C++ library: data, the same for all.
foreign = [name for name in offered if instruction_set not in name and name != "DW.ref.__gxx_personality_v0"]
assert not foreign, f"compiled for {instruction_set} under a name that others have too: {foreign}"
