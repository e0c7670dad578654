"""What personal data is held for on the way into a body: purposes that come with the registry."""

from lianxin.registry.operations.purposes import purpose

__all__ = ["purpose"]
