"""Run the command line as `python -m regin_graph`."""

from regin_graph.cli import main

if __name__ == "__main__":
    main()
