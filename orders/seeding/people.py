"""Names for people who do not exist. All addresses are in example.org, which nobody can own."""

from random import Random
from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Abena Adil Agnes Akira Alba Amara Anders Anouk Arjun Asha Bao Beatriz Bojan Carla Chen Cheng Daria "
    "David Dina Elif Emeka Erik Esi Fatima Felix Finn Gabriela Giulia Hana Hassan Ines Ivan Jakub Jamal "
    "Joana Jonas Kaito Karin Kofi Lara Leila Lena Linh Luca Maja Marek Mariam Mateo Mei Mina Musa Nadia "
    "Nia Nils Noor Olga Omar Paula Pavel Priya Rafael Ravi Rosa Ruth Sami Sara Selma Sofia Sven Tariq "
    "Thandi Tomas Uma Vera Wei Yara Yusuf Zainab Zoe"
)
LAST_NAMES = _words(
    "Abebe Adeyemi Ahmed Alvarez Andersen Banerjee Bauer Bello Berg Bianchi Castro Chan Costa Dang Diallo "
    "Dubois Eriksen Farah Ferreira Fischer Fofana Garcia Gupta Haddad Hansen Horvat Ibrahim Ito Ivanova "
    "Jansen Jensen Kamau Kaya Keller Khan Kim Kovac Kowalski Kumar Larsen Lee Lim Lopez Mbeki Mehta Mensah "
    "Meyer Moreau Mori Mwangi Nagy Nakamura Ndiaye Nguyen Novak Okafor Olsen Osei Otieno Park Patel Pereira "
    "Petrov Popescu Rahman Reyes Rossi Saito Santos Schmidt Silva Singh Sow Tanaka Toth Tran Traore Usman "
    "Vargas Vogel Weber Wong Yilmaz Zhang Zulu"
)
PLACES = (
    ("Nairobi", "Kenya"),
    ("Mombasa", "Kenya"),
    ("Kampala", "Uganda"),
    ("Lagos", "Nigeria"),
    ("Cairo", "Egypt"),
    ("Berlin", "Germany"),
    ("Lisbon", "Portugal"),
    ("Oslo", "Norway"),
    ("Pune", "India"),
    ("Singapore", "Singapore"),
    ("Hanoi", "Vietnam"),
    ("Osaka", "Japan"),
    ("Bogota", "Colombia"),
    ("Toronto", "Canada"),
)
COMPANIES = (
    "",
    "",
    "",
    "Fixers' Guild",
    "Open Meter",
    "Riverbank Library",
    "Half Moon Coffee",
    "Taller Abierto",
)


class Person(NamedTuple):
    """Somebody with a ticket."""

    firstname: str
    lastname: str
    email: str
    city: str
    country: str
    company: str | None


def invent_person(random: Random, number: int, place: tuple[str, str]) -> Person:
    """A person whose address differs by ``number`` from those of all others of the same name."""
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    email = f"{first}.{last}.{number}@example.org".lower()
    return Person(first, last, email, *place, random.choice(COMPANIES) or None)
