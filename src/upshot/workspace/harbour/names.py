"""Invented names for Harbour's people: in the staff export, as in any firm's, and never in the lake."""

import numpy as np

__all__ = ["invented_names"]

_FIRST = (
    "Ada Aisha Alma Amir Ana Anton Arne Astrid Ayo Bea Bram Carla Chidi Clara Dana Dario Edda Elif Emil Enzo Esra Eva "
    "Farid Fenna Filip Flora Gabor Greta Hana Hugo Ida Ilse Imran Ines Ivo Jana Jonas Juno Kaja Kian Lars Leila Levi "
    "Lina Luca Mads Maja Malik Mara Marek Mina Nadia Nele Nils Noor Odile Olga Omar Oona Otto Paula Per Petra Quinn "
    "Rafa Rania Rosa Ruben Runa Sami Selma Sina Sven Tara Theo Tilda Timo Tove Ugo Una Vera Vito Wanda Wim Yara Yusuf "
    "Zara Zeno"
).split()
_LAST = (
    "Aalto Abara Adler Alvik Amsel Arden Ashby Baker Barros Bergh Birk Blom Borg Brandt Brook Calder Carver Corvin "
    "Dahl Dekker Demir Dorn Drew Eberle Ekdal Elm Ferro Fields Finch Forde Gallo Garcia Grove Haas Hale Hart Heron "
    "Holm Ibsen Islam Jensen Joosten Kallas Kent Kirk Klein Kovac Lang Leroy Lind Locke Lund Maas Madsen Marsh Meyer "
    "Moreau Nagy Nilsen Noble Novak Obi Okoro Olsen Park Pereira Pike Quist Rahman Reed Rossi Rowe Saar Sand Silva "
    "Sorel Stein Storm Sundin Tamm Thorn Toth Vale Varga Vega Vik Voss Wells West Wolff York Zeller"
).split()


def invented_names(n: int, rng: np.random.Generator) -> list[str]:
    """``n`` names; some come twice, as names do.

    Examples
    --------
    >>> invented_names(2, np.random.default_rng(1))
    ['Lina Obi', 'Olga Zeller']
    """
    first, last = rng.integers(len(_FIRST), size=n), rng.integers(len(_LAST), size=n)
    return [f"{_FIRST[i]} {_LAST[j]}" for i, j in zip(first, last, strict=True)]
