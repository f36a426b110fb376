"""Speed and accuracy of exerkine-sim, against itself over time and against other simulators."""
