"""Every lesson in a real browser, on the pages of JupyterLab and of Notebook: `make check-lab`."""
