"""Training and evaluation of ChangeVG's own models. Never imported by ``engine``."""
