"""What starts, tests and checks leadhub; dev.py hands over to `python -m leadhub.dev`.

Standard library only: it must run before there is a database, a broker or a secret key.
"""
