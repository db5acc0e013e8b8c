"""Waybill's own processes: which there are, where they listen, what each is told."""
