"""Pages of schools (fill) and of the bureau (desk, grid)."""
