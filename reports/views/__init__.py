"""The pages of results: the plan, a target, how a result came about, bulletins, the audit pack."""
