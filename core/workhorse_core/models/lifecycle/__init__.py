"""Model servers brought up and down, and the memory that models need."""
