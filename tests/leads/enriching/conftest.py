from tests.leads.enriching.fake import fake

__all__ = ["fake"]
