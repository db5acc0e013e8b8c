"""What vendors and the marketplace sold, by day: kept from events, read by reports, proved by the rows.

order.placed, order.status ─► count ─► what its orders add, read from their rows
                                          └─► vendor's shard: counted_orders, vendor_days, product_days
salesReport, marketplaceFigures ─► loaders ─► sums of the days
waybill verify figures ─► the same additions, summed from all rows ─► what differs, made anew if wanted
"""
