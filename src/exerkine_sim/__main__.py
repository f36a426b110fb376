"""Makes `python -m exerkine_sim` the same as `exerkine-sim`."""

from exerkine_sim.cli import main

if __name__ == "__main__":
    main()
