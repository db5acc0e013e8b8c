"""The platform as its users meet it: `waybill up`, one endpoint, real clients."""
