"""Reading a workbook that somebody uploaded: bounded in bytes, time and memory, and only what is asked for.

No general spreadsheet library stands behind it. Those build the whole book before one cell can be read (236 MB and
3.3 s were measured for files within the limits here) and open what nobody asked for. Of the parts, this reads the
content types, the relationships, the list of sheets, and of strings, styles and sheets what the wanted cells need;
everything else is measured and looked at for what may not be there, and never parsed.
"""
