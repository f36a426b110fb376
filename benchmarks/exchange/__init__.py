"""Do other programs find what we find, in the documents that we write for them?"""
