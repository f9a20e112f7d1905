// Runs pytest in Pyodide, which is Python as WebAssembly: node pyodide.mjs MODULES PACKAGES TESTS
//
// MODULES   the folder of npm's packages
// PACKAGES  a folder with Python's packages, scalargrad among them
// TESTS     a folder with tests

import { pathToFileURL } from "node:url";

const [modules, packages, tests] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${modules}/pyodide/pyodide.mjs`));
const python = await loadPyodide({ env: { HOME: "/home", PYTHONPATH: "/packages", VIZ: pathToFileURL(`${modules}/@viz-js/viz/dist/viz.js`).href } });
for (const [place, folder] of [["/packages", packages], ["/tests", tests]]) {
    python.FS.mkdirTree(place);
    python.mountNodeFS(place, folder);
}
process.exitCode = await python.runPythonAsync(`
import sys, os
os.chdir("/tests")
import pytest
int(pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir=/tests", "-W", "error", "/tests"]))
`);
