"""Notebook → executed notebook → HTML, tagged PDF and DOCX; and the index of what was made."""
