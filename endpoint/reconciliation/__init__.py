"""The reconciliation service: what its requests mean and what its answers are made of.

Source: Reconciliation Service API 0.2, W3C Entity Reconciliation Community Group, 2023-04-10.
"""
