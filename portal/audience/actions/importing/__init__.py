"""People from elsewhere: a CSV file, read row by row, brought in without wrongs. docs/import.md says it in words.

source.py the file · columns.py which column is what · values.py what stands in a cell · proof.py who agreed to what ·
people.py a row as a person · seen.py the same person twice · store.py into the database · runs.py how far we are
"""
