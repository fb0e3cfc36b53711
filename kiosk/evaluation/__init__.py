"""How well the kiosk knows people, measured on pictures that somebody supplies: only numbers come out.

What is measured is what runs: the engine, the rules of the domain and the defaults are the kiosk's own.
"""
