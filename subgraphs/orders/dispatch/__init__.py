"""Handing orders to a delivery provider: the job, its queue, and the net for jobs that got lost."""
