"""`python -m finsam_eval`: the same as the command finsam-eval."""

from finsam_eval.cli import main

main(prog_name="finsam-eval")
