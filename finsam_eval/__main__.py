"""`python -m finsam_eval`: the same as the command finsam-eval."""

from finsam_eval.cli import main

if __name__ == "__main__":
    main(prog_name="finsam-eval")
