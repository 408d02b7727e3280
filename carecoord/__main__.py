"""
`python -m carecoord` hands over to the command line.
"""

from carecoord.cli.main import main

if __name__ == "__main__":
    main()
