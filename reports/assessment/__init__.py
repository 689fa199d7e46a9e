"""The yearly assessment: schemes into the core, what everybody brings, what comes out (docs/architecture.md)."""
