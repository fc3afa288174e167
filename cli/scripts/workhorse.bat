@echo off
rem Starts Workhorse in an isolated Python; see the script workhorse beside this one.
"%~dp0python.exe" -I -c "import sys; sys.argv[0] = sys.argv.pop(1); from workhorse_cli.main import main; main()" "%~f0" %*
