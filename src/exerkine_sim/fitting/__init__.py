"""What a person's own measurements tell: fits, intervals, and a refusal where they cannot tell."""
