"""ChangeIMTI: instructions about image pairs, built from captions, masks, scenes and reviews."""
