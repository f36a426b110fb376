"""Writers of the compiled engine's machine code, from expressions to the loop over members."""
