"""A run's views side by side: dots, controls, legend and what the pointer tells."""
