"""Entry point of git's hooks: ``python -I -m workhorse_hooks HOOK GIT_DIR COMMON_DIR [ARGUMENT…]``.

The shims start this file outright and without ``site``, which would run what lies in the environment's ``.pth``
files; they pass the folders of our packages. Nothing that costs time is imported before there is something to
report. An error is one line and stops no commit.
"""

import os
import sys


def main(arguments: list[str]) -> int:
    """Run one hook and return the exit code: 0, or the one that makes a shim stop git."""
    if arguments[:1] == ["--path"]:
        sys.path += arguments[1].split(os.pathsep)
        arguments = arguments[2:]
    hook, git_dir, common_dir, *rest = arguments
    try:
        return _run(hook, os.path.abspath(git_dir), os.path.abspath(common_dir), rest)
    except KeyboardInterrupt:
        return 130
    except SystemExit as ended:  # the worker's way out of SIGTERM
        return ended.code if isinstance(ended.code, int) else 0
    except BaseException as error:  # noqa: BLE001  the one handler of this door: no fault of ours stops git
        return _report(error, hook, common_dir)


def _run(hook: str, git_dir: str, common_dir: str, rest: list[str]) -> int:
    if hook == "pre-commit":
        from workhorse_hooks.pre_commit import read_input, run_pre_commit

        return run_pre_commit(git_dir, common_dir, read_input())
    if hook == "post-commit":
        from workhorse_hooks.post_commit import run_post_commit

        return run_post_commit(git_dir, common_dir, rest[0])
    from workhorse_hooks.environment import open_environment

    open_environment()
    if hook == "prepare-commit-msg":
        from workhorse_hooks.prepare_commit_msg import run_prepare_commit_msg

        return run_prepare_commit_msg(git_dir, rest)
    if hook == "commit-msg":
        from workhorse_hooks.commit_msg import run_commit_msg

        return run_commit_msg(git_dir, rest[0])
    if hook == "pre-push":
        from workhorse_hooks.pre_push import run_pre_push

        return run_pre_push(git_dir, rest, sys.stdin.buffer.read())
    from workhorse_hooks.worker import run_worker

    return run_worker(common_dir)


def _report(error: BaseException, hook: str, common_dir: str) -> int:
    from workhorse_hooks.trouble import report_error

    return report_error(error, hook, common_dir)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
