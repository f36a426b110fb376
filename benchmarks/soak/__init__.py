"""Random runs through API, command line and app for an hour: does memory stay flat, is every number right?"""
