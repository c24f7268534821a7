"""What leaves a desk: records of its decisions, and labelled rows for training."""
