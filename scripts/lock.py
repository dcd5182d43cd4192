"""Write requirements.lock and requirements-dev.lock: names, versions and hashes, without PyTorch.

BERTopic asks for sentence-transformers, which brings PyTorch along. An override gives it a platform that
does not exist; what only it needs is then left out of the lock. Needs the program uv. Run: python scripts/lock.py
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEVER = "sys_platform == 'never'"
LOCKS = {"requirements.lock": [], "requirements-dev.lock": ["--extra", "dev"]}


def compile_lock(extras: list[str]) -> str:
    """The lock as uv makes it for every platform, without packages that are for none."""
    with tempfile.TemporaryDirectory() as folder:
        override, out = Path(folder) / "override.txt", Path(folder) / "out.lock"
        override.write_text('sentence-transformers ; sys_platform == "never"\n', encoding="utf-8")
        command = ["uv", "pip", "compile", str(ROOT / "pyproject.toml"), *extras, "--override", str(override),
                   "--universal", "--generate-hashes", "--no-header", "--no-annotate", "--python-version", "3.11",
                   "--quiet", "--output-file", str(out)]  # fmt: skip
        subprocess.run(command, check=True)
        text = out.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    return "\n".join(block for block in blocks if NEVER not in block.splitlines()[0]) + "\n"


def main() -> None:
    """Write both locks."""
    for name, extras in LOCKS.items():
        text = compile_lock(extras)
        if re.search(r"^(torch|nvidia-)", text, re.MULTILINE) or "://" in text:
            sys.exit(f"{name}: holds PyTorch or a host; not written.")
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
