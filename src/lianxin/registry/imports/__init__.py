"""Files into the registry: columns understood, rows checked and staged, applied in short batches, undone whole.

Way of a file: `operations.upload` -> staged by a job -> preview, mending -> applied by a job -> visible by one flip.
"""
