"""The waybill command and the platform on one machine."""
