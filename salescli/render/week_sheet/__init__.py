"""The goal sheet (目标管理表) as a workbook: its sections, looks, charts and file."""
