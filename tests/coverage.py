#!/usr/bin/env python3
# coverage.py FOLDER - lines covered, per folder of the tree, from what gcov finds in FOLDER
#
# FOLDER holds the objects of a build with --coverage after the tests ran. A line counts as
# covered when any object that has it was run through it. Ends non-zero below 85 % overall.
import collections, glob, gzip, json, os, subprocess, sys, tempfile

BAR = 85.0
folder = os.path.abspath(sys.argv[1])
root = os.getcwd()
lines = collections.defaultdict(dict)  # file -> line -> covered
data = glob.glob(folder + "/**/*.gcda", recursive=True)
if not data:
    sys.exit("coverage.py: no test left its counts in " + folder)
with tempfile.TemporaryDirectory() as work:
    for at in range(0, len(data), 50):
        subprocess.run(["gcov", "--json-format", "--preserve-paths", *data[at:at + 50]], cwd=work,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name in glob.glob(work + "/*.gcov.json.gz"):
        for f in json.load(gzip.open(name))["files"]:
            path = os.path.relpath(os.path.join(root, f["file"]), root)
            if path.startswith(("..", "tests/")):
                continue
            for line in f["lines"]:
                n = line["line_number"]
                lines[path][n] = lines[path].get(n, False) or line["count"] > 0
folders = collections.defaultdict(lambda: [0, 0])
for path, found in lines.items():
    for name in (os.path.dirname(path), "all"):
        folders[name][0] += sum(found.values())
        folders[name][1] += len(found)
for name in sorted(folders, key=lambda n: (n == "all", n)):
    covered, total = folders[name]
    print(f"{name:<22} {covered:>6} of {total:>6} lines  {100 * covered / total:5.1f} %")
covered, total = folders["all"]
good = 100 * covered / total >= BAR
print(f"{int(good)} passed, {int(not good)} failed")
sys.exit(not good)
