"""What one more shared library costs each start of an executable, whether or not it is used.

Two small programs are linked with all the libraries that the executable names, the second without that one (and so
without what only it pulls in). They are started in turns; what the loader does is all that they differ in, and the
processor's time for it does not depend on what else the machine does.
"""
import os
import re
import statistics
import subprocess
import tempfile

# Says that it runs, and stays until its input ends.
PROGRAM = 'extern long write(int, const void *, unsigned long), read(int, void *, unsigned long);\n' \
          'int main(void) { char byte; write(1, "", 1); return read(0, &byte, 1) != 0; }\n'


def named(executable):
    """The shared libraries that it asks the loader for by itself."""
    text = subprocess.run(["readelf", "--dynamic", executable], check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", text)


def link(folder, name, libraries):
    program = os.path.join(folder, name)
    command = ["c++", "-x", "c", "-", "-o", program, "-Wl,--no-as-needed", *(f"-l:{library}" for library in libraries)]
    subprocess.run(command, check=True, input=PROGRAM, text=True)
    return program


def start(program, memory):
    """Milliseconds of the processor until it runs, and the megabytes that it has in memory then."""
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.read(1)
        with open(f"/proc/{process.pid}/schedstat", encoding="ascii") as file:
            nanoseconds = int(file.read().split()[0])
        resident, _ = memory(process)
        process.stdin.close()
    return nanoseconds / 1e6, resident


def cost(executable, library, starts, memory):
    """By how much the median start is longer with the library, in milliseconds, and larger, in megabytes."""
    libraries = named(executable)
    whole = next(each for each in libraries if each.startswith(library))
    with tempfile.TemporaryDirectory(prefix="orders-linked-") as folder:
        programs = [link(folder, "with", libraries), link(folder, "without", [e for e in libraries if e != whole])]
        runs = [[start(program, memory) for program in programs] for _ in range(starts)]
    pairs = [tuple(statistics.median(values) for values in zip(*runs_of)) for runs_of in zip(*runs)]
    return pairs[0][0] - pairs[1][0], pairs[0][1] - pairs[1][1]
