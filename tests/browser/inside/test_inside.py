"""What has to work where Python runs in a browser; `test_pyodide.py` runs this there."""
import sys
def test_a():
    assert sys.platform == "emscripten"
    import scalargrad
