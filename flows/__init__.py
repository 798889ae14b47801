"""The conversation language and every rule of care. Pure: time, seeds and ids are arguments."""
