"""The goal sheet (目标管理表) as a workbook: its sections, looks and charts, and the file it is saved in."""

from salescli.render.week_sheet.book import workbook as workbook
from salescli.render.week_sheet.file import save as save
from salescli.render.week_sheet.file import save_after as save_after
from salescli.render.week_sheet.file import target_path as target_path
