@echo off
rem Starts Workhorse in an isolated Python; see the script workhorse beside this one.
setlocal DisableDelayedExpansion
set "start=import sys; sys.argv[0] = sys.argv.pop(1); from workhorse_cli.main import main; main()"
if exist "%~dp0python.exe" goto environment
set /p line=<"%~dp0workhorse-python"
"%line:~2%" -E -P -c "%start%" "%~f0" %*
exit /b %errorlevel%
:environment
"%~dp0python.exe" -I -c "%start%" "%~f0" %*
