"""The teaching app: one page on which a plan, a person and their curves are moved by hand."""
