// Runs pytest in Pyodide, which is Python as WebAssembly: node pyodide.mjs MODULES PACKAGES TESTS
//
// MODULES   the folder of npm's packages
// PACKAGES  the folder of Python's packages
// TESTS     the folder of the tests

import { pathToFileURL } from "node:url";

const [modules, packages, tests] = process.argv.slice(2);
const address = (path) => pathToFileURL(`${modules}/${path}`).href;
const { loadPyodide } = await import(address("pyodide/pyodide.mjs"));
const python = await loadPyodide({ env: { HOME: "/home", GRAPHVIZ: address("@viz-js/viz/dist/viz.js") } });
for (const [place, folder] of [["/packages", packages], ["/tests", tests]]) {
    python.FS.mkdirTree(place);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, place);
}
try {
    process.exitCode = await python.runPythonAsync(`
        import os
        import sys

        sys.path.insert(0, "/packages")
        sys.dont_write_bytecode = True
        import pytest
        import scalargrad

        def run(which):
            return pytest.main(["/tests", "--durations=5", "--rootdir=/tests", "-p", "no:cacheprovider", "-W", "error", "-k", which])

        before = run("without_graphviz")
        await scalargrad.pictures.load(os.environ["GRAPHVIZ"])
        before or run("not without_graphviz")
    `);
} catch (error) {
    console.error(error.message);  // alone, because Node prints the line of the source, which is a megabyte
    process.exitCode = 1;
}
