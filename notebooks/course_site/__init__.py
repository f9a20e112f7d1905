"""What the course site needs beside its settings, `conf.py`: a room for each thing that Sphinx alone cannot do."""
