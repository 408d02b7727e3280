"""
Cases opened when somebody did not answer the door, with their time limits.: structs and commands.
"""
